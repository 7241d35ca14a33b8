import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { showShape, sizeOf } from '../../core/tensor/shape.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { DataError } from '../data-error.ts'
import { malformed, unsupported } from './malformed.ts'
import { decodeElements, storage, type StoredType } from './stored-elements.ts'

/** What the header of a file of one array says. */
export interface ArrayHeader {
  readonly type: StoredType
  readonly littleEndian: boolean
  readonly shape: readonly number[]
  /** Whether the first axis varies fastest. */
  readonly fortranOrder: boolean
  /** The byte after the header. */
  readonly start: number
}

const mostDimensions = 64
const mostElements = 2 ** 31 - 1

/** A shape a tensor can have; dimensions beside a 0 have to be possible too. */
export const checkedShape = (
  shape: readonly number[],
  file: string,
): E.Either<DataError, readonly number[]> =>
  shape.length > mostDimensions
    ? unsupported(file, 'shape', `at most ${mostDimensions} dimensions`, String(shape.length))
    : sizeOf(shape.filter((n) => n !== 0)) > mostElements
      ? unsupported(file, 'shape', `at most ${mostElements} elements`, showShape(shape))
      : E.right(shape)

/** The array whose elements follow the header up to the end of the bytes, neither more nor fewer. */
export const arrayAfter = (
  { type, littleEndian, shape, fortranOrder, start }: ArrayHeader,
  bytes: Uint8Array,
  file: string,
): E.Either<DataError, Tensor> => {
  const { bytes: size, dtype } = storage(type)
  const count = sizeOf(shape)
  const stored = bytes.length - start
  if (stored !== count * size)
    return malformed(file, start, 'elements', `${count * size} bytes for ${showShape(shape)}`, String(stored))
  return pipe(
    decodeElements(type, bytes.subarray(start), count, littleEndian),
    E.bimap(
      ({ index, expected, got }): DataError => ({
        kind: 'unsupported',
        file,
        field: 'elements',
        message: `${file}, byte ${start + index * size}, element ${index}: expected ${expected} to be held as ${dtype}, got ${got}`,
      }),
      (elements) =>
        fortranOrder
          ? viewOf(
              elements,
              dtype,
              shape,
              shape.map((_, axis) => sizeOf(shape.slice(0, axis))),
            )
          : viewOf(elements, dtype, shape),
    ),
  )
}
