import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldIn, key } from '../../src/index.ts'
import { allForTraining, batchCount, minibatches, type Dataset } from '../../src/data/index.ts'
import { ascending, numberedRows, numbers } from './rows.ts'

const train = (n: number): Dataset<'train'> =>
  allForTraining(numberedRows(Array.from({ length: n }, (_, i) => i % 3)))
const rowsOf = (n: number, size: number, seed: number, last?: 'keep' | 'drop') =>
  minibatches(train(n), size, key(seed), last === undefined ? {} : { last }).map(({ x }) => numbers(x))

const problem = [fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 45 }), fc.nat(1000)] as const

describe('minibatches', () => {
  test('are a partition of the rows, each row with its class', () => {
    fc.assert(
      fc.property(...problem, (n, size, seed) => {
        const batches = minibatches(train(n), size, key(seed))
        expect(batches.length).toBe(batchCount(n, size))
        expect(ascending(batches.flatMap(({ x }) => numbers(x)))).toEqual(
          Array.from({ length: n }, (_, i) => i),
        )
        batches.forEach(({ x, y }, i) => {
          expect(x.shape).toEqual([i < batches.length - 1 ? size : n - size * (batches.length - 1), 1])
          expect(numbers(y)).toEqual(numbers(x).map((row) => row % 3))
        })
      }),
    )
  })

  test('without the ragged last batch the others stay the same', () => {
    fc.assert(
      fc.property(...problem, (n, size, seed) => {
        const dropped = rowsOf(n, size, seed, 'drop')
        expect(dropped).toEqual(rowsOf(n, size, seed).filter((rows) => rows.length === size))
        expect(dropped.length).toBe(batchCount(n, size, { last: 'drop' }))
      }),
    )
  })

  test('the order comes from the key and not from the size', () => {
    fc.assert(
      fc.property(...problem, (n, size, seed) => {
        expect(rowsOf(n, size, seed).flat()).toEqual(rowsOf(n, n, seed).flat())
      }),
    )
    expect(rowsOf(40, 8, 1)).not.toEqual(rowsOf(40, 8, 2))
    expect(rowsOf(40, 40, 1)[0]).not.toEqual(Array.from({ length: 40 }, (_, i) => i))
  })

  test('every epoch has an order of its own', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const orders = Array.from({ length: 5 }, (_, epoch) =>
          minibatches(train(40), 8, foldIn(key(seed), epoch))
            .flatMap(({ x }) => numbers(x))
            .join(),
        )
        expect(new Set(orders).size).toBe(5)
      }),
      { numRuns: 20 },
    )
  })

  test.each([0, -1, 1.5, NaN])('a size of %s is refused', (size) => {
    expect(() => minibatches(train(4), size, key(0))).toThrow(
      `minibatches: size: expected a whole number of 1 or more, got ${size}`,
    )
  })
})
