import { toTypedArray } from '../core/autodiff/read.ts'
import { valuesAndGrads, type ValuesAndGrads } from '../core/autodiff/values-and-grads.ts'
import { add, cast, matmul, reshape, stack, transpose } from '../core/numeric/index.ts'
import type { Gradient } from '../optim/transformation.ts'
import { withFixedNumbers } from '../compile/jit/fixed-numbers.ts'
import { jit, type JitOptions } from '../compile/jit/jit.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf } from '../core/tensor/tree.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { namesOf, type Objectives } from './objectives.ts'
import type { Gramian } from './weighting.ts'

/** The inner products of gradients over whole records of parameters, `[m, m]` in float64. */
export const gramianOf = (gradients: readonly unknown[]): Tensor => {
  const all = gradients.map(leavesOf)
  return (all[0] ?? [])
    .map((_, leaf): Tensor => {
      const rows = stack(
        all.map((leaves) => {
          const part = leaves[leaf] as Tensor
          return cast(reshape(part, [part.size]), 'float64')
        }),
      )
      return matmul(rows, transpose(rows))
    })
    .reduce((total, part) => add(total, part))
}

/** The elements of {@link gramianOf}, symmetric to the bit. */
export const readGramian = (gramian: Tensor): Gramian => {
  const [m = 0] = gramian.shape
  const elements = toTypedArray(gramian)
  return Array.from({ length: m }, (_, i) =>
    Array.from({ length: m }, (__, j) => elements[Math.min(i, j) * m + Math.max(i, j)] ?? NaN),
  )
}

/**
 * Everything of first order about several objectives at one place.
 *
 * @category Weighting of gradients
 */
export interface ObjectiveGradients<P, K extends string> {
  readonly values: Readonly<Record<K, number>>
  /** The rows of the Jacobian: one gradient, of the structure of the parameters, for each objective. */
  readonly gradients: Readonly<Record<K, Gradient<P>>>
  /** Their inner products, in the order of the objectives. */
  readonly gramian: Gramian
}

/**
 * How {@link objectiveGradients} gets at the gradients.
 *
 * @category Weighting of gradients
 */
export interface ObjectiveGradientsOptions {
  /** How to compile; false for objectives that read elements, which cannot be. */
  readonly compile?: JitOptions | false
}

/** Values and gradients of a record of objectives, and the Gramian; compiled unless told otherwise. */
export const firstOrder = <P, K extends string>(
  where: string,
  objectives: Objectives<P, K>,
  options: ObjectiveGradientsOptions,
): ((params: P) => ValuesAndGrads<P, undefined> & { readonly gramian: Tensor }) => {
  checkOptions(where, options, { compile: true })
  const { compile = {} } = options
  const names = namesOf(objectives)
  if (names.length === 0) throw new ArgumentError(`${where}: expected at least one objective, got none`)
  const all = (params: P) => {
    const found = valuesAndGrads(
      (at: P) => [names.map((name) => objectives[name](at)), undefined] as const,
      params,
      where,
    )
    return { ...found, gramian: gramianOf(found.gradients) }
  }
  return compile === false ? all : jit(all, withFixedNumbers(compile))
}

/**
 * Value and gradient of each objective, and the Gramian of the gradients: one evaluation of the objectives and one
 * reverse pass for each, compiled to one program.
 *
 * @throws ArgumentError where there is no objective; ShapeError where one is not a scalar.
 * @example
 * ```ts
 * import { sum, square, tensor, toArray, type Tensor } from 'puregrad'
 * import { objectiveGradients } from 'puregrad/criteria'
 * const at = objectiveGradients({
 *   length: ({ w }: { readonly w: Tensor }) => sum(square(w)),
 *   total: ({ w }: { readonly w: Tensor }) => sum(w),
 * })({ w: tensor([1, -3]) })
 * at.values // => { length: 10, total: -2 }
 * toArray(at.gradients.length.w) // => [2, -6]
 * at.gramian // => [[40, -4], [-4, 2]]
 * ```
 * @category Weighting of gradients
 */
export const objectiveGradients = <P, K extends string>(
  objectives: Objectives<P, K>,
  options: ObjectiveGradientsOptions = {},
): ((params: P) => ObjectiveGradients<P, K>) => {
  const names = namesOf(objectives)
  const at = firstOrder('objectiveGradients', objectives, options)
  return (params) => {
    const { values, gradients, gramian } = at(params)
    return {
      values: named(names, numbersOf(values)),
      gradients: named(names, gradients as readonly Gradient<P>[]),
      gramian: readGramian(gramian),
    }
  }
}

/** A list as a record. */
export const named = <K extends string, A>(
  names: readonly K[],
  values: readonly A[],
): Readonly<Record<K, A>> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]])) as Readonly<Record<K, A>>

export const numbersOf = (scalars: readonly Tensor[]): readonly number[] =>
  scalars.map((scalar) => toTypedArray(scalar)[0] ?? NaN)
