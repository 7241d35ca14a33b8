import { digestOf } from '../data/digest.ts'
import type { LabelledTable } from '../data/table/table.ts'

/** A name of the rows that were learnt from. */
export const digestOfTable = ({ features, y, targets, weights }: LabelledTable): string =>
  digestOf(
    {
      y,
      ...(weights === undefined ? {} : { weights }),
      lines: features.lines,
      ...Object.fromEntries(
        features.columns.map((column, i) => [`${i}`, 'values' in column ? column.values : column.codes]),
      ),
    },
    {
      columns: features.columns.map((column) => [
        column.name,
        column.kind,
        'levels' in column ? column.levels : null,
      ]),
      targets,
    },
  )
