/* eslint-disable functional/no-let, functional/no-loop-statements --
   every byte of a file is mixed into a number once */
import type { ScannedRow } from '../formats/csv-scanner.ts'
import { numberSet } from './number-set.ts'

/** So many rows are compared with one another. */
const comparedRows = 2 ** 20

/**
 * Counts the rows that are written as an earlier one is, by 53 bits of a hash of their bytes: two different rows among
 * a million are taken for one with a probability of 6·10⁻⁵.
 *
 * Source: the mixing of MurmurHash3 (A. Appleby, public domain), two states of 32 bits.
 */
export const repeatedRows = (): {
  readonly take: (row: ScannedRow) => void
  readonly counts: () => { readonly repeatedRows: number; readonly comparedRows: number }
} => {
  const seen = numberSet()
  let rows = 0
  let repeated = 0
  return {
    take: ({ bytes, from, to }) => {
      if (rows === comparedRows) return
      let [a, b] = [0x2f0b4c47, 0x16f11fe8]
      let at = from
      for (; at + 4 <= to; at += 4) {
        const word = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
        a = Math.imul(a ^ word, 0x85ebca6b)
        a ^= a >>> 13
        b = Math.imul(b ^ word, 0xc2b2ae35)
        b ^= b >>> 16
      }
      for (; at < to; at++) {
        a = Math.imul(a ^ bytes[at]!, 0x85ebca6b)
        a ^= a >>> 13
        b = Math.imul(b ^ bytes[at]!, 0xc2b2ae35)
        b ^= b >>> 16
      }
      rows++
      if (!seen.add((a >>> 0) * 2 ** 21 + (b >>> 11))) repeated++
    },
    counts: () => ({ repeatedRows: repeated, comparedRows: rows }),
  }
}
