/** Outputs up to this size share one piece of memory with those of later calls. */
const sharedBytes = 1 << 14
const chunkBytes = 1 << 16

/** Node hands out memory without clearing it; every byte of an output is written by the program. */
export const allocateMemory = (bytes: number): ArrayBuffer => {
  const { Buffer } = globalThis as {
    readonly Buffer?: { readonly allocUnsafeSlow: (bytes: number) => { readonly buffer: ArrayBuffer } }
  }
  return Buffer === undefined ? new ArrayBuffer(bytes) : Buffer.allocUnsafeSlow(bytes).buffer
}

export interface OutputMemory {
  readonly memory: ArrayBuffer
  readonly byteOffset: number
}

let chunk = new ArrayBuffer(0)
let used = 0

/**
 * Fresh memory for the outputs of one call, aligned to 64 bytes. Small ones are cut from a larger piece, as
 * allocating costs more than a small step; no byte is handed out twice.
 */
export const outputMemory = (bytes: number): OutputMemory => {
  if (bytes > sharedBytes) return { memory: allocateMemory(bytes), byteOffset: 0 }
  if (used + bytes > chunk.byteLength) {
    chunk = allocateMemory(chunkBytes)
    used = 0
  }
  const byteOffset = used
  used += Math.ceil(bytes / 64) * 64
  return { memory: chunk, byteOffset }
}
