import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, tensor } from '../../src/index.ts'
import {
  kFold,
  labelledTable,
  rawTable,
  repeatedKFold,
  splitData,
  type Dataset,
} from '../../src/data/index.ts'
import { ascending, leftOf, numberedRows, numbers, opened, rightOf } from './rows.ts'

/** Classes of any sizes, some of a single row. */
const labelled = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 40 })), {
    minLength: 1,
    maxLength: 8,
  })
  .filter((sizes) => sizes.reduce((a, b) => a + b, 0) >= 10)
  .chain((sizes) => {
    const labels = sizes.flatMap((size, label) => Array.from({ length: size }, () => label))
    return fc.shuffledSubarray(labels, { minLength: labels.length })
  })
const ratios = { train: 0.6, dev: 0.2, test: 0.2 }
const shares = Object.values(ratios)
const countIn = (part: Dataset, label: number): number => numbers(part.y).filter((y) => y === label).length

describe('classes too small to be in every part', () => {
  test('are dealt where that is asked for: a partition, of exact sizes, the others within one row of their shares', () => {
    fc.assert(
      fc.property(labelled, fc.nat(1000), (labels, seed) => {
        const options = { key: key(seed), rareClasses: 'deal' } as const
        const {
          train,
          dev,
          test: sealed,
          rareClasses = [],
        } = rightOf(splitData(ratios, options)(numberedRows(labels)))
        const parts = [train, dev, opened(sealed)]
        const rows = parts.map(({ x }) => numbers(x))
        expect(ascending(rows.flat())).toEqual(labels.map((_, i) => i))
        parts.forEach(({ n }, i) => expect(Math.abs(n - shares[i]! * labels.length)).toBeLessThan(1))
        const names = ['the train part', 'the dev part', 'the test part']
        new Set(labels).forEach((label) => {
          const counts = parts.map((part) => countIn(part, label))
          const size = counts.reduce((a, b) => a + b, 0)
          const absentFrom = names.filter((_, i) => counts[i] === 0)
          expect(rareClasses.filter(({ name }) => name === String(label))).toEqual(
            absentFrom.length === 0 ? [] : [{ name: String(label), rows: size, absentFrom }],
          )
          if (size >= 15)
            counts.forEach((count, i) => expect(Math.abs(count - shares[i]! * size)).toBeLessThan(1))
        })
        // Where none is rare, nothing is different.
        const strict = splitData(ratios, { key: key(seed) })(numberedRows(labels))
        if (strict._tag === 'Right') expect(numbers(strict.right.train.x)).toEqual(numbers(train.x))
      }),
      { numRuns: 80 },
    )
  })

  test('are refused otherwise, with the remedy', () => {
    const few = numberedRows([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    expect(leftOf(splitData(ratios, { key: key(0) })(few)).message).toContain("rareClasses: 'deal'")
    expect(leftOf(kFold(3, { key: key(0) })(few)).kind).toBe('class-too-small')
    const folds = rightOf(kFold(3, { key: key(0), rareClasses: 'deal' })(few))
    expect(folds[0]?.rareClasses?.[0]).toMatchObject({ name: '1', rows: 1 })
    expect(rightOf(repeatedKFold(2, 3, { key: key(0), rareClasses: 'deal' })(few)).length).toBe(2)
  })

  test('with groups that hold a class alone, too', () => {
    const data = numberedRows([0, 0, 0, 1, 0, 0, 0, 0])
    const groups = [1, 1, 2, 3, 4, 4, 5, 6]
    expect(leftOf(splitData({ train: 0.5, dev: 0.5 }, { key: key(0), groups })(data)).kind).toBe('groups')
    const { rareClasses } = rightOf(
      splitData({ train: 0.5, dev: 0.5 }, { key: key(0), groups, rareClasses: 'deal' })(data),
    )
    expect(rareClasses?.map(({ name }) => name)).toEqual(['1'])
  })
})

describe('a labelled table', () => {
  const n = 30
  const every = Array.from({ length: n }, (_, i) => i)
  const table = labelledTable({
    features: rawTable({
      file: 'made',
      n,
      columns: [
        { kind: 'number', name: 'row', values: tensor(Float64Array.from(every)) },
        {
          kind: 'category',
          name: 'town',
          codes: tensor(Int32Array.from(every, (i) => i % 5)),
          levels: ['a', 'b', 'c', 'd', 'e'],
        },
      ],
      lines: tensor(Int32Array.from(every, (i) => i + 2)),
    }),
    y: tensor(Int32Array.from(every, (i) => i % 3)),
    targets: { kind: 'classes', names: ['x', 'y', 'z'] },
  })
  const plain = numberedRows(every.map((i) => i % 3))

  test('is split as a data set is, its rows whole', () => {
    const options = { key: key(3) }
    const [of, as] = [rightOf(splitData(ratios, options)(table)), rightOf(splitData(ratios, options)(plain))]
    const pairs = [
      [of.train, as.train],
      [of.dev, as.dev],
      [opened(of.test), opened(as.test)],
    ] as const
    pairs.forEach(([part, same]) => {
      expect(numbers(part.y)).toEqual(numbers(same.y))
      expect(numbers(part.features.lines).map((line) => line - 2)).toEqual(numbers(same.x))
      expect([part.role, part.features.role, part.n]).toEqual([same.role, same.role, same.n])
    })
    expect(rightOf(kFold(3, options)(table)).map(({ dev }) => numbers(dev.y))).toEqual(
      rightOf(kFold(3, options)(plain)).map(({ dev }) => numbers(dev.y)),
    )
  })

  test('has groups in a column', () => {
    const { train, dev } = rightOf(
      splitData({ train: 0.6, dev: 0.4 }, { key: key(1), groups: 'town' })(table),
    )
    const towns = ({ features }: typeof train | typeof dev): readonly number[] => {
      const column = features.columns[1]
      return column !== undefined && 'codes' in column ? numbers(column.codes) : []
    }
    expect(towns(train).filter((town) => towns(dev).includes(town))).toEqual([])
    expect(() => splitData({ train: 0.6, dev: 0.4 }, { key: key(1), groups: 'twon' })(table)).toThrow(
      "there is no column 'twon'; did you mean 'town'?",
    )
  })
})
