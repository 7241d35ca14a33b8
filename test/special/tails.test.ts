import fc from 'fast-check'
import { expect, test } from 'vitest'
import { betaInc, betaIncRest, logBeta } from '../../src/core/kernel/special/beta.ts'
import { lgamma } from '../../src/core/kernel/special/gamma.ts'
import { gammaDensity, gammaP, gammaQ } from '../../src/core/kernel/special/incomplete-gamma.ts'
import { gammaPInv } from '../../src/core/kernel/special/quantiles.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'

/*
 * Values of 60 digits by mpmath 1.3, from positive series alone. A tail of e^−700 has an exponent that is rounded to 10⁻¹³, and no
 * function of doubles has more.
 */
const tolerance = 5e-13

const tails: readonly (readonly [
  name: string,
  f: (...given: readonly number[]) => number,
  rows: readonly (readonly number[])[],
])[] = [
  [
    'P(a, x)',
    gammaP,
    [
      [20, 1e-6, 4.1103137087258166e-139],
      [22.5, 7e-9, 6.101484288124896e-206],
      [26.4, 1.3e-10, 6.79004171820205e-289],
      [31, 1.2e-8, 3.4641513135320315e-280],
      [20.7, 0.0012, 1.6944975399450973e-80],
      [55, 0.0014, 8.565724388710677e-231],
      [300, 60, 9.96239625831212e-108],
      [10000, 7000, 9.711672437705851e-249],
      [1e6, 9.7e5, 4.920908778591162e-202],
      [0.02, 1e-200, 0.00010112816525588806],
    ],
  ],
  [
    'Q(a, x)',
    gammaQ,
    [
      [0.5, 600, 6.0995688148084334e-263],
      [58, 173.5, 7.135623981197254e-25],
      [250, 1285, 1.0721758638493792e-274],
      [1570, 3500, 2.233045010126599e-294],
      [1e6, 1.03e6, 3.262430144876734e-194],
      [0.001, 300, 1.7211652906445765e-136],
    ],
  ],
  [
    'I(x; a, b)',
    betaInc,
    [
      [29.3, 40.8, 2.8e-10, 3.473352642687556e-261],
      [20, 32.7, 6.2e-10, 7.682030144400054e-171],
      [19, 26000, 6e-11, 3.8648064395488963e-128],
      [10.7, 470000, 5.3e-12, 5.70988269579449e-68],
      [63, 360000, 1.7e-9, 1.8629317673790732e-290],
      [38.8, 47.4, 0.0001, 1.7200881723924386e-131],
      [5, 5, 1e-60, 1.26e-298],
      [0.3, 200000, 1e-300, 4.3379894706804354e-89],
      [2747, 884000, 0.0031, 0.5171209939047122],
      [430, 27300, 0.0062, 7.251400081871218e-62],
      [600, 200, 0.25, 1.7289884193465276e-193],
      [93000, 20000, 0.82, 0.004143946189684528],
    ],
  ],
  [
    '1 − I(x; a, b)',
    betaIncRest,
    [
      [2.9, 560000, 1.4e-5, 0.013684811107644959],
      [0.15, 120000, 1.5e-5, 0.011916863924664274],
      [2, 330000, 2.5e-5, 0.0024163924475662625],
      [2747, 884000, 0.0031, 0.48287900609528783],
      [1761, 80.3, 0.9999, 5.080135486790443e-180],
      [15.6, 16.9, 0.9999, 9.904248183053865e-60],
      [220000, 293, 0.99993, 1.536130583910608e-256],
      [0.27, 55000, 2.6e-5, 0.04047791975720376],
    ],
  ],
  [
    'the x of P(a, x)',
    gammaPInv,
    [
      [20, 4.110317623308249e-259, 1e-12],
      [22.4, 1.0158071584344255e-268, 1e-11],
      [71, 8.521478941402376e-91, 1.5],
      [100, 3.3749094613349197e-97, 4.3],
      [112, 3.622981637841821e-150, 2],
      [141, 7.144532951595714e-137, 6],
      [160, 2.3508715043855285e-210, 3],
      [300, 4.6485608914435285e-185, 30],
      [447, 1.0124057839977999e-258, 49],
      [300, 1.4063775079456526e-208, 24.6],
    ],
  ],
]

test.each(tails)('%s has its digits far in its tails', (_, f, rows) => {
  for (const row of rows) {
    const [expected, given] = [row.at(-1)!, row.slice(0, -1)]
    expect(Math.abs(f(...given) / expected - 1), `at ${given.join(', ')}`).toBeLessThan(tolerance)
  }
})

/*
 * Shapes from 10⁻² to 10⁹ and shares from 10⁻²⁹⁰ to 1, as many of each magnitude: a guess is off by any factor there. What P makes of
 * the quantile is off from the share by what an error of the quantile makes of it, and by its own, which grows with its exponent
 * and with the root of the shape.
 */
test('a quantile of the gamma distribution is one in its tails too', () => {
  fc.assert(
    fc.property(
      dyadic({ min: -2, max: 9 }).map((power) => 10 ** power),
      dyadic({ min: -290, max: -1 / 64 }).map((power) => 10 ** power),
      (a, p) => {
        const x = gammaPInv(a, p)
        expect(x).toBeGreaterThanOrEqual(0)
        if (x < 1e-290) return
        const own = (1e-15 * (1 - Math.log(p)) + 1e-16 * Math.sqrt(a)) * p
        const ofQuantile = 1e-12 * x * gammaDensity(a, x)
        expect(Math.abs(gammaP(a, x) - p)).toBeLessThan(ofQuantile + 10 * own)
      },
    ),
    { numRuns: 3000 },
  )
})

/*
 * Shapes and parameters from 10⁻² to 10⁵, arguments from 10⁻¹² of the mean to above it. What a step of the recurrences takes away is
 * the exponential of a sum, whose terms are rounded: so much of it is not known.
 */
const shape = dyadic({ min: -2, max: 5 }).map((power) => 10 ** power)
const ofMean = dyadic({ min: -12, max: 0.5 }).map((power) => 10 ** power)

const expectStep = (before: number, after: number, terms: readonly number[], whole = before): void => {
  const step = Math.exp(terms.reduce((sum, term) => sum + term, 0))
  if (before < 1e-290) return
  const rounded = 3e-16 * terms.reduce((sum, term) => sum + Math.abs(term), 0)
  expect(Math.abs(before - after - step)).toBeLessThan((rounded + 1e-13) * whole)
}

test('P(a, x) − P(a + 1, x) = xᵃ e⁻ˣ / Γ(a + 1), relative to P', () => {
  fc.assert(
    fc.property(shape, ofMean, (a, share) => {
      const x = a * share
      expectStep(gammaP(a, x), gammaP(a + 1, x), [a * Math.log(x), -x, -lgamma(a + 1)])
    }),
    { numRuns: 1000 },
  )
})

test('I(x; a, b) − I(x; a + 1, b) = xᵃ yᵇ / (a B(a, b)), relative to I below the mean and to 1 above', () => {
  fc.assert(
    fc.property(shape, shape, ofMean, (a, b, share) => {
      const x = Math.min((a / (a + b)) * share, 0.999)
      const terms = [a * Math.log(x), b * Math.log1p(-x), -Math.log(a), -logBeta(a, b)]
      const value = betaInc(a, b, x)
      const isBelow = x < (a + 1) / (a + b + 2)
      expectStep(value, betaInc(a + 1, b, x), terms, isBelow ? value : 1)
    }),
    { numRuns: 1000 },
  )
})
