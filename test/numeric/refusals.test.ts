import { describe, expect, it } from 'vitest'
import {
  add,
  ArgumentError,
  categorical,
  DTypeError,
  foriLoop,
  item,
  key,
  normal,
  oneHot,
  ones,
  scan,
  tensor,
  TreeError,
  uniform,
  zeros,
  type Tensor,
} from '../../src/index.ts'

const k = key(0)

describe('random functions', () => {
  it('refuse options that are none', () => {
    expect(() => uniform(k, [2], { lo: 1 } as never)).toThrow(ArgumentError)
    expect(() => uniform(k, [2], { lo: 1 } as never)).toThrow(
      'uniform: "lo" is not an option; did you mean low?',
    )
    expect(() => normal(k, [2], { stddev: 2 } as never)).toThrow('normal: "stddev" is not an option')
    expect(() => categorical(k, zeros([2, 2]), { axes: 0 } as never)).toThrow('did you mean axis?')
  })

  it('refuse a dtype that is not of floats', () => {
    for (const dtype of ['int32', 'bool', 'float16']) {
      expect(() => uniform(k, [2], { dtype } as never)).toThrow(DTypeError)
      expect(() => normal(k, [2], { dtype } as never)).toThrow(DTypeError)
    }
  })
})

describe('scan', () => {
  it('names what a step has to return', () => {
    const wrong = (step: unknown) => () => scan(step as never, tensor(0), ones([3]))
    for (const step of [(s: Tensor) => s, () => undefined, (s: Tensor) => [s], (s: Tensor) => ({ s })]) {
      expect(wrong(step)).toThrow(TreeError)
      expect(wrong(step)).toThrow('scan: a step returns the pair [carried, result], got')
    }
  })

  it('refuses options that are none', () => {
    expect(() =>
      scan((s: Tensor, x: Tensor) => [s, x], tensor(0), ones([3]), { revers: true } as never),
    ).toThrow('did you mean reverse?')
  })
})

describe('foriLoop', () => {
  it('counts to the ends of int32 and not beyond', () => {
    const count = (start: number, end: number): number =>
      item(foriLoop(start, end, (_, n: Tensor) => add(n, 1), tensor(0)))
    expect(count(2 ** 31 - 3, 2 ** 31)).toBe(3)
    expect(count(-(2 ** 31), 2 - 2 ** 31)).toBe(2)
    expect(count(2 ** 40, 0)).toBe(0)
    expect(() => count(0, 5e9)).toThrow(ArgumentError)
    expect(() => count(2 ** 31, 2 ** 31 + 2)).toThrow('foriLoop: expected indices that int32 holds')
  })
})

it('oneHot refuses more classes than a tensor has elements', () => {
  expect(() => oneHot([0], 1e10)).toThrow(ArgumentError)
})
