import { copyElements, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'

const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const
const parity = 0x1bd11bda

/**
 * The Threefry-2x32 block cipher with 20 rounds: two counter words under two key words give two random words.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011. Written to `out[at]` and `out[at + 1]`.
 */
export const threefryBlock = (
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
  out: { [index: number]: number },
  at: number,
): void => {
  const key2 = parity ^ key0 ^ key1
  let x = (counter0 + key0) | 0
  let y = (counter1 + key1) | 0
  for (let group = 0; group < 5; group++) {
    const first = (group & 1) * 4
    for (let r = 0; r < 4; r++) {
      const bits = rotations[first + r]!
      x = (x + y) | 0
      y = ((y << bits) | (y >>> (32 - bits))) ^ x
    }
    const next = (group + 1) % 3
    const after = (group + 2) % 3
    x = (x + (next === 0 ? key0 : next === 1 ? key1 : key2)) | 0
    y = (y + (after === 0 ? key0 : after === 1 ? key1 : key2) + group + 1) | 0
  }
  out[at] = x >>> 0
  out[at + 1] = y >>> 0
}

/** One block per counter: `keys […b, 2]`, `counters […b, 2]` → `[…b, 2]`. */
export const threefryKernel = (keys: ConcreteTensor, counters: ConcreteTensor): ConcreteTensor => {
  const k = copyElements(keys)
  const c = copyElements(counters)
  const out = allocate('uint32', k.length)
  for (let i = 0; i < k.length; i += 2) threefryBlock(k[i]!, k[i + 1]!, c[i]!, c[i + 1]!, out, i)
  return viewOf(out, 'uint32', keys.shape)
}

/** 32 random bits for every element: `keys […b, 2]` → `[…b, …shape]`; element i is half of block ⌊i/2⌋. */
export const randomBitsKernel = (keys: ConcreteTensor, shape: readonly number[]): ConcreteTensor => {
  const k = copyElements(keys)
  const count = sizeOf(shape)
  const out = allocate('uint32', (k.length / 2) * count)
  const pair = [0, 0]
  for (let b = 0; b < k.length / 2; b++) {
    const base = b * count
    for (let i = 0; i < count; i += 2) {
      threefryBlock(k[2 * b]!, k[2 * b + 1]!, i >>> 1, 1, pair, 0)
      out[base + i] = pair[0]!
      if (i + 1 < count) out[base + i + 1] = pair[1]!
    }
  }
  return viewOf(out, 'uint32', [...keys.shape.slice(0, -1), ...shape])
}
