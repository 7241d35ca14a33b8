import { cast, mean, mul, reshape } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Targets } from '../data/dataset.ts'
import { softmaxCrossEntropy } from '../nn/classification-losses.ts'
import { meanSquaredError } from '../nn/regression-losses.ts'

/** Targets as the outputs of a network lie: classes `[n]`, numbers `[n, columns]`. */
export const targetRows = (y: Tensor, { kind, names }: Targets): Tensor =>
  kind === 'classes' ? y : reshape(y, [y.shape[0] ?? 0, names.length])

/** The loss of each row, `[n]`: cross-entropy of classes, mean of squared errors of numbers. */
export const rowLosses = ({ kind }: Targets, outputs: Tensor, y: Tensor, labelSmoothing = 0): Tensor =>
  kind === 'classes'
    ? softmaxCrossEntropy(outputs, y, { reduction: 'none', labelSmoothing })
    : mean(meanSquaredError(outputs, y, { reduction: 'none' }), { axis: 1 })

/** The mean loss of rows, each as often as its weight says; the weights have mean 1 over the training part. */
export const meanLoss = (
  targets: Targets,
  outputs: Tensor,
  y: Tensor,
  {
    weights,
    labelSmoothing,
  }: { readonly weights?: Tensor | undefined; readonly labelSmoothing?: number | undefined },
): Tensor => {
  const losses = rowLosses(targets, outputs, y, labelSmoothing)
  return mean(weights === undefined ? losses : mul(losses, cast(weights, losses.dtype)))
}
