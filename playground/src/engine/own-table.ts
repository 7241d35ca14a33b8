import { dsvFormat } from 'd3-dsv'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { parseCsv, type Classes, type DataError, type Dataset } from 'puregrad/data'
import type { OwnTable, Refusal, TableColumn } from './messages.ts'
import { fill, say } from './wordings.ts'

/** A column of text with more different values than this is a name, not a category. */
const mostCategories = 30
const mostClasses = 50
const mostLetters = 50_000_000

export type Separator = ',' | ';' | '\t' | '|'

/** How a table is read: what a program that reads it has to be told. */
export interface TableReading {
  readonly separator: Separator
  readonly header: boolean
  readonly decimal: '.' | ','
  readonly label: string
  readonly columns: readonly TableColumn[]
  /** The values of the columns of categories, in order: a column of 0 and 1 is made of each. */
  readonly categories: Readonly<Record<string, readonly string[]>>
}

export interface ReadTable {
  readonly data: Dataset<'raw', Classes>
  readonly reading: TableReading
}

type Cells = readonly (readonly string[])[]

const refuse = (
  en: string,
  bg: string,
  holes: Readonly<Record<string, string>>,
  where: Pick<Refusal, 'line' | 'column'> = {},
): E.Either<readonly Refusal[], never> =>
  E.left([{ setting: 'label', message: fill(say(en, bg), holes), ...where }])

const separators: readonly Separator[] = ['\t', ';', '|', ',']

/**
 * What stands equally often in each of the first lines; a comma only where nothing else does, for it may be a decimal
 * mark. Where no mark does, as with quoted ones, what the first line has most of.
 */
const separatorOf = (text: string): Separator => {
  const lines = text
    .slice(0, 10_000)
    .split(/\r\n|\r|\n/)
    .slice(0, 20)
    .filter((line) => line !== '')
  const counts = separators.map((separator) => ({
    separator,
    times: lines.slice(0, Math.max(1, lines.length - 1)).map((line) => line.split(separator).length - 1),
  }))
  const even = counts.find(
    ({ times: [first = 0, ...others] }) => first > 0 && others.every((n) => n === first),
  )
  return (even ?? counts.reduce((best, next) => ((next.times[0] ?? 0) > (best.times[0] ?? 0) ? next : best)))
    .separator
}

const point = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i
const comma = /^\s*[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?\s*$/i

const decimalOf = (separator: Separator, rows: Cells): '.' | ',' => {
  const cells = rows.slice(0, 200).flat()
  const count = (mark: RegExp): number => cells.filter((cell) => mark.test(cell)).length
  return separator !== ',' && count(/^\s*[+-]?\d*,\d+\s*$/) > count(/^\s*[+-]?\d*\.\d+\s*$/) ? ',' : '.'
}

/** What the columns hold: text where at least half of what is there is no number. */
const columnsOf = (names: readonly string[], rows: Cells, decimal: '.' | ','): readonly TableColumn[] => {
  const isNumber = (cell: string): boolean => (decimal === ',' ? comma : point).test(cell)
  return names.map((name, at) => {
    const cells = rows.map((row) => row[at] ?? '').filter((cell) => cell.trim() !== '')
    const texts = cells.filter((cell) => !isNumber(cell)).length
    const values = new Set(cells).size
    return {
      name,
      holds: 2 * texts <= cells.length ? 'numbers' : values <= mostCategories ? 'categories' : 'left out',
      values,
    }
  })
}

const escaped = (cell: string): string => `"${cell.replaceAll('"', '""')}"`

/**
 * The table with a column of 0 and 1 for each category, without the columns that are left out. Its lines are those of
 * the table.
 */
export const encodeCategories = (
  names: readonly string[],
  rows: Cells,
  { separator, label, columns, categories }: TableReading,
): string => {
  const kept = columns.map(
    ({ name, holds }, at): ((cells: readonly string[], isHeader: boolean) => readonly string[]) =>
      name === label || holds === 'numbers'
        ? (cells) => [cells[at] ?? '']
        : holds === 'left out'
          ? () => []
          : (cells, isHeader) =>
              (categories[name] ?? []).map((value) =>
                isHeader ? `${name}=${value}` : cells[at]?.trim() === value ? '1' : '0',
              ),
  )
  const line = (cells: readonly string[], isHeader: boolean): string =>
    cells.length === names.length
      ? kept
          .flatMap((cellsOf) => cellsOf(cells, isHeader))
          .map(escaped)
          .join(separator)
      : cells.map(escaped).join(separator)
  return [line(names, true), ...rows.map((cells) => line(cells, false))].join('\n')
}

const placeOf = (error: DataError): Pick<Refusal, 'line' | 'column'> => ({
  ...('line' in error ? { line: error.line } : {}),
  ...('column' in error ? { column: error.column } : {}),
})

const reasons: Readonly<Partial<Record<DataError['kind'], readonly [en: string, bg: string]>>> = {
  empty: ['the table has no rows', 'таблицата няма редове'],
  'duplicate-column': ['two columns are named {column}', 'две колони се казват {column}'],
  'missing-column': ['there is no column {column}', 'няма колона {column}'],
  'odd-quote': [
    'there is text between a closing quote and the next separator',
    'има текст между затваряща кавичка и следващия разделител',
  ],
  'open-quote': ['a quote is opened here and never closed', 'тук се отваря кавичка и не се затваря'],
  'ragged-row': [
    'this row has another number of cells than the first one',
    'този ред има друг брой клетки от първия',
  ],
  'not-a-number': [
    'expected a number in the column {column}, as in the other rows; fill in what is missing',
    'очаква се число в колоната {column}, както в другите редове; попълнете липсващото',
  ],
  'missing-label': ['this row has no class', 'този ред няма клас'],
  'one-class': ['all rows are of one class', 'всички редове са от един клас'],
}

/** What the reader found wrong, in both languages, with the line and the column. */
const wordsFor = (error: DataError): Refusal => {
  const { line, column } = placeOf(error)
  const undecided: readonly [string, string] | undefined =
    error.kind === 'undecided' && error.option === 'task'
      ? [
          'the column {column} holds numbers rather than classes; choose another one as the column of the classes',
          'колоната {column} съдържа числа, а не класове; изберете друга за колона на класовете',
        ]
      : undefined
  const [en, bg] = undecided ?? reasons[error.kind] ?? [error.message, error.message]
  const place = line === undefined ? '{file}: ' : '{file}, line {line}: '
  const bgPlace = line === undefined ? '{file}: ' : '{file}, ред {line}: '
  return {
    setting: 'label',
    message: fill(say(place + en, bgPlace + bg), {
      file: error.file,
      line: String(line ?? ''),
      column: column ?? '',
    }),
    ...placeOf(error),
  }
}

/** A first row with a number in it names no columns. */
const isHeader = (cells: readonly string[]): boolean =>
  !cells.some((cell) => point.test(cell) || comma.test(cell))

const readingOf = (
  text: string,
  wanted: string,
): { readonly reading: TableReading; readonly names: readonly string[]; readonly rows: Cells } => {
  const separator = separatorOf(text)
  const all: Cells = dsvFormat(separator).parseRows(text.replace(/^\uFEFF/, ''))
  const header = isHeader(all[0] ?? [])
  const names = header ? (all[0] ?? []) : (all[0] ?? []).map((_, i) => String(i + 1))
  const rows = (header ? all.slice(1) : all).filter((cells) => cells.length !== 1 || cells[0] !== '')
  const decimal = decimalOf(separator, rows)
  const columns = columnsOf(names, rows, decimal)
  const label = wanted === '' ? (names.at(-1) ?? '') : wanted
  const categories = Object.fromEntries(
    columns.flatMap(({ name, holds }, at) =>
      holds !== 'categories' || name === label
        ? []
        : [[name, [...new Set(rows.map((cells) => (cells[at] ?? '').trim()))].sort()] as const],
    ),
  )
  return { reading: { separator, header, decimal, label, columns, categories }, names, rows }
}

/**
 * A table of the user's own as rows with classes, by the library's reader: numbers as they are, columns of categories as
 * columns of 0 and 1. Text with many different values, like names, is left out.
 */
export const readTable = (
  { file, text }: OwnTable,
  label: string,
  dtype: 'float32' | 'float64',
): E.Either<readonly Refusal[], ReadTable> => {
  if (text.length > mostLetters)
    return refuse('{file}: more than {most} letters', '{file}: повече от {most} букви', {
      file,
      most: String(mostLetters),
    })
  if (text.trim() === '') return refuse('{file}: the file is empty', '{file}: файлът е празен', { file })
  const { reading, names, rows } = readingOf(text, label)
  const { separator, header, decimal } = reading
  const asItIs = reading.columns.every(({ name, holds }) => holds === 'numbers' || name === reading.label)
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  const encoded =
    asItIs || repeated !== undefined || !names.includes(reading.label)
      ? { text, header }
      : { text: encodeCategories(names, rows, reading), header: true }
  return pipe(
    parseCsv(encoded.text, { label: reading.label, file, dtype, separator, decimal, header: encoded.header }),
    E.mapLeft((error): readonly Refusal[] => {
      const refusal = wordsFor({ column: reading.label, ...error } as DataError)
      // A header that the encoding has added is no line of the file.
      return [
        encoded.header && !header && refusal.line !== undefined
          ? { ...refusal, line: refusal.line - 1 }
          : refusal,
      ]
    }),
    E.chain((data) =>
      data.targets.names.length > mostClasses
        ? refuse(
            '{file}: the column {label} holds {n} different values; choose one of at most {most} as the column of the classes',
            '{file}: колоната {label} съдържа {n} различни стойности; изберете за колона на класовете такава с най-много {most}',
            {
              file,
              label: reading.label,
              n: String(data.targets.names.length),
              most: String(mostClasses),
            },
          )
        : data.featureNames.length === 0
          ? refuse(
              '{file}: no column is left to tell the classes by',
              '{file}: не остава колона, по която да се познае класът',
              { file },
            )
          : E.right({ data, reading }),
    ),
  )
}
