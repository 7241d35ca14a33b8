import type { Claim } from '../claim.ts'

/** Section G: the title. */
export const sectionG: readonly Claim[] = []
