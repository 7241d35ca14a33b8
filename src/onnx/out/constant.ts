import { copyElements, viewOf, type ConcreteTensor } from '../../core/tensor/concrete.ts'
import { storedElements } from '../../compile/program/stored-elements.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import { sameExtents, type Extents } from './extent.ts'
import type { Graph } from './graph.ts'
import type { Operand } from './operand.ts'
import { dependsOnRows, extentsOf, type Paired } from './paired-programs.ts'

/** The tensor with one element along axes on which its elements repeat, or with one element if all are the same. */
const condensed = (tensor: ConcreteTensor): ConcreteTensor => {
  const { elements, shape } = storedElements(tensor)
  const same = elements.length > 0 && elements.every((value) => Object.is(value, elements[0]))
  return same
    ? viewOf(
        elements.slice(0, 1),
        tensor.dtype,
        shape.map(() => 1),
      )
    : viewOf(elements, tensor.dtype, shape)
}

const sameElements = (a: ConcreteTensor, b: ConcreteTensor): boolean => {
  if (a === b) return true
  if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape)) return false
  const [x, y] = [copyElements(a), copyElements(b)]
  return x.every((value, i) => Object.is(value, y[i]))
}

/** 0, 1, 2, … as both constants are, as far as they go. */
const isCount = (tensor: ConcreteTensor): boolean =>
  tensor.shape.length === 1 && copyElements(tensor).every((value, i) => value === i)

/** A constant of both programs: one that holds for every number of rows. */
export const constantOperand = (g: Graph, pair: Paired<ConcreteTensor>): Operand => {
  const [first, second] = pair.programs
  const { dtype } = first
  const shape = extentsOf(pair, [first.shape, second.shape])
  const [a, b] = [condensed(first), condensed(second)]
  if (sameElements(a, b)) {
    const single = a.size === 1
    const stored: Extents = single ? [] : a.shape.map((plus) => ({ rows: 0, plus }))
    return {
      name: single ? g.scalar(copyElements(a)[0]!, dtype) : g.tensor(a),
      shape: stored,
      dtype,
      known: a,
      ...(sameExtents(stored, shape) ? {} : { stretched: shape }),
    }
  }
  if (dtype === 'int32' && isCount(first) && isCount(second)) {
    const counted = g.op('Range', [
      g.count({ rows: 0, plus: 0 }),
      g.count(shape[0]!),
      g.count({ rows: 0, plus: 1 }),
    ])
    return { name: g.op('Cast', [counted], { to: { int: 6 } }), shape, dtype }
  }
  throw dependsOnRows(`a constant of ${String(first.size)} elements differs between numbers of rows`)
}
