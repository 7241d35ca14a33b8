/*
 * A loop that a condition ends. For `while` with a fixed w and a carried h:
 *
 *   copy h into the carried storage          before the loop: the storage of output h
 *   while
 *     the condition                          over w where it lies and the carried storage; leaves a boolean
 *   do
 *     the body                               likewise
 *     copy the next h                        over the carried storage, once nothing reads it any more
 *
 * Condition and body are regions of their own and take turns, so both use the same part of the arena.
 */

import type { StructuralParameters } from '../../core/primitive/program.ts'
import { placeOf } from './arrange.ts'
import { copyView } from './emit-nest.ts'
import { entering, givenReference, writtenStorage, type Reference, type Storage } from './graph.ts'
import { contiguousLayout } from './layout.ts'
import { carriedForm } from './carried-form.ts'
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
  const [planned, turned] = [test.plan(), turn.plan()]
  const predicate = test.outputs[0]!
  return {
    reads: reads.map(writtenStorage),
    writes,
    inner: Math.max(planned.bytes, turned.bytes),
    emit: (base) => [
      ...writes.flatMap((storage, i) => copyView(reads[fixed + i]!, storage)),
      {
        kind: 'while',
        atMost,
        condition: planned.emit(base),
        predicate: placeOf(writtenStorage(predicate), predicate.layout.offset),
        body: [
          ...turned.emit(base),
          ...writes.flatMap((storage, i) => {
            const result = turn.outputs[i]!
            return result.root.storage === storage ? [] : copyView(result, storage)
          }),
        ],
      },
    ],
  }
}
