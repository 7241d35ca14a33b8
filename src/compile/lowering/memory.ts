import { bytesOf } from '../../core/tensor/dtype.ts'
import type { Storage } from './graph.ts'

/*
 * Places in the arena. Blocks a (64 bytes, instructions 0 to 2), b (128, 1 to 1), c (64, 2 to 3), d (192, 3 to 4):
 *
 *   0   a takes 0 to 64
 *   1   b takes 64 to 192
 *   2   b has ended: 64 to 192 is a gap, of which c takes 64 to 128
 *   3   a has ended: gaps 0 to 64 and 128 to 192. d fits in neither, but the last gap ends where everything does: d starts
 *       there, 128 to 320, which is the size of the arena
 *
 * A block that is written by the instruction which last reads another one may not take its place: both are alive then.
 */

/** Everything in the arena and the output slab starts at a multiple of this many bytes. */
export const alignment = 64

export const alignedSize = (bytes: number): number => Math.ceil(bytes / alignment) * alignment

/** Something that takes memory from the instruction at `first` to the one at `last`. */
export interface Lifetime {
  readonly bytes: number
  readonly first: number
  readonly last: number
}

interface Gap {
  readonly start: number
  readonly end: number
}

/** Gaps in ascending order, none touching the next; `top` is the end of everything that was ever taken. */
interface Space {
  readonly gaps: Gap[]
  top: number
}

/** The first gap that fits, or the end. */
const take = (space: Space, size: number): number => {
  const { gaps } = space
  const i = gaps.findIndex(({ start, end }) => end - start >= size)
  const gap = gaps[i]
  if (gap !== undefined) {
    if (gap.end - gap.start === size) gaps.splice(i, 1)
    else gaps[i] = { start: gap.start + size, end: gap.end }
    return gap.start
  }
  const last = gaps[gaps.length - 1]
  const start = last?.end === space.top ? last.start : space.top
  if (last !== undefined && start === last.start) gaps.pop()
  space.top = start + size
  return start
}

const giveBack = ({ gaps }: Space, { start, end }: Gap): void => {
  let low = 0
  let high = gaps.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (gaps[middle]!.start < start) low = middle + 1
    else high = middle
  }
  const before = gaps[low - 1]
  const after = gaps[low]
  const joinsBefore = before?.end === start
  const joinsAfter = after?.start === end
  gaps.splice(joinsBefore ? low - 1 : low, Number(joinsBefore) + Number(joinsAfter), {
    start: joinsBefore ? before.start : start,
    end: joinsAfter ? after.end : end,
  })
}

interface Planned {
  readonly offsets: readonly number[]
  /** The size of the whole. */
  readonly bytes: number
}

/** Every block in memory of its own. */
const apart = (blocks: readonly Lifetime[]): Planned => {
  let bytes = 0
  const offsets = blocks.map((block) => {
    bytes += alignedSize(block.bytes)
    return bytes - alignedSize(block.bytes)
  })
  return { offsets, bytes }
}

/** The numbers of blocks by a time of each, those of one time in their order. */
const inOrderOf = (times: Float64Array): Float64Array => {
  const count = times.length
  const keys = times.map((time, i) => time * count + i).sort()
  return keys.map((key) => key % count)
}

/**
 * Offsets for blocks such that no two alive at once overlap: blocks take the first gap that fits, in the order
 * they come alive. Where all of them together take no more than `apartUpTo` bytes, none takes the place of another.
 */
export const planMemory = (blocks: readonly Lifetime[], apartUpTo = 0): Planned => {
  const separate = apart(blocks)
  if (separate.bytes <= apartUpTo) return separate
  const offsets = new Array<number>(blocks.length).fill(0)
  const ends = inOrderOf(Float64Array.from(blocks, ({ last }) => last))
  const order = inOrderOf(Float64Array.from(blocks, ({ first }) => first))
  const space: Space = { gaps: [], top: 0 }
  let ended = 0
  for (let k = 0; k < order.length; k++) {
    const i = order[k]!
    const { first, bytes } = blocks[i]!
    for (; ended < ends.length; ended++) {
      const { last, bytes: size } = blocks[ends[ended]!]!
      if (last >= first) break
      const start = offsets[ends[ended]!]!
      if (size > 0) giveBack(space, { start, end: start + alignedSize(size) })
    }
    if (bytes > 0) offsets[i] = take(space, alignedSize(bytes))
  }
  return { offsets, bytes: space.top }
}

export const storageBytes = ({ dtype, size }: Storage): number => size * bytesOf(dtype)
