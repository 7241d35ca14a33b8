import { mean, sum } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * How a loss combines the rows of a batch.
 *
 * @category Losses
 */
export interface LossOptions {
  /** How the losses of the rows are combined; the mean unless told otherwise. */
  readonly reduction?: 'mean' | 'sum' | 'none'
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

/** The losses of rows (or elements) combined. */
export const reduced = (losses: Tensor, { reduction = 'mean' }: LossOptions): Tensor =>
  reduction === 'none' ? losses : reduction === 'sum' ? sum(losses) : mean(losses)
