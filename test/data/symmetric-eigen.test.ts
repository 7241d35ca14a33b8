import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matmul, tensor, transpose, type Tensor } from '../../src/index.ts'
import { conditionReport, gramMatrix, symmetricEigen } from '../../src/data/index.ts'
import { tensorsOf } from '../../src/testing/index.ts'
import { numbers } from './rows.ts'

const square = fc.integer({ min: 1, max: 6 }).chain((n) => tensorsOf([n, n]))
const matrix = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'float64' }) as Tensor

describe('symmetricEigen', () => {
  test('vectors are orthonormal and give the matrix back, values descend', () => {
    fc.assert(
      fc.property(square, (a) => {
        const n = a.shape[0]!
        // A + Aᵀ: any symmetric matrix, with eigenvalues of both signs.
        const cells = numbers(a).map((cell, k) => cell + numbers(a)[(k % n) * n + Math.floor(k / n)]!)
        const { values, vectors } = symmetricEigen(tensor(cells, { shape: [n, n], dtype: 'float64' }))
        expect(values).toEqual([...values].sort((x, y) => y - x))
        vectors.forEach((v, i) =>
          vectors.forEach((w, j) =>
            expect(Math.abs(v.reduce((sum, x, k) => sum + x * w[k]!, 0) - (i === j ? 1 : 0))).toBeLessThan(
              1e-12,
            ),
          ),
        )
        cells.forEach((cell, k) => {
          const [row, column] = [Math.floor(k / n), k % n]
          const back = values.reduce(
            (sum, value, i) => sum + value * vectors[i]![row]! * vectors[i]![column]!,
            0,
          )
          expect(Math.abs(back - cell)).toBeLessThan(1e-11)
        })
      }),
    )
  })

  test('of a graded matrix the small values are as accurate as the large ones', () => {
    // D M D with M = [[1, ½], [½, 1]] and D = diag(10⁶, 1): the product of the values is its determinant.
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 7 }), (power) => {
        const d = 10 ** power
        const { values } = symmetricEigen(
          matrix([
            [d * d, d / 2],
            [d / 2, 1],
          ]),
        )
        expect(Math.abs((values[0]! * values[1]!) / (0.75 * d * d) - 1)).toBeLessThan(1e-12)
      }),
    )
  })

  test.each([
    ['square', [[1, 2]], 'expected a square matrix, got [1, 2]'],
    ['symmetric', [[1, 2], [3, 4]], 'elements (1, 0) and (0, 1) are 3 and 2'], // prettier-ignore
    ['finite', [[NaN]], 'an element that is not finite'],
  ])('refuses what is not %s', (_, rows, message) => {
    expect(() => symmetricEigen(matrix(rows))).toThrow(message)
  })
})

describe('conditionReport', () => {
  test('scaling a matrix leaves its condition, and descent at the reported cost gains a digit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), fc.integer({ min: -8, max: 8 }), (kappa, power) => {
        const scale = 2 ** power
        const { condition, rateBound, stepsPerDigit } = conditionReport(matrix([[scale * kappa, 0], [0, scale]])) // prettier-ignore
        expect(condition).toBeCloseTo(kappa, 10)
        expect(rateBound * scale * kappa).toBeCloseTo(2, 12)
        // At the rate 2/(L + μ) both coordinates shrink by (κ − 1)/(κ + 1), the loss by its square.
        const gap = ((kappa - 1) / (kappa + 1)) ** (2 * stepsPerDigit)
        expect(gap).toBeCloseTo(0.1, 12)
      }),
    )
  })

  test('of a unit matrix and of a singular one', () => {
    expect(conditionReport(matrix([[1, 0], [0, 1]]))).toMatchObject({ condition: 1, stepsPerDigit: 0 }) // prettier-ignore
    expect(conditionReport(matrix([[1, 0], [0, 0]]))).toMatchObject({ condition: Infinity, stepsPerDigit: Infinity }) // prettier-ignore
  })

  test('the Gram matrix of the whole is the mean of those of its rows', () => {
    fc.assert(
      fc.property(tensorsOf([6, 3]), (x) => {
        const rows = matrix([0, 1, 2, 3, 4, 5].map((i) => numbers(x).slice(3 * i, 3 * i + 3)))
        const direct = numbers(matmul(transpose(rows), rows) as Tensor).map((cell) => cell / 6)
        numbers(gramMatrix(x)).forEach((cell, i) => expect(cell).toBeCloseTo(direct[i]!, 12))
        expect(numbers(gramMatrix(x, { intercept: true }))[0]).toBe(1)
      }),
    )
  })
})
