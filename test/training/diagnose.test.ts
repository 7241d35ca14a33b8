import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { item, key, normal, tensor } from '../../src/index.ts'
import { batchNorm, dense, network, recalibrate } from '../../src/nn/index.ts'
import { argmax } from '../../src/core/numeric/index.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'
import {
  diagnose,
  diagnoseRegression,
  errorGaps,
  errorRate,
  evaluate,
  evaluateRegression,
  meanError,
  opposedActions,
  type ErrorReport,
  type Finding,
  type Interval,
  type Problem,
} from '../../src/training/index.ts'

const n = 100_000
const rate = fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000)
const rows = fc.integer({ min: 10, max: 20_000 })
const kinds = (report: ErrorReport) => diagnose(report).map(({ kind }) => kind)
const percent = (train: number, dev: number, floor = 0): ErrorReport => ({
  train: { value: train / 100, n },
  dev: { value: dev / 100, n },
  floor: floor / 100,
})

describe('diagnose', () => {
  test.each([
    { report: percent(1, 11), expected: ['high-variance'] },
    { report: percent(15, 16), expected: ['high-bias'] },
    { report: percent(15, 30), expected: ['high-bias', 'high-variance'] },
    { report: percent(0.5, 1), expected: ['ok'] },
    { report: percent(15, 16, 15), expected: ['ok'] },
  ])("reproduces Ng's table: $expected", ({ report, expected }) => {
    expect(kinds(report)).toEqual(expected)
  })

  test('bias is measured from the floor', () => {
    const [bias] = diagnose(percent(15, 16, 5))
    expect(bias.kind).toBe('high-bias')
    expect(bias.gap).toBeCloseTo(0.1, 12)
    expect(bias.interval[0]).toBeLessThan(bias.gap)
    expect(bias.interval[1]).toBeGreaterThan(bias.gap)
  })

  test('train error 0 with dev ≈ test ≈ 0.49 is high variance, not a used-up dev set', () => {
    const found = kinds({
      train: { value: 0, n: 300 },
      dev: { value: 0.49, n: 20_000 },
      test: { value: 0.488, n: 40_000 },
    })
    expect(found).toEqual(['high-variance'])
  })

  test('test ≫ dev is a dev set used too often; dev ≫ trainDev is a mismatch of distributions', () => {
    expect(kinds({ ...percent(1, 1), test: { value: 0.1, n } })).toEqual(['dev-overfit'])
    expect(kinds({ ...percent(1, 11), trainDev: { value: 0.012, n } })).toEqual(['mismatch'])
    expect(kinds({ ...percent(1, 11), trainDev: { value: 0.11, n } })).toEqual(['high-variance'])
  })

  test('a gap whose interval straddles the tolerance is inconclusive and says what it is about', () => {
    const [finding, ...others] = diagnose({ train: { value: 0, n: 5000 }, dev: { value: 0.03, n: 100 } })
    expect(others).toEqual([])
    expect(finding).toMatchObject({ kind: 'inconclusive', about: 'high-variance', gap: 0.03 })
    expect(finding.interval[0]).toBeLessThan(0.02)
    expect(finding.interval[1]).toBeGreaterThan(0.02)
    expect(finding.advice[0]).toBe('too few dev rows to tell: measure on about 800')
  })

  test('says how many rows would tell: with so many it is conclusive, with half of them it is not', () => {
    fc.assert(
      fc.property(rate, rate, rows, rows, (train, dev, trainRows, devRows) => {
        const at = (factor: number) =>
          diagnose({
            train: { value: train, n: trainRows * factor },
            dev: { value: dev, n: devRows * factor },
          }).find((finding) => finding.kind === 'inconclusive' && finding.about === 'high-variance')
        const found = at(1)
        if (found?.kind !== 'inconclusive' || !Number.isFinite(found.rowsNeeded)) return
        const factor = found.rowsNeeded / devRows
        expect(at(factor)).toBeUndefined()
        expect(at(factor / 2)).toBeDefined()
      }),
      { numRuns: 300 },
    )
    // A gap of exactly the tolerance stays undecided whatever the number of rows.
    const [gap] = errorGaps({ train: { value: 0.25, n: 8 }, dev: { value: 0.5, n: 8 }, tolerance: 0.25 })
    expect(gap).toMatchObject({ present: 'inconclusive', rowsNeeded: Infinity })
  })

  test('bias and variance are always reported together, with intervals that hold the gap', () => {
    fc.assert(
      fc.property(rate, rate, rows, (train, dev, m) => {
        const gaps = errorGaps({ train: { value: train, n: m }, dev: { value: dev, n: m } })
        expect(gaps.map(({ problem }) => problem)).toEqual(['high-bias', 'high-variance'])
        for (const { gap, interval } of gaps) {
          expect(interval[0]).toBeLessThanOrEqual(gap)
          expect(interval[1]).toBeGreaterThanOrEqual(gap)
        }
      }),
    )
  })

  test('the width of an interval falls as 1/√n', () => {
    const widths = (n: number) =>
      errorGaps({ train: { value: 0.125, n }, dev: { value: 0.25, n } }).map(
        ({ interval: [lower, upper] }) => upper - lower,
      )
    const [few, many] = [widths(10_000), widths(40_000)]
    few.forEach((width, i) => expect(width / many[i]!).toBeCloseTo(2, 2))
  })

  test('errors in percent, floors and tolerances outside [0, 1] are refused by name', () => {
    expect(() => diagnose({ ...percent(1, 2), dev: { value: 15, n } })).toThrow(
      'diagnose: dev is an error rate in [0, 1] of 0 or more rows, got 15 of 100000',
    )
    expect(() => diagnose({ ...percent(1, 2), train: { value: NaN, n } })).toThrow('train')
    expect(() => diagnose({ ...percent(1, 2), floor: 15 })).toThrow('the floor is a fraction')
    expect(() => diagnose({ ...percent(1, 2), tolerance: -1 })).toThrow('the tolerance is a fraction')
  })

  test('without rows nothing is found', () => {
    const found = diagnose({ train: { value: 0, n: 0 }, dev: { value: 1, n: 0 } })
    expect(found.map((finding) => finding.kind)).toEqual(['inconclusive', 'inconclusive'])
  })

  type Errors = Required<Pick<ErrorReport, 'train' | 'dev' | 'test' | 'trainDev' | 'ownStatistics' | 'floor'>>
  const errors: fc.Arbitrary<Errors> = fc
    .tuple(fc.array(rate, { minLength: 6, maxLength: 6 }), rows)
    .map(([[train, dev, test, trainDev, own, floor], m]) => {
      const of = (value = 0) => ({ value, n: m })
      return {
        train: of(train),
        dev: of(dev),
        test: of(test),
        trainDev: of(trainDev),
        ownStatistics: of(own),
        floor: floor ?? 0,
      }
    })
  const raised = (report: Errors, argument: keyof Errors, by: number): Errors =>
    argument === 'floor'
      ? { ...report, floor: Math.min(1, report.floor + by) }
      : {
          ...report,
          [argument]: { ...report[argument], value: Math.min(1, report[argument].value + by) },
        }

  // Each problem, the errors that a higher value of never removes it, and those that a higher value of never adds it.
  const directions: readonly [Problem, readonly (keyof Errors)[], readonly (keyof Errors)[]][] = [
    ['high-bias', ['ownStatistics', 'train', 'dev', 'test', 'trainDev'], ['floor', 'dev', 'test', 'train']],
    ['high-variance', ['trainDev', 'dev', 'test', 'floor'], ['train', 'dev', 'test', 'floor']],
    ['normalization-mismatch', ['train', 'dev', 'test'], ['ownStatistics', 'dev', 'test']],
    ['mismatch', ['dev', 'train', 'test'], ['trainDev', 'train', 'test']],
    ['dev-overfit', ['test', 'train', 'floor'], ['dev', 'train', 'floor']],
  ]
  test.each(directions)('%s is monotone in each error', (problem, upwards, downwards) => {
    fc.assert(
      fc.property(
        errors,
        fc.constantFrom(...upwards),
        fc.constantFrom(...downwards),
        rate,
        (report, up, down, by) => {
          const found = (of: Errors) => kinds(of).includes(problem)
          if (found(report)) expect(found(raised(report, up, by))).toBe(true)
          else expect(found(raised(report, down, by))).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('raising the dev error never removes high variance, raising the train error never removes high bias', () => {
    fc.assert(
      fc.property(rate, rate, rate, rows, rows, (train, one, by, trainRows, devRows) => {
        const report = { train: { value: train, n: trainRows }, dev: { value: one, n: devRows } }
        const higher = (error: 'train' | 'dev') => ({
          ...report,
          [error]: { ...report[error], value: Math.min(1, report[error].value + by) },
        })
        if (kinds(report).includes('high-variance')) expect(kinds(higher('dev'))).toContain('high-variance')
        if (kinds(report).includes('high-bias')) expect(kinds(higher('train'))).toContain('high-bias')
      }),
      { numRuns: 500 },
    )
  })

  test('a higher tolerance never adds a problem', () => {
    fc.assert(
      fc.property(errors, rate, rate, (report, one, other) => {
        const problems = (tolerance: number) =>
          kinds({ ...report, tolerance }).filter((kind) => kind !== 'inconclusive' && kind !== 'ok')
        const [low, high] = [problems(Math.min(one, other)), problems(Math.max(one, other))]
        for (const problem of high) expect(low).toContain(problem)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the rule of the slide', () => {
  const literal = (report: ErrorReport) => diagnose(report, { rule: 'slideLiteral' }).map(({ kind }) => kind)
  test('sees no overfitting where dev and test agree, and sees it where dev happens to be worse', () => {
    const memorized = { train: { value: 0, n: 300 }, dev: { value: 0.49, n }, test: { value: 0.49, n } }
    expect(literal(memorized)).toEqual(['ok'])
    expect(literal({ ...percent(1, 5), test: { value: 0.01, n } })).toEqual(['high-variance'])
  })
  test('knows no floor: errors of 15 and 16 % are underfitting even where nobody does better', () => {
    const report = { ...percent(15, 16, 15), test: { value: 0.16, n } }
    expect(literal(report)).toEqual(['high-bias'])
    expect(kinds(report)).toEqual(['ok'])
  })
  test('does not depend on the training error, as far as overfitting goes', () => {
    fc.assert(
      fc.property(rate, rate, rate, rate, rows, (one, other, dev, test, m) => {
        const variance = (train: number) =>
          literal({
            train: { value: train, n: m },
            dev: { value: dev, n: m },
            test: { value: test, n: m },
          }).includes('high-variance')
        expect(variance(one)).toBe(variance(other))
      }),
    )
  })
  test('needs a test error', () => {
    expect(() => literal(percent(1, 2))).toThrow('compares dev with test, but there is no test error')
  })
})

test('statistics that batch normalization tracked badly are a mismatch of normalization, not variance', () => {
  const net = network(4, batchNorm('norm', { momentum: 0 }), dense('output', 3))
  const { params, state } = net.init(key(0))
  const x = normal(key(1), [2000, 4])
  const labels = (at: typeof state) => argmax(net.apply({ kind: 'eval' }, params, at, x)[0], { axis: 1 })
  const fitting = recalibrate(net, params, state, x)
  // What the network does with its own statistics is right by definition; the tracked ones are far off.
  const rows = { x, y: labels(fitting) }
  const tracked = { ...fitting, norm: { ...fitting.norm, mean: tensor([3, -3, 3, -3]) } }
  const findings = (at: typeof state) => {
    const train = errorRate(evaluate(net, params, at, rows))
    const ownStatistics = errorRate(evaluate(net, params, at, rows, { statistics: 'own', chunk: 2000 }))
    // Dev rows of the same distribution suffer as the training rows do.
    return diagnose({ train, dev: train, ownStatistics, tolerance: 0.05 }).map(({ kind }) => kind)
  }
  expect(item(fitting.norm.weight)).toBeGreaterThan(0)
  expect(findings(tracked)).toEqual(['normalization-mismatch'])
  expect(findings(fitting)).toEqual(['ok'])
})

const width = ([lower, upper]: Interval): number => upper - lower

test('more rows of the same errors never widen an interval', () => {
  fc.assert(
    fc.property(rate, rate, rows, fc.integer({ min: 2, max: 50 }), (train, dev, m, factor) => {
      const at = (n: number) => errorGaps({ train: { value: train, n }, dev: { value: dev, n } })
      at(m * factor).forEach(({ interval }, i) =>
        expect(width(interval)).toBeLessThanOrEqual(width(at(m)[i]!.interval) + 1e-12),
      )
    }),
  )
})

/** What findings ask for that one of them, or another, forbids. */
const opposed = (findings: readonly Finding[]) => {
  const actions = findings.flatMap((finding) => [...finding.actions])
  return opposedActions.filter(([one, other]) => actions.includes(one) && actions.includes(other))
}

describe('advice', () => {
  const levels = [0, 0.01, 0.03, 0.1, 0.5]
  const optional = [undefined, 0.01, 0.3]

  test('never asks for a thing and its opposite, over the whole grid of errors and under both rules', () => {
    const seen = new Set<string>()
    for (const train of levels)
      for (const dev of levels)
        for (const floor of optional)
          for (const baseline of optional)
            for (const test of optional)
              for (const own of optional)
                for (const m of [30, 100_000]) {
                  const of = (value: number) => ({ value, n: m })
                  const report: ErrorReport = {
                    train: of(train),
                    dev: of(dev),
                    ...(floor === undefined ? {} : { floor }),
                    ...(baseline === undefined ? {} : { baseline }),
                    ...(test === undefined ? {} : { test: of(test) }),
                    ...(own === undefined ? {} : { ownStatistics: of(own) }),
                  }
                  const findings = diagnose(report)
                  seen.add(findings.map(({ kind }) => kind).join())
                  const literal = test === undefined ? [] : diagnose(report, { rule: 'slideLiteral' })
                  const against = [...opposed(findings), ...opposed(literal)]
                  if (against.length > 0) expect([report, against]).toEqual([])
                }
    expect(seen.has('high-bias,high-variance')).toBe(true)
    expect(seen.size).toBeGreaterThan(40)
  })

  test('with both, bias is removed first and variance only asks for rows', () => {
    const [bias, variance] = diagnose(percent(15, 30))
    expect(bias.actions).toEqual(['larger-network', 'train-longer'])
    expect(variance?.actions).toEqual(['more-training-rows'])
    expect(opposed([...diagnose(percent(15, 16)), ...diagnose(percent(1, 11))])).not.toEqual([])
  })

  test('nothing is ok that is no better than the baseline', () => {
    fc.assert(
      fc.property(rate, rate, rate, rows, (train, dev, baseline, m) => {
        const found = diagnose({
          train: { value: train, n: m },
          dev: { value: dev, n: m },
          floor: Math.min(train, dev),
          baseline,
        }).map(({ kind }) => kind)
        if (dev >= baseline) expect(found).not.toContain('ok')
      }),
    )
    expect(kinds({ ...percent(16, 16, 16), baseline: 0.16 })).toEqual(['no-better-than-baseline'])
    expect(kinds({ ...percent(16, 16, 16), baseline: 0.3 })).toEqual(['ok'])
  })
})

describe('diagnoseRegression', () => {
  const error = (value: number, m = 100_000) => ({
    value,
    interval: [value * (1 - 2 / Math.sqrt(m)), value * (1 + 2 / Math.sqrt(m))] as const,
    n: m,
  })
  const found = (train: number, dev: number, floor = 0) =>
    diagnoseRegression({ train: error(train), dev: error(dev), baseline: 50, floor }).map(({ kind }) => kind)

  test('gaps are shares of the error of the baseline, bias from the optimal error', () => {
    expect(found(0.5, 0.6)).toEqual(['ok'])
    expect(found(20, 20.2, 20)).toEqual(['ok'])
    expect(found(20, 20.2)).toEqual(['high-bias'])
    expect(found(0.5, 20)).toEqual(['high-variance'])
    expect(found(15, 30)).toEqual(['high-bias', 'high-variance'])
    expect(found(50, 50, 50)).toEqual(['no-better-than-baseline'])
    expect(found(50, 60, 50)).toEqual(['high-variance', 'no-better-than-baseline'])
  })

  test('does not depend on the unit of the target, and never opposes itself', () => {
    const size = dyadic({ min: 0, max: 100 })
    fc.assert(
      fc.property(size, size, size, fc.integer({ min: 3, max: 10_000 }), (train, dev, floor, m) => {
        const report = (unit: number) =>
          diagnoseRegression({
            train: error(train * unit, m),
            dev: error(dev * unit, m),
            baseline: 50 * unit,
            floor: floor * unit,
          })
        expect(opposed(report(1))).toEqual([])
        expect(report(1024).map(({ kind }) => kind)).toEqual(report(1).map(({ kind }) => kind))
      }),
    )
  })

  test('takes evaluations of a regression', () => {
    const net = network(1, dense('output', 1))
    const { params, state } = net.init(key(0))
    const x = normal(key(1), [200, 1])
    const evaluation = evaluateRegression(net, params, state, { x, y: normal(key(2), [200, 1]) })
    const [first] = diagnoseRegression({
      train: meanError(evaluation),
      dev: meanError(evaluation),
      baseline: evaluation.meanSquaredError,
    })
    expect(first).toMatchObject({ kind: 'high-bias', gap: 1 })
  })
})
