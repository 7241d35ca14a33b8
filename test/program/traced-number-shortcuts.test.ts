import { describe, expect, it } from 'vitest'
import {
  add,
  clip,
  elu,
  jit,
  leakyRelu,
  mul,
  pad,
  pow,
  tensor,
  toArray,
  traceCount,
  type Tensor,
} from '../../src/index.ts'

/** Functions with a shorter way for one number, and numbers among which it is. */
const functions: Readonly<
  Record<string, readonly [f: (x: Tensor, n: number) => Tensor, numbers: readonly number[]]>
> = {
  'a power': [(x, n) => pow(x, n), [2, 0, 3, -1]],
  'a square beside a number': [(x, n) => mul(pow(x, 2), n), [2, 0, 3]],
  'an upper limit': [(x, n) => clip(x, -1, n), [2, 0, Infinity, 1.5]],
  'a lower limit': [(x, n) => clip(x, n, 1), [-2, 0, -Infinity, 0.5]],
  'two limits': [(x, n) => clip(x, n, n), [-2, 0, 0.5]],
  'no limits beside a number': [(x, n) => mul(clip(x, -Infinity, Infinity), n), [0, 2]],
  'what pads': [(x, n) => pad(x, [[1, 2]], n), [0, 0.5, NaN]],
  'zeros that pad beside a number': [(x, n) => mul(pad(x, [[1, 2]]), n), [0, 0.5]],
  'a slope': [(x, n) => leakyRelu(x, { slope: n }), [0, 0.5, 1]],
  'a scale': [(x, n) => elu(x, { alpha: n }), [0, 0.5, 1]],
}

describe('a number that has a shorter way is traced as any other', () => {
  it.each(Object.entries(functions))('%s', (_, [f, numbers]) => {
    const x = tensor([-3, 0.25, 2])
    for (const first of numbers) {
      const compiled = jit(f)
      for (const n of [first, ...numbers])
        expect(toArray(add(compiled(x, n), 0))).toEqual(toArray(add(f(x, n), 0)))
      expect(traceCount(compiled)).toBe(1)
    }
  })
})

it('a limit that is NaN is refused at the call that has it', () => {
  const limited = jit((x: Tensor, n: number) => clip(x, -1, n))
  expect(toArray(limited(tensor([3]), 1))).toEqual([1])
  expect(() => limited(tensor([3]), NaN)).toThrow('clip: high: expected a number')
})
