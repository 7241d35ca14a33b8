/* eslint-disable functional/no-classes --
   an error that carries a stack and is told apart by `instanceof` has to be a class */

/**
 * What every error thrown by the mathematics of this library is an instance of.
 *
 * @category Errors
 */
export class PuregradError extends Error {
  override readonly name: string = 'PuregradError'
}

/**
 * Two shapes disagree, or a shape does not suit an operation.
 *
 * @category Errors
 */
export class ShapeError extends PuregradError {
  override readonly name = 'ShapeError'
}

/**
 * Two dtypes disagree, or a dtype does not suit an operation.
 *
 * @category Errors
 */
export class DTypeError extends PuregradError {
  override readonly name = 'DTypeError'
}

/**
 * An argument other than a shape or dtype is outside what an operation accepts.
 *
 * @category Errors
 */
export class ArgumentError extends PuregradError {
  override readonly name = 'ArgumentError'
}

/**
 * Two trees have different structure; the message names the path where they part.
 *
 * @category Errors
 */
export class TreeError extends PuregradError {
  override readonly name = 'TreeError'
}

/**
 * A traced value was used after the transformation that made it had returned.
 *
 * @category Errors
 */
export class EscapedValueError extends PuregradError {
  override readonly name = 'EscapedValueError'
}

/**
 * A tensor was used after it had been given up to a compiled function (`jit` with `donate`).
 *
 * @category Errors
 */
export class DonatedError extends PuregradError {
  override readonly name = 'DonatedError'
}

/**
 * The memory of a tensor, which `fromNdarray` or `toNdarray` shares, was transferred away.
 *
 * @category Errors
 */
export class DetachedError extends PuregradError {
  override readonly name = 'DetachedError'
}

/**
 * The elements of a value were asked for where they are not known (under `vmap` or while staging).
 *
 * @category Errors
 */
export class UnknownValueError extends PuregradError {
  override readonly name = 'UnknownValueError'
}

/**
 * A function that has to be linear applied an operation that is not.
 *
 * @category Errors
 */
export class LinearityError extends PuregradError {
  override readonly name = 'LinearityError'
}
