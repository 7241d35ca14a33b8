import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { refinedCodec, textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { countOrNone } from '../../../core/tensor/setting-ranges.ts'
import { momentsOf } from '../../scale/moments.ts'
import { quantile } from '../../scale/quantile.ts'
import { viewOf } from '../../../core/tensor/concrete.ts'
import {
  changeColumns,
  columnNamed,
  freeNames,
  hasNumbers,
  levelCounts,
  missingCount,
  numbersByCode,
  plainNumber,
  presentAscending,
  type ColumnInFrame,
  type LevelsInFrame,
  type NumbersInFrame,
} from '../frame.ts'
import { missingCase } from '../prediction-case.ts'
import { preparationError, type PreparationError } from '../preparation-error.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * Fills missing cells: numbers by their mean, median or most frequent value, texts by the most frequent level, either by
 * a constant. With `indicator` a column that misses cells in training is followed by one that is 1 where it misses.
 *
 * @category Preparation
 */
export interface ImputeStep {
  readonly kind: 'impute'
  readonly columns: ColumnSelection
  readonly by: 'mean' | 'median' | 'mostFrequent' | 'constant'
  /** Of `constant`: a number for numbers, a text for texts. */
  readonly value?: number | string
  /** False unless told otherwise. */
  readonly indicator?: boolean
}

/**
 * What fills the missing cells of a column.
 *
 * @category Preparation
 */
export interface Fill {
  readonly column: string
  readonly value: number | string
  /** Missing cells in training. */
  readonly missing: number
  /** The name of the column that tells them; empty where there is none. */
  readonly indicator: string
}

/**
 * A fitted {@link ImputeStep}.
 *
 * @category Preparation
 */
export interface FittedImpute {
  readonly kind: 'impute'
  readonly fills: readonly Fill[]
}

const fillable = (column: ColumnInFrame): column is NumbersInFrame | LevelsInFrame =>
  !hasNumbers(column) || column.kind === 'number'

/** The value that most cells have; of several the least. */
const mostFrequentNumber = (ascending: Float64Array): number =>
  Array.from(ascending).reduce(
    (found, value, i) => {
      const run = value === ascending[i - 1] ? found.run + 1 : 1
      return run > found.most ? { run, most: run, value } : { ...found, run }
    },
    { run: 0, most: 0, value: NaN },
  ).value

const mostFrequentLevel = (column: LevelsInFrame): string | undefined => {
  const counts = levelCounts(column)
  const most = counts.reduce((a, b) => Math.max(a, b), 0)
  return most === 0 ? undefined : column.levels[counts.indexOf(most)]
}

export const meanOf = (ascending: Float64Array): number => {
  const { origin, mean } = momentsOf(viewOf(Float64Array.from(ascending), 'float64', [ascending.length, 1]))
  return (origin[0] ?? NaN) + (mean[0] ?? NaN)
}

const valueFor = ({ by, value }: ImputeStep, column: ColumnInFrame): number | string | undefined => {
  if (by === 'constant') return value
  if (!hasNumbers(column)) return by === 'mostFrequent' ? mostFrequentLevel(column) : undefined
  const ascending = presentAscending(column.values)
  if (ascending.length === 0) return undefined
  const found =
    by === 'mean'
      ? meanOf(ascending)
      : by === 'median'
        ? quantile(ascending, 0.5)
        : mostFrequentNumber(ascending)
  return plainNumber(found)
}

const valueCodec: t.Type<number | string> = refinedCodec(
  'a finite number or a text',
  (u): u is number | string => typeof u === 'string' || Number.isFinite(u),
)

export const impute = {
  required: () => ({
    columns: selectionCodec,
    by: choiceCodec('mean', 'median', 'mostFrequent', 'constant'),
  }),
  optional: () => ({ value: valueCodec, indicator: choiceCodec(true, false) }),
  fit: (step, frame) =>
    pipe(
      selected('impute', frame, step.columns, { words: 'numbers or texts', is: fillable }),
      E.flatMap((columns): E.Either<PreparationError, FittedImpute> => {
        const indicators = freeNames(
          columns.map(({ name }) => `${name} missing`),
          frame,
        )
        const fills = columns.map((column, i) => ({
          column,
          value: valueFor(step, column),
          missing: missingCount(column),
          indicator: indicators[i] ?? '',
        }))
        const wrong = fills.filter(
          ({ column, value }) => typeof value !== (hasNumbers(column) ? 'number' : 'string'),
        )
        return wrong.length > 0
          ? E.left(
              preparationError(
                'columns',
                'impute',
                wrong.map(({ column }) => ({
                  column: column.name,
                  problem: `no ${step.by} fills a column of kind ${column.kind}: ${hasNumbers(column) ? 'give a number as value, or mean, median or mostFrequent of cells that are there' : 'give a text as value, or mostFrequent of cells that are there'}`,
                })),
              ),
            )
          : E.right({
              kind: 'impute',
              fills: fills.flatMap(({ column, value, missing, indicator }) =>
                value === undefined
                  ? []
                  : [
                      {
                        column: column.name,
                        value,
                        missing,
                        indicator: step.indicator === true && missing > 0 ? indicator : '',
                      },
                    ],
              ),
            })
      }),
    ),
} satisfies StepKind<ImputeStep, FittedImpute>

/** Texts with the missing ones filled; the level may be a new one. */
const filledLevels = (column: LevelsInFrame, value: string): LevelsInFrame => {
  const levels = column.levels.includes(value) ? column.levels : [...column.levels, value]
  const code = levels.indexOf(value)
  return { ...column, levels, codes: column.codes.map((own) => (own < 0 ? code : own)) }
}

const missingAt = (column: ColumnInFrame): Float64Array =>
  hasNumbers(column)
    ? column.values.map((value) => Number(Number.isNaN(value)))
    : numbersByCode(
        column.codes,
        column.levels.map(() => 0),
        1,
      )

const fillCodec = strictRecord('a fill', {
  column: textCodec,
  value: valueCodec,
  missing: settingCodec(countOrNone),
  indicator: textCodec,
})

export const fittedImpute = {
  content: {
    fills: t.readonlyArray(fillCodec, 'a list of fills'),
  },
  apply: ({ fills }, frame) =>
    E.right({
      frame: changeColumns(frame, fills, (column, { value, indicator }) => [
        hasNumbers(column)
          ? { ...column, values: column.values.map((x) => (Number.isNaN(x) ? Number(value) : x)) }
          : filledLevels(column, String(value)),
        ...(indicator === ''
          ? []
          : [
              {
                kind: 'indicator' as const,
                name: indicator,
                sources: column.sources,
                values: missingAt(column),
              },
            ]),
      ]),
      cases: fills
        .filter(({ missing }) => missing === 0)
        .flatMap(({ column: name, value }) => {
          const column = columnNamed(frame, name)
          return column === undefined ? [] : missingCase(frame, column, { rule: 'filled', value })
        }),
    }),
  // Only an indicator knows which cells were missing.
  invert: ({ fills }, frame) => {
    const indicatorOf = new Map(fills.map(({ column, indicator }) => [column, columnNamed(frame, indicator)]))
    const told = new Set(fills.map(({ indicator }) => indicator).filter((name) => name !== ''))
    const back = changeColumns(frame, fills, (column, { column: name }) => {
      const indicator = indicatorOf.get(name)
      if (indicator === undefined || !hasNumbers(indicator)) return [column]
      const missing = (i: number): boolean => (indicator.values[i] ?? 0) > 0.5
      return [
        hasNumbers(column)
          ? { ...column, values: column.values.map((x, i) => (missing(i) ? NaN : x)) }
          : { ...column, codes: column.codes.map((code, i) => (missing(i) ? -1 : code)) },
      ]
    })
    return { ...back, columns: back.columns.filter(({ name }) => !told.has(name)) }
  },
} satisfies FittedKind<FittedImpute>
