import stringWidth from 'string-width'
import { greatestOf } from '../core/tensor/extremes.ts'

/**
 * A column of a {@link textTable}.
 *
 * @category Output
 */
export interface Column {
  readonly title: string
  /** Text to the left and numbers to the right is the custom; 'right' unless told otherwise. */
  readonly align?: 'left' | 'right'
}

/**
 * A plain-text table with aligned columns, two spaces between them. Columns are as wide as a terminal shows
 * them: a Chinese letter takes two places, a combining accent none.
 *
 * @example
 * ```ts
 * import { textTable } from 'puregrad/report'
 * const table = textTable([{ title: 'part', align: 'left' }, { title: 'loss' }], [['train', '0.5'], ['dev', '12.25']])
 * table.split('\n') // => ['part    loss', '-----  -----', 'train    0.5', 'dev    12.25']
 * ```
 * @category Output
 */
export const textTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const titles = columns.map(({ title }) => title)
  const widths = columns.map((_, i) => greatestOf([titles, ...rows].map((row) => stringWidth(row[i] ?? ''))))
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align = 'right' }, i) => {
        const cell = cells[i] ?? ''
        const blanks = ' '.repeat((widths[i] ?? 0) - stringWidth(cell))
        return align === 'left' ? cell + blanks : blanks + cell
      })
      .join('  ')
      .trimEnd()
  return [titles, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')
}
