import { canonicalJson } from '../core/codec/canonical-json.ts'

/**
 * The SHA-256 of plain data, in hexadecimal: equal data has equal ids, whatever the order of names. Needs Node.
 *
 * @throws ArgumentError like {@link canonicalJson}.
 */
export const contentId = (value: unknown): string =>
  process.getBuiltinModule('node:crypto').createHash('sha256').update(canonicalJson(value)).digest('hex')
