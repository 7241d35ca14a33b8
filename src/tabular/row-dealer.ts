import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, uniform, type Key } from '../core/numeric/index.ts'

export type PartName = 'train' | 'dev' | 'test'

/** The shares of the parts; they add up to 1. */
export type PartShares = Readonly<Record<PartName, number>>

const block = 1024

/**
 * Which part a row belongs to, by the key and its number in the file (from 0) alone: no list of rows is held, and every
 * reading of the file deals the same.
 */
export const rowDealer = (key: Key, { train, dev }: PartShares): ((row: number) => PartName) => {
  /* eslint-disable functional/no-let -- the draws of the block at hand are kept, as rows are asked for in order */
  let at = -1
  let draws: ArrayLike<number> = []
  /* eslint-enable functional/no-let */
  return (row) => {
    const wanted = Math.floor(row / block)
    if (wanted !== at) {
      at = wanted
      draws = toTypedArray(uniform(foldIn(key, wanted), [block], { dtype: 'float64' }))
    }
    const drawn = draws[row % block] ?? 0
    return drawn < train ? 'train' : drawn < train + dev ? 'dev' : 'test'
  }
}
