import fc from 'fast-check'
import type { Separator, TableOptions } from '../../../src/data/index.ts'

/** What a column holds, and how its cells are written. */
export interface WrittenColumn {
  readonly name: string
  readonly kind: 'number' | 'date' | 'boolean' | 'category'
  /** A number, an instant or a text for each row; undefined where there is none. */
  readonly values: readonly (number | string | undefined)[]
  readonly cells: readonly string[]
}

export interface WrittenTable {
  readonly columns: readonly WrittenColumn[]
  readonly bytes: Uint8Array
  readonly text: string
  readonly separator: Separator
  readonly header: boolean
  /** What a reader has to be told, since nothing in the file says it. */
  readonly told: TableOptions
}

interface Form {
  readonly rows: number
  readonly decimal: '.' | ','
  readonly thousands: '' | ',' | '.' | ' ' | "'"
  readonly dates: 'ymd' | 'dmy' | 'mdy'
  readonly dateMark: '-' | '/' | '.'
  readonly words: readonly string[]
}

const signs = ['', 'NA', 'N/A', '?', 'NaN', 'null', ' ']

const grouped = (digits: string, mark: string): string =>
  mark === '' ? digits : digits.replace(/\B(?=(\d{3})+$)/g, mark)

/** Two digits after the mark: no number of the column can be taken for parted thousands. */
const numberCell = (value: number, { decimal, thousands }: Form, percent: boolean): string => {
  const [whole = '', fraction = ''] = Math.abs(value).toFixed(2).split('.')
  return `${value < 0 ? '-' : ''}${grouped(whole, thousands)}${decimal}${fraction}${percent ? '%' : ''}`
}

const dateCell = (instant: number, { dates, dateMark }: Form): string => {
  const [year = '', month = '', day = ''] = new Date(instant).toISOString().slice(0, 10).split('-')
  return { ymd: [year, month, day], dmy: [day, month, year], mdy: [month, day, year] }[dates].join(dateMark)
}

/** Cells with some of them missing, but never all. */
const withGaps = <A extends number | string>(
  values: readonly A[],
  write: (value: A) => string,
): fc.Arbitrary<Omit<WrittenColumn, 'name' | 'kind'>> =>
  fc
    .array(fc.option(fc.constantFrom(...signs), { nil: undefined, freq: 2 }), {
      minLength: values.length,
      maxLength: values.length,
    })
    .map((gaps) => {
      const own = gaps.every((gap) => gap !== undefined) ? gaps.map(() => undefined) : gaps
      return {
        values: values.map((value, i) => (own[i] === undefined ? value : undefined)),
        cells: values.map((value, i) => own[i] ?? write(value)),
      }
    })

const column = (form: Form): fc.Arbitrary<Omit<WrittenColumn, 'name'>> => {
  const many = <A>(one: fc.Arbitrary<A>) => fc.array(one, { minLength: form.rows, maxLength: form.rows })
  const day = 86_400_000
  return fc.oneof(
    fc
      .tuple(many(fc.integer({ min: -99_999_999, max: 99_999_999 })), fc.boolean())
      .chain(([hundredths, percent]) =>
        withGaps(
          hundredths.map((value) => value / 100),
          (value) => numberCell(value, form, percent),
        ),
      )
      .map((own) => ({ kind: 'number' as const, ...own })),
    many(fc.integer({ min: -20_000, max: 30_000 }))
      .chain((days) =>
        withGaps(
          days.map((number) => number * day),
          (instant) => dateCell(instant, form),
        ),
      )
      .map((own) => ({ kind: 'date' as const, ...own })),
    fc
      .tuple(fc.constantFrom(['no', 'yes'], ['False', 'True'], ['не', 'да']), many(fc.nat({ max: 1 })))
      .map(([words, codes]) => {
        const values = codes.map((code, i) => words[i < 2 ? i : code]!)
        return { kind: 'boolean' as const, values, cells: values }
      }),
    many(fc.constantFrom(...form.words))
      .chain((words) => withGaps(words, (word) => word))
      .map((own) => ({ kind: 'category' as const, ...own })),
  )
}

const encodings = ['utf-8', 'utf-8 with a mark', 'utf-16le', 'utf-16be', 'windows-1251'] as const

const windows1251 = new Map(
  Array.from({ length: 256 }, (_, byte) => [
    new TextDecoder('windows-1251').decode(Uint8Array.of(byte)),
    byte,
  ]),
)

const encoded = (text: string, encoding: (typeof encodings)[number]): Uint8Array => {
  if (encoding === 'windows-1251') return Uint8Array.from(text, (letter) => windows1251.get(letter)!)
  if (encoding.startsWith('utf-8'))
    return new TextEncoder().encode(encoding === 'utf-8' ? text : `\ufeff${text}`)
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return new Uint8Array(encoding === 'utf-16be' ? bytes.swap16() : bytes)
}

const plainWords = ['n', 'f', 't', 'y', 'котка', 'куче', 'Dem. Rep.', "d'or", 'a-b']
const oddWords = ['Congo, Dem. Rep.', 'say "hi"', 'two\nlines', 'a;b', 'x|y', 'tab\there', '"', '007 b']

/** Tables in all the forms that a reader finds out by itself. */
export const writtenTables: fc.Arbitrary<WrittenTable> = fc
  .record({
    rows: fc.integer({ min: 3, max: 9 }),
    separator: fc.constantFrom<Separator>(',', ';', '\t', '|'),
    decimal: fc.constantFrom<'.' | ','>('.', ','),
    thousands: fc.constantFrom<Form['thousands']>('', ',', '.', ' ', "'"),
    dates: fc.constantFrom<Form['dates']>('ymd', 'dmy', 'mdy'),
    dateMark: fc.constantFrom<Form['dateMark']>('-', '/', '.'),
    header: fc.boolean(),
    quoteAll: fc.boolean(),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    lastEnd: fc.boolean(),
    blankAfter: fc.boolean(),
    encoding: fc.constantFrom(...encodings),
    width: fc.integer({ min: 2, max: 5 }),
  })
  .filter(
    ({ decimal, thousands, dates, dateMark }) =>
      decimal !== thousands && !(dates === 'mdy' && dateMark === '.'),
  )
  .chain((form) => {
    const words = [...plainWords, ...(form.header ? oddWords : [])]
    const own = { ...form, words }
    // Without names above them it is numbers that show what the separator is.
    const first = column(own).filter(({ kind }) => kind === 'number')
    return fc
      .tuple(first, fc.array(column(own), { minLength: form.width - 1, maxLength: form.width - 1 }))
      .map(([one, rest]): WrittenTable => {
        const columns = [one, ...rest].map((made, i) => ({
          ...made,
          name: form.header
            ? `${['вид', 'height (cm)', 'c', 'name', 'дата'][i]!} ${'abcde'[i]!}`
            : `column${i + 1}`,
        }))
        const quoted = (cell: string): string =>
          form.quoteAll || /[",;|\t\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
        const lines = [
          ...(form.header ? [columns.map(({ name }) => name)] : []),
          ...Array.from({ length: form.rows }, (_, row) => columns.map(({ cells }) => cells[row]!)),
        ].map((cells) => cells.map(quoted).join(`${form.separator}${form.blankAfter ? ' ' : ''}`))
        const text = lines.join(form.lineEnd) + (form.lastEnd ? form.lineEnd : '')
        return {
          columns,
          text,
          bytes: encoded(text, form.encoding),
          separator: form.separator,
          header: form.header,
          told: {
            header: form.header,
            ...(form.encoding === 'windows-1251' ? { encoding: 'windows-1251' } : {}),
            ...(form.dates === 'ymd' ? {} : { dates: form.dates }),
          },
        }
      })
  })
