import type { DateOrder } from '../data/table/calendar-date.ts'
import type { NumberMarks } from '../data/table/number-marks.ts'
import type { Wording } from './wording.ts'

/** What helps with some columns, each an imperative that a sentence can end with. */
export interface ColumnRemedies {
  /** The columns are not learnt from. */
  readonly drop: Wording
  /** Some signs are read as missing cells. */
  readonly missing: (signs: readonly string[]) => Wording
  /** Numbers are read as codes of categories. */
  readonly categories: Wording
  readonly decimal: (mark: NumberMarks['decimal']) => Wording
  readonly dates: (order: DateOrder) => Wording
}

/** How what a text advises is done depends on where it is read: in a program, or behind a command. */
export interface Remedies {
  readonly of: (columns: readonly string[]) => ColumnRemedies
  /** Rows of rare classes weigh more. */
  readonly balance: Wording
}

const both = (text: (say: string) => string): Wording => ({ en: text('say'), bg: text('задайте') })

/** What helps in a program: options of `readTable` and `labelTable`, and functions. */
export const remediesInCode: Remedies = {
  of: (columns) => ({
    drop:
      columns.length > 1 ? { en: 'drop them', bg: 'махнете ги' } : { en: 'drop it', bg: 'махнете колоната' },
    missing: (signs) => both((say) => `${say} missing: [${signs.map((sign) => `'${sign}'`).join(', ')}]`),
    categories: both((say) => `${say} kinds: 'category'`),
    decimal: (mark) => both((say) => `${say} decimal: '${mark}'`),
    dates: (order) => both((say) => `${say} dates: '${order}'`),
  }),
  balance: {
    en: 'balance the classes (withClassWeights)',
    bg: 'уравновесете класовете (withClassWeights)',
  },
}
