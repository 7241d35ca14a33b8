/*
 * In which order a reduction walks through its operand. The last axes are summed within each row, which wants the elements
 * of a row next to each other. For a product [500, 1000] that is seen as [1000, 25, 20] and summed along 20, neighbours lie
 * along the first axis instead, 1000 elements apart within a row; as [25, 20, 1000] the rows are added up, each of them read
 * as it lies:
 *
 *   strides of the operand      [1, 20000, 1000]        reduced: axis 2
 *   order                       [1, 2, 0]               strides [20000, 1000, 1], reduced: axis 1
 */

import { sizeOf } from '../../core/tensor/shape.ts'
import { alignmentIn } from './fusion-plan.ts'
import type { Node, Reference } from './graph.ts'

/** Fewer neighbours are not worth another order. */
const fewestNeighbours = 16

/** Whatever is smaller is read from the first cache in any order. */
const smallestOperand = 4096

/** The strides along the axes of the whole that an operand is a part of. */
const alongWhole = ({ layout }: Reference, alignment: readonly number[], rank: number): readonly number[] => {
  const strides = Array.from({ length: rank }, () => 0)
  alignment.forEach((axis, i) => {
    if (axis >= 0) strides[axis] = layout.strides[i]!
  })
  return strides
}

/**
 * How everything that is computed on the way is read from memory. `undefined` where some of it is in a nest that the
 * reduction may join, is stored for others too, in an order of its own, or is no plain view of what it is computed from.
 */
const readsOf = (
  operand: Reference,
  isUsedLater: (node: Node) => boolean,
): readonly (readonly number[])[] | undefined => {
  const rank = operand.layout.shape.length
  const reads: (readonly number[])[] = []
  const visit = (reference: Reference, alignment: readonly number[]): boolean => {
    const { root } = reference
    if (root.kind === 'leaf' || root.group !== undefined) {
      reads.push(alongWhole(reference, alignment, rank))
      return root.kind === 'leaf' || root.group?.kind === 'matmul'
    }
    const inner = alignmentIn(reference, alignment)
    return inner !== undefined && !isUsedLater(root) && root.operands.every((next) => visit(next, inner))
  }
  return visit(operand, [...operand.layout.shape.keys()]) ? reads : undefined
}

/**
 * The axes of what is reduced along its last axes in an order that reads neighbours after each other; `undefined` where
 * that is the order it has.
 */
export const orderOfNeighbours = (
  operand: Reference,
  axes: readonly number[],
  isUsedLater: (node: Node) => boolean,
): readonly number[] | undefined => {
  const { shape } = operand.layout
  const kept = [...shape.keys()].filter((axis) => !axes.includes(axis))
  if (sizeOf(shape) < smallestOperand || !axes.every((axis) => axis >= kept.length)) return undefined
  const wide = kept.filter((axis) => shape[axis]! >= fewestNeighbours)
  if (wide.length === 0) return undefined
  const reads = readsOf(operand, isUsedLater)?.filter((strides) =>
    shape.every((n, axis) => n === 1 || strides[axis] !== 0),
  )
  if (reads === undefined || reads.length === 0) return undefined
  const neighbours = wide.find((axis) => reads.every((strides) => strides[axis] === 1))
  return neighbours === undefined
    ? undefined
    : [...kept.filter((axis) => axis !== neighbours), ...axes, neighbours]
}
