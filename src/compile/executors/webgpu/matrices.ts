import type { Place } from '../kernel-program.ts'
import type { Binder } from './binder.ts'
import { indexText } from './body-text.ts'

/** Text that reads and writes element (i, k) of the matrix of a workgroup. */
export interface Matrices {
  readonly read: (i: string, k: string) => string
  readonly write: (i: string, k: string, value: string) => string
}

/**
 * Matrices of a batch, one for each workgroup, of a size in elements and a width. Those of size 6 and width 3 have element
 * (1, 2) of the matrix of `group` 4 at 4 · 6 + 1 · 3 + 2.
 */
export const matricesIn = (binder: Binder, place: Place, size: number, width: number): Matrices => {
  const index = (i: string, k: string): string =>
    indexText(place.offset, [
      ['group', size],
      [i, width],
      [k, 1],
    ])
  return {
    read: (i, k) => binder.load(place, 'float32', index(i, k)),
    write: (i, k, value) => binder.store(place, 'float32', index(i, k), value),
  }
}

/** Of the largest magnitude: the power of two that takes it below 4, so that squares neither overflow nor vanish. */
export const unitFunction = `fn unitOf(most: f32) -> f32 {
return bitcast<f32>((254u - clamp(bitcast<u32>(most) >> 23u, 1u, 253u)) << 23u);
}`
