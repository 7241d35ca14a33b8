import type { Claim } from '../claim.ts'

/** Section B: samples, bias and variance. */
export const sectionB: readonly Claim[] = []
