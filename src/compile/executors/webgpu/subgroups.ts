import { binderOf } from './binder.ts'
import { bufferUsage, forReading, readMode } from './flags.ts'
import { layoutOf, pipelineOf, stateOf } from './device-state.ts'
import { kernelOf, lanes } from './kernel.ts'
import { shaderOf, type Shader } from './shader.ts'
import { foldingLines } from './workgroup-fold.ts'

/*
 * The standard does not say which invocations of a workgroup are a subgroup, only how many, and drivers have had faults
 * where invocations come together behind a loop that they leave at different times. So a device is asked once: it folds
 * known numbers behind such a loop, over rows, columns and all.
 */

const groups = [
  { stride: 1, span: 16, first: 'lane - lane % 16' },
  { stride: 16, span: lanes, first: 'lane % 16' },
  { stride: 1, span: lanes, first: '0' },
] as const

/** The number of an invocation, as the question makes it. */
const numberOf = (lane: number): number => lane * ((lane % 7) + 1)

const question = (): Shader => {
  const binder = binderOf(() => ({ binding: 'output', bytes: 0 }))
  const folds = groups.flatMap((group, i) => [
    ...foldingLines(true, {
      ...group,
      value: 'own',
      result: `sum${String(i)}`,
      shared: 'folded',
      fold: (a, b) => `(${a} + ${b})`,
    }),
    binder.store({ space: 'output', offset: 0 }, 'int32', `lane + ${String(i * lanes)}`, `sum${String(i)}`),
  ])
  return shaderOf([
    kernelOf(binder, {
      declarations: [`var<workgroup> folded: array<i32, ${String(lanes)}>;`],
      lines: ['var own = 0;', 'for (var turn = 0; turn <= lane % 7; turn++) { own = own + lane; }', ...folds],
      workgroups: 1,
    }),
  ])
}

const allLanes = Array.from({ length: lanes }, (_, lane) => lane)

const answer = groups.flatMap(({ stride, span }) =>
  allLanes.map((lane) =>
    allLanes
      .filter(
        (other) => Math.floor(other / span) === Math.floor(lane / span) && other % stride === lane % stride,
      )
      .reduce((sum, other) => sum + numberOf(other), 0),
  ),
)

const ask = async (device: GPUDevice): Promise<boolean> => {
  if (!device.features.has('subgroups')) return false
  const shader = question()
  const pipeline = await pipelineOf(device, shader, 'subgroups')
  const size = 4 * answer.length
  const buffer = device.createBuffer({ size, usage: bufferUsage.storage | bufferUsage.copySource })
  const staging = device.createBuffer({ size, usage: forReading })
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  const entries = [{ binding: 0, resource: { buffer } }]
  pass.setBindGroup(0, device.createBindGroup({ layout: layoutOf(device, shader), entries }))
  pass.dispatchWorkgroups(1)
  pass.end()
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, size)
  device.queue.submit([encoder.finish()])
  await staging.mapAsync(readMode)
  const found = new Int32Array(staging.getMappedRange())
  const isRight = answer.every((value, i) => value === found[i])
  buffer.destroy()
  staging.destroy()
  return isRight
}

/** Whether a device has subgroups, and folds right with them. */
export const foldsInSubgroups = (device: GPUDevice): Promise<boolean> => {
  const state = stateOf(device)
  return (state.folds ??= ask(device).catch(() => false))
}
