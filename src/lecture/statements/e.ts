import type { Claim } from '../claim.ts'
import { e1 } from './e1-deep-linear-network.ts'
import { e2 } from './e2-vanishing-output.ts'
import { e3 } from './e3-symmetry.ts'
import { e4 } from './e4-initialization.ts'
import { e5 } from './e5-saturation.ts'
import { e6 } from './e6-rectifier.ts'
import { e7 } from './e7-thinner-network.ts'
import { e8 } from './e8-leaky-rectifiers.ts'
import { e9 } from './e9-vanishing-derivatives.ts'

/** Section E: vanishing gradients, initialization, activations. */
export const sectionE: readonly Claim[] = [e1, e2, e3, e4, e5, e6, e7, e8, e9]
