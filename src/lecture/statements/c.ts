import type { Claim } from '../claim.ts'
import { c1 } from './c1-regularization.ts'
import { c2 } from './c2-penalized-cost.ts'
import { c3 } from './c3-weight-decay.ts'
import { c4 } from './c4-sparsity.ts'
import { c5 } from './c5-early-stopping.ts'
import { c6 } from './c6-tying.ts'
import { c7 } from './c7-submodels.ts'
import { c8 } from './c8-evaluation.ts'
import { c9 } from './c9-masks.ts'
import { c10 } from './c10-scaling.ts'
import { c11 } from './c11-ensemble.ts'
import { c12 } from './c12-cost-of-many.ts'
import { c13 } from './c13-complexity.ts'

/** Section C: regularization. */
export const sectionC: readonly Claim[] = [c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13]
