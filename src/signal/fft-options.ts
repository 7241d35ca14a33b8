import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { normalizeAxes, showShape } from '../core/tensor/shape.ts'

/**
 * How a transform is done.
 *
 * @category Fourier transforms
 */
export interface FftOptions {
  /** One axis or several, counted from the back when negative; the last one unless told otherwise. */
  readonly axis?: number | readonly number[]
  /** The length along each of the axes: the signal is cut, or filled up with zeros, at its end. */
  readonly size?: number | readonly number[]
  /**
   * Where the factor 1/n stands that makes the two directions inverse to each other: at the inverse (`backward`, unless told
   * otherwise), at the transform (`forward`), or as 1/√n at both (`orthonormal`).
   */
  readonly norm?: FftNorm
}

/**
 * Where the factor 1/n stands.
 *
 * @category Fourier transforms
 */
export type FftNorm = 'backward' | 'forward' | 'orthonormal'

const norms: readonly FftNorm[] = ['backward', 'forward', 'orthonormal']

/** Axes with the length that the transform has along each of them. */
export interface CheckedOptions {
  readonly axes: readonly number[]
  readonly sizes: readonly number[]
  readonly norm: FftNorm
}

const isList = (size: number | readonly number[]): size is readonly number[] => Array.isArray(size)

const sizesOf = (size: number | readonly number[]): readonly number[] => (isList(size) ? size : [size])

/** Checked options; `sizeOfLast` is what the length of the last axis is unless it is given. */
export const fftOptions = (
  where: string,
  shape: readonly number[],
  options: FftOptions,
  axisUnlessGiven: number | readonly number[] = -1,
  sizeOfLast = (n: number): number => n,
): CheckedOptions => {
  checkOptions(where, options, { axis: true, size: true, norm: true })
  const { axis = axisUnlessGiven, size, norm = 'backward' } = options
  checkChoice(where, 'norm', norm, norms)
  const axes = normalizeAxes(axis, shape.length, where)
  const given = size === undefined ? undefined : sizesOf(size)
  if (axes.length === 0) throw new ArgumentError(`${where}: axis: expected one axis or more, got none`)
  if (given !== undefined && given.length !== axes.length)
    throw new ArgumentError(
      `${where}: size: expected one length for each of ${String(axes.length)} axes, got ${showShape(given)}`,
    )
  const last = axes.length - 1
  const sizes = given ?? axes.map((at, i) => (i === last ? sizeOfLast(shape[at] ?? 0) : (shape[at] ?? 0)))
  sizes.forEach((n) => {
    checkSetting(where, 'size', n, { min: 1, whole: true })
  })
  return { axes, sizes, norm }
}

/** The factor of a transform along an axis of n elements. */
export const factorOf = (norm: FftNorm, inverse: boolean, n: number): number =>
  norm === 'orthonormal' ? 1 / Math.sqrt(n) : (norm === 'forward') === inverse ? 1 : 1 / n
