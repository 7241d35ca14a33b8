import { showNames } from '../formats/show-names.ts'
import { countCells, hasNumbers, type ColumnInFrame, type Frame } from './frame.ts'
import { preparationError, type PreparationError } from './preparation-error.ts'

/**
 * Cells that a preparation was not fitted for, in one column, and what was made of them. They are no errors: the rule is
 * part of the fitted preparation.
 *
 * @category Preparation
 */
export interface PredictionCase {
  /**
   * `unseen`: a level that training had not. `missing`: missing cells in a column that had none in training. `outside`:
   * numbers for which a step has no result, such as the logarithm of −1, or that the dtype does not hold.
   */
  readonly kind: 'unseen' | 'missing' | 'outside'
  /** Of the table, or what a step made of it. */
  readonly column: string
  readonly count: number
  /** The line of the first of them. */
  readonly line: number
  /**
   * `zeros`: no column of the one-hot code is 1. `own-column`: the one for levels unseen. `code-0`: the first code, which is
   * for them. `share-0`: the frequency 0. `filled`: taken for `value`. `left-missing`: taken for missing, which a later
   * step fills.
   */
  readonly rule: 'zeros' | 'own-column' | 'code-0' | 'share-0' | 'filled' | 'left-missing'
  readonly value?: number | string
  /** The first few levels that were unseen. */
  readonly levels?: readonly string[]
}

/** Levels that a case shows. */
const mostLevels = 5

/** The case of the rows for which a test holds, or none. */
export const caseOf = (
  { lines }: Frame,
  cells: Int32Array | Float64Array,
  is: (cell: number) => boolean,
  content: Pick<PredictionCase, 'kind' | 'column' | 'rule'> & Partial<Pick<PredictionCase, 'value'>>,
): readonly PredictionCase[] => {
  const { count, first } = countCells(cells, is)
  return count === 0 ? [] : [{ ...content, count, line: lines[first] ?? 0 }]
}

/** The case of the cells whose level is not known, or none. */
export const unseenCase = (
  frame: Frame,
  column: { readonly name: string; readonly codes: Int32Array; readonly levels: readonly string[] },
  known: ReadonlySet<string>,
  rule: PredictionCase['rule'],
): readonly PredictionCase[] => {
  const odd = column.levels.map((level) => !known.has(level))
  if (!odd.includes(true)) return []
  return caseOf(frame, column.codes, (code) => odd[code] === true, {
    kind: 'unseen',
    column: column.name,
    rule,
  }).map((found) => {
    const present = new Set(column.codes)
    return {
      ...found,
      levels: column.levels.filter((_, code) => odd[code] === true && present.has(code)).slice(0, mostLevels),
    }
  })
}

/** The error of a step that is told to refuse levels that training had not. */
export const refusedLevels = (
  where: string,
  cases: readonly PredictionCase[],
  remedy: string,
): PreparationError =>
  preparationError(
    'unseen',
    where,
    cases.map(({ column, count, line, levels = [] }) => ({
      column,
      problem: `${count} ${count === 1 ? 'cell, in line' : 'cells, the first in line'} ${line}, with levels that training had not (${showNames(levels)}): correct them, or prepare with ${remedy}`,
    })),
  )

/** The case of cells that are missing, or none. */
export const missingCase = (
  frame: Frame,
  column: ColumnInFrame,
  rule: Pick<PredictionCase, 'rule'> & Partial<Pick<PredictionCase, 'value'>>,
): readonly PredictionCase[] => {
  const content = { kind: 'missing', column: column.name, ...rule } as const
  return hasNumbers(column)
    ? caseOf(frame, column.values, Number.isNaN, content)
    : caseOf(frame, column.codes, (code) => code < 0, content)
}
