import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { tensor, toTypedArray, type Tensor } from '../../../src/index.ts'
import {
  decodePreparation,
  labelledRowsAt,
  labelTable,
  prepare,
  readTable,
  realMlpPreparation,
  standardPreparation,
  type LabelledTable,
  type LabelOptions,
  type PreparationPlan,
} from '../../../src/data/index.ts'
import { right } from './right.ts'

const place = (name: string) =>
  fileURLToPath(new URL(`../../../../shared/data/tables/${name}`, import.meta.url))

interface Case extends LabelOptions {
  readonly file: string
  /** How many inputs a pipeline of scikit-learn makes of the first of five training parts. */
  readonly inputs: number
  readonly split: string
  readonly plan?: PreparationPlan
}

const codes = ['season', 'mnth', 'weekday', 'weathersit']
const bike = { file: 'bike-day.csv', target: 'cnt', task: 'regression', split: 'bike-day' } as const
const notBike = ['instant', 'dateday', 'casual', 'registered']

const cases: readonly Case[] = [
  {
    file: 'titanic.csv',
    target: 'Survived',
    drop: ['PassengerId', 'Name', 'Ticket', 'Cabin'],
    inputs: 12,
    split: 'titanic',
  },
  { file: 'penguins.csv', target: 'species', inputs: 14, split: 'penguins' },
  { file: 'penguins-bg.csv', target: 'вид', inputs: 14, split: 'penguins' },
  {
    file: 'winequality-red.csv',
    target: 'quality',
    task: 'classification',
    inputs: 11,
    split: 'winequality-red as classes',
  },
  {
    file: 'winequality-red.csv',
    target: 'quality',
    task: 'regression',
    inputs: 11,
    split: 'winequality-red',
  },
  { file: 'adult-3000.csv', target: 'column15', inputs: 103, split: 'adult-3000' },
  { file: 'mushrooms.csv', target: 'class', inputs: 117, split: 'mushrooms' },
  { file: 'sonar.csv', target: 'column61', inputs: 60, split: 'sonar' },
  { file: 'ecoli.csv', target: 'column8', inputs: 7, split: 'ecoli' },
  {
    file: 'hr-attrition.csv',
    target: 'Attrition',
    drop: ['EmployeeNumber', 'EmployeeCount', 'Over18', 'StandardHours'],
    inputs: 51,
    split: 'hr-attrition',
  },
  { file: 'auto-mpg.csv', target: 'mpg', task: 'regression', drop: ['name'], inputs: 8, split: 'auto-mpg' },
  { ...bike, drop: notBike, inputs: 11 },
  {
    ...bike,
    drop: notBike,
    inputs: 33,
    plan: { steps: [{ kind: 'asCategories', columns: codes }, ...standardPreparation().steps] },
  },
  {
    file: 'gapminder-decimal-comma.csv',
    target: 'lifeExp',
    task: 'regression',
    drop: ['iso_alpha'],
    inputs: 149,
    split: 'gapminder-decimal-comma',
  },
  {
    file: 'imports85.csv.gz',
    target: 'price',
    task: 'regression',
    drop: ['Column1'],
    inputs: 80,
    split: 'imports85',
  },
]

/** The rows that are in none of the places. */
const others = (n: number, rows: readonly number[]) => {
  const taken = new Set(rows)
  return Array.from({ length: n }, (_, row) => row).filter((row) => !taken.has(row))
}

const int32 = (rows: readonly number[]) => tensor(Int32Array.from(rows))

// A comparison of bytes: that of elements takes seconds for a hundred thousand.
const bytesOf = (x: Tensor) => Buffer.from(toTypedArray(x).buffer)

const present = existsSync(place('splits.json'))
if (!present) console.log('the real tables are not beside the project: only generated ones were prepared')

describe.runIf(present)('real tables', () => {
  const splits: Readonly<Record<string, readonly (readonly number[])[]>> = present
    ? JSON.parse(readFileSync(place('splits.json'), 'utf8'))
    : {}

  test.each(cases.map((one) => [one.file, one.inputs, one] as const))(
    '%s: %d inputs',
    async (_, inputs, one) => {
      const { file, plan = standardPreparation(), inputs: _inputs, split, ...options } = one
      const { table } = right(await readTable(place(file))())
      const all: LabelledTable<'raw'> = right(labelTable(table, options))
      // The splits count the rows of the file, those without a target too.
      const first = toTypedArray(table.lines)[0] ?? 0
      const rowOf = new Map(Array.from(toTypedArray(all.features.lines), (line, row) => [line - first, row]))
      const tested = (splits[split]?.[0] ?? []).flatMap((row) => rowOf.get(row) ?? [])
      const train = labelledRowsAt(all, int32(others(all.n, tested)), 'train')
      const dev = labelledRowsAt(all, int32(tested), 'dev')
      const prepared = right(prepare(plan)(train))
      expect(prepared.features.length).toBe(inputs)
      const x = right(prepared.applyLabelled(dev)).x
      expect(x.shape).toEqual([tested.length, inputs])
      expect(toTypedArray(x).every(Number.isFinite)).toBe(true)
      const again = right(decodePreparation(JSON.parse(JSON.stringify(prepared.spec))))
      expect(bytesOf(right(again.applyLabelled(dev)).x).equals(bytesOf(x))).toBe(true)
      const own = right(prepare(realMlpPreparation())(train))
      expect(toTypedArray(right(own.applyLabelled(dev)).x).every(Number.isFinite)).toBe(true)
    },
  )
})
