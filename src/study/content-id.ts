import { canonicalJson } from '../core/codec/canonical-json.ts'

/**
 * The SHA-256 of plain data, in hexadecimal: equal data has equal ids, whatever the order of names. Needs Node.
 *
 * @throws ArgumentError like {@link canonicalJson}.
 * @example
 * ```ts
 * import { contentId } from 'puregrad/study'
 * contentId({ a: 1, b: 2 }) === contentId({ b: 2, a: 1 }) // => true
 * contentId({}).slice(0, 8) // => '44136fa3'
 * ```
 */
export const contentId = (value: unknown): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(canonicalJson(value)).digest('hex')
