import type { Claim } from '../claim.ts'
import { g1 } from './g1-criteria.ts'
import { g2 } from './g2-halving.ts'
import { g3 } from './g3-samples.ts'

/** Section G: the title. */
export const sectionG: readonly Claim[] = [g1, g2, g3]
