import type { Direction } from '../criteria/dominance.ts'
import type { PictureText } from './picture-text.ts'

/**
 * An axis of {@link ParallelPicture}: of numbers, or of the choices listed.
 *
 * @category Pictures
 */
export interface ParallelAxis {
  readonly title: PictureText
  readonly scale?: 'linear' | 'log'
  readonly whole?: true
  readonly choices?: readonly PictureText[]
}

/**
 * Parallel coordinates of a search: an axis for each setting and one for what came of it, a line for each trial.
 *
 * @category Pictures
 */
export interface ParallelPicture {
  readonly kind: 'parallel'
  readonly title: PictureText
  readonly axes: readonly ParallelAxis[]
  readonly objective: ParallelAxis & { readonly direction: Direction }
  readonly trials: readonly {
    /** One for each axis; of a choice its number in the list, and NaN where a trial does not have the setting. */
    readonly values: readonly number[]
    readonly objective: number
  }[]
}
