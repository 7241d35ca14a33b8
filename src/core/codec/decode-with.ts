import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Decoder } from 'io-ts'
import { showText } from '../tensor/show-value.ts'
import { decodingError, problemAt, problemsIn, type DecodingError, type Problem } from './decoding-error.ts'
import { reasonOf } from '../tensor/reason-of.ts'

/**
 * What a codec makes of a piece of data, or all that is wrong with it. Nothing is thrown, whatever the data is: data
 * that throws when it is looked at, or is nested too deep to be walked, is a problem too.
 *
 * Every `decode…` function is this with its codec. `check` finds what no codec of a part can, such as lists of unequal
 * lengths; it sees only data of the right form.
 */
export const decodeWith = <A>(
  codec: Decoder<unknown, A>,
  subject: string,
  data: unknown,
  check: (decoded: A) => readonly Problem[] = () => [],
): E.Either<DecodingError, A> =>
  pipe(
    E.tryCatch(
      () =>
        pipe(
          codec.decode(data),
          E.mapLeft((errors) => problemsIn(subject, errors)),
          E.flatMap((decoded) => {
            const problems = check(decoded)
            return problems.length === 0 ? E.right(decoded) : E.left(problems)
          }),
        ),
      (error) => [problemAt(subject, '', `cannot be looked at: ${showText(reasonOf(error), 160)}`)],
    ),
    E.flatten,
    E.mapLeft((problems) => decodingError(subject, problems)),
  )
