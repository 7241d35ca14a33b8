import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'

/**
 * Why a minimization ended: the gradient is small enough, the budget of iterations is spent, or no step along the
 * direction lowers the function any more (rounding, or a function that is not smooth or not bounded below).
 *
 * @category Optimizers
 */
export type MinimizationStop = 'converged' | 'budget' | 'line-search'

/**
 * Where a minimization has come to.
 *
 * @category Optimizers
 */
export interface Minimization<P> {
  readonly params: P
  readonly value: number
  readonly gradientNorm: number
  readonly iterations: number
  /** How often value and gradient were computed. */
  readonly evaluations: number
  readonly why: MinimizationStop
}

/**
 * When {@link minimizeNewton} and {@link minimizeConjugateGradient} end.
 *
 * @category Optimizers
 */
export interface MinimizeOptions {
  readonly iterations?: number
  /** The gradient's norm at which the search ends; 1e-8 unless told otherwise. */
  readonly tolerance?: number
}

/** @throws ArgumentError for another option or one outside its range; `also` names options of the function's own. */
export const settledMinimizing = (
  where: string,
  options: MinimizeOptions,
  iterationsUnlessTold: number,
  also: Readonly<Record<string, true>> = {},
): Required<MinimizeOptions> => {
  checkOptions<object>(where, options, { iterations: true, tolerance: true, ...also })
  const { iterations = iterationsUnlessTold, tolerance = 1e-8 } = options
  checkSetting(where, 'iterations', iterations, count)
  checkSetting(where, 'tolerance', tolerance, notNegative)
  return { iterations, tolerance }
}

/** The point an iteration begins from. */
export interface Iterate {
  readonly value: number
  readonly gradientNorm: number
}

/** Where a step led, or nowhere, and how often value and gradient were computed for it. */
export interface Stepped<S> {
  readonly found: S | undefined
  readonly evaluations: number
}

/**
 * Steps from a start until it has converged, the budget is spent, or no step is found. What is remembered from step to step
 * belongs to the iterate.
 *
 * @throws ArgumentError where the start has no finite value.
 */
export const minimized = <P, S extends Iterate>(
  where: string,
  start: S,
  { iterations, tolerance }: Required<MinimizeOptions>,
  paramsOf: (iterate: S) => P,
  step: (iterate: S) => Stepped<S>,
): Minimization<P> => {
  if (!Number.isFinite(start.value))
    throw new ArgumentError(`${where}: the function is ${start.value} at the start`)
  /* eslint-disable functional/no-let, functional/no-loop-statements -- hundreds of iterations, each on the last one's result */
  let iterate = start
  let evaluations = 1
  for (let iteration = 0; ; iteration++) {
    const { value, gradientNorm } = iterate
    const end = (why: MinimizationStop): Minimization<P> => ({
      params: paramsOf(iterate),
      value,
      gradientNorm,
      iterations: iteration,
      evaluations,
      why,
    })
    if (gradientNorm <= tolerance) return end('converged')
    if (iteration === iterations) return end('budget')
    const stepped = step(iterate)
    evaluations += stepped.evaluations
    if (stepped.found === undefined) return end('line-search')
    iterate = stepped.found
  }
  /* eslint-enable functional/no-let, functional/no-loop-statements */
}
