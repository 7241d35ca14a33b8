import type { Operations, Primitive } from '../primitive/primitive.ts'
import { sameShape } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { made, maskOf, type Mask, type View, type ViewAxes } from './mask.ts'

/*
 * Sums, repetitions and permutations of a mask are views of it: each is made once, and made of the whole, whatever it
 * went through. So a mask that is summed up, reshaped, repeated and summed up again is the first sum, and the transpose of
 * an operation that centres, normalizes or multiplies matrices finds the masks that are there.
 */

const ownAxes = (shape: readonly number[]): ViewAxes => shape.map((n, i) => (n === 1 ? undefined : i))

const sameAxes = (a: ViewAxes, b: ViewAxes): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i])

/** Nothing is true along an axis without elements, which a view of more elements does not know. */
const viewOf = (mask: Mask, shape: readonly number[]): View =>
  mask.view !== undefined && !shape.includes(0)
    ? mask.view
    : { whole: mask, sizes: shape, axes: ownAxes(shape) }

/** Whether what is added up, as counts, holds any element of a mask. */
export const anyBy =
  (p: Operations) =>
  (mask: Value, add: (counts: Value) => Value): Value => {
    const counts = add(p.cast(mask, 'int32'))
    return p.less(p.constant(0, counts), counts)
  }

/** The view of this shape along these axes. */
const seen = (p: Operations, { whole, sizes }: View, axes: ViewAxes, shape: readonly number[]): Mask => {
  if (sameShape(shape, sizes) && sameAxes(axes, ownAxes(sizes))) return whole
  const key = `${axes.join()}:${shape.join()}`
  const known = whole.views.get(key)
  if (known !== undefined) return known
  const view = { whole, sizes, axes }
  const mask = maskOf(() => looked(p, view, shape), [whole], false, view)
  whole.views.set(key, mask)
  return mask
}

const looked = (p: Operations, view: View, shape: readonly number[]): Value => {
  const { whole, sizes, axes } = view
  const once = shape.map((n, i) => (axes[i] === undefined ? 1 : n))
  if (!sameShape(once, shape)) return p.broadcastTo(made(seen(p, view, axes, once)), shape)
  const along = (kept: readonly number[]): Value =>
    made(
      seen(
        p,
        view,
        kept,
        kept.map((axis) => sizes[axis]!),
      ),
    )
  const kept = axes.filter((axis) => axis !== undefined)
  if (kept.length < axes.length) return p.reshape(along(kept), shape)
  const ordered = kept.toSorted((a, b) => a - b)
  if (!sameAxes(kept, ordered))
    return p.transpose(
      along(ordered),
      kept.map((axis) => ordered.indexOf(axis)),
    )
  const others = [...sizes.keys()].filter((axis) => !kept.includes(axis))
  return others.every((axis) => sizes[axis] === 1)
    ? p.reshape(made(whole), shape)
    : anyBy(p)(made(whole), (counts) => p.sum(counts, others))
}

/** What a primitive makes of a mask of a shape, if that is a view. */
export const viewAfter = <P>(
  p: Operations,
  primitive: Primitive<P>,
  mask: Mask,
  shape: readonly number[],
  params: P,
  result: readonly number[],
): Mask | undefined => {
  const view = viewOf(mask, shape)
  const axes = primitive.linear?.axes?.(shape, result, params)
  if (axes === undefined) return undefined
  return seen(
    p,
    view,
    axes.map((axis) => (axis === undefined ? undefined : view.axes[axis])),
    result,
  )
}

/** Whether any element is true along an axis of a mask, in a shape that differs along this axis only. */
export const anyAlong = (
  p: Operations,
  mask: Mask,
  shape: readonly number[],
  axis: number,
  result: readonly number[],
): Mask => {
  const view = viewOf(mask, shape)
  return seen(
    p,
    view,
    view.axes.map((one, i) => (i === axis ? undefined : one)),
    result,
  )
}

/** Whether a mask is true wherever another of its shape is, since it sums up more of the same whole. */
export const covers = (mask: Mask, other: Mask): boolean => {
  const { view } = mask
  if (view === undefined) return false
  const axes =
    other === view.whole
      ? ownAxes(view.sizes)
      : other.view?.whole === view.whole
        ? other.view.axes
        : undefined
  return (
    axes !== undefined &&
    axes.length === view.axes.length &&
    view.axes.every((axis, i) => axis === undefined || axis === axes[i])
  )
}
