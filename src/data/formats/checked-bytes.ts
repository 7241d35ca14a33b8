import { checkOptions } from '../../core/tensor/check-options.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { showValue } from '../../core/tensor/show-value.ts'

/**
 * What messages call bytes that are parsed.
 *
 * @category Files
 */
export interface BytesOptions {
  /** What messages call the bytes. */
  readonly file?: string
}

/** @throws ArgumentError unless these are bytes; a text or an ArrayBuffer has none that could be looked at. */
export const requireBytes = (where: string, bytes: unknown): void => {
  if (!(bytes instanceof Uint8Array))
    throw new ArgumentError(`${where}: expected bytes as a Uint8Array, got ${showValue(bytes)}`)
}

/** @throws ArgumentError unless these are bytes, and for another option. */
export const checkedBytes = (where: string, bytes: unknown, options: BytesOptions): BytesOptions => {
  requireBytes(where, bytes)
  checkOptions<BytesOptions>(where, options, { file: true })
  return options
}
