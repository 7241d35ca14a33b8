import { operations as o } from '../core/autodiff/apply.ts'
import { checkedDType } from '../core/numeric/dtype-option.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { concat } from '../core/primitive/movement.ts'
import { requireFloat } from '../core/primitive/typing.ts'
import { fromElements } from '../core/tensor/concrete.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { normalizeAxes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Of what the frequencies are.
 *
 * @category Fourier transforms
 */
export interface FrequencyOptions {
  /** The distance of one element of the signal from the next; 1 unless told otherwise. */
  readonly spacing?: number
  /** `float32` unless told otherwise. */
  readonly dtype?: FloatDType
}

const frequencies = (
  where: string,
  n: number,
  options: FrequencyOptions,
  count: (n: number) => number,
): Tensor => {
  checkOptions(where, options, { spacing: true, dtype: true })
  const { spacing = 1, dtype } = options
  checkSetting(where, 'n', n, { min: 1, whole: true })
  checkSetting(where, 'spacing', spacing, { above: 0 })
  const made = { shape: [count(n)], dtype: checkedDType(where, dtype) }
  requireFloat(made, where)
  const numbers = Array.from({ length: count(n) }, (_, k) => k)
  return fromElements(
    numbers.map((k) => (count(n) === n && 2 * k >= n ? k - n : k) / (n * spacing)),
    made,
  )
}

/**
 * The frequencies of the n elements of `fft`, in cycles per unit of the spacing: 0, 1/n, … and from the middle on the
 * negative ones, as NumPy has them.
 *
 * @throws ArgumentError for a length below 1 or a spacing that is not above 0; DTypeError for integers.
 * @example
 * ```ts
 * import { toArray } from 'puregrad'
 * import { fftFrequencies } from 'puregrad/signal'
 * toArray(fftFrequencies(5, { spacing: 0.1 })) // => [0, 2, 4, -4, -2]
 * ```
 * @category Fourier transforms
 */
export const fftFrequencies = (n: number, options: FrequencyOptions = {}): Tensor =>
  frequencies('fftFrequencies', n, options, (all) => all)

/**
 * The frequencies of the ⌊n/2⌋ + 1 elements of `rfft` of n numbers.
 *
 * @throws As `fftFrequencies`.
 * @example
 * ```ts
 * import { toArray } from 'puregrad'
 * import { rfftFrequencies } from 'puregrad/signal'
 * toArray(rfftFrequencies(4)) // => [0, 0.25, 0.5]
 * ```
 * @category Fourier transforms
 */
export const rfftFrequencies = (n: number, options: FrequencyOptions = {}): Tensor =>
  frequencies('rfftFrequencies', n, options, (all) => (all === 1 ? 1 : Math.floor(all / 2) + 1))

/**
 * Which axes to shift.
 *
 * @category Fourier transforms
 */
export interface ShiftOptions {
  /** One axis or several, counted from the back when negative; all unless told otherwise. */
  readonly axis?: number | readonly number[]
}

/** Along each axis the elements from a position on, then those before it. */
const turned = (where: string, x: Tensor, options: ShiftOptions, start: (n: number) => number): Tensor => {
  checkOptions(where, options, { axis: true })
  const value = tensorOf(x, where)
  return normalizeAxes(options.axis, value.rank, where).reduce((found, axis) => {
    const n = found.shape[axis] ?? 0
    const from = (first: number, count: number) =>
      o.slice(found, {
        start: found.shape.map((_, i) => (i === axis ? first : 0)),
        step: found.shape.map(() => 1),
        shape: found.shape.map((size, i) => (i === axis ? count : size)),
      })
    const at = start(n)
    return at === 0 ? found : o.bind(concat, [from(at, n - at), from(0, at)], { axis })
  }, value)
}

/**
 * The element of frequency 0 moved from the beginning to the middle.
 *
 * @throws ArgumentError for axes that are none.
 * @example
 * ```ts
 * import { toArray } from 'puregrad'
 * import { fftFrequencies, fftShift } from 'puregrad/signal'
 * toArray(fftShift(fftFrequencies(5, { spacing: 0.2 }))) // => [-2, -1, 0, 1, 2]
 * ```
 * @category Fourier transforms
 */
export const fftShift = (x: Tensor, options: ShiftOptions = {}): Tensor =>
  turned('fftShift', x, options, (n) => Math.ceil(n / 2))

/**
 * The inverse of `fftShift`.
 *
 * @throws ArgumentError for axes that are none.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { ifftShift } from 'puregrad/signal'
 * toArray(ifftShift(tensor([-2, -1, 0, 1, 2]))) // => [0, 1, 2, -2, -1]
 * ```
 * @category Fourier transforms
 */
export const ifftShift = (x: Tensor, options: ShiftOptions = {}): Tensor =>
  turned('ifftShift', x, options, (n) => Math.floor(n / 2))
