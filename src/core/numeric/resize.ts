import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { viewOf } from '../tensor/concrete.ts'
import { bufferFrom } from '../tensor/dtype.ts'
import { ArgumentError } from '../tensor/errors.ts'
import { requireFloat } from '../primitive/typing.ts'
import { addressable, showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { add, mul } from './arithmetic.ts'
import { take } from './index-by.ts'
import { tensorOf } from './operand.ts'
import { perAxis, spaceOf, type PerAxis } from './window-options.ts'

export const resizeMethods = ['nearest', 'linear'] as const
export const resizeAlignments = ['centres', 'corners'] as const

/**
 * How {@link resize} finds what lies between elements.
 *
 * @category Convolutions
 */
export interface ResizeOptions {
  /** The nearest element, or a mean of the two neighbours along each axis (bilinear over two, trilinear over three). `'linear'` unless told otherwise. */
  readonly method?: (typeof resizeMethods)[number]
  /**
   * What of the old and the new image lies at one place: with `'centres'` an element is a square and the edges of the squares
   * agree, (i + ½)·old/new − ½; with `'corners'` the first elements do and the last, i·(old − 1)/(new − 1). `'centres'` unless
   * told otherwise.
   */
  readonly align?: (typeof resizeAlignments)[number]
}

/** The place in the old axis of each element of the new one, inside of it. */
const placesOf = (from: number, to: number, align: 'centres' | 'corners'): readonly number[] =>
  Array.from({ length: to }, (_, i) => {
    const at =
      align === 'centres' ? ((i + 0.5) * from) / to - 0.5 : to === 1 ? 0 : (i * (from - 1)) / (to - 1)
    return Math.min(Math.max(at, 0), from - 1)
  })

const nearestAlong = (x: Tensor, axis: number, places: readonly number[]): Tensor =>
  // Half way is the next one: with centres that is ⌊(i + ½)·old/new⌋.
  take(
    x,
    places.map((at) => Math.min(Math.floor(at + 0.5), x.shape[axis]! - 1)),
    { axis },
  )

const linearAlong = (x: Tensor, axis: number, places: readonly number[]): Tensor => {
  const before = places.map((at) => Math.floor(at))
  const behind = before.map((at) => Math.min(at + 1, x.shape[axis]! - 1))
  const along = (weights: readonly number[]): Tensor =>
    viewOf(bufferFrom(x.dtype, weights), x.dtype, [
      weights.length,
      ...Array.from({ length: x.rank - axis - 1 }, () => 1),
    ])
  const share = places.map((at, i) => at - before[i]!)
  return add(
    mul(take(x, before, { axis }), along(share.map((w) => 1 - w))),
    mul(take(x, behind, { axis }), along(share)),
  )
}

/**
 * Images `[n, …space, channels]` in another size, `[n, …size, channels]`. Smaller images are samples, not means: where much
 * is left out, pool before.
 *
 * @throws ShapeError for what are no images; ArgumentError for a size or an option that is none, or images of nothing;
 * DTypeError for integers.
 * @example
 * ```ts
 * import { reshape, resize, tensor, toArray } from 'puregrad'
 * const x = reshape(tensor([0, 1]), [1, 2, 1])
 * toArray(reshape(resize(x, 4), [-1])) // => [0, 0.25, 0.75, 1]
 * toArray(reshape(resize(x, 4, { method: 'nearest' }), [-1])) // => [0, 0, 1, 1]
 * toArray(reshape(resize(x, 3, { align: 'corners' }), [-1])) // => [0, 0.5, 1]
 * ```
 * @category Convolutions
 */
export const resize = (x: Tensor, size: PerAxis, options: ResizeOptions = {}): Tensor => {
  checkOptions('resize', options, { method: true, align: true })
  const { method = 'linear', align = 'centres' } = options
  checkChoice('resize', 'method', method, resizeMethods)
  checkChoice('resize', 'align', align, resizeAlignments)
  const images = tensorOf(x, 'resize')
  requireFloat(images, 'resize')
  const space = spaceOf('resize', images)
  const sizes = perAxis('resize', 'size', size, space.length)
  addressable([images.shape[0]!, ...sizes, images.shape[images.rank - 1]!], 'resize')
  if (space.some((n) => n === 0))
    throw new ArgumentError(`resize: there is nothing in images of shape ${showShape(images.shape)}`)
  return space.reduce<Tensor>((y, from, axis) => {
    const to = sizes[axis]!
    if (from === to) return y
    const places = placesOf(from, to, align)
    return method === 'nearest' ? nearestAlong(y, axis + 1, places) : linearAlong(y, axis + 1, places)
  }, images)
}
