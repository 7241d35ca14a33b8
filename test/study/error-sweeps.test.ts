import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { full, key, matmul, normal, slice, tensor, toArray, type Tensor } from '../../src/index.ts'
import {
  allForDev,
  allForTraining,
  dataset,
  digits16,
  type Classes,
  type Dataset,
} from '../../src/data/index.ts'
import { sigmoidBinaryCrossEntropy } from '../../src/nn/index.ts'
import { minimizeLbfgs } from '../../src/optim/index.ts'
import { errorCurves, pictureSvg } from '../../src/report/index.ts'
import {
  capacitySweep,
  errorPair,
  labelNoiseSweep,
  sampleSizeSweep,
  sweep,
  type Classify,
} from '../../src/study/index.ts'
import { wilsonInterval } from '../../src/training/index.ts'

const digits = digits16({ key: key(0), n: 300 })
const train = allForTraining(digits)
const dev = allForDev(digits16({ key: key(1), n: 200 }))

/** Always the same class. */
const always =
  (label: number): Classify =>
  (x) =>
    full([x.shape[0] ?? 0], label, { dtype: 'int32' })

/** Knows the labels of the rows it was made from by heart; for others it says 0. */
const byHeart = ({ x, y }: Dataset<'train', Classes>): Classify => {
  const known = new Map(
    (toArray(x) as number[][]).map((row, i) => [row.join(), (toArray(y) as number[])[i]!]),
  )
  return (rows) =>
    tensor(
      (toArray(rows) as number[][]).map((row) => known.get(row.join()) ?? 0),
      { dtype: 'int32' },
    )
}

describe('a pair of errors', () => {
  test('is the share of wrong rows with Wilson’s interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), (label) => {
        const errors = errorPair(always(label), { train, dev })
        expect(errors.dev).toEqual({ value: 0.9, n: 200, interval: wilsonInterval(180, 200) })
        expect(errors.train).toEqual({ value: 0.9, n: 300, interval: wilsonInterval(270, 300) })
      }),
    )
  })
  test('refuses a classifier that does not give a class per row', () => {
    expect(() => errorPair((x) => x, { train, dev })).toThrow(
      'expected a class for each of 300 rows, [300], got [300, 256]',
    )
  })
})

describe('a sweep of label noise', () => {
  const shares = [0, 0.25, 0.5, 1]
  test('gives a memorizer no train error at any share: what it learns is the noise', () => {
    const { points, best } = labelNoiseSweep({ train, dev }, { shares, key: key(2) }, byHeart)
    expect(points.map(({ setting }) => setting)).toEqual(shares)
    points.forEach(({ result }) => expect(result.train.value).toBe(0))
    points.forEach(({ result }) => expect(result.dev.value).toBe(0.9))
    expect(best?.setting).toBe(0)
  })
  test('redraws nested sets of labels, and gives every fit the same key', () => {
    const seen: { readonly labels: number[]; readonly own: unknown }[] = []
    labelNoiseSweep({ train, dev }, { shares, key: key(2) }, (part, own) => {
      seen.push({ labels: toArray(part.y) as number[], own: toArray(own) })
      return always(0)
    })
    const [original, ...noisy] = seen.map(({ labels }) => labels)
    expect(original).toEqual(toArray(train.y))
    noisy.slice(1).forEach((labels, i) =>
      noisy[i]!.forEach((label, row) => {
        // Once redrawn, a label stays what it was redrawn to.
        if (label !== original![row]) expect(labels[row]).toBe(label)
      }),
    )
    expect(new Set(seen.map(({ own }) => JSON.stringify(own))).size).toBe(1)
    // All labels redrawn: one in ten falls on itself; 4 standard errors.
    const same = noisy.at(-1)!.filter((label, row) => label === original![row]).length
    expect(Math.abs(same / 300 - 0.1)).toBeLessThan(4 * Math.sqrt(0.09 / 300))
  })
})

describe('a learning curve', () => {
  test('takes nested parts of the training rows in an order of the key, with their own labels', () => {
    fc.assert(
      fc.property(
        fc.nat(100),
        fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 4 }),
        (seed, drawn) => {
          const sizes = [...drawn].sort((a, b) => a - b)
          const seen: string[][] = []
          const { points } = sampleSizeSweep({ train, dev }, { sizes, key: key(seed) }, (part) => {
            const labels = toArray(part.y) as number[]
            seen.push(
              (toArray(part.x) as number[][]).map((row, i) => `${row.slice(0, 40).join()}:${labels[i]}`),
            )
            return byHeart(part)
          })
          seen.slice(1).forEach((rows, i) => expect(rows.slice(0, seen[i]!.length)).toEqual(seen[i]))
          seen.forEach((rows, i) => expect(new Set(rows).size).toBe(sizes[i]))
          points.forEach(({ setting, result }) => {
            expect(result.train).toMatchObject({ value: 0, n: setting })
            expect(result.dev.n).toBe(200)
          })
        },
      ),
      { numRuns: 10 },
    )
  })
  test('refuses sizes there are no rows for', () => {
    for (const size of [0, 301, 2.5])
      expect(() => sampleSizeSweep({ train, dev }, { sizes: [size], key: key(0) }, byHeart)).toThrow(
        `from 1 to 300, the number of training rows, got ${size}`,
      )
  })
})

describe('a sweep of capacity', () => {
  test('runs every capacity with the same rows and key and names the first with the least dev error', () => {
    const keys = new Set<string>()
    const { points, best } = capacitySweep(
      { train, dev },
      { capacities: [3, 1, 2], key: key(0) },
      (c, part, own) => {
        keys.add(JSON.stringify(toArray(own)))
        expect(part).toBe(train)
        return always(c)
      },
    )
    expect(points.map(({ setting }) => setting)).toEqual([3, 1, 2])
    expect(best?.setting).toBe(3)
    expect(keys.size).toBe(1)
  })

  test('along nested convex models the train loss never rises', () => {
    // Logistic regression on the first k of 6 features.
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const rows = { x: normal(key(seed), [40, 6], { dtype: 'float64' }), n: 40 }
        const y = tensor(
          Array.from({ length: rows.n }, (_, i) => ((i * 7919 + seed) % 3 === 0 ? 1 : 0)),
          { dtype: 'float64' },
        )
        const loss = (k: number) => (w: Tensor) =>
          sigmoidBinaryCrossEntropy(matmul(slice(rows.x, [0, 0], [40, k]), w) as Tensor, y)
        const { points } = sweep(
          [1, 2, 3, 4, 5, 6],
          (k) => minimizeLbfgs(loss(k), full([k], 0, { dtype: 'float64' }), { iterations: 60 }).value,
          (value) => value,
        )
        points
          .slice(1)
          .forEach(({ result }, i) => expect(result).toBeLessThanOrEqual(points[i]!.result + 1e-8))
      }),
      { numRuns: 10 },
    )
  })
})

test('the picture of a sweep has both errors with their intervals and can be drawn', async () => {
  const small = dataset({ x: tensor([[1], [2]]), y: tensor([0, 1], { dtype: 'int32' }) })
  const { points } = labelNoiseSweep(
    { train: allForTraining(small), dev: small },
    { shares: [0, 0.5], key: key(0) },
    byHeart,
  )
  const picture = errorCurves(points, { setting: 'share of redrawn labels', title: 'Noise' })
  const [train, dev] = picture.series
  expect([train?.points.length, dev?.points.length]).toEqual([2, 2])
  expect(train?.points[0]).toEqual([0, 0])
  expect(train?.intervals?.[0]?.slice(0, 2)).toEqual([0, 0])
  const svg = await pictureSvg(picture)()
  expect(svg._tag === 'Right' && svg.right).toMatch(/^<svg[\s\S]*share of redrawn labels/)
})
