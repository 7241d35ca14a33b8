import type { DType } from '../../../core/tensor/dtype.ts'
import { PuregradError } from '../../../core/tensor/errors.ts'
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
  /** Whether invocations of a subgroup may exchange values. */
  readonly hasSubgroups: boolean
}

/* eslint-disable functional/no-classes --
   told apart by `instanceof` on its way from where text is written to where a program is planned */
/** There is no WGSL for an instruction, which the processor has to run. */
export class WithoutShader extends PuregradError {
  override readonly name = 'WithoutShader'
}
/* eslint-enable functional/no-classes */

/** @throws WithoutShader for what there is no WGSL of. */
export const refuse = ({ path, kind }: Site, what: string): never => {
  throw new WithoutShader(`${path} (${kind}): ${what}`)
}

/** @throws WithoutShader for a dtype that WGSL has no arithmetic of. */
export const requireDType = (site: Site, dtype: DType): void => {
  if (dtype === 'float64') refuse(site, 'float64 has no WGSL')
}
