import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { viewOf } from '../../../core/tensor/concrete.ts'
import { finiteNumber, positive } from '../../../core/tensor/setting-ranges.ts'
import { middleSpread } from '../../scale/middle-spread.ts'
import { momentsOf } from '../../scale/moments.ts'
import { quantile } from '../../scale/quantile.ts'
import { unitOf } from '../../scale/unit-of.ts'
import { changeColumns, hasNumbers, mapNumbers, plainNumber, presentAscending } from '../frame.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * Numbers to one scale: z-scores (`standard`), to [0, 1] (`minMax`), to [−1, 1] with zeros where they are (`maxAbs`), or
 * (x − median) / (third quartile − first) (`robust`). A column that does not vary is centred and not scaled. `robust` of a
 * column whose middle half does not vary, or by so little that another number is beyond float32, divides by half its range.
 *
 * Source of the latter: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by Default: Strong Pre-Tuned MLPs and Boosted
 * Trees on Tabular Data", NeurIPS 2024.
 *
 * @category Preparation
 */
export interface ScaleStep {
  readonly kind: 'scale'
  readonly columns: ColumnSelection
  readonly to: 'standard' | 'minMax' | 'maxAbs' | 'robust'
}

/**
 * (x − centre − remainder) / scale, the centre in two parts for the digits of a column far from 0.
 *
 * @category Preparation
 */
export interface ColumnScale {
  readonly column: string
  readonly centre: number
  readonly remainder: number
  readonly scale: number
}

/**
 * A fitted {@link ScaleStep}.
 *
 * @category Preparation
 */
export interface FittedScale {
  readonly kind: 'scale'
  readonly scales: readonly ColumnScale[]
}

type Statistics = Omit<ColumnScale, 'column'>

const rangeOf = (ascending: Float64Array): number => (ascending.at(-1) ?? 0) - (ascending[0] ?? 0)

/**
 * The mean in two parts and the deviation, of ascending numbers that vary. The deviation is infinite where squares overflow:
 * errors in such numbers could not be measured, and they are refused as too large.
 */
export const standardStatistics = (ascending: Float64Array): Statistics => {
  const unit = Math.min(1, unitOf(rangeOf(ascending)))
  const { origin, mean, squares } = momentsOf(
    viewOf(
      ascending.map((x) => x / unit),
      'float64',
      [ascending.length, 1],
    ),
  )
  const [centre = 0, remainder = 0, total = 0] = [origin[0], mean[0], squares[0]]
  return {
    centre: centre * unit,
    remainder: remainder * unit,
    scale: Math.sqrt(total / ascending.length) * unit,
  }
}

const robust = (ascending: Float64Array): Statistics => {
  const middle = middleSpread(ascending)
  return {
    centre: quantile(ascending, 0.5),
    remainder: 0,
    scale: middle === 0 ? rangeOf(ascending) / 2 : middle,
  }
}

/** The statistics of numbers in ascending order, at least one; a scale of 1 where they do not vary. */
export const scaleStatistics = (ascending: Float64Array, to: ScaleStep['to']): Statistics => {
  const [least = 0, greatest = 0] = [ascending[0], ascending.at(-1)]
  if (least === greatest)
    return {
      centre: to === 'maxAbs' ? 0 : plainNumber(least),
      remainder: 0,
      scale: to === 'maxAbs' && least !== 0 ? Math.abs(least) : 1,
    }
  const { centre, remainder, scale } = {
    standard: standardStatistics,
    robust,
    minMax: () => ({ centre: least, remainder: 0, scale: greatest - least }),
    maxAbs: () => ({ centre: 0, remainder: 0, scale: Math.max(-least, greatest) }),
  }[to](ascending)
  // Numbers so near each other that their deviation is rounded away, or so far apart that it is not finite.
  const spread = scale > 0 && Number.isFinite(scale) ? scale : 1
  return { centre: plainNumber(centre), remainder: plainNumber(remainder), scale: spread }
}

export const scaled = (x: number, { centre, remainder, scale }: Statistics): number =>
  (x - centre - remainder) / scale

export const unscaled = (z: number, { centre, remainder, scale }: Statistics): number =>
  z * scale + remainder + centre

export const scale = {
  required: () => ({ columns: selectionCodec, to: choiceCodec('standard', 'minMax', 'maxAbs', 'robust') }),
  optional: () => ({}),
  fit: ({ columns, to }, frame) =>
    pipe(
      selected('scale', frame, columns, { words: 'numbers', is: hasNumbers }),
      E.map((found) => ({
        kind: 'scale',
        scales: found.flatMap(({ name, values }) => {
          const ascending = presentAscending(values)
          return ascending.length === 0 ? [] : [{ column: name, ...scaleStatistics(ascending, to) }]
        }),
      })),
    ),
} satisfies StepKind<ScaleStep, FittedScale>

export const statisticsProps = {
  centre: settingCodec(finiteNumber),
  remainder: settingCodec(finiteNumber),
  scale: settingCodec(positive),
}

export const fittedScale = {
  content: {
    scales: t.readonlyArray(
      strictRecord('a scale', { column: textCodec, ...statisticsProps }),
      'a list of scales',
    ),
  },
  apply: ({ scales }, frame) =>
    E.right({
      frame: changeColumns(frame, scales, (column, own) => mapNumbers(column, (x) => scaled(x, own))),
      cases: [],
    }),
  invert: ({ scales }, frame) =>
    changeColumns(frame, scales, (column, own) => mapNumbers(column, (z) => unscaled(z, own))),
} satisfies FittedKind<FittedScale>
