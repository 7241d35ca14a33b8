import * as fc from 'fast-check'
import { key as keyOf, tensor, type Key } from '../core/numeric/index.ts'
import type { DType } from '../core/tensor/dtype.ts'
import { sizeOf } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Dyadic numbers i/64: exact in every float, shrinking to readable values, and hitting kinks now and then. (Of plain
 * doubles on [−5, 5] nine in ten are below 1e-6 in size, so that hardly any rule is exercised.)
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { dyadic } from 'puregrad/testing'
 * fc.sample(dyadic({ min: 0, max: 1 }), 20).every((x) => Number.isInteger(x * 64)) // => true
 * ```
 * @category Arbitraries
 */
export const dyadic = ({
  min = -4,
  max = 4,
}: { readonly min?: number; readonly max?: number } = {}): fc.Arbitrary<number> =>
  fc.integer({ min: Math.ceil(min * 64), max: Math.floor(max * 64) }).map((i) => i / 64)

/**
 * Shapes of small tensors; a dimension of 0 only when asked for.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { shapes } from 'puregrad/testing'
 * fc.sample(shapes({ maxRank: 2, maxDimension: 3 }), 20).every((shape) => shape.length <= 2) // => true
 * ```
 * @category Arbitraries
 */
export const shapes = ({
  maxRank = 3,
  maxDimension = 4,
  minDimension = 1,
}: {
  readonly maxRank?: number
  readonly maxDimension?: number
  readonly minDimension?: number
} = {}): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.integer({ min: minDimension, max: maxDimension }), { maxLength: maxRank })

/**
 * The dtype and range of random tensors.
 *
 * @category Arbitraries
 */
export interface TensorOptions {
  /** `float64` unless told otherwise: gradient checks need it. */
  readonly dtype?: DType
  readonly min?: number
  readonly max?: number
}

/**
 * Tensors of a shape with dyadic (or integer, or boolean) elements.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { tensorsOf } from 'puregrad/testing'
 * fc.sample(tensorsOf([2, 3]), 1).map(({ shape }) => shape) // => [[2, 3]]
 * ```
 * @category Arbitraries
 */
export const tensorsOf = (
  shape: readonly number[],
  { dtype = 'float64', min = -4, max = 4 }: TensorOptions = {},
): fc.Arbitrary<Tensor> => {
  const element =
    dtype === 'bool'
      ? fc.integer({ min: 0, max: 1 })
      : dtype === 'int32'
        ? fc.integer({ min: Math.ceil(min), max: Math.floor(max) })
        : dtype === 'uint32'
          ? fc.integer({ min: Math.max(0, Math.ceil(min)), max: Math.floor(max) })
          : dyadic({ min, max })
  const size = sizeOf(shape)
  return fc
    .array(element, { minLength: size, maxLength: size })
    .map((elements) => tensor(Float64Array.from(elements), { shape, dtype }))
}

/**
 * Tensors of any small shape.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { tensors } from 'puregrad/testing'
 * fc.sample(tensors({ maxRank: 2, dtype: 'float32' }), 20).every(({ rank }) => rank <= 2) // => true
 * ```
 * @category Arbitraries
 */
export const tensors = (options: TensorOptions & Parameters<typeof shapes>[0] = {}): fc.Arbitrary<Tensor> =>
  shapes(options).chain((shape) => tensorsOf(shape, options))

/**
 * Nested records and arrays of tensors.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { leavesOf } from 'puregrad'
 * import { trees } from 'puregrad/testing'
 * fc.sample(trees(), 20).every((tree) => leavesOf(tree as never).every(({ size }) => size > 0)) // => true
 * ```
 * @category Arbitraries
 */
export const trees = (options: TensorOptions = {}): fc.Arbitrary<unknown> =>
  fc.letrec<{ readonly tree: unknown; readonly leaf: Tensor }>((tie) => ({
    leaf: tensors({ maxRank: 2, maxDimension: 3, ...options }),
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      tie('leaf'),
      fc.dictionary(fc.constantFrom('weight', 'bias', 'hidden', 'a b'), tie('tree'), {
        minKeys: 1,
        maxKeys: 3,
        noNullPrototype: true,
      }),
      fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    ),
  })).tree

/**
 * Random keys.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { keys } from 'puregrad/testing'
 * fc.sample(keys(), 1).map(({ shape }) => shape) // => [[2]]
 * ```
 * @category Arbitraries
 */
export const keys = (): fc.Arbitrary<Key> => fc.nat().map((seed) => keyOf(seed))
