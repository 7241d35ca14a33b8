import type { Claim } from '../claim.ts'
import { a2 } from './a2-prior.ts'

/** Section A: parameters and hyper-parameters. */
export const sectionA: readonly Claim[] = [a2]
