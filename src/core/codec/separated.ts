import * as E from 'fp-ts/lib/Either.js'

/** The left and the right values of a list. That of fp-ts brings all its functions of arrays into a bundle, 8 kB. */
export const separated = <L, R>(
  list: readonly E.Either<L, R>[],
): { readonly left: readonly L[]; readonly right: readonly R[] } => ({
  left: list.flatMap((item) => (E.isLeft(item) ? [item.left] : [])),
  right: list.flatMap((item) => (E.isRight(item) ? [item.right] : [])),
})
