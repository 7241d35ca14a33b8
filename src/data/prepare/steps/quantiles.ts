import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { erf } from '../../../core/kernel/portable-math.ts'
import { finiteNumber } from '../../../core/tensor/setting-ranges.ts'
import { quantile } from '../../scale/quantile.ts'
import { changeColumns, hasNumbers, mapNumbers, plainNumber, presentAscending } from '../frame.ts'
import { normalQuantile } from '../normal-quantile.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * A number's place among those of the training part: from 0 to 1 (`uniform`), or as the number of a normal variable that
 * has this place (`normal`). Only the order of numbers counts then. A number beyond all of them gets the first or last
 * place.
 *
 * @category Preparation
 */
export interface QuantilesStep {
  readonly kind: 'quantiles'
  readonly columns: ColumnSelection
  readonly to: 'uniform' | 'normal'
  /** So many quantiles are kept, or as many as there are numbers; 1000 unless told otherwise. */
  readonly count?: number
}

/**
 * The quantiles of a column, from the least number to the greatest, at equal distances of shares.
 *
 * @category Preparation
 */
export interface ColumnQuantiles {
  readonly column: string
  readonly quantiles: readonly number[]
}

/**
 * A fitted {@link QuantilesStep}.
 *
 * @category Preparation
 */
export interface FittedQuantiles {
  readonly kind: 'quantiles'
  readonly to: 'uniform' | 'normal'
  readonly columns: readonly ColumnQuantiles[]
}

export const quantiles = {
  required: () => ({ columns: selectionCodec, to: choiceCodec('uniform', 'normal') }),
  optional: () => ({ count: settingCodec({ min: 2, whole: true }) }),
  fit: ({ columns, to, count = 1000 }, frame) =>
    pipe(
      selected('quantiles', frame, columns, { words: 'numbers', is: hasNumbers }),
      E.map((found) => ({
        kind: 'quantiles' as const,
        to,
        columns: found.flatMap(({ name, values }) => {
          const ascending = presentAscending(values)
          const places = Math.max(2, Math.min(count, ascending.length))
          return ascending.length === 0
            ? []
            : [
                {
                  column: name,
                  quantiles: Array.from({ length: places }, (_, i) =>
                    plainNumber(quantile(ascending, i / (places - 1))),
                  ),
                },
              ]
        }),
      })),
    ),
} satisfies StepKind<QuantilesStep, FittedQuantiles>

/** How many of ascending numbers a test holds for that holds for the first ones only. */
const countWhile = (ascending: readonly number[], holds: (x: number) => boolean): number => {
  const search = (from: number, to: number): number => {
    if (from === to) return from
    const middle = (from + to) >> 1
    return holds(ascending[middle] ?? NaN) ? search(middle + 1, to) : search(from, middle)
  }
  return search(0, ascending.length)
}

/** The share of a number: the middle of the shares that have just this quantile, or between two of them in proportion. */
const shareOf = (x: number, ascending: readonly number[]): number => {
  if (Number.isNaN(x)) return NaN
  const last = ascending.length - 1
  const below = countWhile(ascending, (quantile) => quantile < x)
  const upTo = countWhile(ascending, (quantile) => quantile <= x)
  if (below > last) return 1
  if (upTo === 0) return 0
  // Beyond the ends of all numbers there are no shares: an end stays the end, however many have it.
  if (upTo > below) return below === 0 ? 0 : upTo > last ? 1 : (below + upTo - 1) / (2 * last)
  const [low = 0, high = 0] = [ascending[below - 1], ascending[below]]
  return (below - 1 + (x - low) / (high - low)) / last
}

/** Shares nearer to 0 or 1 than this have no normal number that says anything. */
const least = 1e-7

const normalOf = (share: number): number =>
  Number.isNaN(share) ? NaN : normalQuantile(Math.min(1 - least, Math.max(least, share)))

const shareOfNormal = (z: number): number => (1 + erf(z / Math.SQRT2)) / 2

const numberAt = (share: number, ascending: readonly number[]): number => {
  const place = Math.min(1, Math.max(0, share)) * (ascending.length - 1)
  const [low = NaN, high = NaN] = [ascending[Math.floor(place)], ascending[Math.ceil(place)]]
  return Number.isNaN(place) ? NaN : low + (place - Math.floor(place)) * (high - low)
}

export const fittedQuantiles = {
  content: {
    to: choiceCodec('uniform', 'normal'),
    columns: t.readonlyArray(
      strictRecord('the quantiles of a column', {
        column: textCodec,
        quantiles: t.readonlyArray(settingCodec(finiteNumber), 'a list of finite numbers'),
      }),
      'a list of quantiles',
    ),
  },
  apply: ({ to, columns }, frame) =>
    E.right({
      frame: changeColumns(frame, columns, (column, { quantiles: own }) =>
        mapNumbers(column, (x) => {
          const share = shareOf(x, own)
          return to === 'normal' ? normalOf(share) : share
        }),
      ),
      cases: [],
    }),
  invert: ({ to, columns }, frame) =>
    changeColumns(frame, columns, (column, { quantiles: own }) =>
      mapNumbers(column, (z) => numberAt(to === 'normal' ? shareOfNormal(z) : z, own)),
    ),
} satisfies FittedKind<FittedQuantiles>
