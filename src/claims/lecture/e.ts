import type { Claim } from '../claim.ts'
import { e1 } from './e1-deep-linear-network.ts'
import { e2 } from './e2-vanishing-output.ts'

/** Section E: vanishing gradients, initialisation, activations. */
export const sectionE: readonly Claim[] = [e1, e2]
