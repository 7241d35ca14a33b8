/*
 * What a loop hands on from turn to turn. Each carried value has a storage; of h' = tanh(w · h) and n' = n + 1
 *
 *   h'   is a product of all of h: it has memory of its own, and is copied over h once the body has run
 *   n'   stores its one element where it loads that of n: it lies over n, and nothing is copied
 *
 * Which results lie over the values they follow, `in-place.ts` finds out as it does for inputs that are given up.
 */

import type { Instruction } from '../executors/kernel-program.ts'
import { copyView } from './emit-nest.ts'
import { ownerOf, writtenStorage, type Reference, type Storage } from './graph.ts'
import { overlayOf } from './in-place.ts'
import { isContiguousLayout } from './layout.ts'
import type { Overlay, RegionContext, Work } from './region-context.ts'

/**
 * How the body of a loop gives its next carried values. All are replaced at once: what views another of them, or its own
 * in another order, is copied before the first is written.
 */
export const carriedForm =
  (carried: readonly Storage[]): RegionContext['outputForm'] =>
  ({ root, layout }: Reference, i) => {
    const isOwn = root.storage === carried[i] && isContiguousLayout(layout)
    return isOwn || !carried.includes(root.storage!) ? 'view' : 'copy'
  }

/** The next carried values that are to lie over the ones before. */
export const nextOverCarried = (
  carried: readonly Storage[],
  outputs: readonly Reference[],
): readonly Overlay[] =>
  carried.flatMap((storage, i) => {
    const overlay = overlayOf(storage, outputs[i]!)
    return overlay === undefined ? [] : [overlay]
  })

/** Copies of the next carried values over the ones before, where they do not lie there. */
export const handOn = (
  carried: readonly Storage[],
  outputs: readonly Reference[],
  overlays: readonly Overlay[],
): readonly Instruction[] =>
  carried.flatMap((storage, i) => {
    const result = outputs[i]!
    const isThere =
      result.root.storage === storage ||
      overlays.some(({ from, to }) => from === storage && to === result.root.storage)
    return isThere ? [] : copyView(result, storage)
  })

const isSamePlace = ({ place: a }: Storage, { place: b }: Storage): boolean =>
  a !== undefined && b !== undefined && a.space !== 'input' && b.space !== 'input'
    ? a.space === b.space && a.byteOffset === b.byteOffset
    : false

/** Copies of the first carried values into their storages, where they do not lie there. */
export const enterLoop = (
  initial: readonly Reference[],
  carried: readonly Storage[],
): readonly Instruction[] =>
  carried.flatMap((storage, i) => {
    const first = initial[i]!
    return isSamePlace(writtenStorage(first), storage) ? [] : copyView(first, storage)
  })

/** Whether a loop reads `from` only where it enters the loop, as the first of the carried value `to`. */
export const entersOver =
  (
    others: readonly Reference[],
    initial: readonly Reference[],
    carried: readonly Storage[],
  ): NonNullable<Work['storesOver']> =>
  (from, to) => {
    const isOf = (reference: Reference): boolean => ownerOf(writtenStorage(reference)) === from
    const entersAs = ({ root, layout }: Reference, i: number): boolean =>
      carried[i] === to && root.storage === from && isContiguousLayout(layout) && from.size === to.size
    return !others.some(isOf) && initial.every((first, i) => !isOf(first) || entersAs(first, i))
  }
