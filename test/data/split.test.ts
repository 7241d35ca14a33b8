import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import { splitData, withTargets, type Dataset, type Split } from '../../src/data/index.ts'
import { apportion } from '../../src/data/split/apportion.ts'
import { ascending, leftOf, numberedRows, numbers, opened, rightOf } from './rows.ts'

const partsOf = ({ train, dev, test: last }: Split): readonly Dataset[] => [train, dev, opened(last)]
const rowsIn = (split: Split) => partsOf(split).map(({ x }) => numbers(x))
const classIn = (part: Dataset, label: number) => numbers(part.y).filter((y) => y === label).length

/** Shares in hundredths, none of them 0. */
const shares = fc
  .tuple(fc.integer({ min: 1, max: 98 }), fc.integer({ min: 1, max: 98 }))
  .filter(([dev, last]) => dev + last < 100)
  .map(([dev, last]) => ({ train: (100 - dev - last) / 100, dev: dev / 100, test: last / 100 }))

const values = ({ train, dev, test: last }: { train: number; dev: number; test: number }) => [
  train,
  dev,
  last,
]

/** Labels of classes large enough for the shares, in any order. */
const problem = shares.chain((ratios) => {
  const least = Math.ceil(1 / Math.min(...values(ratios)))
  return fc.record({
    ratios: fc.constant(ratios),
    labels: fc
      .array(fc.integer({ min: least, max: least + 40 }), { minLength: 1, maxLength: 7 })
      .chain((sizes) => {
        const labels = sizes.flatMap((size, label) => Array.from({ length: size }, () => label))
        return fc.shuffledSubarray(labels, { minLength: labels.length })
      }),
    seed: fc.nat(1000),
  })
})

describe('splitData', () => {
  test.each([true, false])('parts are disjoint, exhaustive and of exact sizes (stratify: %s)', (stratify) => {
    fc.assert(
      fc.property(problem, ({ ratios, labels, seed }) => {
        const split = rightOf(splitData(ratios, { key: key(seed), stratify })(numberedRows(labels)))
        const rows = rowsIn(split)
        expect(ascending(rows.flat())).toEqual(labels.map((_, i) => i))
        values(ratios).forEach((ratio, i) =>
          expect(Math.abs((rows[i] ?? []).length - ratio * labels.length)).toBeLessThan(1),
        )
        partsOf(split).forEach((part, i) => {
          expect(part.n).toBe(rows[i]?.length)
          expect(part.role).toBe(['train', 'dev', 'test'][i])
          expect(numbers(part.y)).toEqual(rows[i]?.map((row) => labels[row]))
        })
      }),
      { numRuns: 60 },
    )
  })

  test('stratified, every class is in every part within one row of its share', () => {
    fc.assert(
      fc.property(problem, ({ ratios, labels, seed }) => {
        const parts = partsOf(rightOf(splitData(ratios, { key: key(seed) })(numberedRows(labels))))
        new Set(labels).forEach((label) => {
          const size = labels.filter((other) => other === label).length
          values(ratios).forEach((ratio, i) => {
            const count = classIn(parts[i]!, label)
            expect(Math.abs(count - ratio * size)).toBeLessThan(1 - 1e-9)
            expect(count).toBeGreaterThan(0)
          })
        })
      }),
      { numRuns: 60 },
    )
  })

  test('many small classes beside a large one do not disturb its share', () => {
    const labels = [
      ...Array<number>(850).fill(0),
      ...Array.from({ length: 150 }, (_, i) => 1 + Math.floor(i / 5)),
    ]
    const ratios = { train: 0.6, dev: 0.2, test: 0.2 }
    const parts = partsOf(rightOf(splitData(ratios, { key: key(0) })(numberedRows(labels))))
    expect(parts.map((part) => classIn(part, 0))).toEqual([510, 170, 170])
    expect(parts.map(({ n }) => n)).toEqual([600, 200, 200])
  })

  test('column totals are met even where every row would round the same way', () => {
    // 7 classes of 9 rows: 5.4, 1.8 and 1.8 rows each, and 37.8, 12.6 and 12.6 in all.
    const labels = Array.from({ length: 63 }, (_, i) => i % 7)
    const split = rightOf(
      splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(0) })(numberedRows(labels)),
    )
    expect(partsOf(split).map(({ n }) => n)).toEqual([38, 12, 13])
  })

  test('the same key gives the same split and another key another', () => {
    const data = numberedRows(Array.from({ length: 90 }, (_, i) => i % 3))
    const rows = (seed: number) =>
      rowsIn(rightOf(splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(seed) })(data)))
    expect(rows(1)).toEqual(rows(1))
    expect(rows(2).map(ascending)).not.toEqual(rows(1).map(ascending))
  })

  test('parts are not sorted by class', () => {
    const data = numberedRows(Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1)))
    const { train } = rightOf(splitData({ train: 0.6, dev: 0.2, test: 0.2 }, { key: key(0) })(data))
    const changes = numbers(train.y).filter((y, i, all) => i > 0 && y !== all[i - 1]).length
    expect(changes).toBeGreaterThan(15)
  })

  test('the numbers of classes make no difference', () => {
    fc.assert(
      fc.property(problem, ({ ratios, labels, seed }) => {
        const rows = (of: readonly number[]) =>
          rowsIn(rightOf(splitData(ratios, { key: key(seed) })(numberedRows(of))))
        expect(rows(labels.map((label) => 6 - label))).toEqual(rows(labels))
      }),
      { numRuns: 40 },
    )
  })

  test('a million rows: 98/1/1 exactly', { timeout: 60_000 }, () => {
    const data = numberedRows(Array.from({ length: 1_000_000 }, (_, i) => i % 5))
    const split = rightOf(splitData({ train: 0.98, dev: 0.01, test: 0.01 }, { key: key(0) })(data))
    expect(partsOf(split).map(({ n }) => n)).toEqual([980_000, 10_000, 10_000])
  })

  test.each([
    ['do not add up to 1', { train: 0.6, dev: 0.3, test: 0.3 }, 'got 0.6, 0.3, 0.3 (sum 1.2'],
    ['are not positive', { train: 0.8, dev: 0.2, test: 0 }, 'got 0.8, 0.2, 0'],
    ['are not numbers', { train: NaN, dev: 0.2, test: 0.2 }, 'got NaN, 0.2, 0.2'],
  ])('ratios that %s', (_, ratios, message) => {
    const error = leftOf(splitData(ratios, { key: key(0) })(numberedRows([0, 1, 0, 1])))
    expect(error.kind).toBe('ratios')
    expect(error.message).toContain('split: train, dev and test are positive shares that add up to 1')
    expect(error.message).toContain(message)
  })

  const thirds = { train: 0.6, dev: 0.2, test: 0.2 }

  test('a class too small to be in every part', () => {
    const rows = numberedRows([0, 0, 0, 0, 0, 0, 0, 1, 1])
    const named = withTargets(rows, { y: rows.y, names: ['cat', 'dog'] })
    expect(leftOf(splitData(thirds, { key: key(0) })(named))).toEqual({
      kind: 'class-too-small',
      className: 'dog',
      message:
        "split: class 'dog' has 2 rows, too few to be in each of train, dev and test at 0.6, 0.2, 0.2; rareClasses: 'deal' deals such rows without that guarantee",
    })
    expect(rightOf(splitData(thirds, { key: key(0), stratify: false })(named)).dev.n).toBe(2)
  })

  test('a class is too small where half a row of it would fall into a part, and no sooner', () => {
    const split = (size: number) =>
      splitData(
        { train: 0.98, dev: 0.01, test: 0.01 },
        { key: key(0) },
      )(numberedRows(Array.from({ length: 1000 }, (_, i) => (i < size ? 1 : 0))))
    expect(leftOf(split(50)).kind).toBe('class-too-small')
    expect(classIn(rightOf(split(51)).dev, 1)).toBe(1)
  })

  test('a share that is a whole number but for rounding is that number', () => {
    // 0.07 · 100 is 7.000000000000001, which is no reason to allow 8.
    expect(apportion([100], [0.07, 0.465, 0.465], [7, 47, 46])).toEqual([[7, 47, 46]])
    expect(apportion([100], [0.07, 0.465, 0.465], [8, 46, 46])).toBeUndefined()
  })

  test('classes that together are too many for a part', () => {
    const labels = Array.from({ length: 30 }, (_, i) => i % 10)
    expect(leftOf(splitData(thirds, { key: key(0) })(numberedRows(labels))).kind).toBe('class-too-small')
  })

  test('a part that would be empty', () => {
    const labels = Array.from({ length: 20 }, (_, i) => i % 2)
    expect(
      leftOf(splitData({ train: 0.98, dev: 0.01, test: 0.01 }, { key: key(0) })(numberedRows(labels))),
    ).toEqual({
      kind: 'too-small',
      message:
        'split: the dev part of 20 rows would be empty at 0.98, 0.01, 0.01; add rows, or give it a larger share',
    })
  })
})

/** Groups of rows, each of one of three classes, and shares of two or three parts. */
const grouped = fc.record({
  rows: fc.array(fc.record({ group: fc.nat(12), label: fc.nat(2) }), { minLength: 12, maxLength: 60 }),
  seed: fc.nat(1000),
})
const groupsOf = (rows: readonly { readonly group: number }[]) => rows.map(({ group }) => `g${group}`)
const largestOf = (names: readonly string[]) =>
  Math.max(...[...new Set(names)].map((name) => names.filter((other) => other === name).length))

describe('splitData with groups', () => {
  const ratios = { train: 0.5, dev: 0.3, test: 0.2 }

  test('no group straddles parts, and sizes are nearer to their shares than the largest group', () => {
    fc.assert(
      fc.property(grouped, shares, ({ rows, seed }, of) => {
        const groups = groupsOf(rows)
        const data = numberedRows(rows.map(({ label }) => label))
        const split = splitData(of, { key: key(seed), groups, stratify: false })(data)
        if (split._tag === 'Left') {
          expect(split.left.kind).toBe('groups')
          return
        }
        const parts = rowsIn(split.right)
        expect(ascending(parts.flat())).toEqual(rows.map((_, i) => i))
        const names = parts.map((part) => new Set(part.map((row) => groups[row])))
        expect(names.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(groups).size)
        values(of).forEach((share, i) =>
          expect(Math.abs(parts[i]!.length - share * rows.length)).toBeLessThan(largestOf(groups)),
        )
      }),
      { numRuns: 150 },
    )
  })

  test('groups of one row are as no groups: sizes within one row', () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 100, max: 130 }), (of, n) => {
        const data = numberedRows(Array.from({ length: n }, (_, i) => i % 2))
        const groups = Array.from({ length: n }, (_, i) => i)
        const split = rightOf(splitData(of, { key: key(0), groups, stratify: false })(data))
        values(of).forEach((share, i) =>
          expect(Math.abs(partsOf(split)[i]!.n - share * n)).toBeLessThan(1 + 1e-9),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('stratified, every class is in every part and no part exceeds its share by the largest group', () => {
    fc.assert(
      fc.property(grouped, ({ rows, seed }) => {
        const groups = groupsOf(rows)
        const split = splitData(ratios, { key: key(seed), groups })(
          numberedRows(rows.map(({ label }) => label)),
        )
        if (split._tag === 'Left') {
          expect(split.left.kind).toBe('groups')
          return
        }
        const parts = partsOf(split.right)
        const classes = new Set(rows.map(({ label }) => label))
        parts.forEach((part, i) => {
          expect(new Set(numbers(part.y))).toEqual(classes)
          const over = part.n - values(ratios)[i]! * rows.length
          expect(over).toBeLessThan(largestOf(groups))
          expect(-over).toBeLessThan(2 * largestOf(groups))
        })
      }),
      { numRuns: 100 },
    )
  })

  test('stratifying keeps the classes of whole groups nearer to their shares', () => {
    // Half of the groups hold class 0 only, the others class 1 only, of sizes that tempt to mix them badly.
    const rows = Array.from({ length: 40 }, (_, group) =>
      Array.from({ length: 2 + (group % 5) }, () => ({ group, label: group % 2 })),
    ).flat()
    const off = (stratify: boolean) =>
      Array.from({ length: 10 }, (_, seed) => {
        const labels = rows.map(({ label }) => label)
        const options = { key: key(seed), groups: rows.map(({ group }) => group), stratify }
        const { dev } = rightOf(splitData({ train: 0.8, dev: 0.2 }, options)(numberedRows(labels)))
        return Math.abs(classIn(dev, 0) / dev.n - classIn(numberedRows(labels), 0) / labels.length)
      }).reduce((a, b) => a + b, 0)
    expect(off(true)).toBeLessThan(0.6 * off(false))
  })

  test('numbers of classes and names of groups make no difference', () => {
    fc.assert(
      fc.property(grouped, ({ rows, seed }) => {
        const split = (labels: readonly number[], groups: readonly string[]) => {
          const done = splitData(ratios, { key: key(seed), groups })(numberedRows(labels))
          return done._tag === 'Left' ? done.left.kind : rowsIn(done.right)
        }
        const labels = rows.map(({ label }) => label)
        const renamed = rows.map(({ group }) => `other ${100 - group}`)
        expect(
          split(
            labels.map((label) => 2 - label),
            renamed,
          ),
        ).toEqual(split(labels, groupsOf(rows)))
      }),
      { numRuns: 40 },
    )
  })

  test('says what is wrong', () => {
    const data = numberedRows([0, 0, 0, 1, 1, 1])
    const failure = (groups: readonly string[], stratify = true) =>
      leftOf(splitData(ratios, { key: key(0), groups, stratify })(data))
    expect(failure(['a'])).toEqual({
      kind: 'groups',
      message: 'split: expected a group for each of 6 rows, got 1',
    })
    expect(failure(['a', 'a', 'a', 'b', 'b', 'b'], false).message).toMatch(
      /^split: the test part would be empty, as no group of 2 is left for it at 0.5, 0.3, 0.2; add groups, or give it a larger share$/,
    )
    expect(failure(['a', 'b', 'c', 'd', 'd', 'd']).message).toMatch(
      /^split: the (train|dev|test) part would have no row of class '[01]', which [13] of 4 groups hold; use rareClasses: 'deal'/,
    )
  })
})

describe('splitData without a test part', () => {
  test('deals all rows to two parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), fc.nat(100), (n, seed) => {
        const data = numberedRows(Array.from({ length: n }, (_, i) => i % 2))
        const split = rightOf(splitData({ train: 0.7, dev: 0.3 }, { key: key(seed), stratify: false })(data))
        expect(Object.keys(split)).toEqual(['train', 'dev'])
        expect(ascending([...numbers(split.train.x), ...numbers(split.dev.x)])).toEqual(numbers(data.x))
        expect(Math.abs(split.dev.n - 0.3 * n)).toBeLessThan(1)
      }),
    )
  })

  test('has two shares that add up to 1', () => {
    expect(leftOf(splitData({ train: 0.7, dev: 0.2 }, { key: key(0) })(numberedRows([0, 1])))).toEqual({
      kind: 'ratios',
      message: expect.stringContaining(
        'split: train and dev are positive shares that add up to 1, got 0.7, 0.2',
      ),
    })
  })
})
