import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { allocate, bufferFrom, bytesOf, type Buffer, type DType } from '../../core/tensor/dtype.ts'
import { littleEndianBytes } from '../../core/tensor/little-endian.ts'
import { checkShape, sizeOf, withUnitAxes } from '../../core/tensor/shape.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { spellNumber } from './spell-number.ts'
import { fromStored, storedElements } from './stored-elements.ts'
import { countsCodec, dtypeCodec } from './type-codec.ts'

/** Numbers JSON has no numeral for. */
const spelled = { NaN, Infinity, '-Infinity': -Infinity, '-0': -0 } as const

/** An element as JSON holds it. */
export type ElementJson = number | keyof typeof spelled

/**
 * A tensor as JSON: its elements in row-major order as a list, or as the base64 of their little-endian bytes. Along
 * the axes named `repeated` they repeat and are given once.
 */
export interface ConstantJson {
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly repeated: readonly number[]
  readonly data: string | readonly ElementJson[]
}

/** Constants of up to this many elements are written as lists. */
const listedSize = 16

const isSpelled = (u: unknown): u is keyof typeof spelled =>
  typeof u === 'string' && Object.hasOwn(spelled, u)

/** How many characters are converted at once: an argument list has an end. */
const chunk = 0x8000

const toBase64 = (buffer: Buffer): string => {
  const bytes = littleEndianBytes(buffer)
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunk) }, (_, i) =>
    String.fromCharCode(...bytes.subarray(i * chunk, (i + 1) * chunk)),
  )
  return btoa(chunks.join(''))
}

const sameBytes = (a: Buffer, b: Buffer): boolean => {
  const [x, y] = [a, b].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  )
  return x?.every((byte, i) => byte === y?.[i]) ?? false
}

const elementJson = (x: number, dtype: DType): ElementJson => {
  const text = spellNumber(x, dtype)
  return isSpelled(text) ? text : Number(text)
}

const encodeData = (buffer: Buffer, dtype: DType): ConstantJson['data'] => {
  const listed = buffer.length <= listedSize ? Array.from(buffer, (x) => elementJson(x, dtype)) : undefined
  // A NaN with a payload of its own has no spelling.
  return listed !== undefined && sameBytes(buffer, bufferFrom(dtype, listed.map(numberOf)))
    ? listed
    : toBase64(buffer)
}

const numberOf = (element: ElementJson): number => (isSpelled(element) ? spelled[element] : element)

/** Whether a dtype has this element; a real number may be rounded to it, not to infinity. */
const suits: { readonly [D in DType]: (u: unknown) => u is ElementJson } = {
  float32: (u): u is ElementJson =>
    isSpelled(u) || (typeof u === 'number' && Number.isFinite(Math.fround(u))),
  float64: (u): u is ElementJson => isSpelled(u) || (typeof u === 'number' && Number.isFinite(u)),
  int32: (u): u is ElementJson => typeof u === 'number' && u === (u | 0),
  uint32: (u): u is ElementJson => typeof u === 'number' && u === u >>> 0,
  bool: (u): u is ElementJson => u === 0 || u === 1,
  float16: (u): u is ElementJson => isSpelled(u) || typeof u === 'number',
  bfloat16: (u): u is ElementJson => isSpelled(u) || typeof u === 'number',
}

const fromList = (list: readonly unknown[], dtype: DType, size: number): E.Either<string, Buffer> => {
  if (list.length !== size) return E.left(`expected ${String(size)} elements, got ${String(list.length)}`)
  const odd = list.findIndex((element) => !suits[dtype](element))
  return odd < 0
    ? E.right(bufferFrom(dtype, (list as readonly ElementJson[]).map(numberOf)))
    : E.left(`the element at position ${String(odd)} is not a ${dtype}`)
}

const fromBase64 = (text: string, dtype: DType, size: number): E.Either<string, Buffer> => {
  const width = bytesOf(dtype)
  // Checked before anything of that size is made.
  if (text.length !== 4 * Math.ceil((size * width) / 3))
    return E.left(
      `expected the base64 of ${String(size * width)} bytes, got ${String(text.length)} characters`,
    )
  return pipe(
    E.tryCatch(
      () => atob(text),
      () => 'expected base64',
    ),
    E.filterOrElse(
      (bytes) => bytes.length === size * width && btoa(bytes) === text,
      () => `expected the base64 of ${String(size * width)} bytes`,
    ),
    E.map((characters) => {
      const buffer = allocate(dtype, size)
      new Uint8Array(buffer.buffer).set(Uint8Array.from(characters, (c) => c.charCodeAt(0)))
      littleEndianBytes(buffer)
      return buffer
    }),
    E.filterOrElse(
      (buffer) => dtype !== 'bool' || buffer.every((byte: number) => byte <= 1),
      () => 'expected bytes 0 and 1 for booleans',
    ),
  )
}

const decodeData = (data: unknown, dtype: DType, shape: readonly number[]): E.Either<string, Buffer> =>
  Array.isArray(data)
    ? fromList(data, dtype, sizeOf(shape))
    : typeof data === 'string'
      ? fromBase64(data, dtype, sizeOf(shape))
      : E.left('expected a list of elements or base64')

const record = strictRecord('a constant', {
  dtype: dtypeCodec,
  shape: countsCodec,
  repeated: countsCodec,
  data: t.unknown,
})

/** Constants bit by bit: small ones as lists of numbers, larger ones as base64. */
export const constantCodec: t.Type<ConcreteTensor, ConstantJson> = new t.Type(
  'a constant',
  (u): u is ConcreteTensor => u instanceof ConcreteTensor,
  (u, context) =>
    pipe(
      record.validate(u, context),
      E.flatMap(({ dtype, shape, repeated, data }) => {
        const at =
          (key: string, value: unknown) =>
          (message: string): t.Errors => [
            { value, context: t.appendContext(context, key, t.unknown, value), message },
          ]
        return pipe(
          E.tryCatch(
            () => checkShape(shape, 'a constant'),
            (error) => at('shape', shape)((error as Error).message),
          ),
          E.filterOrElse(
            () => repeated.every((axis, i) => axis < shape.length && axis > (repeated[i - 1] ?? -1)),
            () => at('repeated', repeated)('expected axes of the constant in ascending order'),
          ),
          E.flatMap(() =>
            pipe(decodeData(data, dtype, withUnitAxes(shape, repeated)), E.mapLeft(at('data', data))),
          ),
          E.map((elements) => fromStored(elements, dtype, shape, repeated)),
        )
      }),
    ),
  (constant) => {
    const { dtype, shape } = constant
    const { repeated, elements } = storedElements(constant)
    return { dtype, shape: [...shape], repeated, data: encodeData(elements, dtype) }
  },
)
