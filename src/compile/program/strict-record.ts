import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'

const hasOwn = (value: object, key: string): boolean => Object.hasOwn(value, key)

/**
 * A record of exactly these keys: an unknown one is an error, and nothing else is written. Every problem is reported,
 * unknown keys first.
 */
export const strictRecord = <P extends t.Props>(
  name: string,
  props: P,
): t.Type<t.TypeOfProps<P>, t.OutputOfProps<P>> => {
  const codec = t.type(props, name)
  const keys = Object.keys(props)
  return new t.Type(
    name,
    codec.is,
    (u, context) => {
      if (typeof u !== 'object' || u === null || Array.isArray(u))
        return t.failure(u, context, `expected ${name}, a record of ${keys.join(', ')}`)
      const unknown = Object.keys(u)
        .filter((key) => !hasOwn(props, key))
        .map((key): t.ValidationError => {
          const value = (u as Readonly<Record<string, unknown>>)[key]
          return {
            value,
            context: t.appendContext(context, key, t.never, value),
            message: `${name} has no such key; it has ${keys.join(', ')}`,
          }
        })
      const valid = codec.validate(u, context)
      return unknown.length === 0 ? valid : t.failures([...unknown, ...(E.isLeft(valid) ? valid.left : [])])
    },
    (a) => codec.encode(Object.fromEntries(keys.map((key) => [key, a[key]])) as t.TypeOfProps<P>),
  )
}
