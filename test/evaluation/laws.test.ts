import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { DTypeError, key, mul, normal, tensor, toArray, toTypedArray, type Tensor } from '../../src/index.ts'
import { allForDev, labelledTable, rawTable, regressionDataset } from '../../src/data/index.ts'
import {
  accuracy,
  averagePrecision,
  baselineOf,
  bootstrapInterval,
  baselinePredictions,
  balancedAccuracy,
  brierScore,
  calibrationError,
  classPredictions,
  classRates,
  cohenKappa,
  confusionCounts,
  explainedVariance,
  judge,
  logLoss,
  matthews,
  meanAbsoluteError,
  meanRocArea,
  meanSquaredError,
  medianAbsoluteError,
  permutationImportance,
  quantileLoss,
  reliabilityTable,
  rocArea,
  rSquared,
  topAccuracy,
  valuePredictions,
  type ClassPredictions,
  type Measured,
  type ValuePredictions,
  type WeightedRows,
} from '../../src/evaluation/index.ts'
import { activation, network } from '../../src/nn/index.ts'
import { evaluate, evaluateRegression } from '../../src/training/index.ts'
import { classes, doubles } from './printed-rows.ts'

const names = ['a', 'b', 'c']
interface Row {
  readonly label: number
  readonly p: readonly number[]
  readonly weight: number
}
/** Probabilities in tenths, so that there are ties; classes may be absent. */
const row: fc.Arbitrary<Row> = fc
  .record({
    label: fc.nat(2),
    cuts: fc.tuple(fc.nat(10), fc.nat(10)),
    weight: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ label, cuts, weight }) => {
    const [low, high] = [Math.min(...cuts), Math.max(...cuts)]
    return { label, weight, p: [low / 10, (high - low) / 10, (10 - high) / 10] }
  })
const rows = fc.array(row, { minLength: 2, maxLength: 25 })
const saidOf = (of: readonly Row[]) => classPredictions(doubles(of.map(({ p }) => p)), names)
const labelsOf = (of: readonly Row[]) => classes(of.map(({ label }) => label))
const weightsOf = (of: readonly Row[]) => doubles(of.map(({ weight }) => weight))

type ClassMetric = (said: ClassPredictions, y: Tensor, options: WeightedRows) => Measured
const ofConfusion =
  (metric: (confusion: ReturnType<typeof confusionCounts>) => Measured): ClassMetric =>
  (said, y, options) =>
    metric(confusionCounts(said, y, options))
const classMetrics: Readonly<Record<string, ClassMetric>> = {
  accuracy: ofConfusion(accuracy),
  balancedAccuracy: ofConfusion(balancedAccuracy),
  matthews: ofConfusion(matthews),
  cohenKappa: ofConfusion(cohenKappa),
  macroPrecision: ofConfusion((confusion) => classRates(confusion).precision.macro),
  microF1: ofConfusion((confusion) => classRates(confusion).f1.micro),
  weightedF1: ofConfusion((confusion) => classRates(confusion).f1.weighted),
  logLoss,
  brierScore,
  top2: (said, y, options) => topAccuracy(said, y, { k: 2, ...options }),
  rocArea: (said, y, options) => rocArea(said, y, { positive: 1, ...options }),
  meanRocArea,
  averagePrecision: (said, y, options) => averagePrecision(said, y, { positive: 1, ...options }),
  calibrationError,
}

/** Equal to rounding, and NaN to NaN. */
const same = (a: number, b: number): void => {
  if (!Number.isFinite(a) || !Number.isFinite(b)) expect(a).toBe(b)
  else expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-11 * Math.max(1, Math.abs(b)))
}

describe.each(Object.entries(classMetrics))('%s', (name, metric) => {
  test('a weight is a repetition, the order of rows makes no difference, and the interval holds the value', () => {
    fc.assert(
      fc.property(rows, fc.nat(), (of, seed) => {
        const weighted = metric(saidOf(of), labelsOf(of), { weights: weightsOf(of) })
        const repeated = of.flatMap((each) => Array.from({ length: each.weight }, () => each))
        same(weighted.value, metric(saidOf(repeated), labelsOf(repeated), {}).value)
        const plain = metric(saidOf(of), labelsOf(of), {})
        const turned = of.map((_, i) => of[(i + seed) % of.length]!)
        const moved = metric(saidOf(turned), labelsOf(turned), {})
        same(moved.value, plain.value)
        same(moved.interval[0], plain.interval[0])
        const scaled = metric(saidOf(of), labelsOf(of), { weights: mul(weightsOf(of), 3) })
        same(scaled.interval[1], weighted.interval[1])
        for (const { value, interval } of [weighted, plain])
          if (!Number.isNaN(value)) {
            expect(interval[0]).toBeLessThanOrEqual(value + 1e-12)
            expect(interval[1]).toBeGreaterThanOrEqual(value - 1e-12)
          }
      }),
      { numRuns: 15 },
    )
  })
  test('other numbers for the classes make no difference', () => {
    if (['rocArea', 'averagePrecision'].includes(name)) return
    fc.assert(
      fc.property(rows, (of) => {
        // Of classes as probable as each other the first is taken, which depends on their numbers.
        const clear = of.filter(({ p }) => new Set(p).size === 3)
        if (clear.length < 2) return
        const turned = clear.map(({ label, p, weight }) => ({
          label: (label + 1) % 3,
          p: [p[2]!, p[0]!, p[1]!],
          weight,
        }))
        same(
          metric(saidOf(turned), labelsOf(turned), {}).value,
          metric(saidOf(clear), labelsOf(clear), {}).value,
        )
      }),
      { numRuns: 10 },
    )
  })
})

type ValueMetric = (said: ValuePredictions, y: Tensor, options: WeightedRows) => Measured
const valueMetrics: Readonly<Record<string, ValueMetric>> = {
  meanSquaredError,
  meanAbsoluteError,
  medianAbsoluteError,
  rSquared,
  explainedVariance,
  quantile: (said, y, options) => quantileLoss(said, y, { quantile: 0.7, ...options }),
}
const pair = fc.record({
  y: fc.integer({ min: -8, max: 8 }),
  e: fc.integer({ min: -8, max: 8 }),
  weight: fc.integer({ min: 1, max: 4 }),
})

test.each(Object.entries(valueMetrics))(
  '%s: a weight is a repetition, the order of rows makes no difference',
  (_name, metric) => {
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 25 }), fc.nat(), (of, seed) => {
        const at = (list: typeof of, options: WeightedRows = {}) =>
          metric(
            valuePredictions(doubles(list.map(({ e }) => e)), ['y']),
            doubles(list.map(({ y }) => y)),
            options,
          )
        const weighted = at(of, { weights: doubles(of.map(({ weight }) => weight)) })
        same(weighted.value, at(of.flatMap((each) => Array.from({ length: each.weight }, () => each))).value)
        const turned = of.map((_, i) => of[(i + seed) % of.length]!)
        same(at(turned).value, at(of).value)
        same(at(turned).interval[1], at(of).interval[1])
        const { value, interval } = at(of)
        if (!Number.isNaN(value)) expect(interval[0] <= value && value <= interval[1]).toBe(true)
      }),
      { numRuns: 30 },
    )
  },
)

describe('edges', () => {
  const y = classes([0, 1, 2, 1])
  const perfect = classPredictions(
    doubles([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]),
    names,
  )
  test('perfect predictions', () => {
    const confusion = confusionCounts(perfect, y)
    for (const measured of [
      accuracy(confusion),
      balancedAccuracy(confusion),
      matthews(confusion),
      cohenKappa(confusion),
      classRates(confusion).f1.macro,
      meanRocArea(perfect, y),
      averagePrecision(perfect, y, { positive: 2 }),
    ])
      expect(measured.value).toBeCloseTo(1, 12)
    expect(logLoss(perfect, y).value).toBeCloseTo(0, 12)
    expect(brierScore(perfect, y).value).toBe(0)
    expect(calibrationError(perfect, y).value).toBe(0)
    expect(accuracy(confusion).interval[0]).toBeLessThan(0.6)
  })
  test('what rows do not define is NaN, and only that', () => {
    const only = classes([1, 1, 1, 1])
    expect(rocArea(perfect, only, { positive: 1 })).toEqual({ value: NaN, interval: [NaN, NaN] })
    expect(meanRocArea(perfect, only).value).toBeNaN()
    expect(averagePrecision(perfect, only, { positive: 0 }).value).toBeNaN()
    const one = classPredictions(doubles([[0, 1, 0]]), names)
    expect(cohenKappa(confusionCounts(one, classes([1]))).value).toBeNaN()
    expect(matthews(confusionCounts(one, classes([1]))).value).toBe(0)
    const flat = valuePredictions(doubles([1, 2]), ['y'])
    expect(rSquared(flat, doubles([3, 3])).value).toBeNaN()
  })
  test('a class without rows is in no average of recalls; without rows and decisions in none at all', () => {
    const counts = (cells: readonly (readonly number[])[]) => ({ names, counts: cells, rows: 4 })
    const absent = counts([
      [1, 1, 0],
      [0, 2, 0],
      [0, 0, 0],
    ])
    expect(balancedAccuracy(absent).value).toBe(0.75)
    expect(classRates(absent).recall.macro.value).toBe(0.75)
    const taken = counts([
      [1, 0, 1],
      [0, 2, 0],
      [0, 0, 0],
    ])
    // As scikit-learn: taken for a class that has no row, its recall is 0 by zero division.
    expect(classRates(taken).recall.macro.value).toBe(0.5)
    expect(classRates(taken, { zeroDivision: 1 }).classes[2]!.recall.value).toBe(1)
    expect(classRates(taken, { zeroDivision: 'undefined' }).classes[2]!.recall.value).toBeNaN()
  })
  test('impossible input is refused with what was expected and what came', () => {
    expect(() => classPredictions(doubles([[2, -1]]), ['no', 'yes'])).toThrow(
      'row 0: expected probabilities from 0 to 1, got 2 for "no"; logits become probabilities by softmax',
    )
    expect(() => classPredictions(doubles([[0.5, 0.2]]), ['no', 'yes'])).toThrow('add up to 1, got 0.7')
    expect(() => logLoss(perfect, classes([0, 1, 3, 0]))).toThrow('y[2]: expected a class from 0 to 2, got 3')
    expect(() => logLoss(perfect, doubles([0, 1, 2, 0]))).toThrow(DTypeError)
    expect(() => logLoss(perfect, y, { weights: doubles([1, -1, 1, 1]) })).toThrow('weights[1]')
    expect(() => rocArea(perfect, y)).toThrow('expected the number of the class to find, from 0 to 2')
    const values = valuePredictions(doubles([1, NaN]), ['y'])
    expect(() => rSquared(values, doubles([1, 2]))).toThrow('expected finite numbers, got NaN in row 1')
    expect(() => rSquared(valuePredictions(doubles([1, 2]), ['y']), doubles([1, 2, 3]))).toThrow(
      'expected y [2',
    )
    const baseline = { kind: 'values', names: ['y'], means: [1], medians: [1] } as const
    expect(() => judge(perfect, y, { baseline })).toThrow('judge: baseline: expected one of the classes')
  })
  test('bins hold all rows, by width and by count, and the error is their mean gap', () => {
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom('width', 'count'),
        fc.integer({ min: 1, max: 12 }),
        (of, by, bins) => {
          const [said, labels] = [saidOf(of), labelsOf(of)]
          const table = reliabilityTable(said, labels, { by, bins })
          expect(table.reduce((sum, bin) => sum + bin.rows, 0)).toBe(of.length)
          const gap = table
            .filter((bin) => bin.rows > 0)
            .reduce(
              (sum, bin) => sum + (bin.rows / of.length) * Math.abs(bin.accuracy.value - bin.confidence),
              0,
            )
          same(calibrationError(said, labels, { by, bins }).value, gap)
          expect(table.length).toBeLessThanOrEqual(bins)
        },
      ),
    )
  })
})

describe('judge', () => {
  test('a model that is the baseline is never better', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const y = labelsOf(of)
        const baseline = baselineOf({ y, targets: { kind: 'classes', names } })
        for (const by of ['accuracy', 'balancedAccuracy', 'logLoss'] as const)
          expect(judge(baselinePredictions(baseline, of.length), y, { baseline, by }).verdict).toBe(
            'not better',
          )
      }),
      { numRuns: 15 },
    )
    const y = doubles([1, 2, 3, 9])
    const baseline = baselineOf({ y, targets: { kind: 'values', names: ['y'] } })
    const found = judge(baselinePredictions(baseline, 4), y, { baseline })
    expect(found).toMatchObject({ verdict: 'not better', rSquared: { value: 0 } })
  })
  test('a rare class that is never decided on does not pass for a success, and its user is told', () => {
    const label = Array.from({ length: 400 }, (_, i) => (i % 10 === 0 ? 1 : 0))
    const y = classes(label)
    // It ranks well, and decides on nothing but the majority.
    const said = classPredictions(
      doubles(label.map((is, i) => (is === 1 ? [0.6, 0.4] : [1 - 0.3 * ((i % 7) / 7), 0.3 * ((i % 7) / 7)]))),
      ['no', 'yes'],
    )
    const baseline = baselineOf({ y, targets: { kind: 'classes', names: ['no', 'yes'] } })
    const found = judge(said, y, { baseline })
    expect(found.kind === 'classes' && found.accuracy.value).toBe(0.9)
    expect(found.verdict).toBe('not better')
    expect(found.notes.map(({ kind }) => kind)).toEqual([
      'class-never-decided',
      'miscalibrated',
      'ranks-without-deciding',
    ])
    expect(judge(said, y, { baseline, by: 'logLoss' }).verdict).toBe('better')
  })
  test('several targets count by their own baselines: a change of unit changes no verdict', () => {
    const line = Array.from({ length: 30 }, (_, i) => i)
    const y = (unit: number) => doubles(line.map((i) => [i, unit * Math.sin(i)]))
    const said = (unit: number) =>
      valuePredictions(doubles(line.map((i) => [i + 1, unit * Math.sin(i + 0.1)])), ['s', 't'])
    const at = (unit: number) =>
      judge(said(unit), y(unit), {
        baseline: baselineOf({ y: y(unit), targets: { kind: 'values', names: ['s', 't'] } }),
      })
    expect(at(1).verdict).toBe('better')
    expect(at(1024).against[0]!.difference).toBeCloseTo(at(1).against[0]!.difference, 10)
    expect(at(1).notes.map((note) => note.kind === 'biased' && note.name)).toEqual(['s'])
  })
  test('agrees with the evaluation of training', () => {
    const net = network(3, activation('identity'))
    const logits = tensor(
      [
        [3, 0, 1],
        [0, 3, 0],
        [1, 0, 2],
        [2, 1, 0],
      ],
      { dtype: 'float64' },
    )
    const y = classes([0, 1, 1, 0])
    const fast = evaluate(net, {}, {}, { x: logits, y })
    const exps = (toArray(logits) as number[][]).map((of) => of.map(Math.exp))
    const said = classPredictions(
      doubles(exps.map((of) => of.map((e) => e / of.reduce((a, b) => a + b)))),
      names,
    )
    same(logLoss(said, y).value, fast.loss)
    same(accuracy(confusionCounts(said, y)).interval[0], fast.accuracyInterval[0])
    const line = network(1, activation('identity'))
    const target = doubles([1, 2, 4.5])
    const estimates = doubles([[1.5], [2], [4]])
    const regression = evaluateRegression(line, {}, {}, { x: estimates, y: target })
    same(rSquared(valuePredictions(estimates, ['y']), target).value, regression.rSquared)
    same(meanAbsoluteError(valuePredictions(estimates, ['y']), target).value, regression.meanAbsoluteError)
  })
})

test('the bootstrap agrees with the interval of a mean, and its key is its only chance', () => {
  const values = Array.from(toTypedArray(normal(key(5), [100], { dtype: 'float64' })), Number)
  const mean = (rows: readonly number[]) => rows.reduce((sum, row) => sum + values[row]!, 0) / rows.length
  const interval = bootstrapInterval(100, mean, { key: key(1), resamples: 600 })
  const y = doubles(values.map(() => 0))
  const [lower, upper] = judge(valuePredictions(doubles(values.map((v) => -v)), ['y']), y, {
    baseline: { kind: 'values', names: ['y'], means: [0], medians: [0] },
  }).residual.interval
  expect(Math.abs(interval[0] - lower)).toBeLessThan(0.05)
  expect(Math.abs(interval[1] - upper)).toBeLessThan(0.05)
  expect(bootstrapInterval(100, mean, { key: key(1), resamples: 600 })).toEqual(interval)
  expect(bootstrapInterval(100, mean, { key: key(2), resamples: 600 })).not.toEqual(interval)
})

describe('permutation importance', () => {
  const line = Array.from({ length: 80 }, (_, i) => i)
  const wave = line.map((i) => Math.sin(7 * i))
  const x = line.map((i) => [wave[i]!, Math.cos(5 * i), wave[i]!])
  const part = allForDev(
    regressionDataset({ x: doubles(x), y: doubles(wave), featureNames: ['signal', 'noise', 'copy'] }),
  )
  /** The mean of the signal and its copy. */
  const predict = (of: Tensor) =>
    valuePredictions(doubles((toArray(of) as number[][]).map(([signal, , copy]) => (signal! + copy!) / 2)), [
      'y0',
    ])
  const found = (groups?: Readonly<Record<string, readonly string[]>>) => {
    const result = permutationImportance({
      part,
      predict,
      key: key(2),
      repeats: 8,
      ...(groups === undefined ? {} : { groups }),
    })
    return E.isRight(result) ? result.right : []
  }
  test('what is not used has none, and what is shuffled with its copy has more than each alone', () => {
    const alone = new Map(found().map((each) => [each.name, each]))
    expect(alone.get('noise')).toMatchObject({ value: 0, interval: [0, 0] })
    const grouped = new Map(
      found({ both: ['signal', 'copy'], noise: ['noise'] }).map((each) => [each.name, each]),
    )
    // Shuffled, a signal of variance v costs 2v; half of it, alone, a quarter of that.
    const variance = wave.reduce((sum, w) => sum + w * w, 0) / line.length
    expect(grouped.get('both')!.value / variance).toBeGreaterThan(1.7)
    expect(grouped.get('both')!.value / variance).toBeLessThan(2.3)
    expect(alone.get('signal')!.value / variance).toBeGreaterThan(0.4)
    expect(alone.get('signal')!.value / variance).toBeLessThan(0.6)
    expect(alone.get('signal')!.interval[0]).toBeGreaterThan(0)
    expect(found().map(({ name }) => name)).not.toContain('both')
    expect(found()).toEqual(found())
    expect(() => found({ both: ['signal', 'coppy'] })).toThrow('did you mean copy?')
  })
  test('of a table columns are shuffled as they were read, categories too', () => {
    const kinds = line.map((i) => i % 2)
    const table = allForDev(
      labelledTable({
        features: rawTable({
          file: 'kinds',
          n: 80,
          columns: [
            { kind: 'category', name: 'kind', codes: classes(kinds), levels: ['even', 'odd'] },
            { kind: 'number', name: 'at', values: doubles(line) },
          ],
          lines: classes(line),
        }),
        y: classes(kinds),
        targets: { kind: 'classes', names: ['even', 'odd'] },
      }),
    )
    const result = permutationImportance({
      part: table,
      key: key(0),
      predict: (of) => {
        const [column] = of.columns
        const codes = column !== undefined && 'codes' in column ? (toArray(column.codes) as number[]) : []
        return classPredictions(doubles(codes.map((code) => [1 - code, code])), ['even', 'odd'])
      },
    })
    const all = E.isRight(result) ? result.right : []
    expect(all.map(({ name }) => name)).toEqual(['kind', 'at'])
    expect(all[0]!.value).toBeGreaterThan(0.35)
    expect(all[1]!.value).toBe(0)
    const refused = permutationImportance({ part: table, key: key(0), predict: () => E.left('no schema') })
    expect(refused).toEqual(E.left('no schema'))
  })
})

test('intervals cover: 95 % of them hold the truth in repeated samples, to the accuracy of 400 of them', () => {
  // y = x + noise of the same variance: R² is ½ and the mean squared error 1.
  const numbers = Array.from(toTypedArray(normal(key(11), [400 * 60 * 2], { dtype: 'float64' })), Number)
  const held = { rSquared: 0, mean: 0 }
  for (let sample = 0; sample < 400; sample++) {
    const [estimates, noise] = [0, 60].map((from) =>
      numbers.slice(120 * sample + from, 120 * sample + from + 60),
    )
    const y = doubles(estimates!.map((e, i) => e + noise![i]!))
    const said = valuePredictions(doubles(estimates!), ['y'])
    const [low, high] = rSquared(said, y).interval
    if (low <= 0.5 && 0.5 <= high) held.rSquared++
    const [from, to] = meanSquaredError(said, y).interval
    if (from <= 1 && 1 <= to) held.mean++
  }
  // Samples of 60 rows, by approximations: somewhat below 380 of 400 is what they give.
  expect(held.rSquared).toBeGreaterThan(360)
  expect(held.mean).toBeGreaterThan(360)
  expect(held.rSquared).toBeLessThan(396)
})
