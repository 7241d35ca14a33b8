import type { Claim } from '../claim.ts'
import { c7 } from './c7-submodels.ts'
import { c8 } from './c8-evaluation.ts'
import { c9 } from './c9-masks.ts'
import { c10 } from './c10-scaling.ts'
import { c11 } from './c11-ensemble.ts'

/** Section C: regularisation. */
export const sectionC: readonly Claim[] = [c7, c8, c9, c10, c11]
