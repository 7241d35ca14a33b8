import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, test } from 'vitest'
import {
  key,
  mul,
  normal,
  reshape,
  tensor,
  toArray,
  toTypedArray,
  type Key,
  type Tensor,
} from '../../src/index.ts'
import {
  dataset,
  kFold,
  labelledTable,
  rawTable,
  regressionDataset,
  rowsAt,
  timeFolds,
  type Dataset,
  type LabelledTable,
} from '../../src/data/index.ts'
import {
  baselineOf,
  baselinePredictions,
  classPredictions,
  compareModels,
  comparePredictions,
  crossValidate,
  foldSpread,
  judge,
  nestedCrossValidate,
  valuePredictions,
  type CrossValidation,
  type FoldFit,
  type FoldParts,
} from '../../src/evaluation/index.ts'
import { classes, doubles } from './printed-rows.ts'

const right = <A>(found: E.Either<unknown, A>): A => {
  if (E.isLeft(found)) throw new Error(JSON.stringify(found.left))
  return found.right
}
const n = 60
const line = Array.from({ length: n }, (_, i) => i)
/** Each row's feature is its position. */
const data = regressionDataset({
  x: doubles(line.map((i) => [i])),
  y: doubles(line.map((i) => i / 2 + Math.sin(i))),
})
const slope =
  (by: number): FoldFit<typeof data, string> =>
  () =>
    TE.right({ predict: (x) => valuePredictions(mul(x, by), ['y0']) })
const rowsIn = (part: Dataset): readonly number[] => Array.from(toTypedArray(part.x), Number)

describe('folds', () => {
  test('each row is judged once in each repetition, by a model whose train and dev rows are all the others', async () => {
    const seen: FoldParts<typeof data>[] = []
    const found = right(
      await crossValidate({
        data,
        folds: 5,
        times: 2,
        key: key(3),
        fit: (parts, ownKey, rows) => {
          seen.push(parts)
          expect(rowsIn(parts.whole)).toEqual(rows)
          return slope(0.5)(parts, ownKey, rows)
        },
      })(),
    )
    expect(found.folds.map(({ time, fold }) => [time, fold])).toEqual(
      [0, 1].flatMap((time) => [0, 1, 2, 3, 4].map((fold) => [time, fold])),
    )
    const judged = found.folds.map(({ rows }) => rows)
    for (const time of [0, 5])
      expect(
        judged
          .slice(time, time + 5)
          .flat()
          .toSorted((a, b) => a - b),
      ).toEqual(line)
    expect(judged[0]).not.toEqual(judged[5])
    seen.forEach(({ train, dev, whole }, i) => {
      const [own, held, all] = [rowsIn(train), rowsIn(dev), rowsIn(whole)]
      expect([...own, ...held].toSorted((a, b) => a - b)).toEqual(all.toSorted((a, b) => a - b))
      expect([...all, ...judged[i]!].toSorted((a, b) => a - b)).toEqual(line)
      expect(held.length).toBe(7) // 15 % of 48
      expect([train.role, dev.role, whole.role]).toEqual(['train', 'dev', 'train'])
    })
    const { outOfFold } = found
    expect(outOfFold?.rows).toEqual(judged.flat())
    expect(toArray((outOfFold!.predictions as { estimates: Tensor }).estimates)).toEqual(
      judged.flat().map((row) => [row / 2]),
    )
  })

  test('the same key gives the same to the bit, another one other folds', async () => {
    const run = async (seed: number) =>
      right(
        await crossValidate({
          data,
          folds: 4,
          key: key(seed),
          fit: (_parts, ownKey: Key) =>
            TE.right({
              predict: (x) => valuePredictions(mul(x, normal(ownKey, [1, 1], { dtype: 'float64' })), ['y0']),
            }),
        })(),
      )
    const [one, again, other] = [await run(1), await run(1), await run(2)]
    expect(again.measures).toEqual(one.measures)
    expect(other.folds[0]!.rows).not.toEqual(one.folds[0]!.rows)
  })

  test('a table is divided as a data set of the same targets, and its model sees the columns of its features', async () => {
    const y = classes(line.map((i) => (i % 5 === 0 ? 1 : 0)))
    const names = ['no', 'yes']
    const asRows = dataset({ x: doubles(line.map((i) => [i])), y, classNames: names })
    const table = labelledTable({
      features: rawTable({
        file: 'line',
        n,
        columns: [{ kind: 'number', name: 'at', values: doubles(line) }],
        lines: classes(line.map((i) => i + 2)),
      }),
      y,
      targets: { kind: 'classes', names },
    })
    const said = (positions: readonly number[]) =>
      classPredictions(doubles(positions.map((i) => [1 - i / 100, i / 100])), names)
    const rows = right(
      await crossValidate({
        data: asRows,
        folds: 3,
        key: key(0),
        fit: (_parts) => TE.right({ predict: (x) => said(Array.from(toTypedArray(x), Number)) }),
      })(),
    )
    const columns = right(
      await crossValidate({
        data: table,
        folds: 3,
        key: key(0),
        fit: ({ train }) => {
          expect(train.features.columns[0]!.name).toBe('at')
          return TE.right({
            predict: (of) => {
              const [column] = of.columns
              return said(column && 'values' in column ? Array.from(toTypedArray(column.values), Number) : [])
            },
          })
        },
      })(),
    )
    expect(columns.folds.map((fold) => fold.rows)).toEqual(rows.folds.map((fold) => fold.rows))
    expect(columns.measures).toEqual(rows.measures)
    // By classes: four of the twelve rows of yes in each fold.
    rows.folds.forEach((fold) => expect(fold.rows.filter((row) => row % 5 === 0).length).toBe(4))
  })

  test('groups stay together in folds, and in the dev rows of each', async () => {
    const groups = line.map((i) => `person ${i % 12}`)
    const groupsOf = (rows: readonly number[]) => new Set(rows.map((row) => groups[row]!))
    const apart = (a: readonly number[], b: readonly number[]) =>
      [...groupsOf(a)].every((group) => !groupsOf(b).has(group))
    const found = right(
      await crossValidate({
        data,
        folds: 4,
        groups,
        key: key(0),
        fit: (parts, ownKey, rows) => {
          expect(apart(rowsIn(parts.train), rowsIn(parts.dev))).toBe(true)
          return slope(1)(parts, ownKey, rows)
        },
      })(),
    )
    found.folds.forEach(({ rows }) =>
      expect(
        apart(
          rows,
          line.filter((row) => !rows.includes(row)),
        ),
      ).toBe(true),
    )
  })

  test('a splitter of the caller is used as it is: forwards in time, dev rows the last before', async () => {
    const forwards = (of: typeof data) =>
      E.right(
        [20, 30, 40].map((from) => ({
          train: rowsAt(of, classes(line.slice(0, from)), 'train'),
          dev: rowsAt(of, classes(line.slice(from, from + 10)), 'dev'),
        })),
      )
    const found = right(
      await crossValidate({
        data,
        folds: forwards,
        devRows: 'last',
        devShare: 0.2,
        key: key(0),
        fit: (parts, ownKey, rows) => {
          expect(rowsIn(parts.dev)).toEqual(line.slice(rows.length * 0.8, rows.length))
          return slope(0.5)(parts, ownKey, rows)
        },
      })(),
    )
    expect(found.folds.map(({ trainRows, rows }) => [trainRows, rows[0]])).toEqual([
      [20, 20],
      [30, 30],
      [40, 40],
    ])
    const byLibrary = right(
      await crossValidate({ data, folds: kFold(5, { key: key(9) }), key: key(0), fit: slope(0.5) })(),
    )
    expect(byLibrary.folds.length).toBe(5)
    const inTime = right(
      await crossValidate({ data, folds: timeFolds(3), devRows: 'last', key: key(0), fit: slope(0.5) })(),
    )
    expect(inTime.folds.map(({ trainRows, rows }) => [trainRows, rows])).toEqual(
      [15, 30, 45].map((from) => [from, line.slice(from, from + 15)]),
    )
  })

  test('a class with fewer rows than folds does not stop it, unless strata are demanded', async () => {
    const y = classes(line.map((i) => (i < 2 ? 2 : i % 2)))
    const rare = dataset({ x: doubles(line.map((i) => [i])), y, classNames: ['a', 'b', 'rare'] })
    const run = (stratify?: boolean) =>
      crossValidate({
        data: rare,
        folds: 5,
        key: key(0),
        ...(stratify === undefined ? {} : { stratify }),
        fit: ({ whole }) =>
          TE.right({ predict: (x) => baselinePredictions(baselineOf(whole), x.shape[0] ?? 0) }),
      })()
    expect(right(await run()).failures).toEqual([])
    expect(E.isLeft(await run(true))).toBe(true)
  })

  test('a fold that fails is a value, and the figures are over the others', async () => {
    const found = right(
      await crossValidate({
        data,
        folds: 5,
        key: key(0),
        fit: (parts, ownKey, rows) =>
          rows.includes(7) && rows.includes(8) ? slope(0.5)(parts, ownKey, rows) : TE.left('does not fit'),
      })(),
    )
    expect(found.failures.length).toBeGreaterThan(0)
    expect(found.failures[0]!.error).toBe('does not fit')
    expect(found.measures.rSquared?.values.length).toBe(5 - found.failures.length)
    const none = right(await crossValidate({ data, folds: 3, key: key(0), fit: () => TE.left('no') })())
    expect([none.failures.length, none.outOfFold]).toEqual([3, undefined])
    const unsaid = right(
      await crossValidate({
        data,
        folds: 3,
        key: key(0),
        fit: () => TE.right({ predict: () => E.left({ message: 'cannot say' }) }),
      })(),
    )
    expect(unsaid.failures.map(({ error }) => error.message)).toEqual([
      'cannot say',
      'cannot say',
      'cannot say',
    ])
  })

  test('weights of the data weigh in the judgement of each fold', async () => {
    const weights = doubles(line.map((i) => 1 + (i % 3)))
    const weighted = regressionDataset({ x: data.x, y: data.y, weights })
    const found = right(await crossValidate({ data: weighted, folds: 3, key: key(0), fit: slope(0.5) })())
    const [fold] = found.folds
    const y = doubles(fold!.rows.map((i) => i / 2 + Math.sin(i)))
    const said = valuePredictions(doubles(fold!.rows.map((i) => i / 2)), ['y0'])
    const { rSquared } = judge(said, y, {
      baseline: { kind: 'values', names: ['y0'], means: [15], medians: [15] },
      weights: doubles(fold!.rows.map((i) => 1 + (i % 3))),
    })
    expect(found.measures.rSquared?.values[0]).toBe(rSquared.value)
  })
})

test('the interval of folds is that of Nadeau and Bengio', () => {
  // scipy: t.ppf(0.975, 9) · √((1/10 + 10/90) · var(ddof=1)) for ten figures of 10 rows each.
  const values = [0.81, 0.78, 0.85, 0.8, 0.79, 0.9, 0.77, 0.83, 0.86, 0.8]
  const { mean, deviation, interval } = foldSpread(values, { trainRows: 90, devRows: 10 })
  expect(mean).toBeCloseTo(0.819, 12)
  const reach = 2.262157162798205 * Math.sqrt((1 / 10 + 1 / 9) * deviation ** 2)
  expect(deviation).toBeCloseTo(0.04067486256208425, 12)
  expect(interval[0]).toBeCloseTo(0.819 - reach, 12)
  expect(interval[1]).toBeCloseTo(0.819 + reach, 12)
  const undefinedFold = foldSpread([0.5, NaN, 0.7], { trainRows: 2, devRows: 1 })
  expect(undefinedFold.mean).toBeCloseTo(0.6, 12)
  expect(foldSpread([0.5], { trainRows: 2, devRows: 1 }).interval).toEqual([-Infinity, Infinity])
})

describe('nested cross-validation', () => {
  test('chooses by inner folds that never hold a row the outer fold judges by', async () => {
    const outer: (readonly number[])[] = []
    const watched =
      (by: number): FoldFit<typeof data, string> =>
      (parts, ownKey, rows) => {
        outer.push(rowsIn(parts.whole))
        return slope(by)(parts, ownKey, rows)
      }
    const found = right(
      await nestedCrossValidate({
        data,
        folds: 4,
        inner: 3,
        key: key(0),
        candidates: { flat: watched(0), good: watched(0.5), steep: watched(2) },
      })(),
    )
    expect(found.folds.map(({ result }) => (E.isRight(result) ? result.right.chosen : ''))).toEqual(
      found.folds.map(() => 'good'),
    )
    // Each outer fold: 3 candidates in 3 inner folds, and the chosen one on all training rows.
    expect(outer.length).toBe(4 * (3 * 3 + 1))
    found.folds.forEach(({ rows }, fold) =>
      outer
        .slice(fold * 10, (fold + 1) * 10)
        .forEach((of) => expect(of.some((row) => rows.includes(row))).toBe(false)),
    )
  })
  test('a candidate that fails is not chosen; without any the fold says why', async () => {
    const failing: FoldFit<typeof data, string> = () => TE.left('broken')
    const one = right(
      await nestedCrossValidate({
        data,
        folds: 2,
        inner: 2,
        key: key(0),
        candidates: { failing, good: slope(0.5) },
      })(),
    )
    expect(one.failures).toEqual([])
    const none = right(
      await nestedCrossValidate({ data, folds: 2, inner: 2, key: key(0), candidates: { failing } })(),
    )
    expect(none.failures[0]!.error).toMatchObject({ kind: 'no-candidate', errors: { failing: 'broken' } })
  })
})

describe('models side by side', () => {
  const run = async (by: number, folds = 5) =>
    right(await crossValidate({ data, folds, key: key(4), fit: slope(by) })())

  test('the simple one is chosen where it may be as good as the best, none where the baseline does as well', async () => {
    const [good, close, bad] = [await run(0.5), await run(0.501), await run(3)]
    const compared = compareModels({ close, good, bad })
    expect(compared).toMatchObject({ by: 'rootMeanSquaredError', folds: 5 })
    expect(compared.asGood).toEqual(['close', 'good'])
    expect(compared.choose).toBe('close')
    expect(compared.models.map(({ overBaseline }) => overBaseline.verdict)).toEqual([
      'better',
      'better',
      'worse',
    ])
    expect(compareModels({ bad }).choose).toBeUndefined()
    expect(compareModels({ close, good, bad }, { by: 'rSquared' }).choose).toBe('close')
  })

  test('over one fold rows decide, in the unit of the figure', async () => {
    const single = async (by: number) =>
      right(
        await crossValidate({
          data,
          folds: (of: typeof data) =>
            E.right([
              {
                train: rowsAt(of, classes(line.slice(0, 40)), 'train'),
                dev: rowsAt(of, classes(line.slice(40)), 'dev'),
              },
            ]),
          key: key(0),
          fit: slope(by),
        })(),
      )
    const [good, off] = [await single(0.5), await single(0.6)]
    for (const by of ['rootMeanSquaredError', 'rSquared'] as const) {
      const [first, second] = compareModels({ off, good }, { by }).models
      expect(second!.toBest).toMatchObject({ difference: 0, verdict: 'not better' })
      expect(first!.toBest.verdict).toBe('worse')
      const [lower, upper] = first!.toBest.interval
      expect(lower).toBeLessThan(first!.toBest.difference)
      expect(upper).toBeGreaterThan(first!.toBest.difference)
      expect(first!.toBest.difference).toBe(off.measures[by]!.mean - good.measures[by]!.mean)
    }
  })

  test('results over other rows are refused', async () => {
    const other = right(await crossValidate({ data, folds: 5, key: key(5), fit: slope(1) })())
    const good: CrossValidation<string> = await run(0.5)
    expect(() => compareModels({ good, other })).toThrow('expected results over the same folds')
  })

  test('row by row, the signs change with the order of the two', () => {
    const y = classes([0, 0, 1, 1, 0, 1])
    const said = (ps: readonly number[]) =>
      classPredictions(doubles(ps.map((p) => [1 - p, p])), ['no', 'yes'])
    const [one, other] = [said([0.1, 0.2, 0.8, 0.7, 0.4, 0.3]), said([0.6, 0.4, 0.6, 0.2, 0.7, 0.9])]
    for (const by of ['accuracy', 'balancedAccuracy', 'logLoss'] as const) {
      const [forth, back] = [
        comparePredictions(one, other, y, { by }),
        comparePredictions(other, one, y, { by }),
      ]
      expect(forth.difference).toBeCloseTo(-back.difference, 12)
      expect(forth.interval[0]).toBeCloseTo(-back.interval[1], 12)
      expect(forth.pValue).toBeCloseTo(back.pValue, 12)
    }
  })
})

test('several targets and a table go the same way', async () => {
  const y = tensor(
    line.map((i) => [i, -i]),
    { dtype: 'float64' },
  )
  const table: LabelledTable<'raw'> = labelledTable({
    features: rawTable({
      file: 'line',
      n,
      columns: [{ kind: 'number', name: 'at', values: doubles(line) }],
      lines: classes(line),
    }),
    y,
    targets: { kind: 'values', names: ['up', 'down'] },
  })
  const found = right(
    await crossValidate({
      data: table,
      folds: 3,
      key: key(0),
      fit: (_parts) =>
        TE.right({
          predict: (of) => {
            const [column] = of.columns
            const at = column && 'values' in column ? column.values : doubles([])
            return valuePredictions(mul(reshape(at, [of.n, 1]), doubles([[1, -1]])), ['up', 'down'])
          },
        }),
    })(),
  )
  expect(found.measures.rSquared?.mean).toBe(1)
})
