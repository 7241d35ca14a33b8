/**
 * A gap that errors can show.
 *
 * @category Diagnosis
 */
export type Problem =
  | 'high-bias'
  | 'high-variance'
  | 'normalization-mismatch'
  | 'mismatch'
  | 'dev-overfit'
  | 'no-better-than-baseline'
