import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { cos, sin } from '../../../core/kernel/portable-math.ts'
import { finiteNumber } from '../../../core/tensor/setting-ranges.ts'
import {
  changeColumns,
  columnNamed,
  freeNames,
  hasNumbers,
  presentAscending,
  type ColumnInFrame,
  type NumbersInFrame,
} from '../frame.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * What a date says: its `year`, `month` (1 to 12), `day` of the month, `dayOfYear`, `weekday` (Monday is 1), `hour`, days
 * `elapsed` since the first date in training; and the sine and cosine of a turn that a year (`yearCycle`), a month of the
 * year (`monthCycle`), a week (`weekdayCycle`) or a day (`dayCycle`) takes, so that December is next to January. In UTC.
 *
 * @category Preparation
 */
export type DatePart =
  | 'year'
  | 'month'
  | 'day'
  | 'dayOfYear'
  | 'weekday'
  | 'hour'
  | 'elapsed'
  | 'yearCycle'
  | 'monthCycle'
  | 'weekdayCycle'
  | 'dayCycle'

/**
 * Dates to numbers. Parts that do not vary in training are left out. A missing date gives missing parts, for `impute` to
 * fill.
 *
 * @category Preparation
 */
export interface DatePartsStep {
  readonly kind: 'dateParts'
  readonly columns: ColumnSelection
  /** `elapsed`, `monthCycle`, `weekdayCycle` and `dayCycle` unless told otherwise. */
  readonly parts?: readonly DatePart[]
}

const measures = [
  'year',
  'month',
  'day',
  'dayOfYear',
  'weekday',
  'hour',
  'elapsed',
  'yearSine',
  'yearCosine',
  'monthSine',
  'monthCosine',
  'weekdaySine',
  'weekdayCosine',
  'daySine',
  'dayCosine',
] as const

/**
 * A number that a date gives.
 *
 * @category Preparation
 */
export type DateMeasure = (typeof measures)[number]

/**
 * The numbers that a column of dates gives.
 *
 * @category Preparation
 */
export interface DateOutputs {
  readonly column: string
  /** The first date in training, milliseconds since 1970. */
  readonly origin: number
  readonly outputs: readonly { readonly name: string; readonly measure: DateMeasure }[]
}

/**
 * A fitted {@link DatePartsStep}.
 *
 * @category Preparation
 */
export interface FittedDateParts {
  readonly kind: 'dateParts'
  readonly dates: readonly DateOutputs[]
}

const measuresOf = (part: DatePart): readonly DateMeasure[] => {
  switch (part) {
    case 'yearCycle':
      return ['yearSine', 'yearCosine']
    case 'monthCycle':
      return ['monthSine', 'monthCosine']
    case 'weekdayCycle':
      return ['weekdaySine', 'weekdayCosine']
    case 'dayCycle':
      return ['daySine', 'dayCosine']
    default:
      return [part]
  }
}

const hourLength = 3_600_000
const dayLength = 24 * hourLength

const startOfYear = (date: Date): number => new Date(0).setUTCFullYear(date.getUTCFullYear(), 0, 1)

const dayOfYear = (date: Date): number => Math.floor((date.getTime() - startOfYear(date)) / dayLength) + 1

const yearLength = (date: Date): number =>
  (new Date(0).setUTCFullYear(date.getUTCFullYear() + 1, 0, 1) - startOfYear(date)) / dayLength

const turn = (share: number): number => 2 * Math.PI * share

/** Shares of a turn, from 0. */
const shareOf = {
  year: (date: Date) => (dayOfYear(date) - 1) / yearLength(date),
  month: (date: Date) => date.getUTCMonth() / 12,
  weekday: (date: Date) => ((date.getUTCDay() + 6) % 7) / 7,
  day: (date: Date) => (date.getTime() - Math.floor(date.getTime() / dayLength) * dayLength) / dayLength,
}

const measured: Readonly<Record<DateMeasure, (date: Date, origin: number) => number>> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  dayOfYear,
  weekday: (date) => ((date.getUTCDay() + 6) % 7) + 1,
  hour: (date) => date.getUTCHours(),
  elapsed: (date, origin) => (date.getTime() - origin) / dayLength,
  yearSine: (date) => sin(turn(shareOf.year(date))),
  yearCosine: (date) => cos(turn(shareOf.year(date))),
  monthSine: (date) => sin(turn(shareOf.month(date))),
  monthCosine: (date) => cos(turn(shareOf.month(date))),
  weekdaySine: (date) => sin(turn(shareOf.weekday(date))),
  weekdayCosine: (date) => cos(turn(shareOf.weekday(date))),
  daySine: (date) => sin(turn(shareOf.day(date))),
  dayCosine: (date) => cos(turn(shareOf.day(date))),
}

const measureAll = (values: Float64Array, measure: DateMeasure, origin: number): Float64Array =>
  values.map((time) => (Number.isNaN(time) ? NaN : measured[measure](new Date(time), origin)))

/** `monthSine` is `month sine` in a name. */
const inWords = (measure: DateMeasure): string => measure.replace(/([A-Z])/g, ' $1').toLowerCase()

const isDate = (column: ColumnInFrame): column is NumbersInFrame => column.kind === 'date'

const varies = (values: Float64Array): boolean => {
  const ascending = presentAscending(values)
  return ascending[0] !== ascending.at(-1)
}

const parts: readonly DatePart[] = [
  'year',
  'month',
  'day',
  'dayOfYear',
  'weekday',
  'hour',
  'elapsed',
  'yearCycle',
  'monthCycle',
  'weekdayCycle',
  'dayCycle',
]

export const dateParts = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({ parts: t.readonlyArray(choiceCodec(...parts), 'a list of parts of dates') }),
  fit: ({ columns, parts: wanted = ['elapsed', 'monthCycle', 'weekdayCycle', 'dayCycle'] }, frame) =>
    pipe(
      selected('dateParts', frame, columns, { words: 'dates', is: isDate }),
      E.map((found) => ({
        kind: 'dateParts' as const,
        dates: found.map(({ name, values }) => {
          const origin = presentAscending(values)[0] ?? 0
          const varying = wanted
            .flatMap(measuresOf)
            .filter((measure) => varies(measureAll(values, measure, origin)))
          const names = freeNames(
            varying.map((measure) => `${name} ${inWords(measure)}`),
            frame,
          )
          return {
            column: name,
            origin,
            outputs: varying.map((measure, i) => ({ name: names[i] ?? '', measure })),
          }
        }),
      })),
    ),
} satisfies StepKind<DatePartsStep, FittedDateParts>

export const fittedDateParts = {
  content: {
    dates: t.readonlyArray(
      strictRecord('parts of dates', {
        column: textCodec,
        origin: settingCodec(finiteNumber),
        outputs: t.readonlyArray(
          strictRecord('a part of dates', { name: textCodec, measure: choiceCodec(...measures) }),
          'a list of parts of dates',
        ),
      }),
      'a list of dates',
    ),
  },
  apply: ({ dates }, frame) =>
    E.right({
      frame: changeColumns(frame, dates, (column, { origin, outputs }) =>
        hasNumbers(column)
          ? outputs.map(({ name, measure }) => ({
              kind: 'number' as const,
              name,
              sources: column.sources,
              values: measureAll(column.values, measure, origin),
            }))
          : [column],
      ),
      cases: [],
    }),
  // Days since the first date tell it; the other parts do not.
  invert: ({ dates }, frame) => {
    const made = new Set(dates.flatMap(({ outputs }) => outputs.map(({ name }) => name)))
    const back = dates.flatMap(({ column: name, origin, outputs }): readonly ColumnInFrame[] => {
      const elapsed = outputs.find(({ measure }) => measure === 'elapsed')
      const days = elapsed === undefined ? undefined : columnNamed(frame, elapsed.name)
      return days === undefined || !hasNumbers(days)
        ? []
        : [
            {
              kind: 'date',
              name,
              sources: days.sources,
              values: days.values.map((value) => Math.round(value * dayLength) + origin),
            },
          ]
    })
    return { ...frame, columns: [...frame.columns.filter(({ name }) => !made.has(name)), ...back] }
  },
} satisfies FittedKind<FittedDateParts>
