import type { Claim } from '../claim.ts'

/** Section D: setting up the optimisation. */
export const sectionD: readonly Claim[] = []
