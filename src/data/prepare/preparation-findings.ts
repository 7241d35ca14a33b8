import { toTypedArray } from '../../core/autodiff/read.ts'
import type { LabelledTable } from '../table/table.ts'
import { combinationFor } from './forward-selection.ts'
import {
  frameOf,
  hasLevels,
  hasNumbers,
  missingCount,
  presentAscending,
  type ColumnInFrame,
} from './frame.ts'
import { giveawayScore } from './giveaway-score.ts'

/**
 * Something about features and targets that spoils what is learnt from them; what cells alone tell is in the report of a
 * table. `preparationFindingText` has words for it, and the remedy.
 *
 * @category Preparation
 */
export type PreparationFinding =
  /** The column alone gives the targets away, with this score from 0 to 1: is it known before they are? */
  | { readonly kind: 'gives-target-away'; readonly column: string; readonly score: number }
  /** A weighted sum of the columns is the target: is it one of its parts? */
  | {
      readonly kind: 'combination-gives-target-away'
      readonly columns: readonly string[]
      readonly target: string
      readonly r2: number
    }
  /** Every cell of these rows is the same. */
  | { readonly kind: 'constant'; readonly column: string }
  /** Most cells of these rows are missing, so large a share. */
  | { readonly kind: 'mostly-missing'; readonly column: string; readonly share: number }
  /** Nearly every row has its own level, so a level says nothing of another row. */
  | { readonly kind: 'own-level-each-row'; readonly column: string; readonly levels: number }
  /** A class of so few rows can hardly be learnt, or judged. */
  | { readonly kind: 'rare-class'; readonly class: string; readonly rows: number }

/** One column alone is not that good unless it was written down after the target. */
const nearlyPerfect = 0.995
const nearlyPerfectFit = 0.9995
/** A sum of columns that is the target up to the rounding of its figures. */
const exact = 1 - 1e-7
const mostColumns = 6
const fewestRows = 20
const fewestRowsOfClass = 5

const constantOf = (column: ColumnInFrame): boolean => {
  if (missingCount(column) > 0) return false
  if (hasLevels(column)) return new Set(column.codes).size === 1
  const ascending = presentAscending(column.values)
  return ascending[0] === ascending.at(-1)
}

const alone = (
  part: LabelledTable,
  column: ColumnInFrame,
  y: Float64Array,
): readonly PreparationFinding[] => {
  const share = missingCount(column) / part.n
  const levels = hasLevels(column) ? new Set(column.codes).size : 0
  if (constantOf(column)) return [{ kind: 'constant', column: column.name }]
  const score = part.n < fewestRows ? 0 : giveawayScore(column, { targets: part.targets, y })
  return [
    ...(score >= (part.targets.kind === 'classes' ? nearlyPerfect : nearlyPerfectFit)
      ? [{ kind: 'gives-target-away', column: column.name, score } as const]
      : []),
    ...(share > 0.5 ? [{ kind: 'mostly-missing', column: column.name, share } as const] : []),
    ...((column.kind === 'category' || column.kind === 'boolean') &&
    part.n >= fewestRows &&
    levels > 0.5 * part.n
      ? [{ kind: 'own-level-each-row', column: column.name, levels } as const]
      : []),
  ]
}

const together = (
  part: LabelledTable,
  columns: readonly ColumnInFrame[],
  y: Float64Array,
): readonly PreparationFinding[] => {
  if (part.targets.kind === 'classes') return []
  const numbers = columns.filter(hasNumbers).filter((column) => missingCount(column) === 0)
  const width = part.targets.names.length
  return part.targets.names.flatMap((target, at) => {
    const found = combinationFor(
      numbers,
      y.filter((_, i) => i % width === at),
      { enough: exact, most: Math.min(mostColumns, Math.floor(part.n / 10)) },
    )
    return found === undefined || found.names.length < 2
      ? []
      : [{ kind: 'combination-gives-target-away', columns: found.names, target, r2: found.r2 } as const]
  })
}

const rareClasses = (part: LabelledTable, y: Float64Array): readonly PreparationFinding[] =>
  part.targets.kind === 'values'
    ? []
    : part.targets.names.flatMap((name, own) => {
        const rows = y.filter((value) => value === own).length
        return rows < fewestRowsOfClass ? [{ kind: 'rare-class', class: name, rows } as const] : []
      })

/**
 * What should be looked at in the features and targets of a part before anything is learnt from it: columns that give the
 * targets away, alone or as a sum, columns that say nothing, classes of a few rows. It changes nothing.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { labelledTable, preparationFindings, rawTable } from 'puregrad/data'
 * const days = Array.from({ length: 40 }, (_, i) => i)
 * const float64 = (numbers: readonly number[]) => tensor(numbers, { dtype: 'float64' })
 * const member = days.map((i) => (i * 37) % 11)
 * const guest = days.map((i) => (i * 53) % 17)
 * const features = rawTable({
 *   file: 'bikes.csv',
 *   n: 40,
 *   columns: [
 *     { kind: 'number', name: 'member', values: float64(member) },
 *     { kind: 'number', name: 'guest', values: float64(guest) },
 *     { kind: 'number', name: 'heat', values: float64(days.map((i) => (i * 7) % 13)) },
 *   ],
 *   lines: tensor(days.map((i) => i + 2), { dtype: 'int32' }),
 * })
 * const y = float64(days.map((i) => member[i] + guest[i]))
 * const part = labelledTable({ features, y, targets: { kind: 'values', names: ['all'] } })
 * preparationFindings(part).map(({ kind }) => kind) // => ['combination-gives-target-away']
 * ```
 * @category Preparation
 */
export const preparationFindings = (part: LabelledTable): readonly PreparationFinding[] => {
  const { columns } = frameOf(part.features)
  const y = Float64Array.from(toTypedArray(part.y))
  return [
    ...columns.filter((column) => missingCount(column) < part.n).flatMap((column) => alone(part, column, y)),
    ...together(part, columns, y),
    ...rareClasses(part, y),
  ]
}
