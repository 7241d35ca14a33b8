/*
 * Which results of a program may be written where an argument lies that is given up. An argument goes with the result
 * that will be it at the next call of a loop, which is told from their order; then the works decide. Of w' = w − rate · g
 * with g = xᵀ · dy, and dx = dy · wᵀ:
 *
 *   0  product xᵀ · dy, behind it w − rate · g       reads w, stores w'
 *   1  product dy · wᵀ                               reads w
 *
 * Work 0 would overwrite w before work 1 reads it. Nothing between them needs w', so 0 goes behind 1, and there it
 * stores each element of w' where it loads that of w. `check-in-place.ts` has the rule that every executor holds a program to.
 */

import type { Typed } from '../../core/primitive/primitive.ts'
import { isProgram, type Equation } from '../../core/primitive/program.ts'
import { ownerOf, writtenStorage, type Reference, type Storage } from './graph.ts'
import { isContiguousLayout } from './layout.ts'
import type { Overlay, Work } from './region-context.ts'

/** Numbers of an input and of the output that may be written over it. */
type Pair = readonly [input: number, output: number]

const isAlike = (a: Typed, b: Typed | undefined): boolean =>
  b !== undefined &&
  a.dtype === b.dtype &&
  a.shape.length === b.shape.length &&
  a.shape.every((n, axis) => n === b.shape[axis])

/**
 * Which output each of these inputs becomes in a loop: where a run of outputs is like all of them, that run; else the
 * first one behind the output of the input before that is like it.
 */
export const successors = (
  inputs: readonly Typed[],
  given: readonly number[],
  outputs: readonly Typed[],
): readonly Pair[] => {
  const start = outputs.findIndex((_, s) =>
    given.every((input, k) => isAlike(inputs[input]!, outputs[s + k])),
  )
  if (start >= 0) return given.map((input, k) => [input, start + k])
  let next = 0
  return given.flatMap((input): readonly Pair[] => {
    const found = outputs.findIndex((output, j) => j >= next && isAlike(inputs[input]!, output))
    if (found < 0) return []
    next = found + 1
    return [[input, found]]
  })
}

/** A result that could take the place of a value: all of a storage of its own, in the order of memory. */
export const overlayOf = (from: Storage, output: Reference): Overlay | undefined => {
  const to = writtenStorage(output)
  const isWhole = isContiguousLayout(output.layout) && to.within === undefined && to.size === from.size
  return isWhole && to !== from ? { from, to } : undefined
}

/** Works in a new order, in which these inputs may be overwritten. */
export interface Overlaid {
  readonly works: readonly Work[]
  readonly overlays: readonly Overlay[]
}

const touches = (storages: readonly Storage[], storage: Storage): boolean =>
  storages.some((one) => ownerOf(one) === storage)

/** Whether a work has to stay where it is in relation to another. */
const isBound = (a: Work, b: Work): boolean => {
  const written = (one: Work, other: Work): boolean =>
    one.writes.some((storage) => {
      const owner = ownerOf(storage)
      return touches(other.reads, owner) || touches(other.writes, owner)
    })
  return written(a, b) || written(b, a)
}

/** Whether a run can end with an error in this equation: an index of it may lie outside its axis. */
export const canFail = ({ operation, params }: Equation): boolean =>
  operation === 'gather' ||
  operation === 'scatterAdd' ||
  Object.values(params).some((value) => isProgram(value) && value.equations.some(canFail))

/** Where the result is written first, and the last of the other works that have to run before that. */
const boundsOf = (works: readonly Work[], { from, to }: Overlay) => {
  const at = works.findIndex(({ writes }) => touches(writes, to))
  let last = works.length - 1
  while (last >= 0) {
    const { mayFail, reads } = works[last]!
    if (last !== at && (mayFail === true || touches(reads, from))) break
    last -= 1
  }
  return { at, last }
}

/** The works in an order in which a result may be written over an input; `undefined` where that could be seen. */
const ordered = (works: readonly Work[], overlay: Overlay): readonly Work[] | undefined => {
  const { at, last } = boundsOf(works, overlay)
  const writer = works[at]
  if (writer === undefined || writer.mayFail === true) return undefined
  const { from, to } = overlay
  if (touches(writer.reads, from) && writer.storesOver?.(from, to) !== true) return undefined
  if (last < at) return works
  const between = works.slice(at + 1, last + 1)
  return between.some((work) => isBound(writer, work))
    ? undefined
    : [...works.slice(0, at), ...between, writer, ...works.slice(last + 1)]
}

/** As many of these overlays as the works allow, the earlier ones first. */
export const layOver = (works: readonly Work[], wished: readonly Overlay[]): Overlaid =>
  wished.reduce<Overlaid>(
    (sofar, overlay) => {
      const { from, to } = overlay
      const overlays = [...sofar.overlays, overlay]
      if (sofar.overlays.some((one) => one.from === from || one.to === to)) return sofar
      const next = ordered(sofar.works, overlay)
      // Moving a work may take it behind one that overwrites what it reads.
      const isSound =
        next !== undefined &&
        overlays.every((one) => {
          const { at, last } = boundsOf(next, one)
          return last < at
        })
      return isSound ? { works: next, overlays } : sofar
    },
    { works, overlays: [] },
  )
