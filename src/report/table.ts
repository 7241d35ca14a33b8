import { greatestOf } from '../core/tensor/extremes.ts'

/** A column of a {@link textTable}. */
export interface Column {
  readonly title: string
  /** Text to the left and numbers to the right is the custom; 'right' unless told otherwise. */
  readonly align?: 'left' | 'right'
}

/**
 * A plain-text table with aligned columns, two spaces between them.
 *
 * @example
 * ```ts
 * import { textTable } from 'puregrad/report'
 * const table = textTable([{ title: 'part', align: 'left' }, { title: 'loss' }], [['train', '0.5'], ['dev', '12.25']])
 * table.split('\n') // => ['part    loss', '-----  -----', 'train    0.5', 'dev    12.25']
 * ```
 */
export const textTable = (columns: readonly Column[], rows: readonly (readonly string[])[]): string => {
  const titles = columns.map(({ title }) => title)
  const widths = columns.map((_, i) => greatestOf([titles, ...rows].map((row) => (row[i] ?? '').length)))
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align = 'right' }, i) => {
        const cell = cells[i] ?? ''
        return align === 'left' ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)
      })
      .join('  ')
      .trimEnd()
  return [titles, widths.map((width) => '-'.repeat(width)), ...rows].map(line).join('\n')
}
