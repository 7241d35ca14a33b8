import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { requireFloat } from '../core/primitive/typing.ts'
import { fromElements } from '../core/tensor/concrete.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { complexOf, type Complex, type ComplexValue } from './complex.ts'
import { factorOf, fftOptions, type FftOptions } from './fft-options.ts'
import { alongAxis, resized, transformed } from './transform.ts'

/** `transformed` along all axes but the last, which has been or will be dealt with. */
const alongOthers = (
  x: ComplexValue,
  { axes, sizes, norm }: ReturnType<typeof fftOptions>,
  inverse: boolean,
): ComplexValue =>
  axes.slice(0, -1).reduce((found, axis, i) => {
    const size = sizes[i] ?? 1
    const cut = { re: resized(found.re, axis, size), im: resized(found.im, axis, size) }
    return transformed(cut, axis, inverse, factorOf(norm, inverse, size))
  }, x)

/**
 * The first ⌊n/2⌋ + 1 elements of the Fourier transform of real numbers, of which the others are the conjugates in reverse,
 * along the last axis; of several axes along the last one, and along the others as `fft`.
 *
 * @throws As `fft`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { rfft } from 'puregrad/signal'
 * const { re, im } = rfft(tensor([1, 2, 3, 4]))
 * toArray(re) // => [10, -2, -2]
 * toArray(im) // => [0, 2, 0]
 * ```
 * @category Fourier transforms
 */
export const rfft = (x: Tensor, options: FftOptions = {}): Complex => {
  const value = tensorOf(x, 'rfft')
  requireFloat(value, 'rfft')
  const checked = fftOptions('rfft', value.shape, options)
  const last = checked.axes.length - 1
  const [axis = 0, size = 1] = [checked.axes[last], checked.sizes[last]]
  const re = resized(value, axis, size)
  const whole = transformed({ re, im: o.constant(0, re) }, axis, false, factorOf(checked.norm, false, size))
  const half = Math.floor(size / 2) + 1
  return alongOthers({ re: resized(whole.re, axis, half), im: resized(whole.im, axis, half) }, checked, false)
}

/** 1 for the elements that stand once in the whole transform of n real numbers, 2 for those that stand there twice. */
const multiplicities = (n: number, like: AnyValue): AnyValue =>
  fromElements(
    Array.from({ length: Math.floor(n / 2) + 1 }, (_, k) => (k === 0 || 2 * k === n ? 1 : 2)),
    { dtype: like.dtype },
  )

/**
 * The inverse of `rfft`: real numbers from the first ⌊n/2⌋ + 1 elements of their transform. Their number n is `size`, and
 * 2(k − 1) of k elements unless told otherwise. Imaginary parts that the transform of real numbers does not have, of element
 * 0 and of n/2, are left out.
 *
 * @throws As `fft`.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { irfft, rfft } from 'puregrad/signal'
 * toArray(irfft(rfft(tensor([1, 2, 3, 4])))) // => [1, 2, 3, 4]
 * toArray(irfft(rfft(tensor([1, 2, 3])), { size: 3 })) // => [1, 2, 3]
 * ```
 * @category Fourier transforms
 */
export const irfft = (x: Complex | Tensor, options: FftOptions = {}): Tensor => {
  const value = complexOf(x, 'irfft')
  requireFloat(value.re, 'irfft')
  const checked = fftOptions('irfft', value.re.shape, options, -1, (k) => 2 * (k - 1))
  const last = checked.axes.length - 1
  const [axis = 0, size = 1] = [checked.axes[last], checked.sizes[last]]
  const { re, im } = alongOthers(value, checked, true)
  const half = Math.floor(size / 2) + 1
  const weights = alongAxis(
    multiplicities(size, re),
    axis,
    re.shape.map((n, i) => (i === axis ? half : n)),
  )
  const weighted = (part: AnyValue): AnyValue =>
    resized(asValue(o.mul(resized(part, axis, half), weights)), axis, size)
  return transformed({ re: weighted(re), im: weighted(im) }, axis, true, factorOf(checked.norm, true, size))
    .re
}
