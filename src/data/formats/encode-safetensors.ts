import { toTypedArray } from '../../core/autodiff/read.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { bytesOf, type DType } from '../../core/tensor/dtype.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { littleEndianBytes } from '../../core/tensor/little-endian.ts'
import { showText, showValue } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Safetensors } from './parse-safetensors.ts'

const storedNames: Readonly<Record<DType, string>> = {
  float64: 'F64',
  float32: 'F32',
  float16: 'F16',
  bfloat16: 'BF16',
  int32: 'I32',
  uint32: 'U32',
  bool: 'BOOL',
}

/** Wide elements first, so that every tensor begins at a multiple of its element's width; then by name. */
const inFileOrder = (
  [a, { dtype: s }]: readonly [string, Tensor],
  [b, { dtype: t }]: readonly [string, Tensor],
): number => bytesOf(t) - bytesOf(s) || (a < b ? -1 : 1)

/**
 * Named tensors as the bytes of a safetensors file. The same tensors and notes give the same bytes in whatever order
 * they come, and {@link parseSafetensors} gives the tensors back bit by bit.
 *
 * @throws ArgumentError for a tensor named `__metadata__`: the format keeps that name for the notes; and for a note that
 * is no text, or another name in the record.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { encodeSafetensors } from 'puregrad/data'
 * const bytes = encodeSafetensors({ tensors: { on: tensor([true]) }, metadata: {} })
 * new TextDecoder().decode(bytes.subarray(8, 64)) // => '{"on":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}'
 * ```
 * @category Files
 */
export const encodeSafetensors = (content: Safetensors): Uint8Array<ArrayBuffer> => {
  checkOptions<Safetensors>('encodeSafetensors', content, { tensors: true, metadata: true })
  const { tensors, metadata } = content
  if (Object.hasOwn(tensors, '__metadata__'))
    throw new ArgumentError("encodeSafetensors: the name '__metadata__' is taken by the format")
  const odd = Object.entries(metadata).find(([, note]) => typeof note !== 'string')
  if (odd !== undefined)
    throw new ArgumentError(
      `encodeSafetensors: metadata ${showText(odd[0])}: expected a text, got ${showValue(odd[1])}`,
    )
  const placed = Object.entries(tensors).sort(inFileOrder)
  const sizes = placed.map(([, { size, dtype }]) => size * bytesOf(dtype))
  // eslint-disable-next-line functional/no-let -- a running total; a fold that copies would be quadratic
  let end = 0
  const ends = sizes.map((size) => (end += size))
  const notes = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1))
  const header = JSON.stringify(
    Object.fromEntries([
      ...(notes.length === 0 ? [] : [['__metadata__', Object.fromEntries(notes)] as const]),
      ...placed.map(([name, { dtype, shape }], i) => {
        const offsets = [(ends[i] ?? 0) - (sizes[i] ?? 0), ends[i]]
        return [name, { dtype: storedNames[dtype], shape, data_offsets: offsets }] as const
      }),
    ]),
  )
  const text = new TextEncoder().encode(header)
  const length = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, 8)
  placed.forEach(([, value], i) => {
    bytes.set(littleEndianBytes(toTypedArray(value)), 8 + length + (ends[i] ?? 0) - (sizes[i] ?? 0))
  })
  return bytes
}
