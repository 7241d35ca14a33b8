import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dyadic } from '../../src/testing/arbitraries.ts'
import { checkSlope, noiseOf } from '../../src/testing/check-slope.ts'

/** sin of ω·t and slower parts: differences over large steps see only its size. */
const oscillation = fc
  .record({
    frequencies: fc.array(
      dyadic({ min: 0, max: 16 }).map((x) => 2 ** x),
      { minLength: 1, maxLength: 12 },
    ),
    phases: fc.array(dyadic({ min: -3, max: 3 }), { minLength: 12, maxLength: 12 }),
  })
  .map(({ frequencies, phases }) => ({
    along: (t: number): number =>
      frequencies.reduce((sum, w, i) => sum + Math.sin(w * t + (phases[i] as number)), 0),
    slope: frequencies.reduce((sum, w, i) => sum + w * Math.cos(phases[i] as number), 0),
    steepest: Math.max(...frequencies),
  }))

const judged = (along: (t: number) => number, slope: number) =>
  checkSlope(along, slope, {
    tolerance: 1e-6,
    step: Math.cbrt(Number.EPSILON),
    size: 1,
    noise: noiseOf(along, 1),
  }).kind

describe('functions that oscillate faster than most steps', () => {
  test('the right slope is never refuted', () => {
    fc.assert(
      fc.property(oscillation, ({ along, slope }) => {
        expect(judged(along, slope)).not.toBe('disagrees')
      }),
      { numRuns: 2000 },
    )
  })

  test('a wrong slope never agrees', () => {
    fc.assert(
      fc.property(oscillation, fc.constantFrom(-1, 1), ({ along, slope, steepest }, sign) => {
        expect(judged(along, slope + sign * 0.02 * steepest)).not.toBe('agrees')
      }),
      { numRuns: 1000 },
    )
  })
})
