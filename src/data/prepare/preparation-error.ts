import { showNames } from '../formats/show-names.ts'

/**
 * What keeps a preparation from being fitted or applied: all of it, each column with what is wrong and what to do.
 *
 * @category Preparation
 */
export interface PreparationError {
  /**
   * `columns`: absent, of another kind, or of no use to a step. `unseen`: a level that training had not, where a step is
   * told to refuse it. `missing`: cells that no step fills. `empty`: no rows, or no features. `target`: targets that
   * cannot be scaled as told. `dependent`: columns that follow from each other.
   */
  readonly kind: 'columns' | 'unseen' | 'missing' | 'empty' | 'target' | 'dependent'
  readonly problems: readonly ColumnProblem[]
  /** A line for each problem. */
  readonly message: string
}

/**
 * What is wrong with a column, with the remedy.
 *
 * @category Preparation
 */
export interface ColumnProblem {
  readonly column: string
  readonly problem: string
}

/** Lines of a message. */
const mostLines = 20

export const preparationError = (
  kind: PreparationError['kind'],
  where: string,
  problems: readonly ColumnProblem[],
): PreparationError => ({
  kind,
  problems,
  message: [
    ...problems
      .slice(0, mostLines)
      .map(({ column, problem }) => `${where}: ${column === '' ? '' : `${showNames([column])}: `}${problem}`),
    ...(problems.length > mostLines ? [`and ${problems.length - mostLines} more`] : []),
  ].join('\n'),
})
