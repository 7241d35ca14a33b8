import * as E from 'fp-ts/lib/Either.js'

/** What an Either holds, or its message as an error. */
export const right = <L extends { readonly message: string }, A>(either: E.Either<L, A>): A => {
  if (E.isLeft(either)) throw new Error(either.left.message)
  return either.right
}
