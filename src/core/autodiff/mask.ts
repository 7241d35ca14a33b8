import type { Value } from '../tensor/tensor.ts'

/**
 * Where a tangent or cotangent is more than a zero, as booleans of its shape that are made once they are asked for (see
 * tangent-operations.ts).
 */
export interface Mask {
  known: Value | undefined
  make: (() => Value) | undefined
  /** How many masks that are not made yet this one hangs on, one behind another. */
  readonly depth: number
  /**
   * Whether what lies outside is 0 by its value, as in a tangent that a caller gives: it may move once the tangent is
   * differentiated itself. Zeros of structure never do.
   */
  readonly ofValues: boolean
  /** What it is of another mask, if it is a view. */
  readonly view: View | undefined
  /** The views of it that have been asked for, by their axes and shape. */
  readonly views: Map<string, Mask>
}

/** Which axis of the whole each axis of a view is; along the others the view is the same. */
export type ViewAxes = readonly (number | undefined)[]

/** Whether any element of another mask is true along the axes that the view lacks (see mask-views.ts). */
export interface View {
  readonly whole: Mask
  /** The shape of the whole. */
  readonly sizes: readonly number[]
  readonly axes: ViewAxes
}

/** Longer chains of masks are made at once: making them recurses. */
const deepest = 50

export const made = (mask: Mask): Value => {
  if (mask.known === undefined) {
    mask.known = mask.make!()
    mask.make = undefined
  }
  return mask.known
}

export const knownMask = (known: Value, ofValues: boolean): Mask => ({
  known,
  make: undefined,
  depth: 0,
  ofValues,
  view: undefined,
  views: new Map(),
})

export const maskOf = (make: () => Value, from: readonly Mask[], ofValues = false, view?: View): Mask => {
  const mask: Mask = {
    known: undefined,
    make,
    depth: 1 + Math.max(0, ...from.map(({ known, depth }) => (known === undefined ? depth : 0))),
    ofValues: ofValues || from.some((one) => one.ofValues),
    view,
    views: new Map(),
  }
  if (mask.depth > deepest) made(mask)
  return mask
}
