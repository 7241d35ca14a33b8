import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { labelTable, readTable, type TableReading } from '../../../src/data/index.ts'
import { numbers, rightOf } from '../rows.ts'

const placeOf = (name: string): string =>
  fileURLToPath(new URL(`../../../../shared/data/tables/${name}`, import.meta.url))

interface Expected {
  readonly rows: number
  readonly columns: number
  /** Columns that are not all numbers, dates among them. */
  readonly texts?: number
  readonly missing?: Readonly<Record<string, number>>
  readonly kinds?: Readonly<Record<string, string>>
  readonly header?: boolean
  readonly repeatedRows?: number
  /** A target with its mean, or its classes. */
  readonly mean?: readonly [string, number]
  readonly classes?: readonly [string, Readonly<Record<string, number>>]
}

const penguins = {
  rows: 344,
  columns: 7,
  texts: 3,
}

const tables: Readonly<Record<string, Expected>> = {
  'titanic.csv': {
    rows: 891,
    columns: 12,
    missing: { Age: 177, Cabin: 687, Embarked: 2 },
    kinds: { PassengerId: 'identifier', Name: 'identifier', Ticket: 'text', Cabin: 'text', Pclass: 'number' },
    classes: ['Survived', { 0: 549, 1: 342 }],
  },
  'penguins.csv': {
    ...penguins,
    missing: { bill_length_mm: 2, bill_depth_mm: 2, flipper_length_mm: 2, body_mass_g: 2, sex: 11 },
    classes: ['species', { Adelie: 152, Chinstrap: 68, Gentoo: 124 }],
  },
  'penguins-bg.csv': {
    ...penguins,
    missing: { 'дължина на човката (мм)': 2, 'тегло (г)': 2, пол: 11 },
    kinds: { 'дължина на човката (мм)': 'number', остров: 'category' },
  },
  'auto-mpg.csv': {
    rows: 398,
    columns: 9,
    texts: 1,
    missing: { horsepower: 6 },
    kinds: { name: 'text', origin: 'number' },
    mean: ['mpg', 23.514573],
  },
  'winequality-red.csv': {
    rows: 1599,
    columns: 12,
    texts: 0,
    repeatedRows: 240,
    classes: ['quality', { 3: 10, 4: 53, 5: 681, 6: 638, 7: 199, 8: 18 }],
    mean: ['quality', 5.636023],
  },
  'adult-3000.csv': {
    rows: 3000,
    columns: 15,
    texts: 9,
    header: false,
    missing: { column2: 192, column7: 192, column14: 58 },
    classes: ['column15', { '<=50K': 2266, '>50K': 734 }],
  },
  'mushrooms.csv': {
    rows: 8124,
    columns: 23,
    texts: 23,
    missing: { 'stalk-root': 2480 },
    kinds: { bruises: 'category', class: 'category' },
  },
  'sonar.csv': { rows: 208, columns: 61, texts: 1, header: false, classes: ['column61', { M: 111, R: 97 }] },
  'ecoli.csv': {
    rows: 336,
    columns: 8,
    texts: 1,
    header: false,
    classes: ['column8', { cp: 143, im: 77, imL: 2, imS: 2, imU: 35, om: 20, omL: 5, pp: 52 }],
  },
  'bike-day.csv': {
    rows: 731,
    columns: 16,
    kinds: { instant: 'identifier', dateday: 'date', season: 'number' },
    mean: ['cnt', 4504.348837],
  },
  'gapminder-decimal-comma.csv': {
    rows: 1704,
    columns: 6,
    texts: 3,
    kinds: { country: 'category' },
    mean: ['lifeExp', 59.474439],
  },
  'imports85.csv.gz': {
    rows: 205,
    columns: 27,
    missing: { loss: 41, price: 4, bore: 4, stroke: 4, doors: 2, hp: 2, rpm: 2 },
    kinds: { Column1: 'identifier' },
    mean: ['price', 13207.129353],
  },
  'hr-attrition.csv': {
    rows: 1470,
    columns: 35,
    kinds: { EmployeeNumber: 'identifier', Attrition: 'boolean' },
    classes: ['Attrition', { No: 1233, Yes: 237 }],
  },
}

const flagsOf = ({ report }: TableReading, kind: string): readonly string[] =>
  report.columns.filter(({ flags }) => flags.some((flag) => flag.kind === kind)).map(({ name }) => name)

describe.each(Object.entries(tables))('%s (if ../shared/data/tables has it)', (file, expected) => {
  test.skipIf(!existsSync(placeOf(file)))('reads with no option to what is known of it', async () => {
    const reading = rightOf(await readTable(placeOf(file))())
    const { table, report } = reading
    expect([table.n, table.columns.length]).toEqual([expected.rows, expected.columns])
    expect(report.header.value).toBe(expected.header ?? true)
    const missing = Object.fromEntries(report.columns.map((column) => [column.name, column.missing]))
    expect(missing).toMatchObject(expected.missing ?? {})
    const kinds = Object.fromEntries(table.columns.map((column) => [column.name, column.kind]))
    expect(kinds).toMatchObject(expected.kinds ?? {})
    if (expected.texts !== undefined)
      expect(table.columns.filter((column) => 'codes' in column)).toHaveLength(expected.texts)
    if (expected.repeatedRows !== undefined) expect(report.repeatedRows).toBe(expected.repeatedRows)
    if (expected.mean !== undefined) {
      const [target, mean] = expected.mean
      const { y } = rightOf(labelTable(table, { target, task: 'regression' }))
      expect(numbers(y).reduce((sum, value) => sum + value, 0) / y.size).toBeCloseTo(mean, 6)
    }
    if (expected.classes !== undefined) {
      const [target, counts] = expected.classes
      const { y, targets } = rightOf(labelTable(table, { target, task: 'classification' }))
      const found = targets.names.map((name, i) => [name, numbers(y).filter((code) => code === i).length])
      expect(Object.fromEntries(found)).toEqual(counts)
    }
  })
})

describe('what is peculiar in them (if ../shared/data/tables has them)', () => {
  const read = async (file: string) => rightOf(await readTable(placeOf(file))())
  test.skipIf(!existsSync(placeOf('titanic.csv')))('is flagged', async () => {
    expect(flagsOf(await read('titanic.csv'), 'integer-codes')).toContain('Pclass')
    expect(flagsOf(await read('auto-mpg.csv'), 'integer-codes')).toContain('origin')
    expect(flagsOf(await read('adult-3000.csv'), 'repeats')).toEqual(['column5'])
    expect(flagsOf(await read('adult-3000.csv'), 'sentinel')).toEqual(['column11'])
    expect(flagsOf(await read('mushrooms.csv'), 'constant')).toEqual(['veil-type'])
    const attrition = await read('hr-attrition.csv')
    expect(flagsOf(attrition, 'constant')).toEqual(['EmployeeCount', 'Over18', 'StandardHours'])
    expect(flagsOf(attrition, 'identifier')).toEqual(['EmployeeNumber'])
    expect(attrition.report.encoding).toEqual({ value: 'utf-8', why: 'byte-order-mark' })
    const bulgarian = await read('penguins-bg.csv')
    expect(bulgarian.report.encoding).toEqual({ value: 'windows-1251', why: 'letters' })
    const islands = bulgarian.table.columns.find(({ name }) => name === 'остров')
    expect(islands).toMatchObject({ levels: ['Биско', 'Дрийм', 'Торгерсен'] })
  })
})
