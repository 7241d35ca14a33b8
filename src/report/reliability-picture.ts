import type { PictureText } from './picture-text.ts'

/**
 * The rows whose highest probability lies from `low` to `high`.
 *
 * @category Pictures
 */
export interface ReliabilityBin {
  readonly low: number
  readonly high: number
  readonly count: number
  /** The mean of the highest probabilities. */
  readonly confidence: number
  /** The share of rows whose most probable class is right, and its 95 % interval. */
  readonly accuracy: number
  readonly interval: readonly [low: number, high: number]
}

/**
 * Whether probabilities can be taken at their word: the share that is right against the probability said. Bins without
 * rows are left out.
 *
 * @category Pictures
 */
export interface ReliabilityPicture {
  readonly kind: 'reliability'
  readonly title: PictureText
  readonly bins: readonly ReliabilityBin[]
  /** The expected calibration error: Σ n_b/n |accuracy_b − confidence_b|. */
  readonly calibrationError: number
}
