/** Outputs up to this size share one piece of memory with those of later calls. */
const sharedBytes = 1 << 14
const chunkBytes = 1 << 16

let chunk = new ArrayBuffer(0)
let used = 0

/**
 * Fresh zeroed memory for the outputs of one call, aligned to 64 bytes. Small ones are cut from a larger piece, as
 * allocating costs more than a small step; no byte is handed out twice.
 */
export const outputMemory = (
  bytes: number,
): { readonly memory: ArrayBuffer; readonly byteOffset: number } => {
  if (bytes > sharedBytes) return { memory: new ArrayBuffer(bytes), byteOffset: 0 }
  if (used + bytes > chunk.byteLength) {
    chunk = new ArrayBuffer(chunkBytes)
    used = 0
  }
  const byteOffset = used
  used += Math.ceil(bytes / 64) * 64
  return { memory: chunk, byteOffset }
}
