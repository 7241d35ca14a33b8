import { bufferPool, placeAlignment, type BufferPool } from './buffer-pool.ts'
import { forPrograms } from '../executors/webgpu/flags.ts'

/*
 * Memory of values on a device. A slab is one buffer with the results of one call; each value holds a part of it, and when
 * the last holder is gone (given up, or found to be garbage) the buffer serves again. Work is done in the order in which it
 * is submitted, so a buffer may be used again as soon as everything that reads it is submitted: a run that is still being
 * prepared pins what it reads.
 *
 * A loss that is kept would keep the parameters beside it: where little of a slab is left, what is left moves.
 */

interface Slab {
  readonly buffer: GPUBuffer
  readonly holdings: Set<Holding>
  pins: number
}

/** The part of a slab that a value lies in. */
export interface Holding {
  slab: Slab
  offset: number
  readonly bytes: number
  /** Whether the value was given up, or is garbage. */
  released: boolean
}

/** The memory of one device. */
export interface DeviceMemory {
  /** A slab that nobody holds yet, pinned. */
  readonly take: (bytes: number) => Promise<Slab>
  /** Holds a part of a slab, until it is released or the owner is garbage. */
  readonly hold: (owner: object, slab: Slab, offset: number, bytes: number) => Holding
  readonly release: (holding: Holding) => void
  /** While it is pinned a slab stays what and where it is. */
  readonly pin: (slab: Slab) => void
  readonly unpin: (slab: Slab) => void
  readonly pool: BufferPool
}

export type { Slab }

/** A slab of which no more than this part is held is left by those who hold it. */
const sparse = 1 / 8
/** So many bytes may wait in such slabs: most of what is held there is soon gone too. */
const sparseBytes = 2 ** 24

const placesOf = (
  parts: readonly Holding[],
): { readonly starts: readonly number[]; readonly bytes: number } => {
  let bytes = 0
  const starts = parts.map((part) => {
    const start = bytes
    bytes += Math.ceil(part.bytes / placeAlignment) * placeAlignment
    return start
  })
  return { starts, bytes }
}

/** Copies parts to places in another slab, but for those that have been released. */
const move = (device: GPUDevice, parts: readonly Holding[], starts: readonly number[], slab: Slab): void => {
  const encoder = device.createCommandEncoder()
  parts.forEach((part, i) => {
    if (part.released) return
    const { slab: old, offset, bytes } = part
    if (bytes > 0)
      encoder.copyBufferToBuffer(old.buffer, offset, slab.buffer, starts[i]!, Math.ceil(bytes / 4) * 4)
    old.holdings.delete(part)
    slab.holdings.add(part)
    part.slab = slab
    part.offset = starts[i]!
  })
  device.queue.submit([encoder.finish()])
}

/** Memory of a device, by what of it is held. */
export const deviceMemory = (device: GPUDevice): DeviceMemory => {
  const pool = bufferPool(device, forPrograms)
  /** Slabs of which little is held. */
  const leaving = new Set<Slab>()
  const settle = (slab: Slab): void => {
    if (slab.holdings.size > 0 || slab.pins > 0) return
    leaving.delete(slab)
    pool.giveBack(slab.buffer)
  }
  const isSparse = ({ buffer, holdings }: Slab): boolean =>
    [...holdings].reduce((sum, { bytes }) => sum + bytes, 0) <= sparse * buffer.size
  const take = async (bytes: number): Promise<Slab> => ({
    buffer: await pool.take(bytes),
    holdings: new Set(),
    pins: 1,
  })
  const unpin = (slab: Slab): void => {
    slab.pins -= 1
    settle(slab)
  }
  const leave = async (old: Slab): Promise<void> => {
    leaving.delete(old)
    old.pins += 1
    const parts = [...old.holdings]
    const { starts, bytes } = placesOf(parts)
    const slab = await take(bytes)
    // A run that pins it meanwhile may have read where its values lie.
    if (old.pins === 1) move(device, parts, starts, slab)
    else leaving.add(old)
    unpin(old)
    unpin(slab)
  }
  const release = (holding: Holding): void => {
    if (holding.released) return
    holding.released = true
    collected.unregister(holding)
    const { slab } = holding
    slab.holdings.delete(holding)
    if (slab.holdings.size === 0) settle(slab)
    else if (slab.buffer.size > 4096 && isSparse(slab)) {
      leaving.add(slab)
      const bytes = [...leaving].reduce((sum, { buffer }) => sum + buffer.size, 0)
      // A failure leaves everything where it is.
      if (bytes > sparseBytes)
        [...leaving]
          .filter(({ pins }) => pins === 0)
          .forEach((each) => void leave(each).catch(() => undefined))
    }
  }
  const collected = new FinalizationRegistry<Holding>(release)
  return {
    take,
    hold: (owner, slab, offset, bytes) => {
      const holding: Holding = { slab, offset, bytes, released: false }
      slab.holdings.add(holding)
      collected.register(owner, holding, holding)
      return holding
    },
    release,
    pin: (slab) => {
      slab.pins += 1
    },
    unpin,
    pool,
  }
}
