import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { isRecord } from '../tensor/tree.ts'

/** Deeper than data of ours is, and not so deep that walking it could exhaust the stack. */
const deepest = 1000

/** Half a letter of two code units has no form in UTF-8. */
const isText = (u: unknown): u is string => typeof u === 'string' && !/\p{Surrogate}/u.test(u)

const isLeaf = (u: unknown): boolean =>
  u === null || typeof u === 'boolean' || isText(u) || (typeof u === 'number' && Number.isFinite(u))

const isPlain = (u: unknown, depth: number): boolean =>
  isLeaf(u) ||
  (depth < deepest &&
    (Array.isArray(u)
      ? // A hole is no item of `every`.
        !u.includes(undefined) && u.every((item) => isPlain(item, depth + 1))
      : isRecord(u) && Object.keys(u).every((key) => isText(key) && isPlain(u[key], depth + 1))))

/** Each place of what is not plain that is to blame by itself. */
const oddPlaces = (u: unknown, context: t.Context, depth: number): t.Errors => {
  if (isPlain(u, depth)) return []
  if (context.slice(0, -1).some(({ actual }) => actual === u))
    return [{ value: u, context, message: 'expected data that does not contain itself' }]
  if (depth >= deepest && (Array.isArray(u) || isRecord(u)))
    return [{ value: u, context, message: `expected data nested at most ${deepest} deep` }]
  const parts: readonly (readonly [string, unknown])[] = Array.isArray(u)
    ? Array.from(u, (item: unknown, i) => [String(i), item] as const)
    : isRecord(u)
      ? Object.entries(u)
      : []
  const inside = parts.flatMap(([key, part]) =>
    oddPlaces(part, t.appendContext(context, key, plainData, part), depth + 1),
  )
  return inside.length > 0 ? inside : [{ value: u, context, message: 'expected plain data' }]
}

/**
 * What JSON can hold without loss: records and lists of texts, finite numbers, true, false and null. No `undefined`,
 * function, tensor, number that is not finite or text with half a letter, and nothing nested more than a thousand deep.
 */
export const plainData: t.Type<unknown> = new t.Type(
  'plain data',
  (u): u is unknown => isPlain(u, 0),
  (u, context) => (isPlain(u, 0) ? E.right(u) : E.left([...oddPlaces(u, context, 0)])),
  t.identity,
)
