import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad } from '../../src/core/autodiff/grad.ts'
import { item, toArray, toTypedArray } from '../../src/core/autodiff/read.ts'
import {
  accuracy,
  hinge,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  multiClassHinge,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyFromProbabilities,
  type LossOptions,
} from '../../src/nn/index.ts'
import { sum } from '../../src/core/numeric/index.ts'
import { ArgumentError, ShapeError } from '../../src/core/tensor/errors.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
import { expectClose, expectGradient, float64, labelled } from './central-difference.ts'

const classes = 3
const dyadic = fc.integer({ min: -256, max: 256 }).map((i) => i / 64)
const matrix = (entry: fc.Arbitrary<number>) =>
  fc.array(fc.array(entry, { minLength: classes, maxLength: classes }), { minLength: 1, maxLength: 5 })
const classified = matrix(dyadic).chain((logits) =>
  fc.record({
    logits: fc.constant(logits),
    labels: fc.array(fc.nat(classes - 1), { minLength: logits.length, maxLength: logits.length }),
  }),
)
const paired = (target: fc.Arbitrary<number>) =>
  fc
    .array(fc.tuple(dyadic, target), { minLength: 1, maxLength: 6 })
    .map((pairs) => ({ y: pairs.map(([y]) => y), t: pairs.map(([, t]) => t) }))
const smoothing = fc.constantFrom(0, 0.1, 0.5)

const total = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0)
const negativeLogs = (row: readonly number[]): readonly number[] => {
  const whole = total(row.map(Math.exp))
  return row.map((z) => -Math.log(Math.exp(z) / whole))
}

/** The three reductions of a loss against the losses of single rows. */
const expectReductions = (loss: (options: LossOptions) => Tensor, rows: readonly number[]): void => {
  const none = toTypedArray(loss({ reduction: 'none' }))
  expect(none.length).toBe(rows.length)
  rows.forEach((row, i) => expectClose(none[i]!, row))
  expectClose(item(loss({ reduction: 'sum' })), total(rows))
  expectClose(item(loss({ reduction: 'mean' })), total(rows) / rows.length)
  expect(item(loss({}))).toBe(item(loss({ reduction: 'mean' })))
}

describe('softmax cross-entropy', () => {
  test('is −log of the softmax at the label, smoothed towards all classes', () => {
    fc.assert(
      fc.property(classified, smoothing, ({ logits, labels }, share) => {
        const rows = logits.map((row, i) => {
          const logs = negativeLogs(row)
          return (1 - share) * logs[labels[i]!]! + (share / classes) * total(logs)
        })
        expectReductions(
          (options) =>
            softmaxCrossEntropy(float64(logits), labelled(labels), { ...options, labelSmoothing: share }),
          rows,
        )
      }),
    )
  })

  test('from probabilities is −Σ t log p, and agrees with labels on one-hot targets', () => {
    fc.assert(
      fc.property(classified, matrix(fc.integer({ min: 1, max: 9 })), smoothing, (data, weights, share) => {
        const targets = data.logits.map((_, i) => {
          const row = weights[i % weights.length]!
          return row.map((w) => w / total(row))
        })
        const rows = data.logits.map((row, i) =>
          total(negativeLogs(row).map((l, j) => l * ((1 - share) * targets[i]![j]! + share / classes))),
        )
        expectReductions(
          (options) =>
            softmaxCrossEntropyFromProbabilities(float64(data.logits), float64(targets), {
              ...options,
              labelSmoothing: share,
            }),
          rows,
        )
        const oneHot = data.labels.map((label) => Array.from({ length: classes }, (_, j) => +(j === label)))
        const options = { labelSmoothing: share }
        expectClose(
          item(softmaxCrossEntropyFromProbabilities(float64(data.logits), float64(oneHot), options)),
          item(softmaxCrossEntropy(float64(data.logits), labelled(data.labels), options)),
        )
      }),
    )
  })

  test('has the gradient of central differences, and (softmax − onehot) / rows exactly', () => {
    fc.assert(
      fc.property(classified, smoothing, ({ logits, labels }, share) => {
        expectGradient(
          (z) => softmaxCrossEntropy(z, labelled(labels), { labelSmoothing: share }),
          float64(logits),
        )
        const gradient = toArray(
          grad((z: Tensor) => softmaxCrossEntropy(z, labelled(labels)))(float64(logits)),
        ) as readonly (readonly number[])[]
        logits.forEach((row, i) => {
          const whole = total(row.map(Math.exp))
          row.forEach((z, j) =>
            expectClose(gradient[i]![j]!, (Math.exp(z) / whole - +(j === labels[i])) / logits.length),
          )
        })
      }),
      { numRuns: 30 },
    )
  })

  test('does not overflow at logits of ±1000', () => {
    const logits = float64([[1000, -1000, 0]])
    const loss = (label: number) => item(softmaxCrossEntropy(logits, labelled([label])))
    // Of one row the loss is minus the logarithm of 1, which is −0.
    expect([loss(0), loss(1), loss(2)]).toEqual([-0, 2000, 1000])
    expect(toArray(grad((z: Tensor) => softmaxCrossEntropy(z, labelled([1])))(logits))).toEqual([[1, -1, 0]])
  })

  test('refuses rows that differ, labels that are no class, and smoothing outside [0, 1)', () => {
    const logits = float64([[0, 1, 2]])
    expect(() => softmaxCrossEntropy(logits, labelled([0, 1]))).toThrow(ShapeError)
    expect(() => softmaxCrossEntropy(logits, labelled([0, 1]))).toThrow(
      'softmaxCrossEntropy: logits [1, 3] need labels [1], got [2]',
    )
    expect(() => softmaxCrossEntropy(logits, labelled([3]))).toThrow(/3/)
    expect(() => softmaxCrossEntropy(logits, labelled([-1]))).toThrow(/-1/)
    const smoothed = (labelSmoothing: number) => () =>
      softmaxCrossEntropy(logits, labelled([0]), { labelSmoothing })
    ;[1, -0.1, NaN].forEach((share) => expect(smoothed(share)).toThrow(ArgumentError))
  })
})

describe('sigmoid binary cross-entropy', () => {
  test('is −t log σ(z) − (1 − t) log(1 − σ(z))', () => {
    fc.assert(
      fc.property(paired(fc.constantFrom(0, 1, 0.25)), ({ y, t }) => {
        const rows = y.map((z, i) => {
          const p = 1 / (1 + Math.exp(-z))
          return -t[i]! * Math.log(p) - (1 - t[i]!) * Math.log(1 - p)
        })
        expectReductions((options) => sigmoidBinaryCrossEntropy(float64(y), float64(t), options), rows)
        expectGradient((z) => sigmoidBinaryCrossEntropy(z, float64(t)), float64(y))
      }),
    )
  })

  test('is finite and exact at ±1000, smooth at 0, and keeps small losses', () => {
    const loss = (z: number, t: number) => item(sigmoidBinaryCrossEntropy(float64([z]), float64([t])))
    expect([loss(1000, 1), loss(1000, 0), loss(-1000, 1), loss(-1000, 0)]).toEqual([0, 1000, 1000, 0])
    const slope = (t: number) =>
      grad((z: Tensor) => sigmoidBinaryCrossEntropy(z, float64(t), { reduction: 'sum' }))
    expect(item(slope(1)(float64(-1000)))).toBe(-1)
    expect(item(slope(0)(float64(0)))).toBe(0.5)
    expect(item(grad(slope(0))(float64(0)))).toBe(0.25)
    expect(loss(30, 1) / Math.log1p(Math.exp(-30))).toBeCloseTo(1, 14)
  })
})

describe('hinge', () => {
  test('of two classes is max(0, 1 − ty)', () => {
    fc.assert(
      fc.property(paired(fc.constantFrom(-1, 1)), ({ y, t }) => {
        expectReductions(
          (options) => hinge(float64(y), float64(t), options),
          y.map((score, i) => Math.max(0, 1 - t[i]! * score)),
        )
      }),
    )
    expectGradient((y) => hinge(y, float64([1, -1, 1])), float64([0.5, 0.25, 3]))
    expect(item(hinge(float64([1000, -1000]), float64([-1, -1]), { reduction: 'sum' }))).toBe(1001)
  })

  test('of many classes is the worst violated margin', () => {
    fc.assert(
      fc.property(classified, ({ logits, labels }) => {
        const rows = logits.map((row, i) =>
          Math.max(0, ...row.filter((_, j) => j !== labels[i]).map((z) => 1 + z - row[labels[i]!]!)),
        )
        expectReductions((options) => multiClassHinge(float64(logits), labelled(labels), options), rows)
      }),
    )
    expectGradient(
      (z) => multiClassHinge(z, labelled([0, 2])),
      float64([
        [0.5, 0.25, -1],
        [0, 1, 4],
      ]),
    )
    expect(item(multiClassHinge(float64([[1000, -1000]]), labelled([1])))).toBe(2001)
    expect(() => multiClassHinge(float64([[0, 1]]), labelled([0, 0]))).toThrow(ShapeError)
  })
})

describe('regression losses', () => {
  const data = paired(dyadic)
  const delta = 0.75
  const cases = [
    { name: 'meanSquaredError', loss: meanSquaredError, of: (r: number) => r * r },
    { name: 'meanAbsoluteError', loss: meanAbsoluteError, of: (r: number) => Math.abs(r) },
    {
      name: 'huber',
      loss: (y: Tensor, t: Tensor, options: LossOptions = {}) => huber(y, t, { ...options, delta }),
      of: (r: number) => (Math.abs(r) <= delta ? r ** 2 / 2 : delta * (Math.abs(r) - delta / 2)),
    },
  ]

  test.each(cases)('$name equals its formula, with the right gradient away from kinks', ({ loss, of }) => {
    fc.assert(
      fc.property(data, ({ y, t }) => {
        expectReductions(
          (options) => loss(float64(y), float64(t), options),
          y.map((value, i) => of(value - t[i]!)),
        )
        const apart = y.map((value, i) =>
          value === t[i] || Math.abs(value - t[i]!) === delta ? value + 0.1 : value,
        )
        expectGradient((x) => loss(x, float64(t)), float64(apart))
      }),
    )
    expect(item(loss(float64([1000]), float64([-1000])))).toBe(of(2000))
    expect(() => loss(float64([1, 2]), float64([1]))).toThrow(ShapeError)
  })

  test('huber has slope ±δ outside and refuses δ ≤ 0; the absolute error has slope 0 where it is 0', () => {
    const slope = grad((y: Tensor) => sum(huber(y, float64([0, 0]), { delta, reduction: 'none' })) as Tensor)
    expect(toArray(slope(float64([5, -5])))).toEqual([delta, -delta])
    expect(() => huber(float64([0]), float64([0]), { delta: 0 })).toThrow(ArgumentError)
    expect(toArray(grad((y: Tensor) => meanAbsoluteError(y, float64([2])))(float64([2])))).toEqual([0])
  })
})

describe('accuracy', () => {
  test('counts the rows whose first largest logit is at the label', () => {
    fc.assert(
      fc.property(classified, ({ logits, labels }) => {
        const hits = logits.filter((row, i) => row.indexOf(Math.max(...row)) === labels[i]).length
        expectClose(item(accuracy(float64(logits), labelled(labels))), hits / logits.length, 1e-6)
      }),
    )
    expect(() => accuracy(float64([[0, 1]]), labelled([0, 1]))).toThrow(ShapeError)
  })
})
