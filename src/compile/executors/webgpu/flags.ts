/*
 * The flags of WebGPU by their values, which its specification fixes: not every runtime that has devices has the global
 * objects that name them.
 */

export const bufferUsage = { mapRead: 1, copySource: 4, copyTarget: 8, uniform: 64, storage: 128 } as const

export const computeStage = 4

/** How memory is mapped to be read. */
export const readMode = 1

/** Of memory that programs read and write. */
export const forPrograms = bufferUsage.storage | bufferUsage.copySource | bufferUsage.copyTarget

/** Of memory through which values come back. */
export const forReading = bufferUsage.mapRead | bufferUsage.copyTarget
