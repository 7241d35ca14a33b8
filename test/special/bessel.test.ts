import fc from 'fast-check'
import { expect, test } from 'vitest'
import { besselI, besselIe } from '../../src/core/kernel/special/bessel.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'

// Orders up to the greatest there is; arguments from where every order but the first ones vanishes to where all are infinite.
const order = fc.integer({ min: 1, max: 9999 })
const size = dyadic({ min: -2, max: 4 }).map((power) => 10 ** power)

test('Iₙ₋₁ − Iₙ₊₁ = 2n/x · Iₙ wherever these are numbers, and e⁻ˣ Iₙ is besselIe', () => {
  fc.assert(
    fc.property(fc.oneof(order, fc.integer({ min: 1, max: 60 })), size, (n, x) => {
      const [before, at, after] = [besselI(n - 1, x), besselI(n, x), besselI(n + 1, x)]
      expect([before >= at, at >= after, after >= 0]).toEqual([true, true, true])
      // Numbers below the normal ones have fewer digits.
      if (after < 1e-290 || before > 1e300) return
      expect(Math.abs(before - after - ((2 * n) / x) * at)).toBeLessThan(1e-12 * before)
      const scaled = besselIe(n, x)
      if (x < 600 && scaled > 1e-290) expect(Math.abs(scaled * Math.exp(x) - at)).toBeLessThan(1e-12 * at)
    }),
    { numRuns: 500 },
  )
})

// By mpmath.
test.each([
  [4097, 3000, 1.117298212202756e214],
  [8000, 5000, 2.1231030160385398e-245],
  [100, 709, 1.0730774532373361e303],
])('I of order %i at %d', (n, x, expected) => {
  expect(Math.abs(besselI(n, x) / expected - 1)).toBeLessThan(1e-13)
})

test('beyond the range Iₙ is 0 or infinite, never NaN', () => {
  expect([besselI(4097, 4097), besselI(10_000, 10_000), besselI(4097, 1500), besselI(50, 1500)]).toEqual([
    Infinity,
    Infinity,
    0,
    Infinity,
  ])
  expect([besselIe(4097, 1500), besselI(3, Infinity), besselIe(3, Infinity)]).toEqual([0, Infinity, 0])
  expect([besselI(3, -1e4), besselI(4, -1e4)]).toEqual([-Infinity, Infinity])
})
