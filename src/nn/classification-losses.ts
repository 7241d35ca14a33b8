import {
  abs,
  add,
  argmax,
  cast,
  equal,
  exp,
  expandDims,
  greater,
  log1p,
  logicalAnd,
  logSoftmax,
  max,
  maximum,
  mean,
  mul,
  neg,
  oneHot,
  squeeze,
  sub,
  sum,
  takeAlongAxis,
  where,
} from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkLossOptions, reduced, type LossOptions } from './reduction.ts'

/**
 * How cross-entropies treat labels and combine rows.
 *
 * @category Losses
 */
export interface CrossEntropyOptions extends LossOptions {
  /** The share of the target spread evenly over all classes, in [0, 1). */
  readonly labelSmoothing?: number
}

const smoothingOf = (where: string, options: CrossEntropyOptions): number => {
  checkLossOptions(where, options, { reduction: true, weights: true, labelSmoothing: true })
  const { labelSmoothing = 0 } = options
  checkSetting(where, 'labelSmoothing', labelSmoothing, fraction)
  return labelSmoothing
}

/**
 * −log softmax(logits) at the label: logits `[rows, classes]`, integer labels `[rows]`. Never overflows.
 *
 * @throws ShapeError where rows differ; ArgumentError for a label outside the classes.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { softmaxCrossEntropy } from 'puregrad/nn'
 * const labels = tensor([0], { dtype: 'int32' })
 * item(softmaxCrossEntropy(tensor([[0, 0]]), labels)) // => 0.6931472
 * ```
 * @category Losses
 */
export const softmaxCrossEntropy = (
  logits: Tensor,
  labels: Tensor,
  options: CrossEntropyOptions = {},
): Tensor => {
  const labelSmoothing = smoothingOf('softmaxCrossEntropy', options)
  requireLabels('softmaxCrossEntropy', logits, labels)
  const logs = logSoftmax(logits)
  const picked = neg(atLabels('softmaxCrossEntropy', logs, labels))
  const losses =
    labelSmoothing === 0
      ? picked
      : add(mul(picked, 1 - labelSmoothing), mul(neg(mean(logs, { axis: -1 })), labelSmoothing))
  return reduced(losses, options)
}

/**
 * −Σ target · log softmax(logits): logits and target probabilities `[rows, classes]`. Label smoothing is that of
 * C. Szegedy et al., CVPR 2016. A logit of −∞ rules its class out: it costs nothing where the target is 0, and ∞
 * elsewhere.
 *
 * @throws ShapeError where the shapes differ.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { softmaxCrossEntropyFromProbabilities } from 'puregrad/nn'
 * item(softmaxCrossEntropyFromProbabilities(tensor([[0, 0]]), tensor([[0.5, 0.5]]))) // => 0.6931472
 * ```
 * @category Losses
 */
export const softmaxCrossEntropyFromProbabilities = (
  logits: Tensor,
  targets: Tensor,
  options: CrossEntropyOptions = {},
): Tensor => {
  const labelSmoothing = smoothingOf('softmaxCrossEntropyFromProbabilities', options)
  requireSameShape('softmaxCrossEntropyFromProbabilities', logits, targets)
  const classes = logits.shape[logits.rank - 1] ?? 1
  const smooth =
    labelSmoothing === 0 ? targets : add(mul(targets, 1 - labelSmoothing), labelSmoothing / classes)
  const logs = logSoftmax(logits)
  // A class that has no share does not count, also where its logit is −∞.
  const none = logicalAnd(equal(smooth, 0), equal(logs, -Infinity))
  return reduced(neg(sum(where(none, 0, mul(smooth, logs)), { axis: -1 })), options)
}

/**
 * −t log σ(z) − (1 − t) log(1 − σ(z)) of each element, from logits z and targets t in [0, 1]. Never overflows.
 *
 * @throws ShapeError where the shapes differ.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { sigmoidBinaryCrossEntropy } from 'puregrad/nn'
 * item(sigmoidBinaryCrossEntropy(tensor([1000]), tensor([0]))) // => 1000
 * ```
 * @category Losses
 */
export const sigmoidBinaryCrossEntropy = (
  logits: Tensor,
  targets: Tensor,
  options: LossOptions = {},
): Tensor => {
  checkLossOptions('sigmoidBinaryCrossEntropy', options, { reduction: true, weights: true })
  requireSameShape('sigmoidBinaryCrossEntropy', logits, targets)
  // log(1 + e^z) − tz with the part of log(1 + e^z) that is linear taken out before subtracting: nothing cancels.
  const positive = greater(logits, 0)
  const slope = where(positive, sub(1, targets), neg(targets))
  // A certain and right prediction costs nothing, also at ±∞.
  const certain = logicalAnd(equal(slope, 0), equal(abs(logits), Infinity))
  const linear = where(certain, 0, mul(logits, slope))
  return reduced(add(linear, log1p(exp(where(positive, neg(logits), logits)))), options)
}

/**
 * max(0, 1 − t·y) of each element, for targets t of −1 or 1.
 *
 * @throws ShapeError where the shapes differ.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { hinge } from 'puregrad/nn'
 * item(hinge(tensor([0.5]), tensor([-1]))) // => 1.5
 * ```
 * @category Losses
 */
export const hinge = (predictions: Tensor, targets: Tensor, options: LossOptions = {}): Tensor => {
  checkLossOptions('hinge', options, { reduction: true, weights: true })
  requireSameShape('hinge', predictions, targets)
  return reduced(maximum(sub(1, mul(predictions, targets)), 0), options)
}

/**
 * max over classes j ≠ label of max(0, 1 + zⱼ − z_label): logits `[rows, classes]`, integer labels `[rows]`.
 *
 * Source: K. Crammer, Y. Singer, JMLR 2 (2001).
 *
 * @throws ShapeError where rows differ; ArgumentError for a label outside the classes.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { multiClassHinge } from 'puregrad/nn'
 * const labels = tensor([0], { dtype: 'int32' })
 * item(multiClassHinge(tensor([[2, 1.5, -3]]), labels)) // => 0.5
 * ```
 * @category Losses
 */
export const multiClassHinge = (logits: Tensor, labels: Tensor, options: LossOptions = {}): Tensor => {
  checkLossOptions('multiClassHinge', options, { reduction: true, weights: true })
  requireLabels('multiClassHinge', logits, labels)
  const classes = logits.shape[logits.rank - 1] ?? 1
  const atLabel = equal(oneHot(labels, classes, { dtype: 'int32' }), 1)
  // Differences first: far from 0 a margin of 1 would vanish in the logits. The label itself counts as 0.
  const margins = add(sub(logits, expandDims(atLabels('multiClassHinge', logits, labels), { axis: -1 })), 1)
  return reduced(max(where(atLabel, 0, margins), { axis: -1 }), options)
}

/**
 * The share of rows whose largest logit is at the label: logits `[rows, classes]`, integer labels `[rows]`.
 *
 * @throws ShapeError where rows differ.
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { accuracy } from 'puregrad/nn'
 * item(accuracy(tensor([[1, 2], [4, 3]]), tensor([1, 1], { dtype: 'int32' }))) // => 0.5
 * ```
 * @category Losses
 */
export const accuracy = (logits: Tensor, labels: Tensor): Tensor => {
  requireLabels('accuracy', logits, labels)
  return mean(cast(equal(argmax(logits, { axis: -1 }), cast(labels, 'int32')), 'float32'))
}

const requireLabels = (where: string, logits: Tensor, labels: Tensor): void => {
  if (logits.rank < 1 || !sameShape(logits.shape.slice(0, -1), labels.shape))
    throw new ShapeError(
      `${where}: logits ${showShape(logits.shape)} need labels ` +
        `${showShape(logits.shape.slice(0, -1))}, got ${showShape(labels.shape)}`,
    )
}

/** The entry of each row at its label. */
const atLabels = (where: string, rows: Tensor, labels: Tensor): Tensor => {
  if (labels.dtype !== 'int32' && labels.dtype !== 'uint32')
    throw new DTypeError(
      `${where}: expected labels that number the classes, int32 or uint32, got ${labels.dtype}; ` +
        "make them with tensor(numbers, { dtype: 'int32' }) or cast(labels, 'int32')",
    )
  return squeeze(takeAlongAxis(rows, expandDims(labels, { axis: -1 }), { axis: -1 }), { axis: -1 })
}

/** Throws unless predictions and targets have one shape: broadcasting here is nearly always a mistake. */
export const requireSameShape = (where: string, predictions: Tensor, targets: Tensor): void => {
  if (!sameShape(predictions.shape, targets.shape))
    throw new ShapeError(
      `${where}: predictions ${showShape(predictions.shape)} and targets ${showShape(targets.shape)} differ`,
    )
}
