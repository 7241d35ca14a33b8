/* eslint-disable functional/no-classes -- told apart by `instanceof` where the lowering starts again without fusion */
import { PuregradError } from '../../core/tensor/errors.ts'

/** A group could not be expressed as one instruction; the program is lowered again without fusing. */
export class FusionError extends PuregradError {
  constructor() {
    super('the fused form of this program could not be expressed')
  }
}
