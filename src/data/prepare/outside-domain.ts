import { columnNamed, hasNumbers, type Frame } from './frame.ts'
import { caseOf, type PredictionCase } from './prediction-case.ts'

/** Numbers of some columns for which a step has no result, and that it takes for missing. */
export const outsideCases = (
  frame: Frame,
  columns: readonly string[],
  isOutside: (x: number) => boolean,
): readonly PredictionCase[] =>
  columns.flatMap((name) => {
    const column = columnNamed(frame, name)
    return column === undefined || !hasNumbers(column)
      ? []
      : caseOf(frame, column.values, isOutside, { kind: 'outside', column: name, rule: 'left-missing' })
  })
