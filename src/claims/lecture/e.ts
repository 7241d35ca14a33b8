import type { Claim } from '../claim.ts'

/** Section E: vanishing gradients, initialisation, activations. */
export const sectionE: readonly Claim[] = []
