import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { count, countOrNone } from '../../../core/tensor/setting-ranges.ts'
import { commonLevels } from '../common-levels.ts'
import { changeColumns, columnNamed, hasLevels, hasNumbers, missingCount } from '../frame.ts'
import { levelNumbers, levelsOfNumbers } from '../level-numbers.ts'
import { missingCase, unseenCase } from '../prediction-case.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * A whole number for each level, for an embedding: 1 and up in their order; 0 is for missing cells, for levels that
 * training had not, and for rare ones.
 *
 * @category Preparation
 */
export interface CodesStep {
  readonly kind: 'codes'
  readonly columns: ColumnSelection
  /** Levels of fewer rows than this get the code 0: then its embedding is learnt, and serves levels unseen. */
  readonly least?: number
  /** So many levels, the most frequent, have codes of their own. */
  readonly most?: number
}

/**
 * The levels of a column that have codes of their own, from 1, and those that have 0.
 *
 * @category Preparation
 */
export interface LevelCodes {
  readonly column: string
  readonly levels: readonly string[]
  readonly rare: readonly string[]
  /** Missing cells in training. */
  readonly missing: number
}

/**
 * A fitted {@link CodesStep}.
 *
 * @category Preparation
 */
export interface FittedCodes {
  readonly kind: 'codes'
  readonly codes: readonly LevelCodes[]
}

export const codes = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({ least: settingCodec(count), most: settingCodec(count) }),
  fit: (step, frame) =>
    pipe(
      selected('codes', frame, step.columns, { words: 'texts', is: hasLevels }),
      E.map((found) => ({
        kind: 'codes' as const,
        codes: found.map((column) => {
          const { own, shared } = commonLevels(column, step)
          return { column: column.name, levels: own, rare: shared, missing: missingCount(column) }
        }),
      })),
    ),
} satisfies StepKind<CodesStep, FittedCodes>

const levelList = t.readonlyArray(textCodec, 'a list of levels')

export const fittedCodes = {
  content: {
    codes: t.readonlyArray(
      strictRecord('the codes of a column', {
        column: textCodec,
        levels: levelList,
        rare: levelList,
        missing: settingCodec(countOrNone),
      }),
      'a list of codes',
    ),
  },
  apply: ({ codes: all }, frame) =>
    E.right({
      frame: changeColumns(frame, all, (column, { levels }) =>
        hasLevels(column)
          ? [
              {
                kind: 'code',
                name: column.name,
                sources: column.sources,
                levels: levels.length + 1,
                values: levelNumbers(column, new Map(levels.map((level, i) => [level, i + 1])), {
                  missing: 0,
                  unseen: 0,
                }),
              },
            ]
          : [column],
      ),
      cases: all.flatMap(({ column: name, levels, rare, missing }) => {
        const column = columnNamed(frame, name)
        return column === undefined || !hasLevels(column)
          ? []
          : [
              ...unseenCase(frame, column, new Set([...levels, ...rare]), 'code-0'),
              ...(missing > 0 ? [] : missingCase(frame, column, { rule: 'code-0' })),
            ]
      }),
    }),
  // Rare levels have no code to come back from.
  invert: ({ codes: all }, frame) =>
    changeColumns(frame, all, (column, { levels, rare }) =>
      rare.length > 0
        ? []
        : hasNumbers(column)
          ? [
              {
                kind: 'category',
                name: column.name,
                sources: column.sources,
                ...levelsOfNumbers(column.values, levels, (value) => Math.round(value) - 1),
              },
            ]
          : [column],
    ),
} satisfies FittedKind<FittedCodes>
