import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { foldIn, key, tensor, toTypedArray } from '../../src/node.ts'
import { labelledRowsAt, labelTable, readTable, splitData, type LabelledTable } from '../../src/data/index.ts'
import { baselineOf, judge, type Judgement } from '../../src/evaluation/index.ts'
import { linearRecipe, networkRecipe, type Recipe } from '../../src/tabular/index.ts'
import { references, type Figures, type ReferenceTable } from './references.ts'

/** Trains the recipes on the five given splits of every table and prints what they reach beside the reference, as Markdown. */
const [folder = '../shared/data/tables', only] = process.argv.slice(2)

const rightOf = <A>(found: E.Either<{ readonly message: string }, A>): A => {
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right
}

const figures = (judgement: Judgement): readonly number[] =>
  judgement.kind === 'classes'
    ? [judgement.accuracy.value, judgement.balancedAccuracy.value, judgement.rocArea.value]
    : [judgement.rSquared.value]

/** The figures of a recipe on one split of a table. */
const measured = async (
  recipe: Recipe,
  data: LabelledTable<'raw'>,
  test: ReadonlySet<number>,
  seed: number,
): Promise<readonly number[]> => {
  const all = Array.from({ length: data.n }, (_, row) => row)
  const lines = Array.from(toTypedArray(data.features.lines), Number)
  const rowsOf = (wanted: (line: number) => boolean) =>
    tensor(Int32Array.from(all.filter((row) => wanted(lines[row] ?? -1))))
  const rest = labelledRowsAt(
    data,
    rowsOf((line) => !test.has(line)),
    'raw',
  )
  const { train, dev } = rightOf(
    splitData({ train: 0.85, dev: 0.15 }, { key: foldIn(key(seed), 'split'), rareClasses: 'deal' })(rest),
  )
  const fitted = rightOf(await recipe.fit({ train, dev }, foldIn(key(seed), recipe.name))())
  const part = labelledRowsAt(
    data,
    rowsOf((line) => test.has(line)),
    'test',
  )
  const { predictions } = rightOf(fitted.predictor.ofTable(part.features))
  return figures(judge(predictions, part.y, { baseline: baselineOf(train) }))
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

const spread = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((total, value) => total + (value - mean(values)) ** 2, 0) / values.length)

const text = (values: readonly (readonly number[])[]): string =>
  (values[0] ?? [])
    .map((_, i) => {
      const own = values.map((each) => each[i] ?? NaN)
      return `${mean(own).toFixed(3)} ± ${spread(own).toFixed(3)}`
    })
    .join(', ')

const shown = (reference: Figures): string => reference.map((value) => value.toFixed(3)).join(', ')

/** A network is measured from so many beginnings, as the reference was. */
const initializations = [0, 1, 2]

const row = async (table: ReferenceTable, splits: readonly (readonly number[])[]): Promise<string> => {
  const kinds = Object.fromEntries((table.categories ?? []).map((name) => [name, 'category' as const]))
  const { table: read } = rightOf(
    await readTable(join(folder, table.file), { ...(table.categories === undefined ? {} : { kinds }) })(),
  )
  const target = table.target === 'last' ? (read.columns.at(-1)?.name ?? '') : table.target
  const data = rightOf(
    labelTable(read, {
      target,
      ...(table.task === undefined ? {} : { task: table.task }),
      ...(table.drop === undefined ? {} : { drop: table.drop }),
    }),
  )
  const lines = Array.from(toTypedArray(read.lines), Number)
  const results = { linear: [] as (readonly number[])[], network: [] as (readonly number[])[] }
  for (const [seed, rows] of splits.entries()) {
    const test = new Set(rows.map((i) => lines[i] ?? -1))
    results.linear.push(await measured(linearRecipe(), data, test, seed))
    const drawn: (readonly number[])[] = []
    for (const other of initializations)
      drawn.push(await measured(networkRecipe(), data, test, seed + 100 * other))
    results.network.push((drawn[0] ?? []).map((_, i) => mean(drawn.map((each) => each[i] ?? NaN))))
  }
  const met = table.floor.every((floor, i) => mean(results.network.map((each) => each[i] ?? NaN)) >= floor)
  return `| ${table.name} | ${text(results.linear)} | ${shown(table.linear)} | ${text(results.network)} | ${shown(table.network)} | ${shown(table.floor)} | ${met ? 'met' : 'missed'} |`
}

if (!existsSync(join(folder, 'splits.json'))) {
  process.stderr.write(
    `${folder}: there are no tables with splits.json here; name the folder that has them\n`,
  )
  process.exit(1)
}
const splits = JSON.parse(readFileSync(join(folder, 'splits.json'), 'utf8')) as Readonly<
  Record<string, readonly (readonly number[])[]>
>
process.stdout.write(
  '| table | linear here | linear, reference | network here | network, reference | asked for | |\n| --- | --- | --- | --- | --- | --- | --- |\n',
)
for (const table of references.filter(({ name }) => only === undefined || name.includes(only)))
  process.stdout.write(`${await row(table, splits[table.splits] ?? [])}\n`)
