import { dtypeOf, nodeOf, referenceTo, storageOf, viewed, type Reference, type Storage } from './graph.ts'
import { contiguousLayout, isContiguousLayout, reshapedLayout } from './layout.ts'
import { placeNode } from './place.ts'
import type { Schedule } from './schedule.ts'

/** Elements the reference reads exist in memory: the root has a group and a storage. */
export const materialize = (schedule: Schedule, { root }: Reference): Storage => {
  if (root.kind === 'leaf') return root.storage
  placeNode(schedule, root)
  return storageOf(root)
}

/** The elements of a reference, laid out in row-major order without gaps; not placed yet. */
export const copyOf = (reference: Reference): Reference =>
  referenceTo(nodeOf({ kind: 'copy' }, dtypeOf(reference), reference.layout.shape, [reference]))

/** As `copyOf`, in memory. */
export const copiedInto = (schedule: Schedule, reference: Reference): Reference => {
  const copy = copyOf(reference)
  materialize(schedule, copy)
  return copy
}

/** The same elements in row-major order from the start of a storage. */
export const dense = (schedule: Schedule, reference: Reference): Reference => {
  if (!isContiguousLayout(reference.layout)) return copiedInto(schedule, reference)
  materialize(schedule, reference)
  return reference
}

/** The reference itself, its elements in memory. */
export const inMemory = (schedule: Schedule, reference: Reference): Reference => {
  materialize(schedule, reference)
  return reference
}

/** The same elements under another shape; a copy where strides cannot say that. */
export const reshaped = (reference: Reference, shape: readonly number[]): Reference => {
  const layout = reshapedLayout(reference.layout, shape)
  if (layout !== undefined) return viewed(reference, layout)
  const copy = copyOf(reference)
  return viewed(copy, reshapedLayout(copy.layout, shape) ?? contiguousLayout(shape))
}
