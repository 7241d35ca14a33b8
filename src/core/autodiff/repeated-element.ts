import { isTransforming } from './level.ts'
import { broadcasted } from '../kernel/movement.ts'
import type { Primitive } from '../primitive/primitive.ts'
import { viewOf, type ConcreteTensor } from '../tensor/concrete.ts'

/** Whether a tensor of more than one element repeats one, as its layout tells. */
const repeatsOne = (x: ConcreteTensor): boolean => {
  if (x.isPlain || x.size === 0) return false
  const { shape, stride } = x.view
  for (let axis = 0; axis < shape.length; axis++) if (stride[axis] !== 0 && shape[axis] !== 1) return false
  return true
}

const elementOf = ({ view: { data, offset }, dtype }: ConcreteTensor): ConcreteTensor =>
  viewOf(data, dtype, [], [], offset)

/**
 * Elementwise work on tensors each of which repeats one element, within a transformation: done once and repeated, with the
 * bits it has anywhere; `undefined` for other work. Derivatives are full of it: 1/y where y is one number for all. What
 * is computed outside of any is a value that compiled functions may be called with again and again, and these take
 * elements in a row: it is written out.
 */
export const onRepeatedElement = <P>(
  primitive: Primitive<P>,
  inputs: readonly ConcreteTensor[],
  params: P,
): ConcreteTensor | undefined => {
  const { elementwise, exact } = primitive.traits
  if (elementwise !== true || exact !== true || !isTransforming() || !inputs.every(repeatsOne))
    return undefined
  return broadcasted(primitive.kernel(inputs.map(elementOf), params), inputs[0]!.shape)
}
