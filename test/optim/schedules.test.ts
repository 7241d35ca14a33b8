import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { item } from '../../src/core/autodiff/read.ts'
import {
  cosineDecay,
  cosineLogCycles,
  exponentialDecay,
  flatCosine,
  inverseSquareRoot,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  rateAt,
  triangularCycles,
  warmRestarts,
  warmUp,
  type Schedule,
} from '../../src/optim/index.ts'
import { jit } from '../../src/compile/jit/jit.ts'
import { tensor } from '../../src/core/numeric/index.ts'

const at = (schedule: Schedule, step: number): number => item(rateAt(schedule, step))
const count = fc.integer({ min: 1, max: 1000 })

/** The cycle of a step, counted one after the other. */
const cycleOf = (
  steps: number,
  growth: number,
  step: number,
): { readonly begun: number; readonly length: number } => {
  let [begun, length] = [0, steps]
  while (step >= begun + length) [begun, length] = [begun + length, length * growth]
  return { begun, length }
}

describe('schedules', () => {
  test('equal their formulas', () => {
    fc.assert(
      fc.property(count, fc.nat(1200), (steps, step) => {
        const done = Math.min(step / steps, 1)
        expect(at(exponentialDecay({ from: 2, rate: 0.5, every: steps }), step)).toBeCloseTo(
          2 * 0.5 ** (step / steps),
          12,
        )
        expect(at(exponentialDecay({ from: 2, rate: 0.5, every: steps, staircase: true }), step)).toBe(
          2 * 0.5 ** Math.floor(step / steps),
        )
        expect(at(polynomialDecay({ from: 2, to: 1, steps, power: 2 }), step)).toBeCloseTo(
          1 + (1 - done) ** 2,
          12,
        )
        expect(at(cosineDecay({ from: 2, to: 1, steps }), step)).toBeCloseTo(
          1 + 0.5 * (1 + Math.cos(Math.PI * done)),
          12,
        )
        expect(at(flatCosine({ from: 2, steps }), step)).toBeCloseTo(
          done < 0.5 ? 2 : 1 + Math.cos(Math.PI * (2 * done - 1)),
          12,
        )
        expect(at(cosineLogCycles({ peak: 2, steps, cycles: 3 }), step)).toBeCloseTo(
          1 - Math.cos(2 * Math.PI * Math.log2(1 + 7 * done)),
          12,
        )
        const { begun, length } = cycleOf(steps, 2, step)
        expect(at(warmRestarts({ from: 2, to: 1, steps, growth: 2 }), step)).toBeCloseTo(
          1 + 0.5 * (1 + Math.cos((Math.PI * (step - begun)) / length)),
          6,
        )
        const phase = (step % (2 * steps)) / steps
        expect(at(triangularCycles({ low: 1, high: 2, steps, shrink: 0.5 }), step)).toBeCloseTo(
          1 + Math.min(phase, 2 - phase) * 0.5 ** Math.floor(step / (2 * steps)),
          12,
        )
        expect(at(inverseSquareRoot({ peak: 2, warmUp: steps }), step)).toBeCloseTo(
          step < steps ? (2 * step) / steps : 2 * Math.sqrt(steps / step),
          12,
        )
        expect(at(warmUp({ steps, then: cosineDecay({ from: 2, steps }) }), step)).toBeCloseTo(
          step < steps ? (2 * step) / steps : 1 + Math.cos(Math.PI * Math.min((step - steps) / steps, 1)),
          12,
        )
      }),
    )
  })
  test('a restart is at the top, however many there have been', () => {
    for (const growth of [1, 1.5, 2, 3])
      Array.from({ length: 12 }).reduce<readonly [number, number]>(
        ([begun, length]) => {
          expect(at(warmRestarts({ from: 1, steps: 10, growth }), begun)).toBeCloseTo(1, 5)
          expect(at(warmRestarts({ from: 1, steps: 10, growth }), begun + length * 0.999)).toBeLessThan(1e-4)
          return [begun + length, length * growth]
        },
        [0, 10],
      )
  })
  test('piecewise constant takes the value of its interval', () => {
    fc.assert(
      fc.property(fc.uniqueArray(count, { minLength: 1, maxLength: 5 }), fc.nat(1200), (chosen, step) => {
        const boundaries = [...chosen].sort((a, b) => a - b)
        const values = [...boundaries.map((_, i) => i + 1), 99]
        expect(at(piecewiseConstant({ boundaries, values }), step)).toBe(
          values[boundaries.filter((boundary) => boundary <= step).length],
        )
      }),
    )
  })
  test('one cycle peaks once, between a low start and a lower end', () => {
    const cycle = oneCycle({ peak: 1, steps: 100 })
    const rates = Array.from({ length: 101 }, (_, step) => at(cycle, step))
    expect(rates[0]).toBeCloseTo(1 / 25, 12)
    expect(Math.max(...rates)).toBe(rates[30])
    expect(rates[100]).toBeCloseTo(1 / 25e4, 12)
    rates.slice(1).forEach((rate, i) => expect(i < 30 ? rate >= rates[i]! : rate <= rates[i]!).toBe(true))
  })
  test('stage', () => {
    for (const schedule of [
      oneCycle({ peak: 1, steps: 10 }),
      warmUp({ steps: 4, then: exponentialDecay({ from: 1, rate: 0.9, every: 2 }) }),
      piecewiseConstant({ boundaries: [3], values: [1, 2] }),
      warmRestarts({ from: 1, steps: 2, growth: 2 }),
      triangularCycles({ low: 0, high: 1, steps: 3 }),
      inverseSquareRoot({ peak: 1, warmUp: 2 }),
    ]) {
      const compiled = jit((step: ReturnType<typeof tensor>) => rateAt(schedule, step))
      for (const step of [0, 3, 7, 12])
        expect(item(compiled(tensor(step, { dtype: 'float64' })))).toBeCloseTo(at(schedule, step), 14)
    }
  })
  test('refuse what they cannot be', () => {
    expect(() => cosineDecay({ from: 1, steps: 0 })).toThrow(/whole number of 1 or more, got 0/)
    expect(() => piecewiseConstant({ boundaries: [2, 1], values: [1, 2, 3] })).toThrow(/increase, got 2, 1/)
    expect(() => piecewiseConstant({ boundaries: [1], values: [1] })).toThrow(/separate 2 values, got 1/)
    expect(() => oneCycle({ peak: 1, steps: 1 })).toThrow(/of 2 or more, got 1/)
  })
})
