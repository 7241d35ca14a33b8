import canonicalize from 'canonicalize'
import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../tensor/errors.ts'
import { decodeWith } from './decode-with.ts'
import { plainData } from './plain-data.ts'

/**
 * JSON with one text for each value: names in order, no spaces. The order in which a record was built leaves no trace.
 *
 * Source: RFC 8785, "JSON Canonicalization Scheme".
 *
 * @throws ArgumentError naming each path where something is not plain data: `undefined`, a function, a tensor, a
 * number that is not finite, a text with half a letter; and where data is nested more than a thousand deep.
 */
export const canonicalJson = (value: unknown): string => {
  const json = plainData.is(value) ? canonicalize(value) : undefined
  if (json !== undefined) return json
  const decoded = decodeWith(plainData, 'value', value)
  throw new ArgumentError(
    `canonicalJson: ${E.isLeft(decoded) ? decoded.left.message : 'expected plain data'}`,
  )
}
