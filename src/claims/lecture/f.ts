import type { Claim } from '../claim.ts'

/** Section F: gradient descent. */
export const sectionF: readonly Claim[] = []
