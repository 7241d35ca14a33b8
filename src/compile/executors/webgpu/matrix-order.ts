import { lanes } from './kernel.ts'
import { refuse, type Site } from './site.ts'

/*
 * A workgroup works on a matrix step by step. Matrices of a larger order are left to the processor: a device that is busy
 * with one dispatch for too long is taken for hung, and most of it would stand still.
 */

/** Rotations are some fifty times the work of a factorization. */
export const mostRotated = lanes / 2

/** @throws WithoutShader for matrices beyond one workgroup. */
export const requireOrder = (site: Site, name: string, order: number, most: number = lanes): void => {
  if (order > most)
    refuse(site, `the routine ${name} of order ${String(order)}, above ${String(most)}, has no WGSL`)
}
