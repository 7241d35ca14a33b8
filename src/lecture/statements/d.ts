import type { Claim } from '../claim.ts'
import { d1 } from './d1-ranges.ts'
import { d10 } from './d10-expressiveness.ts'
import { d11 } from './d11-weight-scales.ts'
import { d2 } from './d2-condition.ts'
import { d3 } from './d3-standardize.ts'
import { d4 } from './d4-internal-shift.ts'
import { d5 } from './d5-batch-norm.ts'
import { d6 } from './d6-epsilon.ts'
import { d7 } from './d7-scale-and-shift.ts'
import { d8 } from './d8-moving-statistics.ts'
import { d9 } from './d9-contours.ts'

/** Section D: setting up the optimization. */
export const sectionD: readonly Claim[] = [d1, d2, d3, d4, d5, d6, d7, d8, d9, d10, d11]
