import { checkOptions } from '../../core/tensor/check-options.ts'
import { checkedMaxBytes } from './max-bytes.ts'

/**
 * How many bytes a compressed file may unfold to.
 *
 * @category Files
 */
export interface UnfoldOptions {
  /**
   * The most bytes that are taken from the file, those of a compressed one after it is unfolded. Unless told otherwise, a
   * plain file may have any size, and a compressed one may unfold to 256 MiB or a hundred times its size, whichever is
   * more.
   */
  readonly maxBytes?: number
}

/** @throws ArgumentError for an option that is none, or a limit that is not a whole number of 1 or more. */
export const checkedUnfolding = (where: string, options: UnfoldOptions): number | undefined => {
  checkOptions<UnfoldOptions>(where, options, { maxBytes: true })
  return checkedMaxBytes(where, options.maxBytes)
}
