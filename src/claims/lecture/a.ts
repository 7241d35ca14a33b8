import type { Claim } from '../claim.ts'
import { a1 } from './a1-first-network.ts'
import { a2 } from './a2-prior.ts'

/** Section A: parameters and hyper-parameters. */
export const sectionA: readonly Claim[] = [a1, a2]
