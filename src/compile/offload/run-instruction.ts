import { viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { allocate, bytesOf, type DType } from '../../core/tensor/dtype.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { threadsAsked } from '../executors/choose-backend.ts'
import type { Executor, LoadedProgram } from '../executors/executor.ts'
import type { Instruction, Place } from '../executors/kernel-program.ts'

/** The bytes an operand lies in, from a multiple of 8 on, and where its first element is among them. */
interface Span {
  readonly buffer: ArrayBuffer
  readonly byteOffset: number
  readonly bytes: number
  readonly offset: number
}

const spanOf = ({ view, shape, size }: ConcreteTensor): Span | undefined => {
  const { data, offset, stride } = view
  const { buffer, BYTES_PER_ELEMENT: bytes } = data
  // Memory that can be resized or is shared belongs to somebody else's program, which the kernels do not follow.
  if (!(buffer instanceof ArrayBuffer) || (buffer as { readonly resizable?: boolean }).resizable === true)
    return undefined
  // Nothing reaches nowhere, wherever its first element would be.
  if (size === 0) return { buffer, byteOffset: 0, bytes: 0, offset: 0 }
  let least = offset
  let most = offset
  for (let axis = 0; axis < shape.length; axis++) {
    const reach = (shape[axis]! - 1) * stride[axis]!
    if (reach < 0) least += reach
    else most += reach
  }
  const byteOffset = Math.floor((data.byteOffset + least * bytes) / 8) * 8
  return {
    buffer,
    byteOffset,
    bytes: data.byteOffset + (most + 1) * bytes - byteOffset,
    offset: (data.byteOffset + offset * bytes - byteOffset) / bytes,
  }
}

/** Programs that were loaded, by what they do; the one used longest ago goes first. */
const loaded = new Map<string, LoadedProgram>()
const mostLoaded = 128

const keep = (key: string, program: LoadedProgram): void => {
  loaded.delete(key)
  loaded.set(key, program)
  if (loaded.size <= mostLoaded) return
  const [oldest] = loaded.keys()
  if (oldest !== undefined) loaded.delete(oldest)
}

/**
 * One instruction on tensors as they lie in memory, views included; its result is new. `build` is given the place of
 * the first element of each input and writes from the start of the output; with `undefined` nothing is run. `what`
 * names all that it depends on besides the types and strides of the inputs and the type of the result.
 */
export const runInstruction = (
  executor: Executor,
  what: string,
  inputs: readonly ConcreteTensor[],
  { shape, dtype }: { readonly shape: readonly number[]; readonly dtype: DType },
  build: (places: readonly Place[]) => Instruction | undefined,
): ConcreteTensor | undefined => {
  const spans: Span[] = []
  let key = `${executor.name} ${String(threadsAsked())} ${what} ${dtype}`
  for (const x of inputs) {
    const span = spanOf(x)
    if (span === undefined) return undefined
    spans.push(span)
    key += `|${x.dtype};${x.shape.join()};${x.view.stride.join()};${String(span.offset)}`
  }
  const size = sizeOf(shape)
  const load = (): LoadedProgram | undefined => {
    const instruction = build(spans.map(({ offset }, index) => ({ space: 'input', index, offset })))
    return instruction === undefined
      ? undefined
      : executor.load({
          reproducible: false,
          arenaBytes: 0,
          constants: new Uint8Array(0),
          inputBytes: spans.map(({ bytes }) => bytes),
          outputBytes: size * bytesOf(dtype),
          instructions: [instruction],
        })
  }
  const program = loaded.get(key) ?? load()
  if (program === undefined) return undefined
  keep(key, program)
  const out = allocate(dtype, size)
  program.run(
    spans.map(({ buffer }) => buffer),
    spans.map(({ byteOffset }) => byteOffset),
    out.buffer,
    0,
  )
  return viewOf(out, dtype, shape)
}
