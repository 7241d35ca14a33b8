/** Commands of one run while they are written: compute passes, copies between them, and what was submitted. */
export interface Encoding {
  readonly pass: () => GPUComputePassEncoder
  readonly copy: (from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number) => void
  /** Submits what was written; writing goes on with new commands. */
  readonly submit: () => void
}

/** Begins to write commands; a pass goes on until something else has to be done. */
export const encodingOf = (device: GPUDevice): Encoding => {
  let encoder: GPUCommandEncoder | undefined
  let pass: GPUComputePassEncoder | undefined
  const commands = (): GPUCommandEncoder => (encoder ??= device.createCommandEncoder())
  const endPass = (): void => {
    pass?.end()
    pass = undefined
  }
  return {
    pass: () => (pass ??= commands().beginComputePass()),
    copy: (from, fromOffset, to, toOffset, bytes) => {
      endPass()
      commands().copyBufferToBuffer(from, fromOffset, to, toOffset, bytes)
    },
    submit: () => {
      endPass()
      if (encoder !== undefined) device.queue.submit([encoder.finish()])
      encoder = undefined
    },
  }
}
