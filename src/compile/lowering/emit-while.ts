/*
 * A loop that a condition ends. For `while` with a fixed w and a carried h:
 *
 *   copy h into the carried storage          before the loop: the storage of output h, unless h lies there
 *   while
 *     the condition                          over w where it lies and the carried storage; leaves a boolean
 *   do
 *     the body                               likewise
 *     copy the next h                        over the carried storage, unless it was written there (`carried.ts`)
 *
 * Condition and body are regions of their own and take turns, so both use the same part of the arena.
 */

import type { StructuralParameters } from '../../core/primitive/program.ts'
import { placeOf } from './arrange.ts'
import { carriedForm, enterLoop, entersOver, handOn, nextOverCarried } from './carried.ts'
import { entering, givenReference, writtenStorage, type Reference, type Storage } from './graph.ts'
import { contiguousLayout } from './layout.ts'
import type { RegionContext, Work } from './region-context.ts'

export const whileWork = (
  { condition, body, fixed, atMost }: StructuralParameters['while'],
  reads: readonly Reference[],
  writes: readonly Storage[],
  context: RegionContext,
): Work => {
  const given = () => [
    ...reads.slice(0, fixed).map(entering),
    ...writes.map((storage, i) =>
      givenReference(storage, contiguousLayout(body.inputs[fixed + i]?.shape ?? [])),
    ),
  ]
  const inner = { ...context, nested: true }
  const test = context.lowerInner(condition, given(), { ...inner, outputForm: () => 'view' })
  const turn = context.lowerInner(body, given(), { ...inner, outputForm: carriedForm(writes) })
  const [planned, turned] = [test.plan(), turn.plan(nextOverCarried(writes, turn.outputs))]
  const initial = reads.slice(fixed)
  const predicate = test.outputs[0]!
  return {
    reads: reads.map(writtenStorage),
    writes,
    inner: Math.max(planned.bytes, turned.bytes),
    storesOver: entersOver(reads.slice(0, fixed), initial, writes),
    emit: (base) => [
      ...enterLoop(initial, writes),
      {
        kind: 'while',
        atMost,
        condition: planned.emit(base),
        predicate: placeOf(writtenStorage(predicate), predicate.layout.offset),
        body: [...turned.emit(base), ...handOn(writes, turn.outputs, turned.overlays)],
      },
    ],
  }
}
