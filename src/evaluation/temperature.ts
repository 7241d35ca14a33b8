import { grad } from '../core/autodiff/grad.ts'
import { item } from '../core/autodiff/read.ts'
import { div, log, logSumExp, maximum, mul, softmax, sub, sum, tensor } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { classRows } from './class-rows.ts'
import type { ClassPredictions } from './predictions.ts'
import type { WeightedRows } from './row-weights.ts'

/** What a probability of 0 is taken for: the least double with all its digits. */
const least = 2 ** -1022

/** The lowest and the highest inverse of a temperature. */
const inverses = [0.01, 100] as const

/** Newton's steps to the root of a rising function, which halve the bracket where they would leave it. */
const rootOf = (
  at: number,
  [low, high]: readonly [number, number],
  slopeAt: (x: number) => { readonly slope: number; readonly curvature: number },
  steps = 100,
): number => {
  const { slope, curvature } = slopeAt(at)
  if (slope === 0 || steps === 0) return at
  const bracket = slope > 0 ? ([low, at] as const) : ([at, high] as const)
  const newton = at - slope / curvature
  const next = newton > bracket[0] && newton < bracket[1] ? newton : Math.sqrt(bracket[0] * bracket[1])
  return Math.abs(next - at) <= 1e-14 * at ? next : rootOf(next, bracket, slopeAt, steps - 1)
}

/**
 * The temperature by which a classifier's logits are divided so that its probabilities fit rows it was not trained on: the
 * one of least log loss, from 0.01 to 100. Above 1 the classifier was too sure, below 1 not sure enough. It changes no
 * decision. Fit it on dev rows, keep it with the model, and judge on others.
 *
 * The loss is convex in the inverse of the temperature; its first and second derivative come from the library. Where every
 * row is right it falls without end, and a low temperature comes out, at which it is 0 to rounding.
 *
 * Source: C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger, "On calibration of modern neural networks", ICML 2017.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions, classes and weights do not go together.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions, fitTemperature } from 'puregrad/evaluation'
 * // Said with 0.9 each time, right in two of three: log(0.9 / 0.1) / log(2) fits.
 * const said = classPredictions(tensor([[0.9, 0.1], [0.9, 0.1], [0.9, 0.1]], { dtype: 'float64' }), ['no', 'yes'])
 * fitTemperature(said, tensor([0, 0, 1], { dtype: 'int32' })) // => 3.169925
 * ```
 * @category Calibration
 */
export const fitTemperature = (
  predictions: ClassPredictions,
  y: Tensor,
  options: WeightedRows = {},
): number => {
  checkOptions('fitTemperature', options, { weights: true })
  const { n, classes, labels, weights } = classRows('fitTemperature', predictions, y, options)
  const logits = log(maximum(predictions.probabilities, least))
  const share = tensor(weights.of.map((w) => w / weights.total))
  const chosen = tensor(
    Float64Array.from({ length: n * classes }, (_, cell) => {
      const row = Math.floor(cell / classes)
      return cell % classes === labels[row] ? weights.of[row]! / weights.total : 0
    }),
    { shape: [n, classes] },
  )
  const loss = (inverse: Tensor): Tensor =>
    sub(sum(mul(share, logSumExp(mul(logits, inverse), { axis: 1 }))), sum(mul(chosen, mul(logits, inverse))))
  const slope = grad(loss)
  const curvature = grad(slope)
  const found = rootOf(1, inverses, (inverse) => {
    const at = tensor(inverse, { dtype: 'float64' })
    return { slope: item(slope(at)), curvature: item(curvature(at)) }
  })
  return 1 / found
}

/**
 * Predictions with their logits divided by a temperature: softmax(log p / T).
 *
 * @throws ArgumentError unless the temperature is positive.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { classPredictions, withTemperature } from 'puregrad/evaluation'
 * const said = classPredictions(tensor([[0.8, 0.2]], { dtype: 'float64' }), ['no', 'yes'])
 * toArray(withTemperature(said, 2).probabilities) // => [[0.66666667, 0.33333333]]
 * ```
 * @category Calibration
 */
export const withTemperature = (predictions: ClassPredictions, temperature: number): ClassPredictions => {
  checkSetting('withTemperature', 'temperature', temperature, positive)
  return {
    ...predictions,
    probabilities: softmax(div(log(maximum(predictions.probabilities, least)), temperature), { axis: -1 }),
  }
}
