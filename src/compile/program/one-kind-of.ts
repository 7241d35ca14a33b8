import * as t from 'io-ts'
import { strictRecord } from './strict-record.ts'

/** Records told apart by their `kind`, with the other keys of each. */
type OneOf<K extends Readonly<Record<string, t.Props>>> = {
  readonly [N in keyof K & string]: { readonly kind: N } & t.TypeOfProps<K[N]>
}[keyof K & string]

const kindIn = (u: unknown): unknown =>
  typeof u === 'object' && u !== null && 'kind' in u ? u.kind : undefined

/**
 * A record of one of several kinds, each with exactly its own keys. Unlike a union it says what is wrong with the kind
 * that was meant, and at a path without positions of alternatives.
 */
export const oneKindOf = <K extends Readonly<Record<string, t.Props>>>(
  name: string,
  kinds: K,
): t.Type<OneOf<K>, unknown> => {
  const codecs: ReadonlyMap<unknown, t.Type<unknown>> = new Map(
    Object.entries(kinds).map(([kind, props]) => [
      kind,
      strictRecord(`${name} of kind ${kind}`, { kind: t.literal(kind), ...props }) as t.Type<unknown>,
    ]),
  )
  return new t.Type<OneOf<K>, unknown>(
    name,
    (u): u is OneOf<K> => codecs.get(kindIn(u))?.is(u) === true,
    (u, context) => {
      const codec = codecs.get(kindIn(u))
      return codec === undefined
        ? t.failure(u, context, `expected ${name} of kind ${Object.keys(kinds).join(', ')}`)
        : (codec.validate(u, context) as t.Validation<OneOf<K>>)
    },
    (a) => codecs.get(a.kind)?.encode(a),
  )
}
