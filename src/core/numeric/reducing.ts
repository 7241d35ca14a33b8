import { operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { checkSetting } from '../tensor/check-setting.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { normalizeAxes, showShape, sizeOf, withUnitAxes } from '../tensor/shape.ts'
import type { ReducedShape, Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { tensorOf } from './operand.ts'

/**
 * Which axes to reduce.
 *
 * @category Reductions
 */
export interface ReduceOptions<A extends number | readonly number[] | undefined, K extends boolean> {
  /** One axis or several, counted from the back when negative; all unless told otherwise. */
  readonly axis?: A
  /** Keep the reduced axes with size 1. */
  readonly keepDims?: K
}

/**
 * A function that reduces axes; the result's shape is known to the type checker.
 *
 * @category Reductions
 */
export type Reduction = <
  S extends Shape,
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S>,
  options?: ReduceOptions<A, K>,
) => Tensor<ReducedShape<S, A, K>>

export type Axes = number | readonly number[] | undefined

export const reduceOptions = { axis: true, keepDims: true } as const

/** A function that reduces the axes it is given, normalized. */
export const reduction = (where: string, f: (x: AnyValue, axes: readonly number[]) => Tensor): Reduction =>
  ((x: Tensor, options: ReduceOptions<Axes, boolean> = {}) => {
    checkOptions(where, options, reduceOptions)
    const { axis, keepDims = false } = options
    const value = tensorOf(x, where)
    const axes = normalizeAxes(axis, value.rank, where)
    const reduced = f(value, axes)
    return keepDims ? o.reshape(asValue(reduced), withUnitAxes(value.shape, axes)) : reduced
  }) as Reduction

/** How many elements there are along axes. @throws ArgumentError for none. */
export const countOf = (x: AnyValue, axes: readonly number[], where: string): number => {
  const count = sizeOf(axes.map((axis) => x.shape[axis] ?? 1))
  if (count === 0) throw new ArgumentError(`${where}: no elements along these axes of ${showShape(x.shape)}`)
  return count
}

/**
 * Which axes to reduce, and by what a sum of squares is divided.
 *
 * @category Reductions
 */
export interface VarianceOptions<
  A extends number | readonly number[] | undefined,
  K extends boolean,
> extends ReduceOptions<A, K> {
  /** What is taken off the number of elements before it divides: 0 unless told otherwise, 1 for an estimate without bias. */
  readonly ddof?: number
}

/**
 * A measure of spread that reduces axes; the result's shape is known to the type checker.
 *
 * @category Reductions
 */
export type SpreadReduction = <
  S extends Shape,
  const A extends number | readonly number[] | undefined = undefined,
  const K extends boolean = false,
>(
  x: Tensor<S>,
  options?: VarianceOptions<A, K>,
) => Tensor<ReducedShape<S, A, K>>

/** A reduction that is given what divides as well. */
export const spreadReduction = (
  where: string,
  f: (x: AnyValue, axes: readonly number[], divisor: number) => Tensor,
): SpreadReduction =>
  ((x: Tensor, options: VarianceOptions<Axes, boolean> = {}) => {
    checkOptions(where, options, { ...reduceOptions, ddof: true })
    const { ddof = 0, ...others } = options
    checkSetting(where, 'ddof', ddof, { min: 0 })
    return reduction(where, (value, axes) => {
      const count = countOf(value, axes, where)
      if (count <= ddof)
        throw new ArgumentError(
          `${where}: ${String(count)} elements along these axes of ${showShape(value.shape)} are too few for ddof ${String(ddof)}`,
        )
      return f(value, axes, count - ddof)
    })(x, others)
  }) as SpreadReduction
