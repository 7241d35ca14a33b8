import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad, item, key, normal, take, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import {
  allForTraining,
  dataset,
  minibatches,
  regressionDataset,
  resample,
  RoleError,
  rowsAt,
  withClassWeights,
  withWeights,
  classWeights,
  type Classes,
  type Dataset,
} from '../../src/data/index.ts'
import {
  hinge,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  multiClassHinge,
  dense,
  network,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyFromProbabilities,
  type LossOptions,
} from '../../src/nn/index.ts'
import { sgd } from '../../src/optim/index.ts'
import { errorRate, evaluate, evaluateRegression, supervisedStep } from '../../src/training/index.ts'
import { numbers } from '../data/rows.ts'

const float64 = { dtype: 'float64' } as const
const of = (values: readonly number[]): Tensor => tensor(Float64Array.from(values))
const rowsOf = (counts: readonly number[]): Tensor =>
  tensor(Int32Array.from(counts.flatMap((times, row) => Array.from({ length: times }, () => row))))
const expectNear = (a: readonly number[], b: readonly number[]): void => {
  expect(a.length).toBe(b.length)
  a.forEach((value, i) => expect(Math.abs(value - b[i]!)).toBeLessThan(1e-12 * Math.max(1, Math.abs(b[i]!))))
}

type Loss = (out: Tensor, y: Tensor, options: LossOptions) => Tensor
const classes = tensor(Int32Array.of(0, 1, 2, 1))
const [signs, zeroOne] = [of([1, -1, 1, 1]), of([1, 0, 1, 1])]
const logits = normal(key(1), [4, 3], float64)
const shares = tensor(
  [
    [0.2, 0.3, 0.5],
    [1, 0, 0],
    [0, 0.5, 0.5],
    [0.1, 0.1, 0.8],
  ],
  float64,
)
const line = normal(key(2), [4], float64)
const plane = normal(key(3), [4, 3], float64)
const losses: Readonly<Record<string, readonly [Loss, Tensor, Tensor]>> = {
  softmaxCrossEntropy: [softmaxCrossEntropy, logits, classes],
  softmaxCrossEntropyFromProbabilities: [softmaxCrossEntropyFromProbabilities, logits, shares],
  multiClassHinge: [multiClassHinge, logits, classes],
  sigmoidBinaryCrossEntropy: [sigmoidBinaryCrossEntropy, line, zeroOne],
  hinge: [hinge, line, signs],
  meanSquaredError: [meanSquaredError, line, zeroOne],
  meanAbsoluteError: [meanAbsoluteError, line, zeroOne],
  huber: [huber, line, zeroOne],
  'meanSquaredError of several targets': [meanSquaredError, logits, plane],
  'huber of several targets': [huber, logits, plane],
}

/** How often each of four rows counts, not never for all. */
const counts = fc
  .array(fc.integer({ min: 0, max: 4 }), { minLength: 4, maxLength: 4 })
  .filter((times) => times.some((time) => time > 0))

describe.each(Object.entries(losses))('%s', (_name, [loss, out, y]) => {
  test('a row that weighs a whole number is that many rows: value and gradient', () => {
    fc.assert(
      fc.property(counts, fc.constantFrom('mean', 'sum'), (times, reduction) => {
        const [weights, rows] = [of(times), rowsOf(times)]
        const weighted = (z: Tensor): Tensor => loss(z, y, { weights, reduction })
        const repeated = (z: Tensor): Tensor => loss(take(z, rows), take(y, rows), { reduction })
        expectNear([item(weighted(out))], [item(repeated(out))])
        expectNear(numbers(grad(weighted)(out)), numbers(grad(repeated)(out)))
      }),
      { numRuns: 15 },
    )
  })

  test('without rows that count it is 0, and so is its gradient', () => {
    const none = (z: Tensor): Tensor => loss(z, y, { weights: of([0, 0, 0, 0]) })
    expect([item(none(out)), ...numbers(grad(none)(out)).map(Math.abs)].every((value) => value === 0)).toBe(
      true,
    )
  })

  test('weights of another number of rows are refused', () => {
    expect(() => loss(out, y, { weights: of([1, 2]) })).toThrow('need weights [4], got [2]')
  })
})

const n = 9
const x = normal(key(4), [n, 2], float64)
const labels = tensor(Int32Array.of(0, 1, 0, 0, 0, 2, 0, 1, 0))
const train = allForTraining(dataset({ x, y: labels, classNames: ['common', 'some', 'rare'] }))

describe('a step', () => {
  const model = network(2, dense('out', 3))
  const { params, state } = model.init(key(5), float64)
  const optimizer = sgd<typeof params>({ learningRate: 0.5 })
  const settings = { model, optimizer, loss: softmaxCrossEntropy }
  const begin = { params, layers: state, optimizer: optimizer.init(params), step: 0 }

  test('of weighted rows is one of repeated rows', () => {
    const times = [1, 0, 2, 1, 3, 1, 1, 2, 0]
    const [batch] = minibatches(withWeights(train, of(times)), n, key(6))
    const repeated = rowsAt(train, rowsOf(times), 'train')
    const one = supervisedStep(settings)(begin, batch!, key(0))
    const other = supervisedStep(settings)(begin, { x: repeated.x, y: repeated.y }, key(0))
    expectNear(numbers(one.params.out.weight), numbers(other.params.out.weight))
    expectNear([one.loss], [other.loss])
  })

  test('of a loss that does not take the weights is refused rather than made without them', () => {
    const [batch] = minibatches(withClassWeights(train, 'balanced'), n, key(6))
    const deaf = supervisedStep({
      ...settings,
      loss: (out: Tensor, y: Tensor) => softmaxCrossEntropy(out, y),
    })
    expect(() => deaf(begin, batch!, key(0))).toThrow('the rows have weights, which this loss does not take')
    expect(() => deaf(begin, minibatches(train, n, key(6))[0]!, key(0))).not.toThrow()
  })
})

describe('an evaluation', () => {
  const model = network(2, dense('out', 3))
  const { params, state } = model.init(key(7), float64)
  const line1 = network(2, dense('out', 2))
  const fitted = line1.init(key(8), float64)
  const values = regressionDataset({ x, y: normal(key(9), [n, 2], float64) })

  test('of weighted rows has the means of repeated rows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: n, maxLength: n }), (times) => {
        const rows = rowsOf(times)
        const one = evaluate(model, params, state, withWeights(train, of(times)))
        const other = evaluate(model, params, state, rowsAt(train, rows, 'train'))
        expectNear(
          [one.loss, one.accuracy, errorRate(one).value],
          [other.loss, other.accuracy, errorRate(other).value],
        )
        const a = evaluateRegression(line1, fitted.params, fitted.state, withWeights(values, of(times)))
        const b = evaluateRegression(line1, fitted.params, fitted.state, rowsAt(values, rows, 'dev'))
        expectNear(
          [a.meanSquaredError, a.meanAbsoluteError, a.rSquared],
          [b.meanSquaredError, b.meanAbsoluteError, b.rSquared],
        )
      }),
      { numRuns: 15 },
    )
  })

  test('by equal weights is that without, intervals too; unequal ones tell less', () => {
    const plain = evaluate(model, params, state, train)
    const { effectiveRows, ...equal } = evaluate(
      model,
      params,
      state,
      withWeights(train, of(Array(n).fill(2))),
    )
    expect(effectiveRows).toBe(n)
    expectNear(
      [...equal.lossInterval, ...equal.accuracyInterval],
      [...plain.lossInterval, ...plain.accuracyInterval],
    )
    expect(
      evaluate(model, params, state, withWeights(train, of([9, 1, 1, 1, 1, 1, 1, 1, 1]))).effectiveRows,
    ).toBeLessThan(n)
  })
})

describe('weights of classes', () => {
  test('balanced, all classes count the same and a row once on average', () => {
    const weights = numbers(withClassWeights(train, 'balanced').weights!)
    const mass = [0, 1, 2].map((label) =>
      weights.filter((_, i) => numbers(labels)[i] === label).reduce((a, b) => a + b, 0),
    )
    expectNear(mass, [3, 3, 3])
    expect(classWeights(train, 'inverse')).toEqual([9 / 6, 9 / 2, 9])
    expect(classWeights(train, { rare: 4 })).toEqual([1, 1, 4])
  })

  test('multiply those that rows have, and count by them', () => {
    const own = withWeights(train, of([1, 2, 1, 1, 1, 4, 1, 2, 1]))
    const weights = numbers(withClassWeights(own, 'balanced').weights!)
    expectNear(
      [weights.reduce((a, b) => a + b, 0), weights[5]!, weights[1]! + weights[7]!],
      [14, 14 / 3, 14 / 3],
    )
  })

  test('what is none', () => {
    expect(() => classWeights(train, { rarre: 2 })).toThrow("there is no class 'rarre'; did you mean 'rare'?")
    expect(() => classWeights(train, { rare: -2 })).toThrow('rare')
    // @ts-expect-error another way
    expect(() => classWeights(train, 'equal')).toThrow('balanced')
    const raw = dataset({ x, y: labels })
    // @ts-expect-error only what is trained on
    expect(() => withClassWeights(raw, 'balanced')).toThrow(RoleError)
  })
})

describe('resample', () => {
  const countsOf = (data: Dataset<'train', Classes>): readonly number[] =>
    data.targets.names.map((_, label) => numbers(data.y).filter((y) => y === label).length)
  /** Every row is one of the training part, with its class. */
  const expectRows = (data: Dataset<'train', Classes>): readonly number[] => {
    const first = numbers(x).filter((_, i) => i % 2 === 0)
    const rows = numbers(data.x).flatMap((value, i) => (i % 2 === 0 ? [first.indexOf(value)] : []))
    expect(rows.map((row) => numbers(labels)[row])).toEqual(numbers(data.y))
    return rows
  }

  test('over: as many rows of each class as of the largest, every row n or n + 1 times', () => {
    const over = resample(train, { classes: 'over', key: key(0) })
    expect(countsOf(over)).toEqual([6, 6, 6])
    const rows = expectRows(over)
    const times = numbers(labels).map((_, row) => rows.filter((each) => each === row).length)
    expect(times).toEqual([1, 3, 1, 1, 1, 6, 1, 3, 1])
  })

  test('under: as many as of the smallest, none twice', () => {
    const under = resample(train, { classes: 'under', key: key(0) })
    expect(countsOf(under)).toEqual([1, 1, 1])
    expect(new Set(expectRows(under)).size).toBe(3)
  })

  test('to given shares, within a row, by the key alone', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 60 }), (seed, rows) => {
        const options = { classes: { common: 0.5, some: 0.2, rare: 0.3 }, rows, key: key(seed) }
        const drawn = resample(train, options)
        expectRows(drawn)
        expect([drawn.n, drawn.role]).toEqual([rows, 'train'])
        countsOf(drawn).forEach((count, i) =>
          expect(Math.abs(count - [0.5, 0.2, 0.3][i]! * rows)).toBeLessThan(1),
        )
        expect(toTypedArray(resample(train, options).x)).toEqual(toTypedArray(drawn.x))
      }),
      { numRuns: 30 },
    )
  })

  test('what is none', () => {
    expect(() => resample(train, { classes: { common: 0.5 }, key: key(0) })).toThrow('add up to 1')
    expect(() => resample(train, { classes: { other: 1 }, key: key(0) })).toThrow("no class 'other'")
    expect(() => resample(train, { classes: 'over', rows: 5, key: key(0) })).toThrow('its own number of rows')
    // @ts-expect-error only what is trained on
    expect(() => resample(dataset({ x, y: labels }), { classes: 'over', key: key(0) })).toThrow(RoleError)
  })
})
