import { toTypedArray } from '../core/autodiff/read.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { nearestName } from '../core/tensor/nearest-name.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { rowsAt, type Dataset, type Targets } from './dataset.ts'
import type { Role, RoleOfRows } from './part.ts'
import { labelledRowsAt, type LabelledTable } from './table/table.ts'

/** Rows with a target to each: of numbers, or of a table as it was read. */
export type Labelled<R extends Role = Role, T extends Targets = Targets> = Dataset<R, T> | LabelledTable<R, T>

/** `rowsAt` of a data set, `labelledRowsAt` of a labelled table. */
export const labelledAt = <From extends Role, T extends Targets, To extends RoleOfRows<From>>(
  data: Labelled<From, T>,
  rows: Tensor,
  role: To,
): Labelled<To, T> =>
  'features' in data ? labelledRowsAt(data, rows, role) : rowsAt<From, T, To>(data, rows, role)

/**
 * The cells of a column of features: numbers, NaN where a cell is missing, or texts, undefined where one is missing.
 *
 * @throws ArgumentError where there is no such column.
 */
export const cellsOf = (
  where: string,
  data: Dataset | Pick<LabelledTable, 'features'>,
  name: string,
): readonly (number | string | undefined)[] => {
  const names = 'features' in data ? data.features.columns.map((column) => column.name) : data.featureNames
  const at = names.indexOf(name)
  const near = nearestName(name, names)
  if (at < 0)
    throw new ArgumentError(
      `${where}: there is no column '${showText(name, 60)}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
    )
  if (!('features' in data)) {
    const cells = toTypedArray(data.x)
    return Array.from({ length: data.n }, (_, row) => cells[row * names.length + at] ?? NaN)
  }
  const column = data.features.columns[at]
  if (column === undefined) return []
  return 'values' in column
    ? Array.from(toTypedArray(column.values), Number)
    : Array.from(toTypedArray(column.codes), (code: number) => column.levels[code])
}
