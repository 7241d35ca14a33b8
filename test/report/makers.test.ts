import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key, mul, normal, softmax, sum, tensor, toArray, type Tensor } from '../../src/index.ts'
import { activation, dense, evalMode, network } from '../../src/nn/index.ts'
import {
  activationHistograms,
  boundaryPicture,
  confusionMatrix,
  histogramBins,
  inkImages,
  isolinesPicture,
  reliability,
  signalPicture,
  weightImages,
} from '../../src/report/index.ts'
import { probe, trajectory } from '../../src/study/index.ts'
import { dyadic } from '../../src/testing/arbitraries.ts'

const entry = fc.oneof(dyadic({ min: -3, max: 3 }), fc.double({ min: -3, max: 3, noNaN: true }))
const total = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0)

describe('histograms', () => {
  test('hold every number between their ends exactly once, in the bin that contains it', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (values, bins) => {
        const made = histogramBins(values, { low: -2, high: 3, bins })
        expect(total(made.map(({ count }) => count))).toBe(values.filter((x) => x >= -2 && x <= 3).length)
        expect([made[0]!.low, made.at(-1)!.high]).toEqual([-2, 3])
        made.forEach(({ low, high, count }, i) => {
          if (i > 0) expect(low).toBeCloseTo(made[i - 1]!.high, 12)
          const inside = values.filter((x) => x > low + 1e-9 && x < high - 1e-9).length
          expect(count).toBeGreaterThanOrEqual(inside)
        })
      }),
    )
  })
  test('of activations sum to rows × units in every panel, what is not finite told apart', () => {
    const net = network(3, dense('first', 5), activation('relu'), dense('last', 2))
    const { params, state } = net.init(key(1))
    const { panels } = activationHistograms(net, params, state, normal(key(2), [7, 3]), { bins: 9 })
    expect(panels.map(({ name }) => name)).toEqual(['first', 'relu', 'last'])
    expect(panels.map(({ bins }) => total(bins.map(({ count }) => count)))).toEqual([35, 35, 14])
    const broken = { ...params, last: { ...params.last, bias: tensor([Infinity, 0]) } }
    const last = activationHistograms(net, broken, state, normal(key(2), [7, 3])).panels[2]!
    expect([total(last.bins.map(({ count }) => count)), last.notFinite]).toEqual([7, 7])
  })
  test('need ends and bins', () => {
    expect(() => histogramBins([1], { low: 1, high: 1, bins: 2 })).toThrow(
      /high: expected a finite number above 1/,
    )
    expect(() => histogramBins([1], { low: 0, high: 1, bins: 0 })).toThrow(/bins: expected/)
  })
})

describe('a confusion matrix', () => {
  const label = fc.integer({ min: 0, max: 3 })
  test('has every row in one cell: its rows sum to the classes, its diagonal to what is right', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(label, label), { maxLength: 50 }), (pairs) => {
        const [said, is] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        const { counts } = confusionMatrix(said, is, { classes: ['a', 'b', 'c', 'd'] })
        counts.forEach((row, k) => expect(total(row)).toBe(is.filter((each) => each === k).length))
        expect(total(counts.map((row, k) => row[k]!))).toBe(pairs.filter(([a, b]) => a === b).length)
      }),
    )
  })
  test('takes tensors, and names what is no class', () => {
    const int = (list: readonly number[]) => tensor(list, { dtype: 'int32' })
    expect(confusionMatrix(int([1, 0]), int([1, 1]), { classes: ['n', 'y'] }).counts).toEqual([
      [0, 0],
      [1, 1],
    ])
    expect(() => confusionMatrix([0, 2], [0, 1], { classes: ['n', 'y'] })).toThrow(
      'confusionMatrix: predictions[1]: expected a class from 0 to 1, got 2',
    )
    expect(() => confusionMatrix([0], [0, 1], { classes: ['n', 'y'] })).toThrow(
      /as many predictions as labels, got 1 and 2/,
    )
  })
})

describe('reliability', () => {
  test('has all rows in its bins, means within them, and the error of the formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(dyadic({ min: 0, max: 1 }), fc.integer({ min: 0, max: 1 })), {
          minLength: 1,
          maxLength: 40,
        }),
        (rows) => {
          const said = tensor(
            rows.map(([p]) => [p, 1 - p]),
            { dtype: 'float64' },
          )
          const { bins, calibrationError } = reliability(
            said,
            rows.map(([, y]) => y),
            { bins: 5 },
          )
          expect(total(bins.map(({ count }) => count))).toBe(rows.length)
          for (const { low, high, count, confidence, accuracy, interval } of bins)
            if (count > 0) {
              expect(confidence).toBeGreaterThanOrEqual(low - 1e-12)
              expect(confidence).toBeLessThanOrEqual(high + 1e-12)
              expect(interval[0]).toBeLessThanOrEqual(accuracy)
              expect(interval[1]).toBeGreaterThanOrEqual(accuracy)
            }
          const byHand = total(
            bins.map(
              ({ count, accuracy, confidence }) => (count / rows.length) * Math.abs(accuracy - confidence),
            ),
          )
          expect(calibrationError).toBeCloseTo(byHand, 12)
          const right = rows.filter(([p, y]) => (1 - p > p ? 1 : 0) === y).length
          expect(total(bins.map(({ count, accuracy }) => count * accuracy))).toBeCloseTo(right, 9)
        },
      ),
      { numRuns: 60 },
    )
  })
  test('is perfect for one who is sure and right', () => {
    expect(
      reliability(
        tensor([
          [1, 0],
          [0, 1],
        ]),
        [0, 1],
      ).calibrationError,
    ).toBe(0)
  })
})

describe('images', () => {
  test('of weights are the columns of the matrix, of rows the rows', () => {
    const weight = normal(key(3), [6, 4])
    const images = weightImages(weight, { shape: [2, 3] }).images
    const columns = toArray(weight) as number[][]
    images.forEach(({ pixels }, unit) => expect(pixels.flat()).toEqual(columns.map((row) => row[unit])))
    expect(inkImages(weight, { shape: [2, 2], most: 3 }).images.map(({ pixels }) => pixels.flat())).toEqual(
      columns.slice(0, 3),
    )
  })
  test('say what is wrong with a shape', () => {
    expect(() => weightImages(normal(key(0), [6, 2]))).toThrow(/6 numbers are no square; give the shape/)
    expect(() => weightImages(normal(key(0), [6, 2]), { shape: [4, 2] })).toThrow(
      /shape: expected rows × columns = 6, got 4 × 2/,
    )
    expect(() => weightImages(normal(key(0), [6]))).toThrow(/expected two axes/)
  })
})

describe('pictures of a plane', () => {
  const window = { x: [-1, 2], y: [0, 4], points: 4 } as const
  test('hold what the model says at each point', () => {
    const net = network(2, dense('only', 3))
    const { params, state } = net.init(key(5))
    const model = (x: Tensor) => softmax(net.apply(evalMode, params, state, x)[0], { axis: 1 })
    const { grid } = boundaryPicture(model, { ...window, classes: ['a', 'b', 'c'] })
    if (grid.field.kind !== 'probabilities') throw new Error('expected probabilities')
    grid.ys.forEach((y, j) =>
      grid.xs.forEach((x, i) => {
        const [alone] = toArray(model(tensor([[x, y]]))) as number[][]
        ;(grid.field.values[j]![i] as readonly number[]).forEach((p, k) =>
          expect(p).toBeCloseTo(alone![k]!, 5),
        )
      }),
    )
    expect(() => boundaryPicture(model, { ...window, classes: ['a', 'b'] })).toThrow(
      /gives \[16, 2\] or \[16\] for 16 rows, got \[16, 3\]/,
    )
  })
  test('follow a descent', () => {
    const bowl = (w: Tensor) => sum(mul(w, w))
    const way = trajectory(bowl, tensor([1, 2], { dtype: 'float64' }), { steps: 3, by: 0.25 })
    const { paths, grid } = isolinesPicture(bowl, { ...window, ways: [{ name: 'way', way }] })
    expect(paths?.[0]?.points).toEqual([
      [1, 2],
      [0.5, 1],
      [0.25, 0.5],
      [0.125, 0.25],
    ])
    expect(grid.values[1]![2]).toBeCloseTo(grid.xs[2]! ** 2 + grid.ys[1]! ** 2, 9)
  })
})

test('signals are those of the probes', () => {
  const net = network(3, dense('first', 4), activation('tanh'), dense('last', 2))
  const { params, state } = net.init(key(1))
  const probes = probe(net, params, state, normal(key(2), [5, 3]), (output) => sum(output))
  const { layers, series } = signalPicture([{ name: 'net', probes }], { of: 'deviation' })
  expect(layers).toEqual(['first', 'tanh', 'last'])
  expect(signalPicture([{ name: 'net', probes }], { layers: 'numbered' }).layers).toEqual(['1', '2', '3'])
  expect(series[0]!.values).toEqual(probes.map(({ deviation }) => deviation))
})
