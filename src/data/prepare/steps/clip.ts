import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { finiteNumber, positive } from '../../../core/tensor/setting-ranges.ts'
import { quantile } from '../../scale/quantile.ts'
import { changeColumns, hasNumbers, mapNumbers, plainNumber, presentAscending } from '../frame.ts'
import { preparationError, type PreparationError } from '../preparation-error.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * Numbers beyond a bound become the bound: between two `quantiles` of the training part (0.01 and 0.99 unless told
 * otherwise), within Tukey's `fences` (first quartile − 1.5 × the distance of the quartiles, third + the same), or between
 * two `bounds` that are told.
 *
 * @category Preparation
 */
export interface ClipStep {
  readonly kind: 'clip'
  readonly columns: ColumnSelection
  readonly by: 'quantiles' | 'fences' | 'bounds'
  /** A share for `quantiles`, a number for `bounds`. */
  readonly low?: number
  readonly high?: number
  /** How many distances of the quartiles beyond them; 1.5 unless told otherwise. */
  readonly fence?: number
}

/**
 * The bounds of a column.
 *
 * @category Preparation
 */
export interface ClipBounds {
  readonly column: string
  readonly low: number
  readonly high: number
}

/**
 * A fitted {@link ClipStep}.
 *
 * @category Preparation
 */
export interface FittedClip {
  readonly kind: 'clip'
  readonly bounds: readonly ClipBounds[]
}

const boundsIn = (
  { by, low, high, fence = 1.5 }: ClipStep,
  ascending: Float64Array,
): Omit<ClipBounds, 'column'> => {
  if (by === 'bounds') return { low: low ?? -Number.MAX_VALUE, high: high ?? Number.MAX_VALUE }
  if (by === 'quantiles')
    return { low: quantile(ascending, low ?? 0.01), high: quantile(ascending, high ?? 0.99) }
  const [first, third] = [quantile(ascending, 0.25), quantile(ascending, 0.75)]
  return { low: first - fence * (third - first), high: third + fence * (third - first) }
}

const problemWith = ({ by, low, high }: ClipStep): string | undefined => {
  const [least, most] =
    by === 'quantiles' ? [low ?? 0.01, high ?? 0.99] : [low ?? -Infinity, high ?? Infinity]
  if (by === 'quantiles' && !(least >= 0 && most <= 1))
    return `expected low and high as shares from 0 to 1, got ${least} and ${most}`
  return least < most ? undefined : `expected low below high, got ${least} and ${most}`
}

export const clip = {
  required: () => ({ columns: selectionCodec, by: choiceCodec('quantiles', 'fences', 'bounds') }),
  optional: () => ({
    low: settingCodec(finiteNumber),
    high: settingCodec(finiteNumber),
    fence: settingCodec(positive),
  }),
  fit: (step, frame) =>
    pipe(
      selected('clip', frame, step.columns, { words: 'numbers', is: hasNumbers }),
      E.flatMap((found): E.Either<PreparationError, FittedClip> => {
        const problem = problemWith(step)
        return problem !== undefined
          ? E.left(preparationError('columns', 'clip', [{ column: '', problem }]))
          : E.right({
              kind: 'clip',
              bounds: found.flatMap(({ name, values }) => {
                const ascending = presentAscending(values)
                const { low, high } = boundsIn(step, ascending)
                return ascending.length === 0
                  ? []
                  : [{ column: name, low: plainNumber(low), high: plainNumber(high) }]
              }),
            })
      }),
    ),
} satisfies StepKind<ClipStep, FittedClip>

export const fittedClip = {
  content: {
    bounds: t.readonlyArray(
      strictRecord('bounds', {
        column: textCodec,
        low: settingCodec(finiteNumber),
        high: settingCodec(finiteNumber),
      }),
      'a list of bounds',
    ),
  },
  apply: ({ bounds }, frame) =>
    E.right({
      frame: changeColumns(frame, bounds, (column, { low, high }) =>
        mapNumbers(column, (x) => (x < low ? low : x > high ? high : x)),
      ),
      cases: [],
    }),
  // What lies within the bounds is as it was.
  invert: (_, frame) => frame,
} satisfies FittedKind<FittedClip>
