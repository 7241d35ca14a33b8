import { describe, expect, test } from 'vitest'
import { key, normal, tensor, toArray } from '../../src/index.ts'
import { allForTraining, dataset, regressionDataset } from '../../src/data/index.ts'
import { evalMode } from '../../src/nn/index.ts'
import { fitLinear } from '../../src/tabular/linear-fit.ts'
import { numbers } from '../data/rows.ts'

const n = 40
const x = normal(key(1), [n, 3], { dtype: 'float64' })
const rows = toArray(x) as number[][]
const noise = numbers(normal(key(2), [n], { dtype: 'float64' }))

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

describe('ridge regression', () => {
  test('has the gradient of its penalized squares at 0, each target for itself', () => {
    const y = rows.map(([a = 0, b = 0], i) => [2 * a - b + noise[i]!, a + 5 + noise[i]!])
    const data = regressionDataset({ x, y: tensor(y, { dtype: 'float64' }), targetNames: ['u', 'v'] })
    const { network, params, layers } = fitLinear(allForTraining(data), { l2: 2 })
    const said = toArray(network.apply(evalMode, params, layers, x)[0]) as number[][]
    const weight = toArray((params as { output: { weight: typeof x } }).output.weight) as number[][]
    ;[0, 1].forEach((column) => {
      const residuals = said.map((row, i) => row[column]! - y[i]![column]!)
      expect(Math.abs(sum(residuals))).toBeLessThan(1e-5)
      weight.forEach((row, j) => {
        const slope = 2 * sum(residuals.map((r, i) => r * rows[i]![j]!)) + 2 * 2 * row[column]!
        expect(Math.abs(slope)).toBeLessThan(1e-4)
      })
    })
  })
})

describe('logistic regression', () => {
  test.each([2, 3])('of %d classes is at the minimum of C Σ loss + ½ Σ w², C = 1 / l2', (classes) => {
    const labels = rows.map(([a = 0, b = 0], i) =>
      a + noise[i]! > 0.4 ? 1 : classes === 3 && b > 0.3 ? 2 : 0,
    )
    const data = dataset({ x, y: tensor(labels, { dtype: 'int32' }) })
    const l2 = 0.5
    const { network, params, layers } = fitLinear(allForTraining(data), { l2 })
    const logits = toArray(network.apply(evalMode, params, layers, x)[0]) as number[][]
    const weight = toArray((params as { output: { weight: typeof x } }).output.weight) as number[][]
    const p = logits.map((row) => {
      const total = sum(row.map((z) => Math.exp(z - row[0]!)))
      return row.map((z) => Math.exp(z - row[0]!) / total)
    })
    // Two classes: one vector w, the difference of the columns, as in the usual logistic regression.
    const [columns, own] =
      classes === 2
        ? [[1], (j: number) => weight[j]![1]! - weight[j]![0]!]
        : [[0, 1, 2], (j: number, k: number) => weight[j]![k]!]
    columns.forEach((k) => {
      const residuals = p.map((row, i) => row[k]! - (labels[i] === k ? 1 : 0))
      expect(Math.abs(sum(residuals))).toBeLessThan(1e-4)
      weight.forEach((_, j) => {
        const slope = sum(residuals.map((r, i) => r * rows[i]![j]!)) + l2 * own(j, k)
        expect(Math.abs(slope)).toBeLessThan(1e-4)
      })
    })
  })

  test('a row that counts twice is as good as two rows', () => {
    const labels = rows.map(([a = 0], i) => (a + noise[i]! > 0 ? 1 : 0))
    const twice = [...rows.keys(), 0, 1, 2]
    const fat = dataset({
      x: tensor(
        twice.map((i) => rows[i]!),
        { dtype: 'float64' },
      ),
      y: tensor(
        twice.map((i) => labels[i]!),
        { dtype: 'int32' },
      ),
    })
    const weights = tensor(
      rows.map((_, i) => (i < 3 ? 2 : 1)),
      { dtype: 'float64' },
    )
    const weighted = dataset({ x, y: tensor(labels, { dtype: 'int32' }), weights })
    const [a, b] = [fat, weighted].map((data) => {
      const { network, params, layers } = fitLinear(allForTraining(data), { l2: 1 })
      return numbers(network.apply(evalMode, params, layers, x)[0])
    })
    a!.forEach((logit, i) => expect(logit).toBeCloseTo(b![i]!, 4))
  })
})
