import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import { kFold, repeatedKFold, type Dataset } from '../../src/data/index.ts'
import { ascending, leftOf, numberedRows, numbers, rightOf } from './rows.ts'

const countOf = (part: Dataset, label: number) => numbers(part.y).filter((y) => y === label).length
const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts)

/** Folds, and classes with at least as many rows as there are folds. */
const problem = fc.integer({ min: 2, max: 7 }).chain((k) =>
  fc.record({
    k: fc.constant(k),
    seed: fc.nat(1000),
    labels: fc.array(fc.integer({ min: k, max: k + 12 }), { minLength: 1, maxLength: 4 }).chain((sizes) => {
      const labels = sizes.flatMap((size, label) => Array.from({ length: size }, () => label))
      return fc.shuffledSubarray(labels, { minLength: labels.length })
    }),
  }),
)

describe('kFold', () => {
  test.each([true, false])(
    'every row is in one dev part and in all other training parts (stratify: %s)',
    (stratify) => {
      fc.assert(
        fc.property(problem, ({ k, seed, labels }) => {
          const folds = rightOf(kFold(k, { key: key(seed), stratify })(numberedRows(labels)))
          const all = labels.map((_, i) => i)
          expect(folds.length).toBe(k)
          expect(ascending(folds.flatMap(({ dev }) => numbers(dev.x)))).toEqual(all)
          folds.forEach(({ train, dev }) => {
            expect([train.role, dev.role, train.n + dev.n]).toEqual(['train', 'dev', labels.length])
            expect(ascending([...numbers(train.x), ...numbers(dev.x)])).toEqual(all)
            expect(numbers(train.y)).toEqual(numbers(train.x).map((row) => labels[row]))
          })
          expect(spread(folds.map(({ dev }) => dev.n))).toBeLessThanOrEqual(1)
        }),
        { numRuns: 60 },
      )
    },
  )

  test('stratified, the counts of a class differ by at most one between folds', () => {
    fc.assert(
      fc.property(problem, ({ k, seed, labels }) => {
        const folds = rightOf(kFold(k, { key: key(seed) })(numberedRows(labels)))
        new Set(labels).forEach((label) => {
          expect(spread(folds.map(({ dev }) => countOf(dev, label)))).toBeLessThanOrEqual(1)
        })
      }),
      { numRuns: 60 },
    )
  })

  test('with groups, no group is on both sides of a fold', () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 8, max: 20 }), ({ k, seed, labels }, count) => {
        const groups = labels.map((_, i) => (i * 7) % count)
        const done = kFold(k, { key: key(seed), groups, stratify: false })(numberedRows(labels))
        if (done._tag === 'Left') {
          expect(done.left.kind).toBe('groups')
          return
        }
        done.right.forEach(({ train, dev }) => {
          const own = new Set(numbers(dev.x).map((row) => groups[row]))
          expect(numbers(train.x).some((row) => own.has(groups[row]))).toBe(false)
        })
      }),
      { numRuns: 60 },
    )
  })

  test('one row each: leave one out', () => {
    const folds = rightOf(
      kFold(9, { key: key(0), stratify: false })(numberedRows([0, 0, 0, 1, 1, 1, 2, 2, 2])),
    )
    expect(folds.map(({ dev }) => dev.n)).toEqual(Array(9).fill(1))
  })

  test('repeated, each time in another way, and the same again by the same key', () => {
    const data = numberedRows(Array.from({ length: 30 }, (_, i) => i % 2))
    const devs = (seed: number) =>
      rightOf(repeatedKFold(3, 5, { key: key(seed) })(data)).map((folds) =>
        folds.map(({ dev }) => ascending(numbers(dev.x))),
      )
    expect(devs(0)).toEqual(devs(0))
    expect(new Set(devs(0).map((folds) => JSON.stringify(folds))).size).toBe(3)
  })

  test('says what is wrong', () => {
    const data = numberedRows([0, 0, 0, 0, 1, 1])
    const failure = (k: number) => leftOf(kFold(k, { key: key(0) })(data))
    expect(failure(7)).toEqual({
      kind: 'folds',
      message: 'kFold: expected from 2 to 6 folds, as many as there are rows, got 7',
    })
    expect([failure(1).kind, failure(2.5).kind]).toEqual(['folds', 'folds'])
    expect(failure(5).message).toBe(
      "split: class '1' has 2 rows, too few to be in each of 5 folds; rareClasses: 'deal' deals such rows without that guarantee",
    )
  })
})
