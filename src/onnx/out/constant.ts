import type { FreeConstant } from '../../compile/program/free-program.ts'
import { storedElements } from '../../compile/program/stored-elements.ts'
import { viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { extents, sameExtents, type Extents } from './extent.ts'
import type { Graph } from './graph.ts'
import type { Operand } from './operand.ts'

/** The tensor with one element along axes on which its elements repeat, or with one element if all are the same. */
const condensed = (tensor: ConcreteTensor): ConcreteTensor => {
  const { elements, shape } = storedElements(tensor)
  const same = elements.length > 0 && elements.every((value) => Object.is(value, elements[0]))
  return same ? viewOf(elements.slice(0, 1), tensor.dtype, []) : viewOf(elements, tensor.dtype, shape)
}

/** A constant of a program. */
export const constantOperand = (g: Graph, { tensor, shape: free }: FreeConstant): Operand => {
  const shape = extents(free)
  const known = condensed(tensor)
  const stored: Extents = extents(known.shape)
  return {
    name:
      known.shape.length === 0 ? g.scalar(known.view.data[known.view.offset]!, known.dtype) : g.tensor(known),
    shape: stored,
    dtype: known.dtype,
    known,
    ...(sameExtents(stored, shape) ? {} : { stretched: shape }),
  }
}
