import {
  add,
  cast,
  div,
  equal,
  greater,
  greaterEqual,
  logicalAnd,
  maximum,
  mul,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, countOrNone, notNegative } from '../core/tensor/setting-ranges.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { directions, improves, type Direction } from './improvement.ts'
import type { Gradient, Transformation } from './transformation.ts'

/**
 * The mean loss of the last period that counted as an improvement, periods since then, periods left in which none is
 * counted, the factor so far, and the loss gathered in the running period.
 *
 * @category Learning rates
 */
export interface PlateauState {
  readonly best: Tensor
  readonly since: Tensor
  readonly cooling: Tensor
  readonly scale: Tensor
  readonly total: Tensor
  readonly gathered: Tensor
}

/**
 * What {@link reduceOnPlateau} waits for, and by how much it reduces.
 *
 * @category Learning rates
 */
export interface PlateauOptions {
  /** What the scale is multiplied by; 0.1 unless told otherwise. */
  readonly factor?: number
  /** How many periods without an improvement are waited for; 10 unless told otherwise. */
  readonly patience?: number
  /** How many steps make a period, over which losses are averaged; 1 unless told otherwise, an epoch as a rule. */
  readonly every?: number
  /** By how much a loss has to be better than the last improvement to be one; 1e-4 unless told otherwise. */
  readonly threshold?: number
  /** Whether the threshold is a share of the last improvement's size (unless told otherwise) or a difference. */
  readonly thresholdMode?: 'relative' | 'absolute'
  /** Whether small (unless told otherwise) or large values are good. */
  readonly mode?: Direction
  /** How many periods after the scale has fallen are not counted; 0 unless told otherwise. */
  readonly cooldown?: number
  /** The scale goes no lower: the lowest rate is so many times the rate. 0 unless told otherwise. */
  readonly minimum?: number
}

const known = {
  factor: true,
  patience: true,
  every: true,
  threshold: true,
  thresholdMode: true,
  mode: true,
  cooldown: true,
  minimum: true,
} as const

const settled = (options: PlateauOptions): Required<PlateauOptions> => {
  const where = 'reduceOnPlateau'
  checkOptions(where, options, known)
  const {
    factor = 0.1,
    patience = 10,
    every = 1,
    threshold = 1e-4,
    thresholdMode = 'relative',
    mode = 'min',
    cooldown = 0,
    minimum = 0,
  } = options
  checkSetting(where, 'factor', factor, { above: 0, below: 1 })
  checkSetting(where, 'patience', patience, count)
  checkSetting(where, 'every', every, count)
  checkSetting(where, 'threshold', threshold, notNegative)
  checkChoice(where, 'thresholdMode', thresholdMode, ['relative', 'absolute'])
  checkChoice(where, 'mode', mode, directions)
  checkSetting(where, 'cooldown', cooldown, countOrNone)
  checkSetting(where, 'minimum', minimum, { min: 0, max: 1 })
  return { factor, patience, every, threshold, thresholdMode, mode, cooldown, minimum }
}

/**
 * Multiplies directions by a scale that falls when the loss has not improved for `patience` periods.
 *
 * A loss is an improvement when it is better than that of the last improvement by more than the threshold, so a steady
 * fall counts however slow each period is. NaN is no improvement, and a period that holds one is a period waited.
 *
 * @throws ArgumentError for another option, and unless 0 < factor < 1, `patience` and `every` are positive integers,
 * `cooldown` is an integer ≥ 0, the threshold is ≥ 0 and 0 ≤ minimum ≤ 1.
 * @example
 * ```ts
 * import { chain, reduceOnPlateau, scaleByAdam, descend } from 'puregrad/optim'
 * chain(scaleByAdam(), reduceOnPlateau({ every: 100 }), descend(0.001)).name // => 'scaleByAdam → reduceOnPlateau → descend'
 * ```
 * @category Learning rates
 */
export const reduceOnPlateau = <P>(
  options: PlateauOptions = {},
): Transformation<P, Gradient<P>, Gradient<P>, PlateauState> => {
  const hyperParameters = settled(options)
  const { factor, patience, every, threshold, thresholdMode, mode, cooldown, minimum } = hyperParameters
  const scalar = (value: number): Tensor => tensor(value, { dtype: 'float64' })
  return {
    name: 'reduceOnPlateau',
    hyperParameters: { ...hyperParameters },
    init: () => ({
      best: scalar(mode === 'min' ? Infinity : -Infinity),
      since: scalar(0),
      cooling: scalar(0),
      scale: scalar(1),
      total: scalar(0),
      gathered: scalar(0),
    }),
    update: (gradient, state, { value }) => {
      const total = add(state.total, isTensor(value) ? cast(value, 'float64') : scalar(value))
      const gathered = add(state.gathered, 1)
      const due = equal(gathered, every)
      const mean = div(total, every)
      const better = improves(mode, mean, state.best, { by: threshold, mode: thresholdMode })
      const cooling = greater(state.cooling, 0)
      const waited = where(better, 0, where(cooling, 0, add(state.since, 1)))
      const spent = greaterEqual(waited, patience)
      const lower = logicalAnd(due, spent)
      const scale = where(lower, maximum(mul(state.scale, factor), minimum), state.scale)
      const left = where(spent, cooldown, maximum(sub(state.cooling, 1), 0))
      return [
        mapTree(gradient, (leaf) => mul(leaf, cast(scale, leaf.dtype))),
        {
          best: where(logicalAnd(due, better), mean, state.best),
          since: where(due, where(spent, 0, waited), state.since),
          cooling: where(due, left, state.cooling),
          scale,
          total: where(due, 0, total),
          gathered: where(due, 0, gathered),
        },
      ]
    },
  }
}
