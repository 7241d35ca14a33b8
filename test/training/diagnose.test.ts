import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { diagnose, type ErrorReport } from '../../src/training/diagnose.ts'

const n = 100_000
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
    expect(finding.advice.join()).toContain('more dev rows')
  })

  const rate = fc.integer({ min: 0, max: 1000 }).map((k) => k / 1000)
  const rows = fc.integer({ min: 10, max: 20_000 })

  test('raising the dev error never removes high variance; raising the train error never removes high bias', () => {
    fc.assert(
      fc.property(rate, rate, rate, rows, rows, (train, one, other, trainRows, devRows) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const dev = (value: number) =>
          kinds({ train: { value: train, n: trainRows }, dev: { value, n: devRows } })
        if (dev(low).includes('high-variance')) expect(dev(high)).toContain('high-variance')
        const bias = (value: number) =>
          kinds({ train: { value, n: trainRows }, dev: { value: train, n: devRows } })
        if (bias(low).includes('high-bias')) expect(bias(high)).toContain('high-bias')
      }),
      { numRuns: 500 },
    )
  })

  test('raising the floor or the train error never adds high bias or high variance', () => {
    fc.assert(
      fc.property(rate, rate, rate, rate, rows, (train, dev, one, other, m) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)]
        const floored = (floor: number) =>
          kinds({ train: { value: train, n: m }, dev: { value: dev, n: m }, floor })
        if (floored(high).includes('high-bias')) expect(floored(low)).toContain('high-bias')
        const trained = (value: number) => kinds({ train: { value, n: m }, dev: { value: dev, n: m } })
        if (trained(high).includes('high-variance')) expect(trained(low)).toContain('high-variance')
      }),
      { numRuns: 500 },
    )
  })
})
