import { mean, sum } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'

export interface LossOptions {
  /** How the losses of the rows are combined; the mean unless told otherwise. */
  readonly reduction?: 'mean' | 'sum' | 'none'
}

/** The losses of rows (or elements) combined. */
export const reduced = (losses: Tensor, { reduction = 'mean' }: LossOptions): Tensor =>
  reduction === 'none' ? losses : reduction === 'sum' ? sum(losses) : mean(losses)
