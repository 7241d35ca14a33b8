import { requireFloat } from '../core/primitive/typing.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { complexOf, type Complex } from './complex.ts'
import { factorOf, fftOptions, type FftOptions } from './fft-options.ts'
import { resized, transformed } from './transform.ts'

const along = (
  where: string,
  x: Complex | Tensor,
  inverse: boolean,
  options: FftOptions,
  axisUnlessGiven: number | readonly number[] = -1,
): Complex => {
  const value = complexOf(x, where)
  requireFloat(value.re, where)
  const { axes, sizes, norm } = fftOptions(where, value.re.shape, options, axisUnlessGiven)
  return axes.reduce((found, axis, i) => {
    const size = sizes[i] ?? 1
    const cut = { re: resized(found.re, axis, size), im: resized(found.im, axis, size) }
    return transformed(cut, axis, inverse, factorOf(norm, inverse, size))
  }, value)
}

/**
 * The discrete Fourier transform Xₖ = Σⱼ xⱼ·e^(−2πijk/n) along the last axis, or along one or several others, of any lengths:
 * those without prime factors above 13 take the least time, others about five times as much. It is computed in double
 * precision, whatever the dtype is.
 *
 * Linear, with the transform of the other sign as its adjoint, so that derivatives of every order and both modes are
 * transforms again.
 *
 * @throws DTypeError for integers or parts of unequal dtypes; ShapeError for parts of unequal shapes; ArgumentError for axes
 * that are none, or sizes below 1.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { fft } from 'puregrad/signal'
 * const { re, im } = fft(tensor([0, 1, 0, 0]))
 * toArray(re) // => [1, 0, -1, 0]
 * toArray(im) // => [0, -1, 0, 1]
 * ```
 * @category Fourier transforms
 */
export const fft = (x: Complex | Tensor, options: FftOptions = {}): Complex => along('fft', x, false, options)

/**
 * The inverse of `fft`: xⱼ = (1/n)·Σₖ Xₖ·e^(2πijk/n).
 *
 * @throws As `fft`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { fft, ifft } from 'puregrad/signal'
 * toArray(ifft(fft(tensor([1, 2, 3]))).re) // => [1, 2, 3]
 * ```
 * @category Fourier transforms
 */
export const ifft = (x: Complex | Tensor, options: FftOptions = {}): Complex =>
  along('ifft', x, true, options)

/**
 * `fft` along the last two axes.
 *
 * @throws As `fft`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { fft2 } from 'puregrad/signal'
 * toArray(fft2(tensor([[1, 2], [3, 4]])).re) // => [[10, -2], [-4, 0]]
 * ```
 * @category Fourier transforms
 */
export const fft2 = (x: Complex | Tensor, options: FftOptions = {}): Complex =>
  along('fft2', x, false, options, [-2, -1])

/**
 * The inverse of `fft2`.
 *
 * @throws As `fft`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { ifft2 } from 'puregrad/signal'
 * toArray(ifft2(tensor([[4, 0], [0, 0]])).re) // => [[1, 1], [1, 1]]
 * ```
 * @category Fourier transforms
 */
export const ifft2 = (x: Complex | Tensor, options: FftOptions = {}): Complex =>
  along('ifft2', x, true, options, [-2, -1])
