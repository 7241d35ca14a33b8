import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Errors, Type } from 'io-ts'
import { showText, showValue } from '../tensor/show-value.ts'

/** One thing that is wrong with a piece of data, and where. */
export interface Problem {
  /** Names and positions joined by dots; empty for the whole. */
  readonly path: string
  readonly message: string
}

/** What a codec found wrong, one problem per path. */
export const problemsIn = (errors: Errors, whole: string): readonly Problem[] =>
  errors.map(({ context, message, value }) => {
    const path = context
      .map(({ key }) => key)
      .filter((key) => key !== '')
      .join('.')
    return {
      path,
      message: `${path === '' ? whole : showText(path)}: ${message ?? 'is not acceptable'}, got ${showValue(value)}`,
    }
  })

/** A piece of data that is not acceptable, with every path that is wrong. */
export interface DecodingError<K extends string> {
  readonly kind: K
  readonly problems: readonly Problem[]
  /** The problems in one text, a line each; beyond the twentieth they are counted. */
  readonly message: string
}

/** More lines nobody reads. */
const mostLines = 20

const messageOf = (problems: readonly Problem[]): string =>
  [
    ...problems.slice(0, mostLines).map(({ message }) => message),
    ...(problems.length > mostLines ? [`and ${problems.length - mostLines} more`] : []),
  ].join('\n')

/** What a codec makes of a piece of data, or all that is wrong with it. */
export const decodedBy = <A, K extends string>(
  codec: Type<A, unknown>,
  kind: K,
  whole: string,
  data: unknown,
): E.Either<DecodingError<K>, A> =>
  pipe(
    codec.decode(data),
    E.mapLeft((errors) => {
      const problems = problemsIn(errors, whole)
      return { kind, problems, message: messageOf(problems) }
    }),
  )
