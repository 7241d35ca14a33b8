import type { Claim } from '../claim.ts'
import { f1 } from './f1-descent-path.ts'
import { f10 } from './f10-full-iteration.ts'
import { f2 } from './f2-convergence.ts'
import { f3 } from './f3-streaming.ts'
import { f4 } from './f4-starts.ts'
import { f5 } from './f5-full-gradient.ts'
import { f6 } from './f6-gradient-noise.ts'
import { f7 } from './f7-epochs.ts'
import { f8 } from './f8-batch-size.ts'
import { f9 } from './f9-beyond-descent.ts'

/** Section F: gradient descent. */
export const sectionF: readonly Claim[] = [f1, f2, f3, f4, f5, f6, f7, f8, f9, f10]
