import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Measurement } from '../../bench/measure.ts'
import { others, rows } from '../../bench/rows.ts'
import { quantile, showSeconds, spreadOf } from '../../bench/statistics.ts'
import { ratiosOf, verdictsOf } from '../../bench/verdict.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'

const timed = (name: 'puregrad' | 'torch' | 'jax' | 'jax-js', seconds: number) =>
  ({ name, kind: 'timed', time: spreadOf([seconds]), check: 1 }) as const

const measurement: Measurement = {
  row: {
    name: 'row',
    title: 'a row',
    tolerance: 0,
    targets: [
      { against: ['torch', 'jax'], must: 2 },
      { against: ['jax-js'], must: 3 },
      { against: ['openblas'], must: 1 },
    ],
  },
  threads: 1,
  entries: [
    timed('puregrad', 1e-3),
    timed('torch', 4e-3),
    timed('jax', 2e-3),
    timed('jax-js', 2.9e-3),
    { name: 'openblas', kind: 'absent', why: 'no compiler' },
  ],
}

describe('statistics', () => {
  test('quantiles lie between the extremes, in order, and the median of two is their mean', () => {
    const time = fc.oneof(dyadic({ min: 0, max: 1e3 }), fc.double({ min: 0, max: 1e3, noNaN: true }))
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), (times) => {
        const { lower, median, upper, rounds } = spreadOf(times)
        expect(rounds).toBe(times.length)
        expect(Math.min(...times) <= lower && lower <= median && median <= upper).toBe(true)
        expect(upper).toBeLessThanOrEqual(Math.max(...times))
      }),
    )
    expect(quantile([1, 3], 0.5)).toBe(2)
  })

  test.each([
    [2, '2 s'],
    [0.0123456, '12.3 ms'],
    [4.5678e-6, '4.57 µs'],
    [9e-10, '0.9 ns'],
  ])('%d s is shown as %s', (seconds, text) => {
    expect(showSeconds(seconds)).toBe(text)
  })
})

describe('verdicts', () => {
  test('divide the times of others by ours', () => {
    expect(Object.fromEntries(ratiosOf(measurement))).toEqual({ torch: 4, jax: 2, 'jax-js': 2.9 })
  })

  test('hold against the fastest of those named, and say nothing where nobody is here', () => {
    expect(verdictsOf(measurement).map(({ best, met }) => [best?.name, met])).toEqual([
      ['jax', true],
      ['jax-js', false],
      [undefined, undefined],
    ])
  })

  test('ask for as much as the maker of the processor has to reach', () => {
    const target = { against: ['jax'], must: 1.5, mustOn: { amd: 2.5 } } as const
    const asked = { ...measurement, row: { ...measurement.row, targets: [target] } }
    expect(verdictsOf(asked, 'intel').map(({ must, met }) => [must, met])).toEqual([[1.5, true]])
    expect(verdictsOf(asked, 'amd').map(({ must, met }) => [must, met])).toEqual([[2.5, false]])
  })
})

describe('rows', () => {
  test('have names of their own and ask about contenders that take part', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length)
    for (const row of rows)
      for (const { against, must, aim } of row.targets) {
        expect([...(row.others ?? others)]).toEqual(expect.arrayContaining([...against]))
        expect(aim ?? Infinity).toBeGreaterThanOrEqual(must)
      }
  })
})
