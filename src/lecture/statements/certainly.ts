import * as E from 'fp-ts/lib/Either.js'

/** What a claim's own data cannot fail to give. */
export const certainly = <A>(result: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(result)) throw new RangeError(result.left.message)
  return result.right
}
