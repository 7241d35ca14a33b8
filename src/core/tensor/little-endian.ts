import type { Buffer } from './dtype.ts'

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** The bytes of a buffer from the least significant of each element on; the buffer is reversed in place elsewhere. */
export const littleEndianBytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  const width = buffer.BYTES_PER_ELEMENT
  if (!littleEndian) for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse()
  return bytes
}
