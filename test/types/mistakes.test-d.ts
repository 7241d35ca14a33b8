import { describe, expectTypeOf, it } from 'vitest'
import {
  add,
  concat,
  expandDims,
  grad,
  matmul,
  mean,
  mul,
  ones,
  reshape,
  square,
  sub,
  sum,
  tensor,
  transpose,
  valueAndGrad,
  zeros,
  type Tensor,
} from 'puregrad'

interface Parameters {
  readonly weights: Tensor<readonly [3, 4]>
  readonly bias: Tensor<readonly [4]>
}

const parameters: Parameters = { weights: zeros([3, 4]), bias: zeros([4]) }

const loss = ({ weights, bias }: Parameters): Tensor<readonly []> =>
  mean(square(add(matmul(ones([2, 3]), weights), bias)))

describe('what is right compiles, with its shape', () => {
  it('follows a layer and its gradient', () => {
    const x = zeros([32, 28, 28])
    const flat = reshape(x, [32, -1])
    const logits = add(matmul(flat, zeros([784, 10])), zeros([10]))
    expectTypeOf(flat).toEqualTypeOf<Tensor<readonly [32, 784]>>()
    expectTypeOf(logits).toEqualTypeOf<Tensor<readonly [32, 10]>>()
    expectTypeOf(sub(logits, mean(logits, { axis: -1, keepDims: true }))).toEqualTypeOf<
      Tensor<readonly [32, 10]>
    >()
    expectTypeOf(transpose(logits)).toEqualTypeOf<Tensor<readonly [10, 32]>>()
    expectTypeOf(expandDims(logits, { axis: -1 })).toEqualTypeOf<Tensor<readonly [32, 10, 1]>>()
    expectTypeOf(concat([logits, zeros([8, 10])])).toEqualTypeOf<Tensor<readonly [40, 10]>>()
    expectTypeOf(mul(logits, 2)).toEqualTypeOf<Tensor<readonly [32, 10]>>()
    expectTypeOf(grad(loss)(parameters)).toEqualTypeOf<Parameters>()
  })

  it('lets tensors of unknown shape pass everywhere', () => {
    const x = tensor([[1, 2]])
    expectTypeOf(x).toEqualTypeOf<Tensor>()
    expectTypeOf(matmul(add(x, zeros([5, 3])), transpose(zeros([4, 3])))).toEqualTypeOf<Tensor>()
    expectTypeOf(concat([x, zeros([2, 3])])).toEqualTypeOf<Tensor>()
    expectTypeOf(reshape(transpose(x, [1, 0]), [2])).toEqualTypeOf<Tensor<readonly [2]>>()
    expectTypeOf(sum(x)).toEqualTypeOf<Tensor<readonly []>>()
  })
})

describe('mistakes do not compile', () => {
  it('1. adds shapes that do not broadcast', () => {
    // @ts-expect-error rows of 3 and rows of 4
    add(zeros([2, 3]), zeros([2, 4]))
  })

  it('2. multiplies matrices whose inner dimensions differ', () => {
    // @ts-expect-error 784 inputs meet 783 rows of weights
    matmul(zeros([32, 784]), zeros([783, 10]))
  })

  it('3. reshapes to another number of elements', () => {
    // @ts-expect-error 6 elements do not fill 8 places
    reshape(zeros([2, 3]), [4, 2])
  })

  it('4. transposes by what is not a permutation', () => {
    // @ts-expect-error axis 1 occurs twice
    transpose(zeros([2, 3]), [1, 1])
  })

  it('5. subtracts a mean over rows whose axis is gone', () => {
    // @ts-expect-error [2, 3] and [2]: keepDims is missing
    sub(zeros([2, 3]), mean(zeros([2, 3]), { axis: 1 }))
  })

  it('6. concatenates shapes that differ outside the axis', () => {
    // @ts-expect-error 3 columns and 4 columns
    concat([zeros([2, 3]), zeros([5, 4])])
  })

  it('7. passes what is not a tensor', () => {
    // @ts-expect-error a string is not a tensor
    add(zeros([2]), '1')
    // @ts-expect-error an array that no one made a tensor of
    sum([1, 2, 3])
    // @ts-expect-error the operator instead of the function
    sum(zeros([2]) * 2)
  })

  it('8. takes a tensor for one of another shape', () => {
    // @ts-expect-error [2, 3] is not [3, 2]
    const x: Tensor<readonly [3, 2]> = zeros([2, 3])
    expectTypeOf(x).toEqualTypeOf<Tensor<readonly [3, 2]>>()
  })

  it('9. differentiates a function that does not return one tensor', () => {
    // @ts-expect-error it returns a record
    grad((x: Tensor) => ({ loss: sum(x) }))
    // @ts-expect-error a pair needs the form with auxiliary output
    valueAndGrad((x: Tensor) => [sum(x), x] as const)
    // @ts-expect-error a JavaScript number carries no derivative
    grad((x: Tensor) => x.rank)
  })

  it('10. calls a gradient with other parameters, or asks it for what they do not have', () => {
    // @ts-expect-error the bias is missing
    grad(loss)({ weights: parameters.weights })
    // @ts-expect-error there is no such parameter
    expectTypeOf(grad(loss)(parameters).scale).toBeAny()
    // @ts-expect-error the gradient of [3, 4] weights, subtracted from the bias
    sub(parameters.bias, transpose(grad(loss)(parameters).weights))
  })

  it('11. writes to a tensor', () => {
    // @ts-expect-error shapes do not change
    zeros([2, 3]).shape[0] = 3
    // @ts-expect-error nor do dtypes
    zeros([2, 3]).dtype = 'float64'
  })
})
