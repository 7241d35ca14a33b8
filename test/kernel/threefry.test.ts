import { expect, test } from 'vitest'
import { threefryBlock } from '../../src/core/kernel/threefry.ts'

/** Known answers of the Random123 distribution for threefry2x32 with 20 rounds: counter, key, block. */
test.each([
  [0, 0, 0, 0, 0x6b200159, 0x99ba4efe],
  [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0x1cb996fc, 0xbb002be7],
  [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xc4923a9c, 0x483df7a0],
])('counter %i %i under key %i %i', (counter0, counter1, key0, key1, first, second) => {
  const out = [0, 0]
  threefryBlock(key0, key1, counter0, counter1, out, 0)
  expect(out).toEqual([first, second])
})
