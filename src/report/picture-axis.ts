import type { PictureText } from './picture-text.ts'

/**
 * An axis of numbers.
 *
 * @category Pictures
 */
export interface PictureAxis {
  readonly title: PictureText
  /** 'linear' unless told otherwise; on 'log' what is not above 0 has no place. */
  readonly scale?: 'linear' | 'log'
  /** Only whole numbers are marked: epochs, layers, rows. */
  readonly whole?: true
  /** From where to where it goes; as far as the data unless told otherwise. */
  readonly domain?: readonly [low: number, high: number]
}

/**
 * A line across a picture at a value of an axis, like the chosen epoch.
 *
 * @category Pictures
 */
export interface PictureRule {
  readonly name: PictureText
  readonly axis: 'x' | 'y'
  readonly at: number
}

/**
 * A value with the ends of its interval.
 *
 * @category Pictures
 */
export interface MeasuredValue {
  readonly value: number
  readonly interval?: readonly [low: number, high: number]
}
