/*
 * The flags of the standard (WebGPU, sections 5.1.2 and 5.2), which are globals in browsers and not in Node.
 * Source: https://www.w3.org/TR/webgpu/#namespacedef-gpubufferusage
 */

const [mapRead, copySource, copyDestination, storage] = [0x1, 0x4, 0x8, 0x80] as const

/** Of memory that programs read and write. */
export const forPrograms = storage | copySource | copyDestination

/** Of memory through which values come back. */
export const forReading = mapRead | copyDestination

/** How such memory is mapped. */
export const toRead = 0x1
