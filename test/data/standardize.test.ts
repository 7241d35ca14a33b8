import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, type Tensor } from '../../src/index.ts'
import { allForDev, dataset, RoleError, scaled, standardize } from '../../src/data/index.ts'
import { leftOf, numbers, rightOf, trainingPart } from './rows.ts'

/** Columns with a centre and a spread of their own, from 0/1 flags to prices. */
const columns = fc
  .array(
    fc.record({ centre: fc.integer({ min: -1e6, max: 1e6 }), spread: fc.constantFrom(0.01, 1, 300, 1e6) }),
    { minLength: 1, maxLength: 4 },
  )
  .chain((of) =>
    fc
      .array(fc.tuple(...of.map(() => fc.integer({ min: -1000, max: 1000 }))), {
        minLength: 2,
        maxLength: 40,
      })
      .filter((rows) => of.every((_, j) => new Set(rows.map((row) => row[j])).size > 1))
      .map((rows) => rows.map((row) => row.map((cell, j) => of[j]!.centre + (of[j]!.spread * cell) / 1000))),
  )

const matrix = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'float64' }) as Tensor
const column = (x: Tensor, j: number) => numbers(x).filter((_, i) => i % (x.shape[1] ?? 1) === j)
const average = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length

describe('standardize', () => {
  test('the training part gets mean 0 and variance 1', () => {
    fc.assert(
      fc.property(columns, (rows) => {
        const train = trainingPart(matrix(rows))
        const z = rightOf(standardize(train)).apply(train.x)
        rows[0]!.forEach((_, j) => {
          const cells = column(z, j)
          expect(Math.abs(average(cells))).toBeLessThan(1e-12)
          expect(Math.abs(average(cells.map((cell) => cell ** 2)) - 1)).toBeLessThan(1e-12)
        })
      }),
    )
  })

  test('invert undoes apply, on other rows too', () => {
    fc.assert(
      fc.property(columns, fc.integer({ min: -50, max: 50 }), (rows, shift) => {
        const { apply, invert } = rightOf(standardize(trainingPart(matrix(rows))))
        const other = matrix(rows.map((row) => row.map((cell) => cell * 1.5 + shift)))
        const back = numbers(invert(apply(other)))
        numbers(other).forEach((cell, i) =>
          expect(Math.abs(back[i]! - cell)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(cell))),
        )
      }),
    )
  })

  test('standardizing twice changes nothing more', () => {
    fc.assert(
      fc.property(columns, (rows) => {
        const train = trainingPart(matrix(rows))
        const once = scaled(train, rightOf(standardize(train)))
        const twice = scaled(once, rightOf(standardize(once)))
        numbers(once.x).forEach((cell, i) => expect(numbers(twice.x)[i]).toBeCloseTo(cell, 10))
      }),
    )
  })

  test('other parts are changed by the statistics of the training part', () => {
    const scaler = rightOf(standardize(trainingPart(matrix([[1], [3]]))))
    const dev = allForDev(dataset({ x: matrix([[5], [2]]), y: tensor(Int32Array.of(0, 0)) }))
    const moved = scaled(dev, scaler)
    expect([numbers(moved.x), moved.role, moved.n]).toEqual([[3, 0], 'dev', 2])
  })

  test('the dtype stays', () => {
    const train = trainingPart(tensor([[1], [3]]) as Tensor)
    expect(rightOf(standardize(train)).apply(train.x).dtype).toBe('float32')
  })

  test('constant columns are named, also where rounding gives them a deviation above 0', () => {
    const train = trainingPart(
      matrix([
        [0.1, 1, 7],
        [0.1, 2, 7],
        [0.1, 3, 7],
      ]),
      ['bias', 'width', 'seven'],
    )
    expect(leftOf(standardize(train))).toEqual({
      kind: 'constant-feature',
      features: ['bias', 'seven'],
      message: 'standardize: these features do not vary in the training part: bias, seven',
    })
    const { apply, spec } = rightOf(standardize(train, { constant: 'keep' }))
    expect(spec).toMatchObject({ constantFeatures: ['bias', 'seven'] })
    expect(column(apply(train.x), 0)).toEqual([0, 0, 0])
    expect(column(apply(matrix([[0.1, 2, 9]])), 2)).toEqual([2])
  })

  test('fitting on another part does not compile', () => {
    const raw = dataset({ x: matrix([[1], [3]]), y: tensor(Int32Array.of(0, 1)) })
    // @ts-expect-error -- statistics come from the training part
    expect(() => standardize(raw)).toThrow(RoleError)
    // @ts-expect-error -- nor do they come from another
    expect(() => standardize(allForDev(raw))).toThrow(RoleError)
  })
})
