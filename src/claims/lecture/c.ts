import type { Claim } from '../claim.ts'

/** Section C: regularisation. */
export const sectionC: readonly Claim[] = []
