import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { textCodec } from '../../../core/codec/refined-codec.ts'
import { settingCodec } from '../../../core/codec/setting-codec.ts'
import { strictRecord } from '../../../core/codec/strict-record.ts'
import { share } from '../../../core/tensor/setting-ranges.ts'
import { changeColumns, columnNamed, hasLevels, levelCounts, missingCount } from '../frame.ts'
import { levelNumbers } from '../level-numbers.ts'
import { missingCase, unseenCase } from '../prediction-case.ts'
import { selected, selectionCodec, type ColumnSelection } from '../selection.ts'
import type { FittedKind, StepKind } from '../step-kind.ts'

/**
 * In place of a level the share of training rows that have it: one number for a column of many levels, without a look at
 * the targets. A level that training had not has the share 0.
 *
 * @category Preparation
 */
export interface FrequencyStep {
  readonly kind: 'frequency'
  readonly columns: ColumnSelection
}

/**
 * The shares of the levels of a column.
 *
 * @category Preparation
 */
export interface LevelShares {
  readonly column: string
  readonly levels: readonly string[]
  readonly shares: readonly number[]
  /** The share of missing cells. */
  readonly missing: number
}

/**
 * A fitted {@link FrequencyStep}.
 *
 * @category Preparation
 */
export interface FittedFrequency {
  readonly kind: 'frequency'
  readonly columns: readonly LevelShares[]
}

export const frequency = {
  required: () => ({ columns: selectionCodec }),
  optional: () => ({}),
  fit: ({ columns }, frame) =>
    pipe(
      selected('frequency', frame, columns, { words: 'texts', is: hasLevels }),
      E.map((found) => ({
        kind: 'frequency' as const,
        columns: found.map((column) => {
          const counts = levelCounts(column)
          const present = column.levels
            .map((level, i) => ({ level, count: counts[i] ?? 0 }))
            .filter(({ count }) => count > 0)
          return {
            column: column.name,
            levels: present.map(({ level }) => level),
            shares: present.map(({ count }) => count / frame.n),
            missing: missingCount(column) / frame.n,
          }
        }),
      })),
    ),
} satisfies StepKind<FrequencyStep, FittedFrequency>

export const fittedFrequency = {
  content: {
    columns: t.readonlyArray(
      strictRecord('the shares of a column', {
        column: textCodec,
        levels: t.readonlyArray(textCodec, 'a list of levels'),
        shares: t.readonlyArray(settingCodec(share), 'a list of shares'),
        missing: settingCodec(share),
      }),
      'a list of shares',
    ),
  },
  apply: ({ columns }, frame) =>
    E.right({
      frame: changeColumns(frame, columns, (column, { levels, shares, missing }) =>
        hasLevels(column)
          ? [
              {
                kind: 'number',
                name: column.name,
                sources: column.sources,
                values: levelNumbers(column, new Map(levels.map((level, i) => [level, shares[i] ?? 0])), {
                  missing,
                  unseen: 0,
                }),
              },
            ]
          : [column],
      ),
      cases: columns.flatMap(({ column: name, levels, missing }) => {
        const column = columnNamed(frame, name)
        return column === undefined || !hasLevels(column)
          ? []
          : [
              ...unseenCase(frame, column, new Set(levels), 'share-0'),
              ...(missing > 0 ? [] : missingCase(frame, column, { rule: 'share-0' })),
            ]
      }),
    }),
  // Two levels may have one share.
  invert: ({ columns }, frame) => changeColumns(frame, columns, () => []),
} satisfies FittedKind<FittedFrequency>
