import * as t from 'io-ts'

const hasOwn = (value: object, key: string): boolean => Object.hasOwn(value, key)

/** A record of exactly these keys: an unknown one is an error, and nothing else is written. */
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
      const unknown = Object.keys(u).find((key) => !hasOwn(props, key))
      if (unknown !== undefined) {
        const value = (u as Readonly<Record<string, unknown>>)[unknown]
        return t.failure(
          value,
          t.appendContext(context, unknown, t.never, value),
          `${name} has no such key; it has ${keys.join(', ')}`,
        )
      }
      return codec.validate(u, context)
    },
    (a) => codec.encode(Object.fromEntries(keys.map((key) => [key, a[key]])) as t.TypeOfProps<P>),
  )
}
