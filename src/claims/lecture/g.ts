import type { Claim } from '../claim.ts'
import { g1 } from './g1-criteria.ts'

/** Section G: the title. */
export const sectionG: readonly Claim[] = [g1]
