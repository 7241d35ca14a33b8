import { showText } from '../core/tensor/show-value.ts'
import type { DateOrder } from '../data/table/calendar-date.ts'
import type { Sighting } from '../data/table/column-statistics.ts'
import type { NumberMarks } from '../data/table/number-marks.ts'
import type { ColumnFlag } from '../data/table/table-report.ts'
import { remediesInCode, type ColumnRemedies } from './remedies.ts'
import type { Wording } from './wording.ts'

const shownCell = (cell: string): string => `'${showText(cell, 40)}'`

const places = (first: readonly Sighting[], word: string): string =>
  first.map(({ line, cell }) => `${shownCell(cell)} (${word} ${line})`).join(', ')

const example = ({ decimal, thousands }: NumberMarks): string => `1${thousands}234${decimal}5`

const orderNames: Readonly<Record<DateOrder, Wording>> = {
  ymd: { en: 'year, month, day', bg: 'година, месец, ден' },
  dmy: { en: 'day, month, year', bg: 'ден, месец, година' },
  mdy: { en: 'month, day, year', bg: 'месец, ден, година' },
}

/** What a flag of a column means, with what helps. */
export const columnFlagWords = (flag: ColumnFlag, remedies: ColumnRemedies): Wording => {
  const { drop } = remedies
  switch (flag.kind) {
    case 'empty':
      return { en: `no cell has a value; ${drop.en}`, bg: `никоя клетка няма стойност; ${drop.bg}` }
    case 'constant':
      return {
        en: `every cell is ${shownCell(flag.value)}: it tells nothing; ${drop.en}`,
        bg: `всяка клетка е ${shownCell(flag.value)}: не казва нищо; ${drop.bg}`,
      }
    case 'sentinel': {
      const missing = remedies.missing([String(flag.value)])
      return {
        en: `${flag.value} occurs ${flag.count} times, away from all other numbers: if it stands for a missing one, ${missing.en}`,
        bg: `${flag.value} се среща ${flag.count} пъти, далеч от всички други числа: ако означава липсваща стойност, ${missing.bg}`,
      }
    }
    case 'odd-cells': {
      const [en, bg] = flag.expected === 'number' ? ['numbers', 'числа'] : ['dates', 'дати']
      const missing = remedies.missing([...new Set(flag.first.map(({ cell }) => showText(cell, 40)))])
      return {
        en: `all cells are ${en} but ${flag.count}: ${places(flag.first, 'line')}; correct them, or if they stand for missing ones, ${missing.en}`,
        bg: `всички клетки са ${bg} освен ${flag.count}: ${places(flag.first, 'ред')}; поправете ги или, ако означават липсващи стойности, ${missing.bg}`,
      }
    }
    case 'numbers-among-signs':
      return {
        en: `its cells are numbers with signs around them, such as ${shownCell(flag.example)}; leave the signs out, so that they are read as numbers`,
        bg: `клетките ѝ са числа с добавени знаци, например ${shownCell(flag.example)}; махнете знаците, за да се прочетат като числа`,
      }
    case 'identifier':
      return {
        en: `it names rows and would be learnt by heart; ${drop.en}`,
        bg: `именува редовете и би била наизустена; ${drop.bg}`,
      }
    case 'integer-codes':
      return {
        en: `${flag.values} whole numbers: if they are codes without an order, ${remedies.categories.en}`,
        bg: `${flag.values} цели числа: ако са кодове без наредба, ${remedies.categories.bg}`,
      }
    case 'repeats':
      return {
        en: `it says the same as ${shownCell(flag.column)} in other words; one of the two is enough: ${drop.en}`,
        bg: `казва същото като ${shownCell(flag.column)} с други думи; една от двете стига: ${drop.bg}`,
      }
    case 'ambiguous-numbers':
      return {
        en: `its numbers can be read in two ways; they are taken for such as ${example(flag.taken)}, not ${example(flag.other)}; if that is wrong, ${remedies.decimal(flag.other.decimal).en}`,
        bg: `числата могат да се прочетат по два начина; приети са за такива като ${example(flag.taken)}, а не ${example(flag.other)}; ако това е грешно, ${remedies.decimal(flag.other.decimal).bg}`,
      }
    case 'ambiguous-dates':
      return {
        en: `its dates can be read in two ways; they are taken for ${orderNames[flag.taken].en}, not ${orderNames[flag.other].en}; if that is wrong, ${remedies.dates(flag.other).en}`,
        bg: `датите могат да се прочетат по два начина; приети са за ${orderNames[flag.taken].bg}, а не ${orderNames[flag.other].bg}; ако това е грешно, ${remedies.dates(flag.other).bg}`,
      }
    case 'renamed':
      return flag.from === ''
        ? { en: 'the header gives it no name', bg: 'заглавният ред не ѝ дава име' }
        : {
            en: `the header calls an earlier column ${shownCell(flag.from)} too`,
            bg: `заглавният ред нарича ${shownCell(flag.from)} и по-ранна колона`,
          }
  }
}

/**
 * What a flag of a column means and what can be done, in both languages.
 *
 * @example
 * ```ts
 * import { columnFlagText } from 'puregrad/report'
 * columnFlagText({ kind: 'constant', value: 'p' }).en // => "every cell is 'p': it tells nothing; drop it"
 * ```
 * @category Language
 */
export const columnFlagText = (flag: ColumnFlag): Wording => columnFlagWords(flag, remediesInCode.of([]))
