import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  allForTraining,
  maxAbsScale,
  minMaxScale,
  momentsOf,
  regressionDataset,
  robustScale,
  standardize,
  standardizeFrom,
  whiten,
} from '../../src/data/index.ts'

const partOf = (rows: readonly (readonly number[])[], dtype: 'float32' | 'float64' = 'float64') =>
  allForTraining(
    regressionDataset({
      x: tensor(rows as number[][], { dtype }) as Tensor,
      y: tensor(rows.map(() => 0)),
      featureNames: rows[0]!.map((_, i) => `feature${i}`),
    }),
  )
const fits = { standardize, minMaxScale, maxAbsScale, robustScale, whiten } as const

describe.each(Object.entries(fits))('%s', (name, fit) => {
  test('names the column and the row of the first cell that is not finite', () => {
    const cell = fc.integer({ min: -9, max: 9 })
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(
        table,
        fc.nat(),
        fc.nat(2),
        fc.constantFrom(NaN, Infinity, -Infinity),
        (rows, at, column, odd) => {
          const row = at % rows.length
          const changed = rows.map((cells, i) => cells.map((x, j) => (i === row && j === column ? odd : x)))
          const found = fit(partOf(changed))
          expect(found).toMatchObject({
            _tag: 'Left',
            left: { kind: 'not-finite-feature', features: [`feature${column}`] },
          })
          expect(E.isLeft(found) ? found.left.message : '').toContain(
            `got ${odd} for feature feature${column} in row ${row}`,
          )
        },
      ),
      { numRuns: 30 },
    )
  })
  test('never gives a scaler that makes numbers of finite rows NaN or infinite', () => {
    const cell = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(1e200, -1e200, 1e308, -1e308, 5e-324),
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 2, maxLength: 6 }), (rows) => {
        const part = partOf(rows)
        const found = fit(part)
        if (E.isRight(found)) {
          const { spec } = found.right
          ;[spec.centre, spec.remainder, spec.scale].forEach((list) =>
            expect(list.every(Number.isFinite)).toBe(true),
          )
          if (
            name !== 'whiten' &&
            rows.flat().every((x) => Math.abs(x) < 10 && (x === 0 || Math.abs(x) >= 1))
          )
            expect(Array.from(toTypedArray(found.right.apply(part.x))).every(Number.isFinite)).toBe(true)
        }
      }),
      { numRuns: 40 },
    )
  })
})

test('from the moments of a stream the column is known', () => {
  const moments = momentsOf(
    tensor([
      [1, 2],
      [3, NaN],
      [5, 6],
    ]),
  )
  expect(standardizeFrom({ featureNames: ['a', 'b'], moments })).toMatchObject({
    _tag: 'Left',
    left: { kind: 'not-finite-feature', features: ['b'] },
  })
})
