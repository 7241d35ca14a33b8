import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { nearestName } from '../tensor/nearest-name.ts'

/** Only so many unknown keys are compared with the known ones: data may have any number of them. */
const mostSuggestions = 20

/**
 * A record of exactly these keys, of which those in `optional` may be missing: an unknown one is an error that names the
 * nearest known one, and nothing else is written. Every problem is reported, unknown keys first.
 */
export const strictRecord = <P extends t.Props, O extends t.Props = Record<never, never>>(
  name: string,
  required: P,
  optional: O = {} as O,
): t.Type<t.TypeOfProps<P> & t.TypeOfPartialProps<O>, t.OutputOfProps<P> & t.OutputOfPartialProps<O>> => {
  type A = t.TypeOfProps<P> & t.TypeOfPartialProps<O>
  type Out = t.OutputOfProps<P> & t.OutputOfPartialProps<O>
  const codecs: ReadonlyMap<string, t.Mixed> = new Map([
    ...Object.entries(required),
    ...Object.entries(optional),
  ])
  const keys = [...codecs.keys()]
  /** A key of the prototype is no key of the data. */
  const has = (u: object, key: string): boolean => Object.hasOwn(u, key)
  const isRecord = (u: unknown): u is Readonly<Record<string, unknown>> =>
    typeof u === 'object' && u !== null && !Array.isArray(u)
  const present = (u: Readonly<Record<string, unknown>>): readonly string[] =>
    keys.filter((key) => !has(optional, key) || (has(u, key) && u[key] !== undefined))
  const unknownKey = (key: string, i: number): string => {
    if (keys.length === 0) return `expected ${name}`
    const near = i < mostSuggestions ? nearestName(key, keys) : undefined
    return `${name} has no such key${near === undefined ? '' : `; did you mean ${near}?`} (it has ${keys.join(', ')})`
  }
  return new t.Type<A, Out>(
    name,
    (u): u is A =>
      isRecord(u) && present(u).every((key) => has(u, key) && codecs.get(key)?.is(u[key]) === true),
    (u, context) => {
      if (!isRecord(u))
        return t.failure(
          u,
          context,
          `expected ${name}, a record ${keys.length === 0 ? 'without keys' : `of ${keys.join(', ')}`}`,
        )
      const unknown = Object.keys(u)
        .filter((key) => !codecs.has(key))
        .map((key, i): t.ValidationError => ({
          value: u[key],
          context: t.appendContext(context, key, t.never, u[key]),
          message: unknownKey(key, i),
        }))
      const validated = present(u).map((key) => {
        const codec = codecs.get(key)!
        const value = has(u, key) ? u[key] : undefined
        return [key, codec.validate(value, t.appendContext(context, key, codec, value))] as const
      })
      const errors = [...unknown, ...validated.flatMap(([, result]) => (E.isLeft(result) ? result.left : []))]
      return errors.length > 0
        ? t.failures(errors)
        : t.success(
            Object.fromEntries(
              validated.map(([key, result]) => [key, E.isRight(result) ? result.right : undefined]),
            ) as A,
          )
    },
    (a) =>
      Object.fromEntries(
        present(a as Readonly<Record<string, unknown>>).map((key) => [
          key,
          codecs.get(key)?.encode((a as Readonly<Record<string, unknown>>)[key]),
        ]),
      ) as Out,
  )
}
