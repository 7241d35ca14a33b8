import { copyElements, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate } from '../tensor/dtype.ts'
import { sizeOf } from '../tensor/shape.ts'

const parity = 0x1bd11bda

/**
 * The Threefry-2x32 block cipher with 20 rounds: two counter words under two key words give two random words.
 *
 * Source: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011. Written to `out[at]` and `out[at + 1]`. Rotations are written out: read from a list
 * they take half as long again.
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
  let first = key1
  let second = key2
  let third = key0
  for (let group = 1; group <= 5; group++) {
    if ((group & 1) === 1) {
      x = (x + y) | 0
      y = ((y << 13) | (y >>> 19)) ^ x
      x = (x + y) | 0
      y = ((y << 15) | (y >>> 17)) ^ x
      x = (x + y) | 0
      y = ((y << 26) | (y >>> 6)) ^ x
      x = (x + y) | 0
      y = ((y << 6) | (y >>> 26)) ^ x
    } else {
      x = (x + y) | 0
      y = ((y << 17) | (y >>> 15)) ^ x
      x = (x + y) | 0
      y = ((y << 29) | (y >>> 3)) ^ x
      x = (x + y) | 0
      y = ((y << 16) | (y >>> 16)) ^ x
      x = (x + y) | 0
      y = ((y << 24) | (y >>> 8)) ^ x
    }
    x = (x + first) | 0
    y = (y + second + group) | 0
    const used = first
    first = second
    second = third
    third = used
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
  const pair = new Uint32Array(2)
  for (let b = 0; b < k.length / 2; b++) {
    const base = b * count
    const [key0, key1] = [k[2 * b]!, k[2 * b + 1]!]
    for (let i = 0; i + 1 < count; i += 2) threefryBlock(key0, key1, i >>> 1, 1, out, base + i)
    if (count % 2 === 0) continue
    threefryBlock(key0, key1, count >>> 1, 1, pair, 0)
    out[base + count - 1] = pair[0]!
  }
  return viewOf(out, 'uint32', [...keys.shape.slice(0, -1), ...shape])
}
