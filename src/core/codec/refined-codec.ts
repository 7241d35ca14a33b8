import * as t from 'io-ts'

/** A codec of the values a test accepts; its error says `expected` and the name. */
export const refinedCodec = <A>(name: string, is: (u: unknown) => u is A): t.Type<A> =>
  new t.Type(
    name,
    is,
    (u, context) => (is(u) ? t.success(u) : t.failure(u, context, `expected ${name}`)),
    t.identity,
  )

/** A codec of the numbers a test accepts. */
export const numberCodec = (name: string, accepts: (x: number) => boolean): t.Type<number> =>
  refinedCodec(name, (u): u is number => typeof u === 'number' && accepts(u))

/** A codec of texts. */
export const textCodec: t.Type<string> = refinedCodec('a text', (u): u is string => typeof u === 'string')
