import type { Region } from '../../core/primitive/primitive.ts'

/**
 * The one axis a pad adds zeros along; undefined where it adds them along several or between elements, or where it also
 * reverses an axis, which then has the size it had: elements would have to be taken in another order.
 */
export const paddedAxis = (
  { step }: Pick<Region, 'step'>,
  inner: readonly number[],
  shape: readonly number[],
): number | undefined => {
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== inner[axis])
  const [axis] = axes
  return axes.length === 1 &&
    axis !== undefined &&
    inner[axis] !== 0 &&
    step.every((by, k) => by === 1 || inner[k] === 1)
    ? axis
    : undefined
}
