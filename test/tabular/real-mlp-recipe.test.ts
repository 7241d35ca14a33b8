import { expect, test } from 'vitest'
import { foldIn, key, normal, tensor, toTypedArray, uniform } from '../../src/node.ts'
import { labelledRowsAt, labelTable, parseTable, type LabelledTable } from '../../src/data/index.ts'
import { baselineOf, judge } from '../../src/evaluation/index.ts'
import { decodeModel, encodeModel } from '../../src/model/index.ts'
import { realMlpRecipe } from '../../src/tabular/index.ts'
import { rightOf } from '../data/rows.ts'

/** The sign of a wave of x decides, shifted by one of twelve towns: neither is seen by a linear model. */
const text = (rows: number): string => {
  const [x, town, noise] = ['x', 'town', 'noise'].map((name) =>
    toTypedArray(
      name === 'noise'
        ? normal(foldIn(key(1), name), [rows], { dtype: 'float64' })
        : uniform(foldIn(key(1), name), [rows], { dtype: 'float64' }),
    ),
  ) as [Float64Array, Float64Array, Float64Array]
  const lines = Array.from({ length: rows }, (_, i) => {
    const at = Math.floor(town[i]! * 12)
    const high = Math.sin(2 * Math.PI * (x[i]! + (at % 2) / 2)) > 0
    return `${x[i]!.toFixed(4)},${noise[i]!.toFixed(4)},town ${'abcdefghijkl'[at]},${high ? 'high' : 'low'}`
  })
  return ['x,noise,town,level', ...lines].join('\n')
}

const labelled = rightOf(labelTable(rightOf(parseTable(text(900))).table, { targets: ['level'] }))
if (labelled.targets.kind !== 'classes') throw new Error('expected classes')
const data: LabelledTable<'raw'> = labelled
const rows = (from: number, to: number) => tensor(Int32Array.from({ length: to - from }, (_, i) => from + i))
const parts = {
  train: labelledRowsAt(data, rows(0, 600), 'train'),
  dev: labelledRowsAt(data, rows(600, 750), 'dev'),
}
const test_ = labelledRowsAt(data, rows(750, 900), 'test')
const recipe = realMlpRecipe({ hidden: [32, 32], batch: 64, epochs: 24 })

test('RealMLP learns waves and towns, gives the same model for the same key, and its file predicts', async () => {
  const fitted = rightOf(await recipe.fit(parts, key(5))())
  const again = rightOf(await recipe.fit(parts, key(5))())
  const record = {
    settings: fitted.settings,
    seed: 5,
    data: { name: 'waves', rows: data.n, digest: 'none' },
    figures: [],
    version: '0',
  }
  const file = rightOf(encodeModel({ ...fitted.model, record }))
  expect(rightOf(encodeModel({ ...again.model, record }))).toEqual(file)
  const { predictions } = rightOf(fitted.predictor.ofTable(test_.features))
  const judged = judge(predictions, test_.y, { baseline: baselineOf(parts.train) })
  // Half of the rows by chance.
  expect(judged.kind === 'classes' ? judged.accuracy.value : 0).toBeGreaterThan(0.8)
  expect(rightOf(decodeModel(file)).features).toEqual(fitted.model.features)
  expect(fitted.course?.epochs).toBe(24)
})

test('settings outside their range are refused', () => {
  expect(() => realMlpRecipe({ epochs: 0 })).toThrow(/epochs: expected/)
  expect(() => realMlpRecipe({ hidden: [0] })).toThrow(/hidden\[0\]: expected/)
})
