import { canonicalJson } from './canonical-json.ts'
import { sha256 } from './sha256.ts'

/**
 * The SHA-256 of plain data, in hexadecimal: equal data has equal ids, whatever the order of names.
 *
 * @throws ArgumentError like {@link canonicalJson}.
 */
export const contentId = (value: unknown): string => sha256(new TextEncoder().encode(canonicalJson(value)))
