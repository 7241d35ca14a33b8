import * as E from 'fp-ts/lib/Either.js'
import type { DataError } from '../data-error.ts'

/** Bytes that contradict their format: which field, at which byte, what was expected there and what came. */
export const malformed = (
  file: string,
  offset: number,
  field: string,
  expected: string,
  got: string,
): E.Either<DataError, never> =>
  E.left({
    kind: 'malformed',
    file,
    offset,
    field,
    message: `${file}, byte ${offset}, ${field}: expected ${expected}, got ${got}`,
  })

/** What a format allows and this library has no place for. */
export const unsupported = (
  file: string,
  field: string,
  expected: string,
  got: string,
): E.Either<DataError, never> =>
  E.left({
    kind: 'unsupported',
    file,
    field,
    message: `${file}, ${field}: expected ${expected}, got ${got}`,
  })
