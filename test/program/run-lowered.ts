import type { Executor } from '../../src/compile/executors/executor.ts'
import type { Program } from '../../src/index.ts'
import { outputTypes } from '../../src/core/primitive/program.ts'
import type { Lowered } from '../../src/compile/lowering/lower.ts'
import { copyElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { viewBytes, type Buffer } from '../../src/core/tensor/dtype.ts'

/** What an executor gives for a lowered program, in memory that held something else before. */
export const runLowered = (
  executor: Executor,
  { kernels, outputs }: Lowered,
  program: Program,
  inputs: readonly ConcreteTensor[],
): readonly Buffer[] => {
  const copies = inputs.map((x) => copyElements(x))
  const memory = new ArrayBuffer(kernels.outputBytes)
  new Uint8Array(memory).fill(165)
  executor.load(kernels).run(
    copies.map(({ buffer }) => buffer),
    copies.map(({ byteOffset }) => byteOffset),
    memory,
    0,
  )
  const types = outputTypes(program)
  return outputs.map((place, i) => {
    const { shape, strides, offset } = place.layout
    const { dtype } = types[i]!
    const data =
      place.kind === 'slab'
        ? viewBytes(dtype, memory, place.byteOffset, memory.byteLength - place.byteOffset)
        : place.kind === 'input'
          ? copies[place.index]!
          : copyElements(place.tensor)
    return copyElements(viewOf(data, dtype, shape, strides, offset))
  })
}
