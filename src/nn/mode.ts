import type { Key } from '../core/numeric/index.ts'

/**
 * Whether a network is being trained or evaluated. Training cannot lack a random key, and evaluation cannot hold one,
 * so evaluating twice gives the same bytes.
 */
export type Mode =
  | { readonly kind: 'train'; readonly key: Key }
  | { readonly kind: 'eval' }
  /** Statistics are taken from the batch at hand, as in training, but nothing is random, as in evaluation. */
  | { readonly kind: 'calibrate' }

/** Evaluation. */
export const evalMode: Mode = { kind: 'eval' }

/** Renewing the statistics of normalisation layers; see `recalibrate`. */
export const calibrateMode: Mode = { kind: 'calibrate' }

/** Training, with the key its randomness comes from. */
export const trainMode = (key: Key): Mode => ({ kind: 'train', key })
