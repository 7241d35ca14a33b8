import { checkSetting } from '../../core/tensor/check-setting.ts'
import type { DataError } from '../data-error.ts'

/** What any compressed file may unfold to. */
const always = 2 ** 28

/** How many times its own size a compressed file may unfold to; text and pictures come to 2 to 30. */
const mostTimes = 100

/** The most bytes that so many compressed ones may unfold to. */
export const unfoldingLimit = (compressed: number, maxBytes: number | undefined): number =>
  maxBytes ?? Math.max(always, mostTimes * compressed)

/**
 * @throws ArgumentError unless the limit is a whole number of 1 or more, or Infinity.
 */
export const checkedMaxBytes = (where: string, maxBytes: number | undefined): number | undefined => {
  if (maxBytes !== undefined)
    checkSetting(where, 'maxBytes', maxBytes, { min: 1, whole: true, infinite: true })
  return maxBytes
}

/** More bytes than the limit allows. */
export const tooManyBytes = (file: string, limit: number, unfolded: boolean): DataError => ({
  kind: 'too-large',
  file,
  message: `${file}: expected at most ${limit} bytes${unfolded ? ' when it is unfolded' : ''}, got more; allow them with the option maxBytes if you trust the file`,
})
