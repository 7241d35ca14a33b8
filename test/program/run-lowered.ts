import type { Executor } from '../../src/compile/executors/executor.ts'
import type { Program } from '../../src/index.ts'
import { outputTypes } from '../../src/core/primitive/program.ts'
import type { Lowered } from '../../src/compile/lowering/lower.ts'
import { copyElements, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { viewBytes, type Buffer } from '../../src/core/tensor/dtype.ts'

/**
 * What an executor gives for a lowered program, in memory that held something else before; inputs that may lie where the
 * output will be lie there.
 */
export const runLowered = (
  executor: Executor,
  { kernels, outputs }: Lowered,
  program: Program,
  inputs: readonly ConcreteTensor[],
): readonly Buffer[] => {
  const copies = inputs.map((x) => copyElements(x))
  const memory = new ArrayBuffer(kernels.outputBytes)
  new Uint8Array(memory).fill(165)
  const placed = copies.map((copy, i) => {
    const place = kernels.inPlace?.find(({ input }) => input === i)
    if (place === undefined) return copy
    const bytes = new Uint8Array(copy.buffer, copy.byteOffset, copy.byteLength)
    new Uint8Array(memory).set(bytes, place.byteOffset)
    return { buffer: memory, byteOffset: place.byteOffset }
  })
  executor.load(kernels).run(
    placed.map(({ buffer }) => buffer),
    placed.map(({ byteOffset }) => byteOffset),
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
