import type { Claim } from '../claim.ts'
import { a1 } from './a1-first-network.ts'
import { a2 } from './a2-prior.ts'
import { a3 } from './a3-random-search.ts'
import { a4 } from './a4-run-record.ts'
import { a5 } from './a5-steering.ts'

/** Section A: parameters and hyper-parameters. */
export const sectionA: readonly Claim[] = [a1, a2, a3, a4, a5]
