import type { DType } from '../../../core/tensor/dtype.ts'
import { DTypeError, PuregradError } from '../../../core/tensor/errors.ts'
import type { PlacementOf } from './binder.ts'

/** Where kernels are written: the instruction, in messages, and the memory. */
export interface Site {
  /** `instruction 3 body 0`. */
  readonly path: string
  readonly kind: string
  readonly placementOf: PlacementOf
  /** Where memory begins, in bytes of the arena, that an instruction may use for itself. */
  readonly scratch: number
  /** Notes how many bytes of it an instruction uses. */
  readonly useScratch: (bytes: number) => void
}

const prefix = ({ path, kind }: Site): string => `WebGPU, ${path} (${kind})`

/** @throws DTypeError for a dtype that WGSL has no arithmetic of. */
export const requireDType = (site: Site, dtype: DType): void => {
  if (dtype === 'float64')
    throw new DTypeError(
      `${prefix(site)}: there is no float64 on WebGPU: compute in float32, or use another backend`,
    )
}

/** @throws PuregradError for what there is no WGSL of. */
export const refuse = (site: Site, what: string): never => {
  throw new PuregradError(`${prefix(site)}: ${what}; use another backend`)
}
