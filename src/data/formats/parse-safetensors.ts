import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { countCodec, countsCodec } from '../../compile/program/type-codec.ts'
import { tensorIn } from '../../core/tensor/concrete.ts'
import { allocate, viewBytes, type Buffer, type DType } from '../../core/tensor/dtype.ts'
import { littleEndianBytes } from '../../core/tensor/little-endian.ts'
import { refinedCodec } from '../../core/codec/refined-codec.ts'
import { checkShape, sizeOf } from '../../core/tensor/shape.ts'
import { showValue } from '../../core/tensor/show-value.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { requireBytes } from './checked-bytes.ts'
import { duplicateKey } from './duplicate-key.ts'

/**
 * Named tensors and the notes kept beside them.
 *
 * @category Files
 */
export interface Safetensors {
  readonly tensors: Readonly<Record<string, Tensor>>
  readonly metadata: Readonly<Record<string, string>>
}

/**
 * What is wrong with the bytes: with the header as a whole, or with one entry. The message is one line.
 *
 * @category Files
 */
export type SafetensorsError =
  | { readonly kind: 'header'; readonly message: string }
  | { readonly kind: 'entry'; readonly entry: string; readonly message: string }

/** How elements lie in the file, and how they become those of a tensor. */
interface Stored {
  readonly bytes: number
  readonly dtype: DType
  /** One element as a number; without it the bytes are the tensor's own. */
  readonly read?: (view: DataView, at: number) => number
}

/** Elements narrower than ours become the narrowest dtype that holds all of them; wider integers have to fit. */
const storedAs: Readonly<Record<string, Stored>> = {
  F64: { bytes: 8, dtype: 'float64' },
  F32: { bytes: 4, dtype: 'float32' },
  I32: { bytes: 4, dtype: 'int32' },
  U32: { bytes: 4, dtype: 'uint32' },
  BOOL: { bytes: 1, dtype: 'bool' },
  F16: { bytes: 2, dtype: 'float16' },
  BF16: { bytes: 2, dtype: 'bfloat16' },
  I8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  U8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  I16: { bytes: 2, dtype: 'int32', read: (view, at) => view.getInt16(at, true) },
  U16: { bytes: 2, dtype: 'int32', read: (view, at) => view.getUint16(at, true) },
  I64: { bytes: 8, dtype: 'int32', read: (view, at) => Number(view.getBigInt64(at, true)) },
  U64: { bytes: 8, dtype: 'uint32', read: (view, at) => Number(view.getBigUint64(at, true)) },
}

const metadataKey = '__metadata__'

/** Longer headers are refused, as by the format's reference. */
const longestHeader = 100_000_000

/** More axes than any tensor has; every number of axes costs a little compiled code. */
const mostAxes = 32

const entryCodec = t.type({
  dtype: refinedCodec(
    `a dtype (${Object.keys(storedAs).join(', ')})`,
    (u): u is string => typeof u === 'string' && Object.hasOwn(storedAs, u),
  ),
  shape: countsCodec,
  data_offsets: t.tuple([countCodec, countCodec], 'two offsets'),
})

type Entry = t.TypeOf<typeof entryCodec> & { readonly name: string }

const metadataCodec = t.record(t.string, t.string)

const headerWrong = (message: string): SafetensorsError => ({ kind: 'header', message })

const entryWrong = (name: string, problem: string): SafetensorsError => ({
  kind: 'entry',
  entry: name,
  message: `entry ${showValue(name)}: ${problem}`,
})

/** What the codec says is wrong, with the path inside the entry. */
const complaint = (errors: t.Errors): string => {
  const first = errors.find(({ message }) => message !== undefined) ?? errors[0]
  const path = (first?.context ?? []).map(({ key }) => key).filter((key) => key !== '')
  return `${path.join('.')}${path.length === 0 ? '' : ': '}${first?.message ?? 'is not acceptable'}, got ${showValue(first?.value)}`
}

const decodedEntry = (name: string, value: unknown): E.Either<SafetensorsError, Entry> =>
  pipe(
    entryCodec.decode(value),
    E.mapLeft((errors) => entryWrong(name, complaint(errors))),
    E.map((entry) => ({ ...entry, name })),
  )

const stored = (dtype: string): Stored => storedAs[dtype]!

/** The entry's own figures agree: the shape can be addressed and fills its span of bytes. */
const checkedSpan = ({
  name,
  dtype,
  shape,
  data_offsets: [begin, end],
}: Entry): SafetensorsError | undefined => {
  const { bytes } = stored(dtype)
  if (shape.length > mostAxes)
    return entryWrong(name, `expected at most ${mostAxes} axes, got ${shape.length}`)
  const tooLarge = pipe(
    E.tryCatch(
      () => checkShape(shape, 'the shape'),
      (error) => (error as Error).message,
    ),
    E.match(
      (message) => message,
      () => undefined,
    ),
  )
  if (tooLarge !== undefined) return entryWrong(name, tooLarge)
  return end - begin === sizeOf(shape) * bytes
    ? undefined
    : entryWrong(
        name,
        `${dtype} [${shape.join(', ')}] takes ${sizeOf(shape) * bytes} bytes, its offsets ${begin} and ${end} are ${end - begin} apart`,
      )
}

/** The entries in the order of their bytes fill the space without gaps and overlaps. */
const checkedLayout = (entries: readonly Entry[], size: number): SafetensorsError | undefined => {
  const odd = entries.findIndex(
    ({ data_offsets: [begin] }, i) => begin !== (i === 0 ? 0 : entries[i - 1]?.data_offsets[1]),
  )
  const [entry, before] = [entries[odd], entries[odd - 1]]
  if (entry !== undefined)
    return entryWrong(
      entry.name,
      `begins at byte ${entry.data_offsets[0]}, but ${before === undefined ? 'the data begin at byte 0' : `entry ${showValue(before.name)} ends at byte ${before.data_offsets[1]}`}`,
    )
  const end = entries.at(-1)?.data_offsets[1] ?? 0
  const last = entries.at(-1)
  return end === size
    ? undefined
    : last !== undefined && end > size
      ? entryWrong(last.name, `ends at byte ${end} of the data, which end at byte ${size}`)
      : headerWrong(`the entries take ${end} bytes, the data are ${size}`)
}

const converted = (
  bytes: Uint8Array<ArrayBuffer>,
  { name, dtype, shape }: Entry,
): E.Either<SafetensorsError, Buffer> => {
  const { dtype: ours, read, bytes: width } = stored(dtype)
  if (read === undefined) {
    const buffer = viewBytes(ours, bytes.buffer, 0, bytes.byteLength)
    littleEndianBytes(buffer)
    return ours === 'bool' && buffer.some((byte: number) => byte > 1)
      ? E.left(entryWrong(name, 'expected bytes 0 and 1 for booleans'))
      : E.right(buffer)
  }
  const view = new DataView(bytes.buffer)
  const numbers = Float64Array.from({ length: sizeOf(shape) }, (_, i) => read(view, i * width))
  const buffer = allocate(ours, numbers.length)
  buffer.set(numbers)
  const odd = ours === 'float32' ? -1 : numbers.findIndex((x, i) => x !== buffer[i])
  return odd < 0
    ? E.right(buffer)
    : E.left(entryWrong(name, `the ${dtype} element ${numbers[odd]} at position ${odd} does not fit ${ours}`))
}

const headerOf = (
  bytes: Uint8Array,
): E.Either<
  SafetensorsError,
  { readonly header: Readonly<Record<string, unknown>>; readonly data: Uint8Array }
> => {
  if (bytes.length < 8)
    return E.left(headerWrong(`expected 8 bytes with the length of the header, got ${bytes.length} bytes`))
  const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (length > BigInt(longestHeader) || length > BigInt(bytes.length - 8))
    return E.left(
      headerWrong(
        `the header is to have ${String(length)} bytes, ${bytes.length - 8} bytes follow its length`,
      ),
    )
  const data = bytes.subarray(8 + Number(length))
  return pipe(
    E.tryCatch(
      () => {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          bytes.subarray(8, 8 + Number(length)),
        )
        const value: unknown = JSON.parse(text)
        return { value, twice: duplicateKey(text) }
      },
      () => headerWrong('the header is not JSON'),
    ),
    E.flatMap(({ value, twice }) =>
      twice === undefined
        ? E.right(value)
        : E.left(headerWrong(`the header names ${showValue(twice)} twice in one object`)),
    ),
    E.filterOrElse(
      (header): header is Readonly<Record<string, unknown>> =>
        typeof header === 'object' && header !== null && !Array.isArray(header),
      (header) => headerWrong(`the header is to be a JSON object, got ${showValue(header)}`),
    ),
    E.map((header) => ({ header, data })),
  )
}

const metadataOf = (
  header: Readonly<Record<string, unknown>>,
): E.Either<SafetensorsError, Readonly<Record<string, string>>> =>
  Object.hasOwn(header, metadataKey)
    ? pipe(
        metadataCodec.decode(header[metadataKey]),
        E.mapLeft((errors) =>
          headerWrong(`${metadataKey} is to hold texts by name, got ${showValue(errors[0]?.value)}`),
        ),
      )
    : E.right({})

const byPlace = ({ data_offsets: [a, aEnd] }: Entry, { data_offsets: [b, bEnd] }: Entry): number =>
  a - b || aEnd - bEnd

/**
 * The tensors in the bytes of a safetensors file. The header is checked whole before any element is read: dtypes and
 * shapes, and that the entries fill the data without gaps and overlaps. A `Left` names the entry at fault; nothing is
 * thrown, whatever the bytes are (what is no Uint8Array is an ArgumentError).
 *
 * F64, F32, F16, BF16, I32, U32 and BOOL are taken as they are. I8, U8, I16 and U16 become int32, all of
 * them exactly; I64 becomes int32 and U64 uint32 where every element fits.
 *
 * Source: the safetensors format, https://github.com/huggingface/safetensors.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { encodeSafetensors, parseSafetensors } from 'puregrad/data'
 * const bytes = encodeSafetensors({ tensors: { weight: tensor([[1, 2]]) }, metadata: { by: 'me' } })
 * const read = parseSafetensors(bytes)
 * E.isRight(read) ? toArray(read.right.tensors.weight) : [] // => [[1, 2]]
 * const cut = parseSafetensors(bytes.subarray(0, bytes.length - 1))
 * E.isLeft(cut) ? cut.left.message : '' // => 'entry "weight": ends at byte 8 of the data, which end at byte 7'
 * ```
 * @category Files
 */
export const parseSafetensors = (bytes: Uint8Array): E.Either<SafetensorsError, Safetensors> => {
  requireBytes('parseSafetensors', bytes)
  return pipe(
    headerOf(bytes),
    E.flatMap(({ header, data }) =>
      pipe(
        metadataOf(header),
        E.flatMap((metadata) =>
          pipe(
            Object.entries(header).filter(([name]) => name !== metadataKey),
            E.traverseArray(([name, value]) => decodedEntry(name, value)),
            E.flatMap((entries) => {
              const placed = [...entries].sort(byPlace)
              const wrong =
                entries.map(checkedSpan).find((found) => found !== undefined) ??
                checkedLayout(placed, data.length)
              return wrong === undefined ? E.right(entries) : E.left(wrong)
            }),
            E.flatMap(
              E.traverseArray((entry) =>
                pipe(
                  converted(new Uint8Array(data.subarray(...entry.data_offsets)), entry),
                  E.map((buffer): readonly [string, Tensor] => [
                    entry.name,
                    tensorIn(buffer.buffer, 0, stored(entry.dtype).dtype, entry.shape),
                  ]),
                ),
              ),
            ),
            E.map((tensors) => ({ tensors: Object.fromEntries(tensors), metadata })),
          ),
        ),
      ),
    ),
  )
}
