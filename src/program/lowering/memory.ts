import type { Storage } from './graph.ts'
import { bytesOf } from './nest.ts'

/** Everything in the arena and the output slab starts at a multiple of this many bytes. */
export const alignment = 64

export const alignedSize = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

/** Something that takes memory from the instruction at `first` to the one at `last`. */
export interface Lifetime {
  readonly bytes: number
  readonly first: number
  readonly last: number
}

/**
 * Offsets for blocks such that no two alive at once overlap: blocks take the first gap that fits, in the order
 * they come alive. Returns the offsets and the size of the whole.
 */
export const planMemory = (
  blocks: readonly Lifetime[],
): { readonly offsets: readonly number[]; readonly bytes: number } => {
  const offsets = blocks.map(() => 0)
  const order = [...blocks.keys()].sort(
    (a, b) => (blocks[a] as Lifetime).first - (blocks[b] as Lifetime).first || a - b,
  )
  const alive: { readonly start: number; readonly end: number; readonly last: number }[] = []
  let bytes = 0
  for (const i of order) {
    const { first, last, bytes: size } = blocks[i] as Lifetime
    for (let j = alive.length - 1; j >= 0; j--)
      if ((alive[j] as { last: number }).last < first) alive.splice(j, 1)
    const needed = alignedSize(size)
    let start = 0
    let at = 0
    for (; at < alive.length; at++) {
      const next = alive[at] as { start: number; end: number }
      if (next.start - start >= needed) break
      start = Math.max(start, next.end)
    }
    alive.splice(at, 0, { start, end: start + needed, last })
    alive.sort((a, b) => a.start - b.start)
    offsets[i] = start
    bytes = Math.max(bytes, start + needed)
  }
  return { offsets, bytes }
}

export const storageBytes = ({ dtype, size }: Storage): number => size * bytesOf(dtype)
