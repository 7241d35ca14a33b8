import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  cast,
  item,
  key,
  log,
  max,
  mean,
  normal,
  softmax,
  sub,
  tensor,
  toArray,
  toTypedArray,
  type Tensor,
} from '../../src/index.ts'
import { allForTraining, dataset } from '../../src/data/index.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { arithmeticMean, bag, bootstrap, geometricMean, outOfBagEstimate } from '../../src/study/index.ts'

const seeds = fc.nat(1000)
const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b) as Tensor)))
const classes = (values: readonly number[]): Tensor => tensor(values, { dtype: 'int32' })
const numbers = (x: Tensor): readonly number[] => Array.from(toTypedArray(x), Number)
const members = (seed: number, count: number): readonly Tensor[] =>
  Array.from(
    { length: count },
    (_, i) => softmax(normal(key(1000 * seed + i), [5, 3], { dtype: 'float64', std: 3 })) as Tensor,
  )
const trainOf = (x: Tensor, y: Tensor) => allForTraining(dataset({ x, y }))

describe('averages of members', () => {
  test('have at most the mean cross-entropy, for every row (Jensen), whatever the members say', () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 1, max: 6 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 5, maxLength: 5 }),
        (seed, count, labels) => {
          const each = members(seed, count)
          const losses = (p: Tensor): readonly number[] =>
            numbers(softmaxCrossEntropy(log(p), classes(labels), { reduction: 'none' }))
          const together = losses(arithmeticMean(each))
          const apart = each.map(losses)
          together.forEach((loss, row) =>
            expect(loss).toBeLessThanOrEqual(
              apart.reduce((total, own) => total + own[row]!, 0) / count + 1e-12,
            ),
          )
          losses(geometricMean(each)).forEach((loss, row) =>
            expect(loss).toBeLessThanOrEqual(
              apart.reduce((total, own) => total + own[row]!, 0) / count + 1e-12,
            ),
          )
        },
      ),
    )
  })
  test('do not depend on the order, and are probabilities', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 6 }), (seed, count) => {
        const each = members(seed, count)
        for (const average of [arithmeticMean, geometricMean]) {
          expect(distance(average(each), average([...each].reverse()))).toBeLessThan(1e-14)
          const sums = (toArray(average(each)) as number[][]).map((row) => row.reduce((a, b) => a + b, 0))
          sums.forEach((total) => expect(total).toBeCloseTo(1, 13))
        }
      }),
    )
  })
  test('of one member, or of equal ones, are that member', () => {
    const [one] = members(3, 1)
    for (const average of [arithmeticMean, geometricMean])
      expect(distance(average([one!, one!, one!]), one!)).toBeLessThan(1e-14)
  })
  test('need a member, and members of one shape; a probability of 0 stays finite', () => {
    expect(() => arithmeticMean([])).toThrow(/at least one member, got none/)
    expect(() => geometricMean([tensor([[1]]), tensor([[1, 2]])])).toThrow(/\[1, 1\] and \[1, 2\]/)
    const [[p] = []] = toArray(geometricMean([tensor([[0, 1]]), tensor([[0, 1]])])) as number[][]
    expect(p).toBeLessThan(1e-30)
  })
})

describe('a bootstrap', () => {
  test('draws n rows of n; what it has not drawn is the rest, in all of them 1/e ± 0.03', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 50 }), (seed, n) => {
        const { drawn, outOfBag } = bootstrap(n, key(seed))
        const [inside, outside] = [numbers(drawn), numbers(outOfBag)]
        expect(inside).toHaveLength(n)
        expect(inside.every((row) => Number.isInteger(row) && row >= 0 && row < n)).toBe(true)
        expect([...new Set([...inside, ...outside])].sort((a, b) => a - b)).toEqual(
          Array.from({ length: n }, (_, i) => i),
        )
        expect(outside.filter((row) => inside.includes(row))).toEqual([])
        expect(numbers(bootstrap(n, key(seed)).drawn)).toEqual(inside)
      }),
    )
    const share =
      Array.from({ length: 20 }, (_, i) => bootstrap(300, key(i)).outOfBag.size).reduce((a, b) => a + b) /
      (20 * 300)
    expect(Math.abs(share - 1 / Math.E)).toBeLessThan(0.03)
    expect(() => bootstrap(0, key(0))).toThrow(/whole number of 1 or more, got 0/)
  })
})

describe('a bag', () => {
  const x = normal(key(5), [12, 2])
  const y = classes([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2])
  const train = trainOf(x, y)
  test('member i depends on the key and i alone: more members only add to the end', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, count) => {
        const fit = (sample: { readonly y: Tensor }, own: unknown, member: number) => ({
          labels: numbers(sample.y),
          own,
          member,
        })
        const few = bag(train, { members: count, key: key(seed) }, fit)
        const more = bag(train, { members: count + 2, key: key(seed) }, fit)
        expect(more.slice(0, count)).toEqual(few)
        expect(new Set(more.map(({ model }) => String(model.labels))).size).toBeGreaterThan(1)
      }),
      { numRuns: 20 },
    )
    expect(() => bag(train, { members: 0, key: key(0) }, () => 0)).toThrow(/whole number of 1 or more, got 0/)
  })
  test('trains each member on its sample, rows and classes together', () => {
    const marked = trainOf(cast(tensor(numbers(y).map((label) => [label])), 'float32'), y)
    bag(marked, { members: 4, key: key(3) }, (sample) => {
      expect(numbers(sample.x)).toEqual(numbers(sample.y))
      expect(sample.n).toBe(12)
    })
  })
  test('the out-of-bag estimate is the vote of those that have not seen the row', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 5 }), (seed, count) => {
        // Member m says class (row + m) mod 3: rows are told apart by their only feature.
        const indexed = trainOf(tensor(Array.from({ length: 12 }, (_, i) => [i])) as Tensor, y)
        const bagged = bag(indexed, { members: count, key: key(seed) }, (_, __, member) => member)
        const says = (member: number, row: number): number => (row + member) % 3
        const found = outOfBagEstimate(indexed, bagged, (member, rows) =>
          classes(numbers(rows).map((row) => says(member, row))),
        )
        const judged = numbers(y).flatMap((label, row) => {
          const votes = bagged
            .filter(({ outOfBag }) => numbers(outOfBag).includes(row))
            .map(({ model }) => says(model, row))
          const counts = [0, 1, 2].map((of) => votes.filter((vote) => vote === of).length)
          return votes.length === 0 ? [] : [counts.indexOf(Math.max(...counts)) === label]
        })
        expect(found.rows).toBe(judged.length)
        expect(found.accuracy).toBe(judged.filter((hit) => hit).length / judged.length)
      }),
      { numRuns: 30 },
    )
  })
  test('of a rule that is right is estimated as right', () => {
    const bagged = bag(train, { members: 8, key: key(1) }, () => 0)
    const truth = new Map((toArray(x) as number[][]).map((row, i) => [String(row), numbers(y)[i]!] as const))
    const { accuracy, rows } = outOfBagEstimate(train, bagged, (_, at) =>
      classes((toArray(at) as number[][]).map((row) => truth.get(String(row))!)),
    )
    expect(accuracy).toBe(1)
    expect(rows).toBeGreaterThan(8)
    expect(mean(x).size).toBe(1)
  })
})
