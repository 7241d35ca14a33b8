/*
 * Parts of one storage, each written where it belongs by the group that computes it: `concat` of a [2, 3] and b [1, 3]
 * along axis 0 has the storage s [3, 3], a part of a at element 0 of s and one of b at element 6, both with the strides
 * [3, 1]; then an empty instruction that says when all of s is there. Nothing is copied.
 */

import type { Region, Typed } from '../../core/primitive/primitive.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { paddedAxis } from '../program/padded-axis.ts'
import {
  leafReference,
  nodeOf,
  viewed,
  type LeafReference,
  type Reference,
  type SingleGroup,
  type Storage,
} from './graph.ts'
import { contiguousLayout, slicedLayout } from './layout.ts'
import { placeNode } from './place.ts'
import { appendGroup, type Schedule } from './schedule.ts'

/** Parts that follow each other along an axis, as one value. */
export const joinParts = (
  schedule: Schedule,
  parts: readonly Reference[],
  axis: number,
  { dtype, shape }: Typed,
): Reference => {
  const storage: Storage = { dtype, size: sizeOf(shape) }
  const whole = contiguousLayout(shape)
  let before = 0
  for (const part of parts) {
    const own = part.layout.shape
    const start = own.map((_, i) => (i === axis ? before : 0))
    const { strides, offset } = slicedLayout(
      whole,
      start,
      own.map(() => 1),
      own,
    )
    before += own[axis] ?? 0
    if (sizeOf(own) === 0) continue
    placeNode(schedule, {
      ...nodeOf({ kind: 'part' }, dtype, own, [part]),
      layout: { shape: own, strides, offset: 0 },
      storage: { dtype, size: sizeOf(own), within: { storage, offset } },
    })
  }
  const group = appendGroup<SingleGroup>(schedule, {
    kind: 'single',
    work: { kind: 'joined' },
    reads: [],
    writes: [storage],
  })
  return leafReference(storage, shape, group)
}

/** Zeros, the elements and zeros, where a pad does no more than add zeros along one axis. */
export const padParts = (
  operand: Reference,
  region: Region,
  shape: readonly number[],
  zero: () => LeafReference,
): { readonly parts: readonly Reference[]; readonly axis: number } | undefined => {
  const inner = operand.layout.shape
  const axis = paddedAxis(region, inner, shape)
  if (axis === undefined) return undefined
  const zeros = (n: number): Reference => {
    const own = shape.map((size, i) => (i === axis ? n : size))
    return viewed(zero(), { shape: own, strides: own.map(() => 0), offset: 0 })
  }
  const before = region.start[axis] ?? 0
  const after = (shape[axis] ?? 0) - before - (inner[axis] ?? 0)
  return { parts: [zeros(before), operand, zeros(after)], axis }
}
