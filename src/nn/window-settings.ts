import * as t from 'io-ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import type { Padding, PerAxis } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { showShape, type Sizes } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { initializerSetting } from './initializer-codec.ts'
import type { InitializerSpec } from './initializers.ts'

/* What layers that move windows over images are told, as code and as data. */

const isCount = (least: number, u: unknown): u is number =>
  typeof u === 'number' && Number.isSafeInteger(u) && u >= least

const isAxes = (u: unknown, each: (entry: unknown) => boolean): boolean =>
  Array.isArray(u) && u.length >= 1 && u.length <= 3 && u.every(each)

const perAxisWords = (least: number): string =>
  `a whole number of ${least} or more, or a list of one for each axis of space`

const isPerAxis =
  (least: number) =>
  (u: unknown): u is PerAxis =>
    isCount(least, u) || isAxes(u, (entry) => isCount(least, entry))

const paddingWords = `'valid', 'same', a whole number of 0 or more, or a list of a number or a pair for each axis of space`

const isPadding = (u: unknown): u is Padding =>
  u === 'valid' ||
  u === 'same' ||
  isCount(0, u) ||
  isAxes(
    u,
    (entry) =>
      isCount(0, entry) ||
      (Array.isArray(entry) && entry.length === 2 && entry.every((side) => isCount(0, side))),
  )

/** One number of at least 1 for all axes, or one for each. */
export const perAxisSetting = (): t.Type<PerAxis> => refinedCodec(perAxisWords(1), isPerAxis(1))
/** The same of 0 or more. */
export const perAxisOrNoneSetting = (): t.Type<PerAxis> => refinedCodec(perAxisWords(0), isPerAxis(0))
export const paddingSetting = (): t.Type<Padding> => refinedCodec(paddingWords, isPadding)

/** @throws ArgumentError unless a setting is a number for all axes, or one for each. */
export const checkPerAxis = (where: string, name: string, value: unknown, least = 1): void => {
  if (!isPerAxis(least)(value))
    throw new ArgumentError(`${where}: ${name}: expected ${perAxisWords(least)}, got ${showValue(value)}`)
}

/** @throws ArgumentError unless a setting is a padding. */
export const checkPadding = (where: string, value: unknown): void => {
  if (typeof value === 'string') checkChoice(where, 'padding', value, ['valid', 'same'])
  else if (!isPadding(value))
    throw new ArgumentError(`${where}: padding: expected ${paddingWords}, got ${showValue(value)}`)
}

/** An initializer, or false for nothing to start. */
export const biasSetting = (): t.Type<InitializerSpec | false, unknown> =>
  t.union([t.literal(false), initializerSetting()])

/** The channels of an image, and its sizes. @throws ShapeError unless it is `[…space, channels]`. */
export const imageOf = (
  where: string,
  input: Sizes,
): { readonly space: Sizes; readonly channels: number } => {
  const channels = input.at(-1)
  if (channels === undefined || input.length < 2 || input.length > 4)
    throw new ShapeError(
      `${where}: expected images […space, channels] with one to three axes of space, got inputs of shape ${showShape(input)}`,
    )
  return { space: input.slice(0, -1), channels }
}

/** A number for each axis of space. @throws ArgumentError for a list of another length. */
export const alongAxes = (where: string, name: string, value: PerAxis, rank: number): readonly number[] => {
  const list: readonly number[] =
    typeof value === 'number' ? Array.from({ length: rank }, () => value) : value
  if (list.length !== rank)
    throw new ArgumentError(
      `${where}: ${name}: expected a number for each of ${rank} axes of space, got ${showValue(value)}`,
    )
  return list
}
