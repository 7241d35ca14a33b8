import { describe, expect, it } from 'vitest'
import {
  cond,
  greater,
  jit,
  mul,
  scan,
  slice,
  sum,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import { cases, one, v, xs } from './compiled-cases.ts'

const backends = ['native', 'wasm', 'typescript'] as const

/** Shapes and elements, these to six digits: engines round `exp` in their own ways. */
const plain = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(plain)
    : [(value as Tensor).shape, [...toTypedArray(value as Tensor)].map((x) => Number(x.toPrecision(6)))]

describe.each(backends)('on the %s backend, compiled and evaluated agree on', (backend) => {
  it.each(Object.entries(cases))('%s', (_, [f, ...args]) => {
    const expected = plain(f(...args))
    for (const reproducible of [false, true])
      expect(plain(jit(f, { backend, reproducible })(...args))).toEqual(expected)
  })
})

it('is what the loops and branches mean', () => {
  const loop = jit((x: Tensor) => {
    const a = slice(x, [2])
    return scan((s: Tensor, _: Tensor) => [s, sum(mul(s, a))], one, xs)[1]
  })
  expect(toArray(loop(v))).toEqual([30, 30, 30])
  const branch = jit((x: Tensor) =>
    cond(
      greater(sum(x), 0),
      (a: Tensor) => sum(mul(a, 3)),
      (a: Tensor) => sum(mul(a, 5)),
      slice(x, [2]),
    ),
  )
  expect(toArray(branch(v))).toBe(90)
})
