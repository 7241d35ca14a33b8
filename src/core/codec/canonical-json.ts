import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../tensor/errors.ts'
import { decodeWith } from './decode-with.ts'
import { plainData } from './plain-data.ts'

const write = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(write).join(',')}]`
    : typeof value === 'object' && value !== null
      ? `{${Object.keys(value)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${write((value as Readonly<Record<string, unknown>>)[key])}`)
          .join(',')}}`
      : JSON.stringify(value)

/**
 * JSON with one text for each value: names in order, no spaces. The order in which a record was built leaves no trace.
 *
 * Source: RFC 8785, "JSON Canonicalization Scheme".
 *
 * @throws ArgumentError naming each path where something is not plain data: `undefined`, a function, a tensor, or a
 * number that is not finite; and where data is nested more than a thousand deep.
 */
export const canonicalJson = (value: unknown): string => {
  if (plainData.is(value)) return write(value)
  const decoded = decodeWith(plainData, 'value', value)
  throw new ArgumentError(
    `canonicalJson: ${E.isLeft(decoded) ? decoded.left.message : 'expected plain data'}`,
  )
}
