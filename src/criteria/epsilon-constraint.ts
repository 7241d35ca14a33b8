import { item } from '../core/autodiff/read.ts'
import { add, cast, div, maximum, mul, square, sub, tensor } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { namesOf, type Objectives } from './objectives.ts'

/**
 * The prices of the bounds as a value of tensors, so that a compiled loss takes new ones without compiling again.
 *
 * @category Scalarization
 */
export interface ConstraintState {
  /** λⱼ ≥ 0 for each bounded objective: in a minimum, how much the kept one would fall if the bound were one higher. */
  readonly multipliers: Readonly<Record<string, Tensor>>
  /** ρ, how steeply a violation is punished. */
  readonly penalty: Tensor
  /** By how much a bound or its price was off at the update before; infinite before the first. */
  readonly worst: Tensor
}

/**
 * An objective under bounds on the others.
 *
 * @category Scalarization
 */
export interface EpsilonConstraint<P> {
  readonly init: ConstraintState
  /** The augmented Lagrangian, to be minimized with the state fixed. */
  readonly loss: (params: P, state: ConstraintState) => Tensor
  /** How far each bounded objective is above its bound; 0 where the bound is kept. */
  readonly violations: (params: P) => Readonly<Record<string, number>>
  /** New prices at the end of such a minimization. */
  readonly update: (params: P, state: ConstraintState) => ConstraintState
}

const scalar = (x: number): Tensor => tensor(x, { dtype: 'float64' })

/**
 * Minimizes one objective while the others stay at or below bounds ε: every point of the front is the solution for
 * suitable bounds, also where the front is not convex. Minimize `loss`, `update` the prices, and repeat from there
 * until the violations are small: λ ← max(0, λ + ρ(f − ε)), and ρ grows tenfold where the largest violation did not
 * fall to a quarter.
 *
 * Source: Y. Haimes, L. Lasdon, D. Wismer, "On a bicriterion formulation of the problems of integrated system
 * identification and system optimization", 1971; R. T. Rockafellar, "The multiplier method of Hestenes and Powell
 * applied to convex programming", 1973.
 *
 * @param keep the objective that is minimized.
 * @param bounds for any of the others, the value it may not exceed.
 * @throws ArgumentError unless `keep` and the bounded ones are different objectives, the bounds finite and at least
 * one, and the first penalty finite and positive.
 * @example
 * ```ts
 * import { grad, item, mul, square, sub, tensor, type Tensor } from 'puregrad'
 * import { epsilonConstraint } from 'puregrad/criteria'
 * const objectives = { near0: (x: Tensor) => square(x), near4: (x: Tensor) => square(sub(x, 4)) }
 * const { init, loss, update, violations } = epsilonConstraint('near0', { near4: 1 })(objectives)
 * const step = (state: typeof init) => (x: Tensor) => sub(x, mul(grad(loss)(x, state), 0.02))
 * const rounds = Array.from({ length: 12 }).reduce<{ x: Tensor; state: typeof init }>(
 *   ({ x, state }) => {
 *     const at = Array.from({ length: 200 }).reduce(step(state), x)
 *     return { x: at, state: update(at, state) }
 *   },
 *   { x: tensor(4, { dtype: 'float64' }), state: init },
 * )
 * Math.round(item(rounds.x) * 1e3) / 1e3 // => 3
 * violations(tensor(2)) // => { near4: 3 }
 * ```
 * @category Scalarization
 */
export const epsilonConstraint =
  <K extends string>(
    keep: NoInfer<K>,
    bounds: Readonly<Partial<Record<K, number>>>,
    options: { readonly penalty?: number } = {},
  ) =>
  <P>(objectives: Objectives<P, K>): EpsilonConstraint<P> => {
    const where = 'epsilonConstraint'
    checkOptions(where, options, { penalty: true })
    const { penalty = 1 } = options
    const bounded = namesOf(bounds as Readonly<Record<K, number>>).map((name) => ({
      name,
      bound: bounds[name] ?? NaN,
    }))
    if (!Object.hasOwn(objectives, keep))
      throw new ArgumentError(
        `${where}: ${keep} is kept, but the objectives are ${namesOf(objectives).join(', ')}`,
      )
    if (bounded.length === 0) throw new ArgumentError(`${where}: expected at least one bound, got none`)
    bounded.forEach(({ name, bound }) => {
      if (name === keep || !Object.hasOwn(objectives, name))
        throw new ArgumentError(
          `${where}: a bound is for an objective other than ${keep} among ${namesOf(objectives).join(', ')}, got one for ${name}`,
        )
      if (!Number.isFinite(bound))
        throw new ArgumentError(`${where}: a bound is finite, got ${bound} for ${name}`)
    })
    checkSetting(where, 'penalty', penalty, positive)
    const excess = (params: P): Readonly<Record<string, number>> =>
      Object.fromEntries(bounded.map(({ name, bound }) => [name, item(objectives[name](params)) - bound]))
    return {
      init: {
        multipliers: Object.fromEntries(bounded.map(({ name }) => [name, scalar(0)])),
        penalty: scalar(penalty),
        worst: scalar(Infinity),
      },
      loss: (params, state) =>
        bounded.reduce<Tensor>((total, { name, bound }) => {
          const f = objectives[name](params)
          const lambda = cast(state.multipliers[name] as Tensor, f.dtype)
          const rho = cast(state.penalty, f.dtype)
          const price = maximum(add(lambda, mul(rho, sub(f, bound))), 0)
          return add(total, div(sub(square(price), square(lambda)), mul(2, rho)))
        }, objectives[keep](params)),
      violations: (params) =>
        Object.fromEntries(Object.entries(excess(params)).map(([name, by]) => [name, Math.max(0, by)])),
      update: (params, state) => {
        const over = excess(params)
        const rho = item(state.penalty)
        const prices = Object.entries(over).map(([name, by]) => {
          const before = item(state.multipliers[name] as Tensor)
          return { name, before, after: Math.max(0, before + rho * by) }
        })
        // A bound that is kept, but has a price, is as far off as that price falls.
        const worst = Math.max(...prices.map(({ before, after }) => Math.abs(after - before) / rho))
        return {
          multipliers: Object.fromEntries(prices.map(({ name, after }) => [name, scalar(after)])),
          penalty: scalar(worst > item(state.worst) / 4 ? 10 * rho : rho),
          worst: scalar(worst),
        }
      },
    }
  }
