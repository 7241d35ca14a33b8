import * as t from 'io-ts'
import { choiceCodec } from './setting-codec.ts'
import { strictRecord } from './strict-record.ts'

type Kinds = Readonly<Record<string, t.Props>>

/** Records told apart by their `kind`, with the other keys of each. */
type OneOf<K extends Kinds, O extends Partial<Record<keyof K, t.Props>>> = {
  readonly [N in keyof K & string]: { readonly kind: N } & t.TypeOfProps<K[N]> &
    (O[N] extends t.Props ? t.TypeOfPartialProps<O[N]> : unknown)
}[keyof K & string]

const kindIn = (u: unknown, tag: string): unknown =>
  typeof u === 'object' && u !== null && Object.hasOwn(u, tag) ? Reflect.get(u, tag) : undefined

/**
 * A record of one of several kinds, named under `tag`, each with exactly its own keys; those in `optional` may be missing. Unlike a union
 * it says what is wrong with the kind that was meant, and at a path without positions of alternatives.
 */
export const oneKindOf = <
  K extends Kinds,
  O extends { readonly [N in keyof K]?: t.Props } = Record<never, never>,
>(
  name: string,
  kinds: K,
  optional: O = {} as O,
  tag = 'kind',
): t.Type<OneOf<K, O>, unknown> => {
  const kind = choiceCodec(...Object.keys(kinds))
  const codecs: ReadonlyMap<unknown, t.Type<unknown>> = new Map(
    Object.entries(kinds).map(([own, props]) => [
      own,
      strictRecord(
        `${name} of ${tag} ${own}`,
        { [tag]: t.literal(own), ...props },
        optional[own] ?? {},
      ) as t.Type<unknown>,
    ]),
  )
  return new t.Type<OneOf<K, O>, unknown>(
    name,
    (u): u is OneOf<K, O> => codecs.get(kindIn(u, tag))?.is(u) === true,
    (u, context) => {
      if (typeof u !== 'object' || u === null || Array.isArray(u))
        return t.failure(u, context, `expected ${name}, a record with a ${tag}`)
      const found = kindIn(u, tag)
      const codec = codecs.get(found)
      return codec === undefined
        ? (kind.validate(found, t.appendContext(context, tag, kind, found)) as t.Validation<never>)
        : (codec.validate(u, context) as t.Validation<OneOf<K, O>>)
    },
    (a) => codecs.get(kindIn(a, tag))?.encode(a),
  )
}
