import { describe, expectTypeOf, it } from 'vitest'
import type {
  Broadcastable,
  BroadcastShape,
  Concatenable,
  ConcatenatedShape,
  Dimension,
  ExpandedShape,
  IsUnknownRank,
  Matmulable,
  MatmulShape,
  Permutation,
  ReducedShape,
  Reshapable,
  ReshapedShape,
  Shape,
  SizesOf,
  StackedShape,
  TransposedShape,
} from '../../src/core/tensor/shape-types.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'

declare const add: <A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & Broadcastable<A, B>,
) => Tensor<BroadcastShape<A, B>>

declare const matmul: <A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & Matmulable<A, B>,
) => Tensor<MatmulShape<A, B>>

declare const sum: <
  S extends Shape,
  const Axes extends number | readonly number[] | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: Tensor<S>,
  axes?: Axes,
  keep?: Keep,
) => Tensor<ReducedShape<S, Axes, Keep>>

declare const transpose: <S extends Shape, const P extends readonly number[] | undefined = undefined>(
  x: Tensor<S>,
  permutation?: P & Permutation<S, P>,
) => Tensor<TransposedShape<S, P>>

declare const reshape: <S extends Shape, const T extends readonly number[]>(
  x: Tensor<S>,
  shape: T & Reshapable<S, T>,
) => Tensor<ReshapedShape<S, T>>

declare const concat: <const Shapes extends readonly Shape[], const Axis extends number = 0>(
  parts: { readonly [K in keyof Shapes]: Tensor<Shapes[K]> } & Concatenable<Shapes, Axis>,
  axis?: Axis,
) => Tensor<ConcatenatedShape<Shapes, Axis>>

declare const of: <const S extends Shape>(...shape: S) => Tensor<S>

declare const unknownTensor: Tensor

type Unknowns = readonly [number, number]

describe('shapes', () => {
  it('has sizes at run time, a named dimension being some number', () => {
    expectTypeOf<SizesOf<readonly ['batch', 3, number]>>().toEqualTypeOf<readonly [number, 3, number]>()
  })

  it('is unknown when its rank is, when it is one of several, and above rank 6', () => {
    expectTypeOf<IsUnknownRank<Shape>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnknownRank<readonly number[]>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnknownRank<readonly [...number[], 3]>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnknownRank<readonly [2] | readonly [3]>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnknownRank<never>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnknownRank<readonly [1, 1, 1, 1, 1, 1, 1]>>().toEqualTypeOf<true>()
    expectTypeOf<IsUnknownRank<readonly []>>().toEqualTypeOf<false>()
    expectTypeOf<IsUnknownRank<readonly [number, 'batch']>>().toEqualTypeOf<false>()
    expectTypeOf<IsUnknownRank<readonly [2, 2, 2, 2, 2, 2]>>().toEqualTypeOf<false>()
  })
})

describe('broadcasting', () => {
  it('aligns shapes at the last axis and stretches a literal 1', () => {
    expectTypeOf<BroadcastShape<readonly [2, 3], readonly [3]>>().toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf<BroadcastShape<readonly [3], readonly [2, 3]>>().toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf<BroadcastShape<readonly [2, 1, 4], readonly [5, 1]>>().toEqualTypeOf<readonly [2, 5, 4]>()
    expectTypeOf<BroadcastShape<[2, 3], [1, 1]>>().toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf<BroadcastShape<readonly [0, 1], readonly [1, 0]>>().toEqualTypeOf<readonly [0, 0]>()
    expectTypeOf(add(of(2, 1), of(3))).toEqualTypeOf<Tensor<readonly [2, 3]>>()
  })

  it('lets scalars meet everything', () => {
    expectTypeOf<BroadcastShape<readonly [], readonly [2, 3]>>().toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf<BroadcastShape<readonly ['batch'], readonly []>>().toEqualTypeOf<readonly ['batch']>()
    expectTypeOf<BroadcastShape<readonly [], readonly []>>().toEqualTypeOf<readonly []>()
  })

  it('keeps the better known of two dimensions', () => {
    expectTypeOf<BroadcastShape<readonly [number], readonly [3]>>().toEqualTypeOf<readonly [3]>()
    expectTypeOf<BroadcastShape<readonly [number], readonly [1]>>().toEqualTypeOf<readonly [number]>()
    expectTypeOf<BroadcastShape<readonly [number], readonly [number]>>().toEqualTypeOf<readonly [number]>()
    expectTypeOf<BroadcastShape<readonly ['batch'], readonly ['batch']>>().toEqualTypeOf<readonly ['batch']>()
    expectTypeOf<BroadcastShape<readonly ['batch'], readonly [number]>>().toEqualTypeOf<readonly ['batch']>()
    expectTypeOf<BroadcastShape<readonly ['batch'], readonly [1]>>().toEqualTypeOf<readonly ['batch']>()
    expectTypeOf<BroadcastShape<readonly ['batch'], readonly [8]>>().toEqualTypeOf<readonly [8]>()
    expectTypeOf<BroadcastShape<readonly [2 | 3], readonly [4]>>().toEqualTypeOf<readonly [4]>()
  })
})

describe('matrix multiplication', () => {
  it('contracts vectors and matrices', () => {
    expectTypeOf<MatmulShape<readonly [3], readonly [3]>>().toEqualTypeOf<readonly []>()
    expectTypeOf<MatmulShape<readonly [2, 3], readonly [3]>>().toEqualTypeOf<readonly [2]>()
    expectTypeOf<MatmulShape<readonly [3], readonly [3, 4]>>().toEqualTypeOf<readonly [4]>()
    expectTypeOf<MatmulShape<readonly ['batch', 784], readonly [784, 10]>>().toEqualTypeOf<
      readonly ['batch', 10]
    >()
    expectTypeOf(matmul(of(2, 3), of(3, 4))).toEqualTypeOf<Tensor<readonly [2, 4]>>()
  })

  it('broadcasts the batch', () => {
    expectTypeOf<MatmulShape<readonly [7, 2, 3], readonly [3, 4]>>().toEqualTypeOf<readonly [7, 2, 4]>()
    expectTypeOf<MatmulShape<readonly [7, 1, 2, 3], readonly [5, 3, 4]>>().toEqualTypeOf<
      readonly [7, 5, 2, 4]
    >()
    expectTypeOf<MatmulShape<readonly [7, 2, 3], readonly [3]>>().toEqualTypeOf<readonly [7, 2]>()
    expectTypeOf<MatmulShape<readonly [3], readonly [7, 3, 4]>>().toEqualTypeOf<readonly [7, 4]>()
  })
})

describe('reduction', () => {
  type S = readonly [2, 'batch', 4]

  it('removes the axes, or keeps them with size 1', () => {
    expectTypeOf<ReducedShape<S, undefined, false>>().toEqualTypeOf<readonly []>()
    expectTypeOf<ReducedShape<S, undefined, true>>().toEqualTypeOf<readonly [1, 1, 1]>()
    expectTypeOf<ReducedShape<S, 0, false>>().toEqualTypeOf<readonly ['batch', 4]>()
    expectTypeOf<ReducedShape<S, -1, false>>().toEqualTypeOf<readonly [2, 'batch']>()
    expectTypeOf<ReducedShape<S, -3, true>>().toEqualTypeOf<readonly [1, 'batch', 4]>()
    expectTypeOf<ReducedShape<S, readonly [0, -1], false>>().toEqualTypeOf<readonly ['batch']>()
    expectTypeOf<ReducedShape<S, readonly [-1, 1], true>>().toEqualTypeOf<readonly [2, 1, 1]>()
    expectTypeOf<ReducedShape<S, readonly [], false>>().toEqualTypeOf<S>()
    expectTypeOf(sum(of(2, 3), [-1], true)).toEqualTypeOf<Tensor<readonly [2, 1]>>()
    expectTypeOf(sum(of(2, 3), 0)).toEqualTypeOf<Tensor<readonly [3]>>()
    expectTypeOf(sum(of(2, 3))).toEqualTypeOf<Tensor<readonly []>>()
  })

  it('is a scalar over all axes of any shape', () => {
    expectTypeOf(sum(unknownTensor)).toEqualTypeOf<Tensor<readonly []>>()
  })

  it('leaves axes it cannot follow to the run time', () => {
    expectTypeOf<ReducedShape<S, number, false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, 0 | 1, false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, readonly number[], false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, readonly [number], false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, 0 | undefined, false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, 3, false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, -4, false>>().toEqualTypeOf<Shape>()
    expectTypeOf<ReducedShape<S, 0, boolean>>().toEqualTypeOf<Shape>()
  })
})

describe('transposition', () => {
  it('reverses the axes, or permutes them', () => {
    expectTypeOf<TransposedShape<readonly [2, 3, 'c'], undefined>>().toEqualTypeOf<readonly ['c', 3, 2]>()
    expectTypeOf<TransposedShape<readonly [2, 3, 'c'], readonly [1, 2, 0]>>().toEqualTypeOf<
      readonly [3, 'c', 2]
    >()
    expectTypeOf<TransposedShape<readonly [2, 3, 4], readonly [0, -1, -2]>>().toEqualTypeOf<
      readonly [2, 4, 3]
    >()
    expectTypeOf<TransposedShape<readonly [], undefined>>().toEqualTypeOf<readonly []>()
    expectTypeOf<TransposedShape<readonly [], readonly []>>().toEqualTypeOf<readonly []>()
    expectTypeOf(transpose(of(2, 3))).toEqualTypeOf<Tensor<readonly [3, 2]>>()
    expectTypeOf(transpose(of(2, 3, 4), [2, 0, 1])).toEqualTypeOf<Tensor<readonly [4, 2, 3]>>()
  })
})

describe('reshaping', () => {
  it('takes the target shape', () => {
    expectTypeOf<ReshapedShape<readonly [2, 6], readonly [3, 4]>>().toEqualTypeOf<readonly [3, 4]>()
    expectTypeOf<ReshapedShape<readonly [2], [2, 1]>>().toEqualTypeOf<readonly [2, 1]>()
    expectTypeOf(reshape(of(2, 6), [4, 3])).toEqualTypeOf<Tensor<readonly [4, 3]>>()
  })

  it('infers one dimension where that takes no division', () => {
    expectTypeOf<ReshapedShape<readonly [32, 28, 28], readonly [32, -1]>>().toEqualTypeOf<
      readonly [32, 784]
    >()
    expectTypeOf<ReshapedShape<readonly [32, 28], readonly [-1]>>().toEqualTypeOf<readonly [896]>()
    expectTypeOf<ReshapedShape<readonly [], readonly [1, -1]>>().toEqualTypeOf<readonly [1, 1]>()
    expectTypeOf<ReshapedShape<readonly [2, 6], readonly [4, -1]>>().toEqualTypeOf<readonly [4, number]>()
    expectTypeOf<ReshapedShape<readonly ['n', 6], readonly [6, -1]>>().toEqualTypeOf<readonly [6, number]>()
    expectTypeOf<ReshapedShape<readonly [2, 6], readonly [0, -1]>>().toEqualTypeOf<readonly [0, number]>()
    expectTypeOf<ReshapedShape<Shape, readonly [4, -1]>>().toEqualTypeOf<readonly [4, number]>()
  })

  it('counts elements exactly, however many', () => {
    expectTypeOf<Reshapable<readonly [128, 32, 32, 3], readonly [128, 3072]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly [60000, 28, 28], readonly [60000, 784]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly [60000, 28, 28], readonly [60001, 784]>>().toEqualTypeOf<{
      readonly 'numbers of elements differ': readonly [47040000, 47040784]
    }>()
    expectTypeOf<Reshapable<readonly [99, 99], readonly [9801]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly [], readonly [1, 1]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly [0, 3], readonly [5, 0]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly [0, 3], readonly [3]>>().toEqualTypeOf<{
      readonly 'numbers of elements differ': readonly [0, 3]
    }>()
  })
})

describe('concatenation and stacking', () => {
  it('adds the sizes along the axis', () => {
    expectTypeOf<ConcatenatedShape<readonly [readonly [2, 3], readonly [98, 3]], 0>>().toEqualTypeOf<
      readonly [100, 3]
    >()
    expectTypeOf<
      ConcatenatedShape<readonly [readonly ['n', 2], readonly [number, 3], readonly ['n', 5]], -1>
    >().toEqualTypeOf<readonly ['n', 10]>()
    expectTypeOf<ConcatenatedShape<readonly [readonly [2, 3], readonly ['n', 3]], 0>>().toEqualTypeOf<
      readonly [number, 3]
    >()
    expectTypeOf<ConcatenatedShape<readonly [[2, 3]], 1>>().toEqualTypeOf<readonly [2, 3]>()
    expectTypeOf(concat([of(2, 3), of(4, 3)])).toEqualTypeOf<Tensor<readonly [6, 3]>>()
    expectTypeOf(concat([of(2, 3), of(2, 4), of(2, 5)], -1)).toEqualTypeOf<Tensor<readonly [2, 12]>>()
  })

  it('does not know the size along the axis for a list of unknown length', () => {
    expectTypeOf<ConcatenatedShape<readonly (readonly [2, 3])[], 0>>().toEqualTypeOf<readonly [number, 3]>()
    expectTypeOf<StackedShape<readonly (readonly [2, 3])[], 0>>().toEqualTypeOf<readonly [number, 2, 3]>()
  })

  it('inserts axes', () => {
    expectTypeOf<ExpandedShape<readonly [2, 3], 0>>().toEqualTypeOf<readonly [1, 2, 3]>()
    expectTypeOf<ExpandedShape<readonly [2, 3], 1>>().toEqualTypeOf<readonly [2, 1, 3]>()
    expectTypeOf<ExpandedShape<readonly [2, 3], -1>>().toEqualTypeOf<readonly [2, 3, 1]>()
    expectTypeOf<ExpandedShape<readonly [2, 3], -3>>().toEqualTypeOf<readonly [1, 2, 3]>()
    expectTypeOf<ExpandedShape<readonly [], 0>>().toEqualTypeOf<readonly [1]>()
    expectTypeOf<ExpandedShape<readonly [2, 3], 3>>().toEqualTypeOf<Shape>()
    expectTypeOf<ExpandedShape<readonly [2, 3, 4, 5, 6, 7], -1>>().toEqualTypeOf<
      readonly [2, 3, 4, 5, 6, 7, 1]
    >()
    expectTypeOf<StackedShape<readonly [readonly [2, 'n'], readonly [number, 'n']], 1>>().toEqualTypeOf<
      readonly [2, 2, 'n']
    >()
    expectTypeOf<StackedShape<readonly [readonly [], readonly [], readonly []], 0>>().toEqualTypeOf<
      readonly [3]
    >()
  })
})

describe('mistakes do not compile, and the message names them', () => {
  it('1. adds rows of other lengths', () => {
    expectTypeOf<Broadcastable<readonly [2, 3], readonly [2, 4]>>().toEqualTypeOf<{
      readonly 'shapes do not broadcast': readonly [readonly [2, 3], readonly [2, 4]]
    }>()
    // @ts-expect-error 3 is not 4
    add(of(2, 3), of(2, 4))
  })

  it('2. adds dimensions of other names', () => {
    expectTypeOf<Broadcastable<readonly ['batch'], readonly ['feature']>>().toEqualTypeOf<{
      readonly 'shapes do not broadcast': readonly [readonly ['batch'], readonly ['feature']]
    }>()
    // @ts-expect-error 'batch' is not 'feature'
    add(of('batch'), of('feature'))
  })

  it('3. multiplies matrices whose inner dimensions differ', () => {
    expectTypeOf<Matmulable<readonly [3, 4], readonly [5, 6]>>().toEqualTypeOf<{
      readonly 'inner dimensions differ': readonly [4, 5]
    }>()
    // @ts-expect-error 4 is not 5
    matmul(of(3, 4), of(5, 6))
    // @ts-expect-error 1 does not stretch here
    matmul(of(3, 1), of(5))
  })

  it('4. multiplies batches that do not broadcast', () => {
    expectTypeOf<Matmulable<readonly [2, 3, 4], readonly [5, 4, 6]>>().toEqualTypeOf<{
      readonly 'batch dimensions do not broadcast': readonly [readonly [2], readonly [5]]
    }>()
    // @ts-expect-error 2 matrices and 5 matrices
    matmul(of(2, 3, 4), of(5, 4, 6))
  })

  it('5. multiplies by a scalar as if it were a matrix', () => {
    expectTypeOf<Matmulable<readonly [2, 3], readonly []>>().toEqualTypeOf<{
      readonly 'a scalar has no axis to contract': readonly [readonly [2, 3], readonly []]
    }>()
    // @ts-expect-error that is mul
    matmul(of(2, 3), of())
  })

  it('6. reshapes to another number of elements', () => {
    expectTypeOf<Reshapable<readonly [2, 3], readonly [4, 2]>>().toEqualTypeOf<{
      readonly 'numbers of elements differ': readonly [6, 8]
    }>()
    // @ts-expect-error 6 elements do not fill 8 places
    reshape(of(2, 3), [4, 2])
  })

  it('7. leaves two dimensions of a reshape open', () => {
    expectTypeOf<Reshapable<readonly [2, 3], readonly [-1, -1]>>().toEqualTypeOf<{
      readonly 'only one dimension can be inferred': readonly [-1, -1]
    }>()
    // @ts-expect-error many shapes would do
    reshape(of(2, 3), [-1, -1])
  })

  it('8. transposes along an axis twice, one that is absent, or too few', () => {
    expectTypeOf<Permutation<readonly [2, 3], readonly [0, 0]>>().toEqualTypeOf<{
      readonly 'not a permutation of the axes': readonly [readonly [2, 3], readonly [0, 0]]
    }>()
    // @ts-expect-error axis 0 twice
    transpose(of(2, 3), [0, 0])
    // @ts-expect-error axis 0 twice, once counted from the end
    transpose(of(2, 3), [0, -2])
    // @ts-expect-error there is no axis 2
    transpose(of(2, 3), [0, 2])
    // @ts-expect-error three axes, two named
    transpose(of(2, 3, 4), [1, 0])
  })

  it('9. concatenates shapes that differ outside the axis, or in rank', () => {
    expectTypeOf<Concatenable<readonly [readonly [2, 3], readonly [2, 4]], 0>>().toEqualTypeOf<{
      readonly 'shapes differ outside the axis': readonly [readonly [2, 3], readonly [2, 4]]
    }>()
    // @ts-expect-error 3 is not 4
    concat([of(2, 3), of(2, 4)])
    // @ts-expect-error a matrix and a vector
    concat([of(2, 3), of(3)])
    // @ts-expect-error the first shape leaves it open, the second and third differ
    concat([unknownTensor as Tensor<readonly [1, number]>, of(1, 3), of(1, 4)], 0)
  })

  it('10. takes a reduced shape for the whole, or one shape for another', () => {
    // @ts-expect-error the row sums are [2], which does not broadcast with [2, 3]
    add(of(2, 3), sum(of(2, 3), 1))
    // @ts-expect-error [2, 3] is not [3, 2]
    const transposed: Tensor<readonly [3, 2]> = of(2, 3)
    expectTypeOf(transposed).toEqualTypeOf<Tensor<readonly [3, 2]>>()
  })
})

describe('unknown shapes', () => {
  it('never get in the way', () => {
    const rank = of(2, 3)
    const sizes = unknownTensor as Tensor<Unknowns>
    const either = unknownTensor as Tensor<readonly [2, 3] | readonly [3, 2]>
    const axis: number = 0
    const axes: readonly number[] = [0]
    expectTypeOf(add(rank, unknownTensor)).toEqualTypeOf<Tensor>()
    expectTypeOf(add(unknownTensor, rank)).toEqualTypeOf<Tensor>()
    expectTypeOf(add(rank, sizes)).toEqualTypeOf<Tensor<readonly [2, 3]>>()
    expectTypeOf(add(either, of(7))).toEqualTypeOf<Tensor>()
    expectTypeOf(matmul(rank, unknownTensor)).toEqualTypeOf<Tensor>()
    expectTypeOf(matmul(rank, sizes)).toEqualTypeOf<Tensor<readonly [2, number]>>()
    expectTypeOf(sum(unknownTensor, 0)).toEqualTypeOf<Tensor>()
    expectTypeOf(sum(rank, axis)).toEqualTypeOf<Tensor>()
    expectTypeOf(sum(rank, axes)).toEqualTypeOf<Tensor>()
    expectTypeOf(transpose(unknownTensor)).toEqualTypeOf<Tensor>()
    expectTypeOf(transpose(rank, axes)).toEqualTypeOf<Tensor>()
    expectTypeOf(transpose(rank, [axis, axis])).toEqualTypeOf<Tensor>()
    expectTypeOf(transpose(sizes)).toEqualTypeOf<Tensor<Unknowns>>()
    expectTypeOf(reshape(unknownTensor, [2, 3])).toEqualTypeOf<Tensor<readonly [2, 3]>>()
    expectTypeOf(reshape(sizes, [2, 7])).toEqualTypeOf<Tensor<readonly [2, 7]>>()
    expectTypeOf(reshape(rank, axes)).toEqualTypeOf<Tensor>()
    expectTypeOf(reshape(rank, [axis, 6])).toEqualTypeOf<Tensor<readonly [number, 6]>>()
    expectTypeOf(concat([rank, unknownTensor])).toEqualTypeOf<Tensor>()
    expectTypeOf(concat([rank, sizes])).toEqualTypeOf<Tensor<readonly [number, 3]>>()
    expectTypeOf(concat([rank, rank], axis)).toEqualTypeOf<Tensor>()
  })

  it('pass every check', () => {
    expectTypeOf<Broadcastable<Shape, readonly [2]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Broadcastable<readonly [number], readonly [2]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Broadcastable<readonly [Dimension], readonly [2]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Broadcastable<readonly ['batch'], readonly [2]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Broadcastable<readonly [2 | 3], readonly [4]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Matmulable<readonly [2, number], readonly [3, 4]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Matmulable<readonly [2, 'n'], readonly [3, 4]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Matmulable<Shape, readonly [3]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Permutation<Shape, readonly [0, 0]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Permutation<readonly [2, 3], undefined>>().toEqualTypeOf<unknown>()
    expectTypeOf<Permutation<readonly [2, 3], readonly number[]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly ['n', 3], readonly [4]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Reshapable<readonly [2, 3], readonly [4, -1]>>().toEqualTypeOf<unknown>()
    expectTypeOf<Concatenable<readonly Shape[], 0>>().toEqualTypeOf<unknown>()
    expectTypeOf<Concatenable<readonly [readonly [2], Shape], 0>>().toEqualTypeOf<unknown>()
    expectTypeOf<Concatenable<readonly [], 0>>().toEqualTypeOf<unknown>()
    expectTypeOf<StackedShape<readonly Shape[], 0>>().toEqualTypeOf<Shape>()
    expectTypeOf<ExpandedShape<Shape, 0>>().toEqualTypeOf<Shape>()
  })
})
