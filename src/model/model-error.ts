import type { DecodingError } from '../core/codec/decoding-error.ts'

/**
 * Why there is no model: the file system said no; the bytes are not what was saved, or parts of the model do not go
 * together, where `entry` is the tensor or field at fault; or what the file says of itself describes no model of this
 * format.
 *
 * @category Models
 */
export type ModelError =
  | { readonly kind: 'io'; readonly file: string; readonly message: string }
  | { readonly kind: 'corrupt' | 'misfit' | 'unencodable'; readonly entry: string; readonly message: string }
  | DecodingError

/** What is wrong with one entry. */
export const modelError = (
  kind: 'corrupt' | 'misfit' | 'unencodable',
  entry: string,
  problem: string,
): ModelError => ({ kind, entry, message: `${entry}: ${problem}` })
