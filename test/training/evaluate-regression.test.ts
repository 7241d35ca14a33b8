import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, type Tensor } from '../../src/index.ts'
import { activation, network } from '../../src/nn/index.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'
import { evaluate, evaluateRegression } from '../../src/training/index.ts'

const identity = network(1, activation('identity'))
const column = (values: readonly number[]): Tensor =>
  tensor(values, { shape: [values.length, 1], dtype: 'float64' })
const flat = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float64' }) as Tensor

describe('evaluateRegression', () => {
  test('is the mean of squares, of sizes, and the share of the variance explained', () => {
    const found = evaluateRegression(identity, {}, {}, { x: column([1, 2, 5]), y: flat([1, 3, 2]) })
    expect(found).toMatchObject({ n: 3, meanAbsoluteError: 4 / 3 })
    expect(found.meanSquaredError).toBeCloseTo(10 / 3, 12)
    expect(found.rootMeanSquaredError).toBeCloseTo(Math.sqrt(10 / 3), 12)
    expect(found.rSquared).toBeCloseTo(1 - 10 / 2, 12)
  })

  test('does not depend on the chunk; exact estimates explain all, the mean explains nothing', () => {
    const value = fc.oneof(dyadic({ min: -1e3, max: 1e3 }), fc.double({ min: -1e3, max: 1e3, noNaN: true }))
    fc.assert(
      fc.property(
        fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 20 }),
        fc.integer({ min: 1, max: 25 }),
        (pairs, chunk) => {
          const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
          const rows = { x: column(x), y: flat(y) }
          expect(evaluateRegression(identity, {}, {}, rows, { chunk })).toEqual(
            evaluateRegression(identity, {}, {}, rows),
          )
          const spread = Math.max(...y) - Math.min(...y)
          fc.pre(spread > 1e-3)
          expect(evaluateRegression(identity, {}, {}, { x: column(y), y: flat(y) }).rSquared).toBe(1)
          const mean = y.reduce((a, b) => a + b, 0) / y.length
          expect(
            evaluateRegression(identity, {}, {}, { x: column(y.map(() => mean)), y: flat(y) }).rSquared,
          ).toBeCloseTo(0, 6)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('takes several columns, and says what does not go together', () => {
    const two = network(2, activation('identity'))
    const x = tensor([
      [1, 2],
      [3, 4],
    ])
    expect(evaluateRegression(two, {}, {}, { x, y: x }).meanSquaredError).toBe(0)
    expect(() => evaluateRegression(two, {}, {}, { x, y: flat([1, 2]) })).toThrow(
      'evaluateRegression: expected estimates [2] as the targets, got [2, 2]',
    )
    expect(() => evaluateRegression(two, {}, {}, { x, y: tensor([0, 1], { dtype: 'int32' }) })).toThrow(
      'classes are evaluated by evaluate',
    )
    expect(() => evaluateRegression(two, {}, {}, { x, y: flat([1, 2, 3]) })).toThrow(
      'with the rows of x [2, 2]',
    )
  })
})

test('evaluate names what a regression needs', () => {
  expect(() => evaluate(identity, {}, {}, { x: column([1, 2]), y: flat([3.5, 4.5]) })).toThrow(
    'evaluate: expected classes, integers [rows], got float64 [2]; targets that are numbers are evaluated by evaluateRegression',
  )
})
