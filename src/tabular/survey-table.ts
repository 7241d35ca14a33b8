/* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
   counts are kept while a file goes by, a few rows at a time; nobody else sees them */
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Targets } from '../data/dataset.ts'
import { byteChunks } from '../data/formats/byte-chunks.ts'
import { naturalOrder } from '../data/formats/natural-order.ts'
import { showNames } from '../data/formats/show-names.ts'
import { streamTable, type TableStreamOptions } from '../data/table/stream-table.ts'
import type { PartName } from './row-dealer.ts'
import { rowsWithTargets } from './part-tables.ts'
import { cellsOf } from './table-cells.ts'

/** What has to be known of a whole file before the first step: counts and sums, whatever its size. */
export interface Survey {
  readonly targets: Targets
  readonly rows: Readonly<Record<PartName, number>>
  readonly unlabelled: number
  /** Training rows of each class, or the mean of each target over them. */
  readonly inTraining: readonly number[]
}

/** What keeps a file from being trained on as a stream. */
export interface StreamProblem {
  readonly message: string
  readonly kind?: string
  readonly option?: string
}

const mostClasses = 1000

/** The classes of a file: in the order of its first rows where they have them all. */
const classNames = (first: readonly string[], found: ReadonlyMap<string, number>): readonly string[] =>
  found.size === first.length ? first : [...found.keys()].sort(naturalOrder)

/** What keeps classes from being told apart. */
const classProblem = (
  file: string,
  column: string,
  counts: ReadonlyMap<string, number>,
  mayBeAmounts: boolean,
): StreamProblem | undefined =>
  counts.size > mostClasses
    ? {
        message: `${file}, column ${showNames([column])}: expected at most ${mostClasses} classes, got more; is it another column that is to be told?`,
      }
    : mayBeAmounts && counts.size > 2
      ? {
          kind: 'undecided',
          option: 'task',
          message: `${file}, column ${showNames([column])}: its first rows have two whole numbers and later ones others (${[...counts.keys()].slice(0, 6).join(', ')}), which may be classes or amounts; say with the option task: 'classification' that each is a class, or task: 'regression' that they are to be estimated`,
        }
      : undefined

const withoutRows = (file: string, rows: Survey['rows']): StreamProblem | undefined => {
  const empty = (['train', 'dev', 'test'] as const).find((part) => rows[part] === 0)
  return empty === undefined
    ? undefined
    : {
        message: `${file}: no row with a target came to the ${empty} part (${rows.train} train, ${rows.dev} dev, ${rows.test} test); a file of so few rows is trained on without streaming`,
      }
}

/** One pass over the columns that are of use: a row that cannot be read is found here, before anything is trained. */
export const surveyTable =
  (
    file: string,
    options: TableStreamOptions,
    names: readonly string[],
    deal: (row: number) => PartName,
    { targets, mayBeAmounts }: { readonly targets: Targets; readonly mayBeAmounts: boolean },
  ): TE.TaskEither<StreamProblem, Survey> =>
  async () => {
    const rows = { train: 0, dev: 0, test: 0 }
    const counts = new Map<string, number>()
    const means = names.map(() => 0)
    let [before, unlabelled] = [0, 0]
    for await (const read of streamTable(file, options)) {
      if (E.isLeft(read)) return read
      const table = read.right
      const present = rowsWithTargets(table, names)
      const cells = names.flatMap((name) =>
        table.columns.filter((column) => column.name === name).map(cellsOf),
      )
      for (let row = 0; row < table.n; row++) {
        if (present[row] !== true) {
          unlabelled++
          continue
        }
        const part = deal(before + row)
        rows[part]++
        if (targets.kind === 'classes') {
          const name = String(cells[0]?.[row])
          counts.set(name, (counts.get(name) ?? 0) + Number(part === 'train'))
        } else if (part === 'train')
          cells.forEach((column, k) => {
            const mean = means[k] ?? 0
            means[k] = mean + (Number(column[row]) - mean) / rows.train
          })
      }
      before += table.n
      const problem = classProblem(file, names[0] ?? '', counts, mayBeAmounts)
      if (problem !== undefined) return E.left(problem)
    }
    const problem = withoutRows(file, rows)
    if (problem !== undefined) return E.left(problem)
    const classes = targets.kind === 'classes' ? classNames(targets.names, counts) : []
    return E.right({
      targets: targets.kind === 'classes' ? { kind: 'classes', names: classes } : targets,
      rows,
      unlabelled,
      inTraining: targets.kind === 'classes' ? classes.map((name) => counts.get(name) ?? 0) : means,
    })
  }

/** SHA-256 of what a file unfolds to, in bounded memory. */
export const digestOfFile =
  (file: string, maxBytes: number | undefined): TE.TaskEither<StreamProblem, string> =>
  async () => {
    const hash = process.getBuiltinModule('node:crypto').createHash('sha256')
    for await (const chunk of byteChunks(file, { maxBytes })) {
      if (E.isLeft(chunk)) return chunk
      hash.update(chunk.right)
    }
    return E.right(hash.digest('hex'))
  }

/** The size of a file that can be read again and again; nothing is known of what a gzipped one unfolds to. */
export const sizeOfFile = (file: string): TE.TaskEither<StreamProblem, number | undefined> =>
  pipe(
    TE.tryCatch(
      () => process.getBuiltinModule('node:fs').promises.stat(file),
      () => ({ message: `${file}: there is no such file` }),
    ),
    TE.flatMapEither((found) =>
      found.isFile()
        ? E.right(file.endsWith('.gz') ? undefined : found.size)
        : E.left({
            message: `${file}: expected a file, as it is read once for each epoch, got what can be read but once; write it to a file first`,
          }),
    ),
  )
