import { cast, div, equal, mean, mul, reshape, sum, where } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * How a loss combines the rows of a batch.
 *
 * @category Losses
 */
export interface LossOptions {
  /** How the losses of the rows are combined; the mean unless told otherwise. */
  readonly reduction?: 'mean' | 'sum' | 'none'
  /**
   * How much each row counts, floating `[rows]`: the mean is Σ weight · loss / Σ weight (0 where all weights are 0), so a
   * whole number counts as so many rows; sum and none multiply.
   */
  readonly weights?: Tensor
}

const reductions = ['mean', 'sum', 'none'] as const

/** @throws ArgumentError for another option of a loss, or another way of combining. */
export const checkLossOptions = <O extends LossOptions>(
  where: string,
  options: O,
  known: Readonly<Record<keyof O, true>>,
): void => {
  checkOptions(where, options, known)
  if (options.reduction !== undefined) checkChoice(where, 'reduction', options.reduction, reductions)
}

/** Weights of rows, one for all elements of its row. */
const alongRows = (losses: Tensor, weights: Tensor): Tensor => {
  const [rows] = losses.shape
  if (rows === undefined || weights.rank !== 1 || weights.shape[0] !== rows)
    throw new ShapeError(
      `losses ${showShape(losses.shape)} need weights ${rows === undefined ? 'of rows' : `[${rows}]`}, got ${showShape(weights.shape)}`,
    )
  return reshape(cast(weights, losses.dtype), [rows, ...losses.shape.slice(1).map(() => 1)])
}

/** The losses of rows (or elements) combined. */
export const reduced = (losses: Tensor, { reduction = 'mean', weights }: LossOptions): Tensor => {
  if (weights === undefined)
    return reduction === 'none' ? losses : reduction === 'sum' ? sum(losses) : mean(losses)
  const each = alongRows(losses, weights)
  const weighted = mul(losses, each)
  if (reduction !== 'mean') return reduction === 'none' ? weighted : sum(weighted)
  const total = mul(sum(each), losses.size / (losses.shape[0] ?? 1))
  return div(sum(weighted), where(equal(total, 0), 1, total))
}
