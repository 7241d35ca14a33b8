import type { Claim } from '../claim.ts'

/** Section A: parameters and hyper-parameters. */
export const sectionA: readonly Claim[] = []
