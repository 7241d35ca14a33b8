import type { Key } from '../numeric/index.ts'

/**
 * Whether a network is being trained or evaluated. Training cannot lack a random key, and evaluation cannot hold one,
 * so evaluating twice gives the same bytes.
 */
export type Mode = { readonly kind: 'train'; readonly key: Key } | { readonly kind: 'eval' }

/** Evaluation. */
export const evalMode: Mode = { kind: 'eval' }

/** Training, with the key its randomness comes from. */
export const trainMode = (key: Key): Mode => ({ kind: 'train', key })
