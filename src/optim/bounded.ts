import { clip, isFinite, where } from '../core/numeric/index.ts'
import { mapTree } from '../core/tensor/tree.ts'
import type { Gradient } from './transformation.ts'

/** The largest size of an element, by dtype. */
export interface Bounds {
  readonly float32: number
  readonly float64: number
}

/** Powers of two whose squares, and weighted means of squares over a bias correction, are in the range of the dtype. */
const ofMeans: Bounds = { float32: 2 ** 63, float64: 2 ** 511 }

/** Powers of two of whose squares a sum stops to grow by rounding before it leaves the range of the dtype. */
export const ofSums: Bounds = { float32: 2 ** 51, float64: 2 ** 484 }

/**
 * A gradient whose squares are finite where it is: an element beyond ±9.2·10¹⁸ in float32 counts as that. Without this
 * the mean of squares is infinite from there on and every later step silently 0; with it a step divided by the root of
 * that mean has the length it has for any other large gradient. An infinite element stays infinite, so that it is found.
 */
export const bounded = <P>(gradient: Gradient<P>, bounds: Bounds = ofMeans): Gradient<P> =>
  mapTree(gradient, (leaf) => {
    const bound = bounds[leaf.dtype === 'float64' ? 'float64' : 'float32']
    return where(isFinite(leaf), clip(leaf, -bound, bound), leaf)
  })
