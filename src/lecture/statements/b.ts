import type { Claim } from '../claim.ts'
import { b1 } from './b1-ratios.ts'
import { b2 } from './b2-distributions.ts'
import { b3 } from './b3-optimism.ts'
import { b4 } from './b4-both-gaps.ts'
import { b5 } from './b5-overfitting.ts'
import { b6 } from './b6-underfitting.ts'
import { b7 } from './b7-sampling-noise.ts'

/** Section B: samples, bias and variance. */
export const sectionB: readonly Claim[] = [b1, b2, b3, b4, b5, b6, b7]
