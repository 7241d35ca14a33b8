import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  cast,
  grad,
  item,
  jvp,
  key,
  mul,
  sum,
  toTypedArray,
  uniform,
  type Tensor,
} from '../../src/index.ts'
import { primitives } from '../../src/core/primitive/table.ts'
import { checkGrad, programs, runScalarProgram, tensorsOf } from '../../src/testing/index.ts'
import { constantCases, keyed, smoothCases } from './primitives.ts'

/** Σ output · weights with fixed irregular weights, so that no component is lost. */
const weighted = (output: Tensor): Tensor =>
  sum(mul(output, uniform(key(5), output.shape, { low: 0.5, high: 1.5, dtype: 'float64' })))

const directions = (inputs: readonly Tensor[], seed: number): readonly Tensor[] =>
  inputs.map((x, i) => uniform(key(seed + i), x.shape, { low: -1, high: 1, dtype: 'float64' }))

type Loss = (inputs: readonly Tensor[]) => Tensor

const inner = (x: readonly Tensor[], y: readonly Tensor[]): Tensor =>
  x.map((leaf, i) => sum(mul(leaf, y[i] as Tensor)) as Tensor).reduce((s, t) => add(s, t))

/** The directional derivative by forward mode, and the same by reverse mode. */
const forward =
  (f: Loss, v: readonly Tensor[]): Loss =>
  (x) =>
    jvp((y: readonly Tensor[]) => f(y), [x], [v])[1]
const reverse =
  (f: Loss, v: readonly Tensor[]): Loss =>
  (x) =>
    inner(grad((y: readonly Tensor[]) => f(y))(x), v)

const close = (actual: number, expected: number, tolerance: number): boolean =>
  Math.abs(actual - expected) <= tolerance * (1e-3 + Math.abs(actual) + Math.abs(expected))

describe('law 3: derivatives agree with central differences, and all modes with each other', () => {
  test('every primitive of the table is covered', () => {
    expect([...new Set([...smoothCases, ...constantCases].map(({ name }) => name)), ...keyed].sort()).toEqual(
      Object.keys(primitives).sort(),
    )
  })

  test.each(smoothCases)('$name to third order', ({ f, inputs }) => {
    const zero: Loss = (x) => weighted(f(...x))
    const [v, w] = [directions(inputs, 10), directions(inputs, 20)]
    const first = forward(zero, v)
    const second = forward(first, w)
    for (const order of [zero, first, second]) {
      const verdict = checkGrad((x: readonly Tensor[]) => order(x))(inputs)
      expect(verdict).toMatchObject({ kind: 'agrees' })
    }
  })

  test.each(smoothCases)('$name in all four nestings of modes', ({ f, inputs }) => {
    const zero: Loss = (x) => weighted(f(...x))
    const [v, w] = [directions(inputs, 10), directions(inputs, 20)]
    const nestings = [forward, reverse].flatMap((outer) =>
      [forward, reverse].map((within) => item(outer(within(zero, v), w)(inputs))),
    )
    const thirds = [forward, reverse].map((outer) => item(outer(reverse(forward(zero, v), w), v)(inputs)))
    for (const value of nestings) expect(close(value, nestings[0] as number, 1e-10)).toBe(true)
    for (const value of thirds) expect(close(value, thirds[0] as number, 1e-10)).toBe(true)
  })

  test.each(constantCases)('$name has derivative exactly 0', ({ f, inputs }) => {
    const g = grad((x: readonly Tensor[]) => sum(cast(f(...x), 'float64')) as Tensor)(inputs)
    for (const leaf of g) expect([...toTypedArray(leaf)].every((x) => x === 0)).toBe(true)
  })

  test('random programs', () => {
    fc.assert(
      fc.property(programs(), tensorsOf([2, 2], { min: -2, max: 2 }), (program, x) => {
        expect(checkGrad(runScalarProgram(program))(x)).toMatchObject({ kind: 'agrees' })
      }),
      { numRuns: 150 },
    )
  })

  test('random programs, second order in all nestings', () => {
    fc.assert(
      fc.property(programs({ maxLength: 4 }), tensorsOf([2, 2], { min: -2, max: 2 }), (program, x) => {
        const f: Loss = ([y]) => runScalarProgram(program)(y as Tensor)
        const [v, w] = [directions([x], 10), directions([x], 20)]
        const all4 = [forward, reverse].flatMap((o) =>
          [forward, reverse].map((i) => item(o(i(f, v), w)([x]))),
        )
        for (const value of all4) expect(close(value, all4[0] as number, 1e-9)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })
})
