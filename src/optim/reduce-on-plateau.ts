import {
  abs,
  add,
  cast,
  div,
  equal,
  greaterEqual,
  less,
  logicalAnd,
  maximum,
  minimum,
  mul,
  sub,
  tensor,
  where,
} from '../numeric/index.ts'
import { ArgumentError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { mapTree } from '../tensor/tree.ts'
import type { Gradient, Transformation } from './transformation.ts'

/** The least mean loss seen, periods since then, the factor so far, and the loss gathered in the running period. */
export interface PlateauState {
  readonly best: Tensor
  readonly since: Tensor
  readonly scale: Tensor
  readonly total: Tensor
  readonly gathered: Tensor
}

export interface PlateauOptions {
  /** What the scale is multiplied by; 0.1 unless told otherwise. */
  readonly factor?: number
  /** How many periods without a better loss are waited for; 10 unless told otherwise. */
  readonly patience?: number
  /** How many steps make a period, over which losses are averaged; 1 unless told otherwise, an epoch as a rule. */
  readonly every?: number
  /** By what share of the best a loss has to be lower to count; 1e-4 unless told otherwise. */
  readonly threshold?: number
  /** The scale goes no lower; 0 unless told otherwise. */
  readonly minimum?: number
}

/**
 * Multiplies directions by a scale that falls when the loss has not fallen for `patience` periods.
 *
 * @throws ArgumentError unless 0 < factor < 1 and `patience` and `every` are positive integers.
 * @example
 * ```ts
 * import { chain, reduceOnPlateau, scaleByAdam, descend } from 'puregrad/optim'
 * chain(chain(scaleByAdam(), reduceOnPlateau({ every: 100 })), descend(0.001)).name // => 'scaleByAdam → reduceOnPlateau → descend'
 * ```
 */
export const reduceOnPlateau = <P>({
  factor = 0.1,
  patience = 10,
  every = 1,
  threshold = 1e-4,
  minimum: floor = 0,
}: PlateauOptions = {}): Transformation<P, Gradient<P>, Gradient<P>, PlateauState> => {
  const count = (n: number): boolean => Number.isInteger(n) && n >= 1
  if (!(factor > 0 && factor < 1) || !count(patience) || !count(every))
    throw new ArgumentError(
      `reduceOnPlateau: expected a factor between 0 and 1, a patience and a period from 1, got ${factor}, ${patience} and ${every}`,
    )
  const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })
  return {
    name: 'reduceOnPlateau',
    hyperParameters: { factor, patience, every, threshold, minimum: floor },
    init: () => ({
      best: scalar(Infinity),
      since: scalar(0),
      scale: scalar(1),
      total: scalar(0),
      gathered: scalar(0),
    }),
    update: (gradient, state, { value }) => {
      const total = add(state.total, typeof value === 'number' ? scalar(value) : cast(value, 'float64'))
      const gathered = add(state.gathered, 1)
      const due = equal(gathered, every)
      const mean = div(total, every)
      // Infinity − Infinity is no bar.
      const bar = where(
        less(state.best, Infinity),
        sub(state.best, mul(threshold, abs(state.best))),
        Infinity,
      )
      const better = less(mean, bar)
      const waited = where(better, 0, add(state.since, 1))
      const spent = greaterEqual(waited, patience)
      const lower = logicalAnd(due, spent)
      const scale = where(lower, maximum(mul(state.scale, factor), floor), state.scale)
      return [
        mapTree(gradient, (leaf) => mul(leaf, cast(scale, leaf.dtype))),
        {
          best: where(due, minimum(mean, state.best), state.best),
          since: where(due, where(spent, 0, waited), state.since),
          scale,
          total: where(due, 0, total),
          gathered: where(due, 0, gathered),
        },
      ]
    },
  }
}
