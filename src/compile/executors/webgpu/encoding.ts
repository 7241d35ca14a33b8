/** Commands of one run while they are written: compute passes, copies between them, and what was submitted. */
export interface Encoding {
  readonly pass: () => GPUComputePassEncoder
  readonly copy: (from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number) => void
  /** Submits what was written; writing goes on with new commands. */
  readonly submit: () => void
  /** Submits where much was written, and waits until what was submitted so before is done. */
  readonly relieve: () => Promise<void>
}

/** So many passes or dispatches are written before they are submitted: commands take memory. */
const mostCommands = 4096

/** Begins to write commands; a pass goes on until something else has to be done. */
export const encodingOf = (device: GPUDevice): Encoding => {
  let encoder: GPUCommandEncoder | undefined
  let pass: GPUComputePassEncoder | undefined
  const commands = (): GPUCommandEncoder => (encoder ??= device.createCommandEncoder())
  let commandsWritten = 0
  let before: Promise<unknown> = Promise.resolve()
  const endPass = (): void => {
    pass?.end()
    pass = undefined
  }
  const submit = (): void => {
    endPass()
    if (encoder !== undefined) device.queue.submit([encoder.finish()])
    encoder = undefined
    commandsWritten = 0
  }
  return {
    pass: () => {
      commandsWritten += 1
      return (pass ??= commands().beginComputePass())
    },
    copy: (from, fromOffset, to, toOffset, bytes) => {
      endPass()
      commands().copyBufferToBuffer(from, fromOffset, to, toOffset, bytes)
    },
    submit,
    relieve: async () => {
      if (commandsWritten < mostCommands) return
      submit()
      const earlier = before
      before = device.queue.onSubmittedWorkDone()
      await earlier
    },
  }
}
