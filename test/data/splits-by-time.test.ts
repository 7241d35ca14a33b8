import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/index.ts'
import {
  leaveOneGroupOut,
  regressionDataset,
  RoleError,
  splitByTime,
  timeFolds,
  type Dataset,
} from '../../src/data/index.ts'
import { ascending, leftOf, numbers, opened, rightOf } from './rows.ts'

/** Rows whose feature is a time and whose target is their number. */
const timed = (times: readonly number[]) =>
  regressionDataset({
    x: tensor(Float64Array.from(times), { shape: [times.length, 1] }),
    y: tensor(Float64Array.from(times, (_, i) => i)),
    featureNames: ['time'],
  })
const timesOf = (part: Dataset): readonly number[] => numbers(part.x)
const first = (part: Dataset): number => Math.min(...timesOf(part))
const last = (part: Dataset): number => Math.max(...timesOf(part))

const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 500 }), { minLength: 12, maxLength: 60 })
const repeated = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 12, maxLength: 60 })
const ratios = { train: 0.6, dev: 0.2, test: 0.2 }

describe('splitByTime', () => {
  test('of different moments: a partition in the order of time, of the sizes asked for', () => {
    fc.assert(
      fc.property(distinct, (times) => {
        const { train, dev, test: sealed } = rightOf(splitByTime(ratios, { by: 'time' })(timed(times)))
        const parts = [train, dev, opened(sealed)]
        expect(parts.flatMap(timesOf)).toEqual(ascending(times))
        expect(ascending(parts.flatMap(({ y }) => numbers(y)))).toEqual(times.map((_, i) => i))
        parts.forEach(({ n }, i) =>
          expect(Math.abs(n - Object.values(ratios)[i]! * times.length)).toBeLessThan(1),
        )
        parts.forEach(({ x, y }) => expect(numbers(y).map((row) => times[row])).toEqual(numbers(x)))
      }),
    )
  })

  test('rows of one moment stay together, and parts lie more than the gap apart', () => {
    fc.assert(
      fc.property(repeated, fc.integer({ min: 0, max: 3 }), (times, gap) => {
        const done = splitByTime({ train: 0.5, dev: 0.5 }, { by: times, gap })(timed(times))
        if (done._tag === 'Left') {
          expect(done.left.kind).toBe('too-small')
          return
        }
        const { train, dev } = done.right
        expect(first(dev) - last(train)).toBeGreaterThan(gap)
        const kept = new Set([...numbers(train.y), ...numbers(dev.y)])
        times.forEach((time, row) => {
          if (!kept.has(row)) expect(first(dev) - time).toBeLessThanOrEqual(gap)
        })
        if (gap === 0) expect(kept.size).toBe(times.length)
      }),
    )
  })

  test('by the order of rows, a gap counts rows', () => {
    const { train, dev } = rightOf(
      splitByTime({ train: 0.5, dev: 0.5 }, { gap: 2 })(timed([9, 8, 7, 6, 5, 4, 3, 2])),
    )
    expect([timesOf(train), timesOf(dev)]).toEqual([
      [9, 8],
      [5, 4, 3, 2],
    ])
  })

  test('what cannot be', () => {
    expect(leftOf(splitByTime(ratios, { by: 'time' })(timed([1, NaN, 3]))).message).toMatch(
      /got NaN in row 1/,
    )
    expect(leftOf(splitByTime(ratios, { by: 'time' })(timed([1, 1, 1, 1]))).kind).toBe('too-small')
    expect(() => splitByTime(ratios, { by: 'tiem' })(timed([1, 2]))).toThrow("did you mean 'time'?")
    expect(() => splitByTime(ratios, { by: [1] })(timed([1, 2]))).toThrow('a time for each of 2 rows, got 1')
    expect(() => splitByTime(ratios, { gap: -1 })).toThrow('gap')
    const { dev } = rightOf(splitByTime({ train: 0.5, dev: 0.5 })(timed([1, 2, 3, 4])))
    // @ts-expect-error the dev part is not split further
    expect(() => splitByTime(ratios)(dev)).toThrow(RoleError)
  })
})

describe('timeFolds', () => {
  test.each([undefined, 1, 2])('train on what was and judge by what came next (window %s)', (window) => {
    fc.assert(
      fc.property(
        distinct,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 0, max: 4 }),
        (times, k, gap) => {
          const done = timeFolds(k, { by: 'time', gap, ...(window === undefined ? {} : { window }) })(
            timed(times),
          )
          if (done._tag === 'Left') {
            expect(done.left.kind).toBe('too-small')
            return
          }
          const folds = done.right
          expect(folds.length).toBe(k)
          folds.forEach(({ train, dev }, i) => {
            expect(first(dev) - last(train)).toBeGreaterThan(gap)
            expect(Math.abs(dev.n - times.length / (k + 1))).toBeLessThan(1)
            if (gap === 0) {
              const blocks = Math.min(window ?? Infinity, i + 1)
              expect(Math.abs(train.n - (blocks * times.length) / (k + 1))).toBeLessThanOrEqual(1)
            }
          })
          // All but the first block judge, each row once.
          const judged = folds.flatMap(({ dev }) => timesOf(dev))
          expect(judged).toEqual(ascending(times).slice(times.length - judged.length))
        },
      ),
    )
  })

  test('say what cannot be', () => {
    expect(leftOf(timeFolds(4)(timed([1, 2, 3]))).kind).toBe('folds')
    expect(leftOf(timeFolds(2, { by: 'time' })(timed([1, 1, 1, 2]))).kind).toBe('too-small')
    expect(() => timeFolds(2, { window: 0 })).toThrow('window')
  })
})

describe('leaveOneGroupOut', () => {
  test('judges by each group once, and trains on none of its rows', () => {
    fc.assert(
      fc.property(repeated, (groups) => {
        const done = leaveOneGroupOut({ groups })(timed(groups))
        const names = [...new Set(groups)]
        if (names.length < 2) {
          expect(leftOf(done).kind).toBe('groups')
          return
        }
        const folds = rightOf(done)
        expect(folds.map(({ dev }) => [...new Set(timesOf(dev))])).toEqual(names.map((name) => [name]))
        folds.forEach(({ train, dev }) => {
          expect(train.n + dev.n).toBe(groups.length)
          expect(timesOf(train).includes(first(dev))).toBe(false)
        })
        expect(rightOf(leaveOneGroupOut({ groups: 'time' })(timed(groups))).length).toBe(folds.length)
      }),
    )
  })
})
