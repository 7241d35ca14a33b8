import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, toTypedArray } from '../../../src/index.ts'
import {
  prepare,
  regressionDataset,
  robustScale,
  allForTraining,
  type Preparation,
  type PreparationStep,
} from '../../../src/data/index.ts'
import { combinationFor } from '../../../src/data/prepare/forward-selection.ts'
import { univariateScore } from '../../../src/data/prepare/univariate-score.ts'
import { dyadic } from '../../../src/testing/arbitraries.ts'
import { right } from './right.ts'
import { columns, labelled, table, values } from './tables.ts'

const fitted = (
  steps: readonly PreparationStep[],
  a: readonly number[],
  dtype: 'float32' | 'float64' = 'float64',
): E.Either<{ readonly message: string }, Preparation> =>
  prepare({ steps, dtype })(
    labelled(
      'train',
      columns({ a }),
      a.map((_, i) => i),
      values,
    ),
  )

const applied = (preparation: Preparation, a: readonly number[]) =>
  right(preparation.apply(table(columns({ a }), a.length)))

const inverted = (preparation: Preparation, z: readonly number[]): readonly number[] =>
  preparation
    .invert(tensor(Float64Array.from(z), { shape: [z.length, 1] }))
    .columns.flatMap((column) => ('values' in column ? Array.from(toTypedArray(column.values)) : []))

const scalings = ['standard', 'minMax', 'maxAbs', 'robust'] as const
const forms = ['yeoJohnson', 'boxCox'] as const

/** Numbers above 0: even ones, ones far from 0 and near each other, and ones of very different sizes, repeated ones among all. */
const above0 = fc.oneof(
  ...[
    dyadic({ min: 1 / 64, max: 10 }),
    fc.constantFrom(3, 4),
    dyadic({ min: 1950, max: 2009 }),
    fc.constantFrom(1950, 2000, 2009),
    fc.constantFrom(1e-10, 2e-10, 7e-10),
    fc.constant(1e-12),
    dyadic({ min: 1e6, max: 1e6 + 2 }),
    fc.integer({ min: -60, max: 60 }).map((power) => 2 ** power),
  ].map((number) => fc.array(number, { minLength: 2, maxLength: 12 })),
)

/** The same of either sign. */
const eitherSign = fc
  .tuple(above0, fc.array(fc.constantFrom(-1, 0, 1, 1), { minLength: 12, maxLength: 12 }))
  .map(([numbers, signs]) => numbers.map((x, i) => x * signs[i]! + 0))

describe('numbers of any size', () => {
  test.each(scalings)('scaled (%s), training numbers are numbers of float32', (to) => {
    const numbers = fc.array(fc.constantFrom(0, Number.MIN_VALUE, 1e-285, 1e-20, 1), { minLength: 1 })
    fc.assert(
      fc.property(fc.oneof(numbers, eitherSign), (a) => {
        const preparation = right(fitted([{ kind: 'scale', columns: 'numbers', to }], a, 'float32'))
        expect(applied(preparation, a).cases).toEqual([])
      }),
    )
  })

  test.each(scalings)('scaled (%s), they do not depend on their unit, in any bit', (to) => {
    const power = fc.oneof(fc.integer({ min: -900, max: -500 }), fc.integer({ min: -20, max: 400 }))
    fc.assert(
      fc.property(fc.array(dyadic({ min: -1e3, max: 1e3 }), { minLength: 2 }), power, (a, k) => {
        fc.pre(new Set(a).size > 1)
        const scaled = (x: readonly number[]) =>
          Array.from(
            toTypedArray(applied(right(fitted([{ kind: 'scale', columns: 'numbers', to }], x)), x).x),
          )
        expect(scaled(a.map((x) => x * 2 ** k))).toEqual(scaled(a))
      }),
    )
  })

  test('a middle half that varies by next to nothing counts as one that does not', () => {
    const a = [0, 0, Number.MIN_VALUE, 0, 1e-10, 0]
    const preparation = right(fitted([{ kind: 'scale', columns: 'numbers', to: 'robust' }], a))
    expect(Array.from(toTypedArray(applied(preparation, a).x))).toEqual(a.map((x) => x / 5e-11))
    const train = allForTraining(
      regressionDataset({
        x: tensor(Float64Array.from(a), { shape: [6, 1] }),
        y: tensor([1, 2, 3, 4, 5, 6]),
      }),
    )
    const scaler = robustScale(train)
    expect(E.isLeft(scaler) ? scaler.left.kind : scaler.right.spec).toBe('constant-feature')
  })

  test('what a column tells, and what columns tell together, does not depend on units', () => {
    const power = fc.integer({ min: -700, max: 500 })
    const of = (k: number) => (x: number) => x * 2 ** k
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dyadic(), dyadic(), fc.integer({ min: 0, max: 2 })), { minLength: 3 }),
        power,
        power,
        (rows, k, l) => {
          const [x, y] = [0, 1].map((i) => Float64Array.from(rows, (row) => row[i]!)) as [
            Float64Array,
            Float64Array,
          ]
          expect(univariateScore(x.map(of(k)), { targets: values, y: y.map(of(l)) })).toBe(
            univariateScore(x, { targets: values, y }),
          )
          const classes = {
            targets: { kind: 'classes' as const, names: ['p', 'q', 'r'] },
            y: rows.map(([, , own]) => own),
          }
          expect(univariateScore(x.map(of(k)), classes)).toBe(univariateScore(x, classes))
          const told = (xk: number, yk: number) =>
            combinationFor([{ name: 'x', values: x.map(of(xk)) }], y.map(of(yk)), { enough: 0.5, most: 1 })
          expect(told(k, l)).toEqual(told(0, 0))
        },
      ),
    )
  })

  test('variances too small for a float64 are variances', () => {
    const cells = {
      tiny: [1e-200, 3e-200, 2e-200],
      small: [1e-3, 3e-3, 2e-3],
      large: [1, 3, 2],
      flat: [1, 1, 1],
    }
    const kept = (more: object) =>
      right(
        prepare({ steps: [{ kind: 'select', columns: 'numbers', by: 'variance', ...more }] })(
          labelled('train', columns(cells), [1, 2, 3], values),
        ),
      ).features.map(({ name }) => name)
    expect(kept({})).toEqual(['tiny', 'small', 'large'])
    expect(kept({ most: 2 })).toEqual(['small', 'large'])
    expect(kept({ least: 2 / 3 })).toEqual(['large'])
    expect(kept({ least: 1e-5 })).toEqual(['large'])
  })
})

test('a fill beyond float32 is an error with the remedy', () => {
  const fill = { kind: 'impute', columns: 'numbers', by: 'constant', value: 1e39 } as const
  expect(E.isRight(fitted([fill], [1, NaN], 'float64'))).toBe(true)
  const found = fitted([fill], [1, NaN], 'float32')
  expect(E.isLeft(found) ? found.left.message : '').toBe(
    'prepare: a: the steps make 1e+39 of it in line 3, which float32 does not hold: scale the column after its power, or fill it with less',
  )
})

describe.each(forms)('power (%s)', (form) => {
  const numbers = form === 'boxCox' ? above0 : eitherSign
  const steps = [
    { kind: 'power', columns: 'numbers', form },
    { kind: 'scale', columns: 'numbers', to: 'standard' },
  ] as const

  test('training numbers come back, also through a scaling', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom(1, 2), (a, length) => {
        const preparation = right(fitted(steps.slice(0, length), a))
        const size = Math.max(...a.map(Math.abs))
        inverted(preparation, Array.from(toTypedArray(applied(preparation, a).x))).forEach((x, i) =>
          expect(Math.abs(x - a[i]!)).toBeLessThanOrEqual(1e-7 * size),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('whatever a feature is, the number that it comes from is one, and rises with it', () => {
    fc.assert(
      fc.property(numbers, fc.array(dyadic({ min: -1e3, max: 1e3 })), (a, z) => {
        const ascending = [-1e300, ...z.toSorted((p, q) => p - q), 1e300]
        const back = inverted(right(fitted(steps, a)), ascending)
        back.forEach((x, i) => expect(x).toBeGreaterThanOrEqual(back[i - 1] ?? -Infinity))
      }),
    )
  })

  test('powers beyond float32 are an error with the remedy, unless they are scaled', () => {
    const years = [1900, 1997, 2000, 2003, 2009]
    const found = fitted(steps.slice(0, 1), years, 'float32')
    expect(E.isLeft(found) ? found.left.message : '').toMatch(
      /^prepare: a: the steps make \S+ of it in line 2, which float32 does not hold: scale the column after its power/,
    )
    expect(applied(right(fitted(steps, years, 'float32')), years).cases).toEqual([])
  })
})

test('Yeo–Johnson of the numbers with their signs turned has the power 2 − λ', () => {
  const lambda = (a: readonly number[]) => {
    const [step] = right(fitted([{ kind: 'power', columns: 'numbers', form: 'yeoJohnson' }], a)).spec.steps
    return step?.kind === 'power' ? step.powers[0]!.lambda : NaN
  }
  const near = fc.array(fc.integer({ min: -10, max: 10 }), { minLength: 3, maxLength: 12 })
  const far = near.map((a) => a.map((x) => 1e5 + 1e3 * x))
  fc.assert(
    fc.property(fc.oneof(near, far), (a) => {
      expect(Math.abs(lambda(a.map((x) => 0 - x)) + lambda(a) - 2)).toBeLessThan(0.01)
    }),
  )
})

test('features at the bound of smoothClip and beyond it come from infinite numbers', () => {
  const preparation = right(fitted([{ kind: 'smoothClip', columns: 'numbers' }], [1, 2, 1e300]))
  expect(inverted(preparation, [-4, -3, 0, 3, 4])).toEqual([-Infinity, -Infinity, 0, Infinity, Infinity])
})
