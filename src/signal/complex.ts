import { operations as o } from '../core/autodiff/apply.ts'
import type { AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { add, mul, sub } from '../core/numeric/arithmetic.ts'

/**
 * Complex numbers as a pair of tensors of one shape and dtype. A tree of tensors: derivatives, `vmap` and `jit` take it as
 * any other.
 *
 * @category Complex numbers
 */
export interface Complex {
  /** The real parts. */
  readonly re: Tensor
  /** The imaginary parts. */
  readonly im: Tensor
}

/** The parts as values. */
export interface ComplexValue {
  readonly re: AnyValue
  readonly im: AnyValue
}

/** A tensor of real numbers, or complex ones. @throws DTypeError for anything else; ShapeError for parts that differ. */
export const complexOf = (x: Complex | Tensor, where: string): ComplexValue => {
  if (isTensor(x)) {
    const re = tensorOf(x, where)
    return { re, im: o.constant(0, re) }
  }
  const given: unknown = x
  if (typeof given !== 'object' || given === null || !('re' in given) || !('im' in given))
    throw new DTypeError(`${where}: expected a tensor, or two as { re, im }, got ${showValue(given)}`)
  const re = tensorOf(x.re, `${where}: re`)
  const im = tensorOf(x.im, `${where}: im`)
  if (!sameShape(re.shape, im.shape))
    throw new ShapeError(
      `${where}: expected real and imaginary parts of one shape, got ${showShape(re.shape)} and ${showShape(im.shape)}`,
    )
  if (re.dtype !== im.dtype)
    throw new DTypeError(
      `${where}: expected real and imaginary parts of one dtype, got ${re.dtype} and ${im.dtype}`,
    )
  return { re, im }
}

/**
 * The product of complex numbers, element by element; shapes broadcast.
 *
 * @throws ShapeError where shapes do not broadcast; DTypeError for unequal dtypes.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { complexProduct } from 'puregrad/signal'
 * const i = { re: tensor([0]), im: tensor([1]) }
 * toArray(complexProduct(i, i).re) // => [-1]
 * ```
 * @category Complex numbers
 */
export const complexProduct = (a: Complex | Tensor, b: Complex | Tensor): Complex => {
  const x = complexOf(a, 'complexProduct')
  const y = complexOf(b, 'complexProduct')
  return {
    re: sub(mul(x.re, y.re), mul(x.im, y.im)),
    im: add(mul(x.re, y.im), mul(x.im, y.re)),
  }
}
