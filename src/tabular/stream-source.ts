import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { foldIn, key, tensor } from '../core/numeric/index.ts'
import type { TableProgress } from '../data/table/reading-options.ts'
import { labelTable } from '../data/table/label-table.ts'
import { scanTable } from '../data/table/scan-table.ts'
import { streamTable } from '../data/table/stream-table.ts'
import { labelledRowsAt, type LabelledTable, type Table } from '../data/table/table.ts'
import type { TableReport } from '../data/table/table-report.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import { baselineOf, type Baseline } from '../evaluation/baseline.ts'
import type { NetworkSettings } from './network-plan.ts'
import { partTables } from './part-tables.ts'
import { byName, labelledAsAsked, readingOf } from './read-parts.ts'
import { rowDealer, type PartName } from './row-dealer.ts'
import type { TrainingHooks } from './run-network.ts'
import type { StreamQuestion, StreamReading } from './stream-question.ts'
import { digestOfFile, sizeOfFile, surveyTable, type StreamProblem, type Survey } from './survey-table.ts'
import { positionsIn } from './table-cells.ts'
import type { TableQuestion } from './table-question.ts'

/**
 * How a table is trained on that is never held as a whole.
 *
 * @category Tables
 */
export interface TrainTableStreamOptions {
  /** Of the network, as for `networkRecipe`. */
  readonly network?: Partial<NetworkSettings>
  /** The preparation is fitted on the training rows among the first so many of the file, which are held; 50 000 unless told otherwise. */
  readonly prepareRows?: number
  /** Each batch is drawn from so many rows read ahead, which are held; 10 000 unless told otherwise. */
  readonly shuffleRows?: number
  /** Rows that are read at a time; 1000 unless told otherwise. They make no difference to the model. */
  readonly rows?: number
  /** Whether the kinds of the columns are found in the whole file, as they are unless told otherwise, or in its first 256 KiB. */
  readonly scan?: 'all' | 'first'
  readonly hooks?: TrainingHooks
  /** Hears how far each pass over the file is. */
  readonly reading?: (reading: StreamReading) => void
  /** Hears of the file as soon as it was looked through, before training. */
  readonly onRead?: (read: StreamedTable) => void
}

/**
 * What is known of a file before it is trained on.
 *
 * @category Tables
 */
export interface StreamedTable {
  readonly schema: TableSchema
  readonly report: TableReport
  /** The target columns, by their names. */
  readonly targets: readonly string[]
  /** The columns that are learnt from. */
  readonly features: readonly string[]
  /** Rows of each part, and those without a target, which are in none. */
  readonly rows: { readonly [P in PartName | 'unlabelled']: number }
  /** Training rows that the preparation is fitted on. */
  readonly sampleRows: number
  /** Counts or means over all training rows; medians of numbers over those the preparation is fitted on. */
  readonly baseline: Baseline
}

/** A file with all that is needed to go through a part of it. */
export interface StreamSource {
  readonly read: StreamedTable
  readonly known: LabelledTable['targets']
  readonly sample: LabelledTable<'train'>
  readonly digest: string
  readonly tables: (
    part: PartName,
    watched: boolean,
    columns?: readonly string[],
  ) => AsyncIterable<E.Either<StreamProblem, Table<'raw'>>>
}

const firstOf = async <A>(values: AsyncIterable<A>): Promise<A | undefined> => {
  // eslint-disable-next-line functional/no-loop-statements -- leaving the loop closes the file
  for await (const value of values) return value
  return undefined
}

/** The first rows of a file as one table. */
const firstRows =
  (
    file: string,
    schema: TableSchema,
    rows: number,
    maxBytes: number | undefined,
  ): TE.TaskEither<StreamProblem, Table<'raw'>> =>
  async () =>
    (await firstOf(streamTable(file, { schema, rows, ...(maxBytes === undefined ? {} : { maxBytes }) }))) ??
    E.left({ message: `${file}: there are no rows` })

const withColumnsOf = (schema: TableSchema, names: readonly string[]): TableSchema => ({
  ...schema,
  columns: schema.columns.filter(({ name }) => names.includes(name)),
})

/** The rows of a sample that are for training, their classes numbered as in the whole file. */
const trainingRows = (
  file: string,
  first: Table<'raw'>,
  labelled: LabelledTable<'raw'>,
  names: readonly string[],
  targets: LabelledTable['targets'],
  deal: (row: number) => PartName,
): E.Either<StreamProblem, LabelledTable<'train'>> => {
  const places = positionsIn(first, labelled.features)
  const rows = places.flatMap((place, row) => (deal(place) === 'train' ? [row] : []))
  return rows.length === 0
    ? E.left({
        message: `${file}: none of the first ${first.n} rows is for training; say more of them with prepareRows`,
      })
    : pipe(
        labelTable(first, {
          targets: names,
          like: targets,
          features: labelled.features.columns.map(({ name }) => name),
        }),
        E.map((all: LabelledTable<'raw'>) => labelledRowsAt(all, tensor(Int32Array.from(rows)), 'train')),
      )
}

const baselineFrom = ({ targets, inTraining, rows }: Survey, sample: LabelledTable<'train'>): Baseline => {
  const ofSample = baselineOf(sample)
  return targets.kind === 'values' && ofSample.kind === 'values'
    ? { kind: 'values', names: targets.names, means: inTraining, medians: ofSample.medians }
    : { kind: 'classes', names: targets.names, shares: inTraining.map((rowsOf) => rowsOf / rows.train) }
}

/** A file that was looked into: how it is written, and its first rows. */
interface Opened {
  readonly size: number | undefined
  readonly schema: TableSchema
  readonly report: TableReport
  readonly question: TableQuestion
  readonly first: Table<'raw'>
  readonly labelled: LabelledTable<'raw'>
}

type Told = (
  pass: StreamReading['pass'],
  total: number | undefined,
) => { readonly progress?: (progress: TableProgress) => void; readonly signal?: AbortSignal }

const opened = (
  asked: StreamQuestion,
  prepareRows: number,
  scan: 'all' | 'first',
  told: Told,
): TE.TaskEither<StreamProblem, Opened> =>
  pipe(
    sizeOfFile(asked.file),
    TE.bindTo('size'),
    TE.bindW('scanned', ({ size }) =>
      scanTable(asked.file, { ...readingOf(asked), rows: scan, ...told('schema', size) }),
    ),
    TE.let('question', ({ scanned }) => byName(asked, scanned.report)),
    TE.bindW('first', ({ scanned }) =>
      firstRows(asked.file, scanned.schema, prepareRows, asked.reading?.maxBytes),
    ),
    TE.bindW('labelled', ({ first, question }) =>
      TE.fromEither(
        pipe(
          labelledAsAsked(first, question),
          E.mapLeft((error) => ({
            ...error,
            message:
              first.n < prepareRows ? error.message : `${error.message} (in the first ${first.n} rows)`,
          })),
        ),
      ),
    ),
    TE.map(({ scanned, ...rest }) => ({ ...rest, ...scanned })),
  )

const isOfNumbers = (schema: TableSchema, target: string | undefined): boolean =>
  schema.columns.some(({ name, kind }) => name === target && kind === 'number')

/** The first rows, then the whole file: what is wrong with either is said before anything is trained. */
export const streamSource = (
  asked: StreamQuestion,
  { prepareRows = 50_000, rows = 1000, scan = 'all', hooks = {}, reading }: TrainTableStreamOptions,
): TE.TaskEither<StreamProblem, StreamSource> => {
  const { file, seed = 0, shares = { train: 0.68, dev: 0.12, test: 0.2 } } = asked
  const maxBytes = asked.reading?.maxBytes
  const limit = maxBytes === undefined ? {} : { maxBytes }
  const dealer = (): ((row: number) => PartName) => rowDealer(foldIn(key(seed), 'split'), shares)
  const told: Told = (pass, total) => ({
    ...(reading === undefined ? {} : { progress: ({ bytes }) => reading({ pass, bytes, total }) }),
    ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
  })
  return pipe(
    opened(asked, prepareRows, scan, told),
    TE.bindTo('opened'),
    TE.let('wanted', ({ opened: { labelled, question } }) => [
      ...labelled.features.columns.map(({ name }) => name),
      ...question.targets,
    ]),
    TE.bindW('survey', ({ opened: { size, schema, question, labelled }, wanted }) =>
      surveyTable(
        file,
        { schema: withColumnsOf(schema, wanted), rows, ...limit, ...told('counts', size) },
        question.targets,
        dealer(),
        {
          targets: labelled.targets,
          mayBeAmounts: asked.task === undefined && isOfNumbers(schema, question.targets[0]),
        },
      ),
    ),
    TE.bindW('sample', ({ opened: { first, labelled, question }, survey }) =>
      TE.fromEither(trainingRows(file, first, labelled, question.targets, survey.targets, dealer())),
    ),
    TE.bindW('digest', () => digestOfFile(file, maxBytes)),
    TE.map(({ opened: { size, schema, report, question }, survey, sample, digest, wanted }) => ({
      read: {
        schema,
        report,
        targets: question.targets,
        features: sample.features.columns.map(({ name }) => name),
        rows: { ...survey.rows, unlabelled: survey.unlabelled },
        sampleRows: sample.n,
        baseline: baselineFrom(survey, sample),
      },
      known: survey.targets,
      sample,
      digest,
      tables: (part, watched, columns = wanted) =>
        partTables(
          file,
          {
            schema: withColumnsOf(schema, columns),
            rows,
            ...limit,
            ...(watched ? told(part, size) : {}),
          },
          question.targets,
          { part, dealer },
        ),
    })),
  )
}
