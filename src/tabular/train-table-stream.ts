import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { foldIn, key, tensor } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { allForDev, allForTraining } from '../data/all-for.ts'
import { digestOf } from '../data/digest.ts'
import { prepare } from '../data/prepare/prepare.ts'
import type { Preparation } from '../data/prepare/preparation.ts'
import { standardPreparation } from '../data/prepare/standard-preparation.ts'
import { preparedParts } from '../data/stream/prepared-parts.ts'
import { scanTable } from '../data/table/scan-table.ts'
import { streamTable } from '../data/table/stream-table.ts'
import { labelledRowsAt, type LabelledTable, type Table } from '../data/table/table.ts'
import type { TableReport } from '../data/table/table-report.ts'
import type { TableSchema } from '../data/table/table-schema.ts'
import { baselineOf, type Baseline } from '../evaluation/baseline.ts'
import type { ModelFigure, TrainedModel } from '../model/trained-model.ts'
import { checkNetworkSettings } from './check-network-settings.ts'
import { fittedRecipe } from './fit-recipe.ts'
import { judgeStream, type StreamFigures } from './judge-stream.ts'
import type { NetworkSettings } from './network-plan.ts'
import { networkDefaults, wholeSettings } from './network-recipe.ts'
import { numberedAs } from './numbered-as.ts'
import { partTables } from './part-tables.ts'
import { byName, labelledAsAsked } from './read-parts.ts'
import type { FittedRecipe } from './recipe.ts'
import { rowDealer, type PartName } from './row-dealer.ts'
import type { TrainingHooks } from './run-network.ts'
import { runStream } from './run-stream.ts'
import type { StreamQuestion, StreamReading } from './stream-question.ts'
import { digestOfFile, sizeOfFile, surveyTable, type Survey } from './survey-table.ts'
import { positionsIn } from './table-cells.ts'
import { version } from './version.ts'

interface Problem {
  readonly message: string
  readonly kind?: string
  readonly option?: string
}

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
  /** Rows of each part, and those without a target, which are in none. */
  readonly rows: { readonly [P in PartName | 'unlabelled']: number }
  /** Training rows that the preparation is fitted on. */
  readonly sampleRows: number
  /** Counts or means over all training rows; medians of numbers over those the preparation is fitted on. */
  readonly baseline: Baseline
}

/**
 * What came of a table that was trained on as a stream.
 *
 * @category Tables
 */
export interface TableStreamTraining extends StreamedTable {
  readonly fitted: FittedRecipe
  /** What the model is worth on the dev part, and what it and the baseline are worth on the test part. */
  readonly dev: StreamFigures
  readonly test: StreamFigures
  readonly baselineTest: StreamFigures
  readonly model: TrainedModel
}

/** A file with all that is needed to go through a part of it. */
interface Source {
  readonly read: StreamedTable
  readonly known: LabelledTable['targets']
  readonly sample: LabelledTable<'train'>
  readonly digest: string
  readonly tables: (
    part: PartName,
    watched: boolean,
    columns?: readonly string[],
  ) => AsyncIterable<E.Either<Problem, Table<'raw'>>>
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
  ): TE.TaskEither<Problem, Table<'raw'>> =>
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
  targets: LabelledTable['targets'],
  deal: (row: number) => PartName,
): E.Either<Problem, LabelledTable<'train'>> => {
  const places = positionsIn(first, labelled.features)
  const rows = places.flatMap((place, row) => (deal(place) === 'train' ? [row] : []))
  return rows.length === 0
    ? E.left({
        message: `${file}: none of the first ${first.n} rows is for training; say more of them with prepareRows`,
      })
    : pipe(
        numberedAs(targets, file, labelled),
        E.map((all) => labelledRowsAt(all, tensor(Int32Array.from(rows)), 'train')),
      )
}

const baselineFrom = ({ targets, inTraining, rows }: Survey, sample: LabelledTable<'train'>): Baseline => {
  const ofSample = baselineOf(sample)
  return targets.kind === 'values' && ofSample.kind === 'values'
    ? { kind: 'values', names: targets.names, means: inTraining, medians: ofSample.medians }
    : { kind: 'classes', names: targets.names, shares: inTraining.map((rowsOf) => rowsOf / rows.train) }
}

/** The sample first, then the whole file: what is wrong with either is said before anything is trained. */
const sourceOf = (
  asked: StreamQuestion,
  { prepareRows = 50_000, rows = 1000, scan = 'all', hooks = {}, reading }: TrainTableStreamOptions,
): TE.TaskEither<Problem, Source> => {
  const { file, seed = 0, shares = { train: 0.68, dev: 0.12, test: 0.2 } } = asked
  const maxBytes = asked.reading?.maxBytes
  const limit = maxBytes === undefined ? {} : { maxBytes }
  const dealer = (): ((row: number) => PartName) => rowDealer(foldIn(key(seed), 'split'), shares)
  const told = (pass: StreamReading['pass'], total: number | undefined) => ({
    ...(reading === undefined
      ? {}
      : { progress: ({ bytes }: { readonly bytes: number }) => reading({ pass, bytes, total }) }),
    ...(hooks.signal === undefined ? {} : { signal: hooks.signal }),
  })
  return pipe(
    sizeOfFile(file),
    TE.bindTo('size'),
    TE.bindW('scanned', ({ size }) =>
      scanTable(file, { ...asked.reading, rows: scan, ...told('schema', size) }),
    ),
    TE.let('question', ({ scanned }) => byName(asked, scanned.report)),
    TE.bindW('first', ({ scanned }) => firstRows(file, scanned.schema, prepareRows, maxBytes)),
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
    TE.let('wanted', ({ labelled, question }) => [
      ...labelled.features.columns.map(({ name }) => name),
      ...question.targets,
    ]),
    TE.bindW('survey', ({ size, scanned, question, labelled, wanted }) =>
      surveyTable(
        file,
        { schema: withColumnsOf(scanned.schema, wanted), rows, ...limit, ...told('counts', size) },
        question.targets,
        dealer(),
        {
          targets: labelled.targets,
          mayBeAmounts:
            asked.task === undefined &&
            scanned.schema.columns.some(
              ({ name, kind }) => name === question.targets[0] && kind === 'number',
            ),
        },
      ),
    ),
    TE.bindW('sample', ({ first, labelled, survey }) =>
      TE.fromEither(trainingRows(file, first, labelled, survey.targets, dealer())),
    ),
    TE.bindW('digest', () => digestOfFile(file, maxBytes)),
    TE.map(({ size, scanned, question, survey, sample, digest, wanted }): Source => ({
      read: {
        schema: scanned.schema,
        report: scanned.report,
        targets: question.targets,
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
            schema: withColumnsOf(scanned.schema, columns),
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

const figuresIn = (
  part: ModelFigure['part'],
  figures: StreamFigures,
  baseline?: StreamFigures,
): readonly ModelFigure[] => {
  const named = (of: StreamFigures) =>
    of.kind === 'classes'
      ? {
          accuracy: [of.accuracy, of.accuracyInterval] as const,
          'log loss': [of.loss, of.lossInterval] as const,
        }
      : {
          RMSE: [of.rootMeanSquaredError, undefined] as const,
          'R²': [of.rSquared, undefined] as const,
          MAE: [of.meanAbsoluteError, undefined] as const,
        }
  const beside = new Map(baseline === undefined ? [] : Object.entries(named(baseline)))
  return Object.entries(named(figures)).flatMap(([name, [value, interval]]) => {
    const without = beside.get(name)?.[0]
    return Number.isFinite(value)
      ? [
          {
            name,
            part,
            value,
            ...(interval?.every(Number.isFinite) === true ? { low: interval[0], high: interval[1] } : {}),
            ...(without !== undefined && Number.isFinite(without) ? { baseline: without } : {}),
          },
        ]
      : []
  })
}

/** All that decides what is learnt, besides the network and its training. */
const questionDigest = (
  { digest, read, known }: Source,
  { seed = 0, shares }: StreamQuestion,
  preparation: Preparation,
): string =>
  digestOf(
    {},
    {
      file: digest,
      targets: known,
      columns: read.targets,
      schema: read.schema,
      seed,
      shares: shares ?? null,
      preparation: preparation.spec,
    },
  )

const trained = (
  source: Source,
  question: StreamQuestion,
  { network = {}, shuffleRows = 10_000, hooks = {} }: TrainTableStreamOptions,
): TE.TaskEither<Problem, Omit<TableStreamTraining, keyof StreamedTable>> => {
  const { read, known, sample, digest, tables } = source
  const { targets, rows } = read
  const settings = wholeSettings(network, rows.train)
  return pipe(
    TE.Do,
    TE.apS(
      'preparation',
      TE.fromEither(
        prepare({ ...standardPreparation(), dtype: network.dtype ?? networkDefaults.dtype })(sample),
      ),
    ),
    TE.bindW('inMemory', ({ preparation }) => TE.fromEither(preparation.applyLabelled(sample))),
    TE.bindW('ran', ({ preparation, inMemory }) => {
      const columns = [...preparation.spec.columns.map(({ name }) => name), ...targets]
      const common = { target: targets, targets: known, preparation }
      return runStream(
        {
          train: preparedParts(tables('train', true, columns), {
            ...common,
            as: (part) => allForTraining(part),
          }),
          dev: preparedParts(tables('dev', true, columns), { ...common, as: (part) => allForDev(part) }),
          sample: inMemory,
          rows: rows.train,
          shuffleRows,
          digest: questionDigest(source, question, preparation),
        },
        settings,
        foldIn(key(question.seed ?? 0), 'network'),
        hooks,
      )
    }),
    TE.let('fitted', ({ preparation, ran }) =>
      fittedRecipe(
        ran.fitted,
        preparation,
        { train: sample },
        {
          settings: { recipe: 'network', ...settings, shuffleRows },
          course: ran.course,
        },
      ),
    ),
    TE.bindW('dev', ({ fitted }) => judgeStream(fitted.predictor, tables('dev', false), targets, known)),
    TE.bindW('test', ({ fitted }) => judgeStream(fitted.predictor, tables('test', false), targets, known)),
    TE.bindW('baselineTest', () => judgeStream(read.baseline, tables('test', false), targets, known)),
    TE.map(({ fitted, dev, test, baselineTest }) => ({
      fitted,
      dev,
      test,
      baselineTest,
      model: {
        ...fitted.model,
        schema: read.schema,
        baseline: read.baseline,
        record: {
          settings: { ...fitted.settings, targetColumns: targets, sampleRows: read.sampleRows },
          seed: question.seed ?? 0,
          data: { name: question.file, rows: rows.train + rows.dev + rows.test, digest },
          figures: [...figuresIn('dev', dev), ...figuresIn('test', test, baselineTest)],
          version,
        },
      },
    })),
  )
}

const checked = (question: StreamQuestion, options: TrainTableStreamOptions): void => {
  checkOptions('trainTableStream: question', question, {
    file: true,
    targets: true,
    task: true,
    drop: true,
    features: true,
    reading: true,
    seed: true,
    shares: true,
  })
  checkOptions('trainTableStream', options, {
    network: true,
    prepareRows: true,
    shuffleRows: true,
    rows: true,
    scan: true,
    hooks: true,
    reading: true,
    onRead: true,
  })
  const { network, scan, prepareRows, shuffleRows, rows } = options
  if (network !== undefined) checkNetworkSettings('trainTableStream: network', network)
  if (scan !== undefined) checkChoice('trainTableStream', 'scan', scan, ['all', 'first'])
  Object.entries({ prepareRows, shuffleRows, rows }).forEach(([name, value]) => {
    if (value !== undefined) checkSetting('trainTableStream', name, value, count)
  })
}

/**
 * From a table larger than memory to a model: the network of `networkRecipe`, beside the baseline. The file is gone through
 * once for its schema, once for its classes and counts, twice in each epoch (training and dev part), and at the end once
 * for the dev part and twice for the test part. A row's part follows from the key and the row's number, so no list of rows is held:
 * in memory are `prepareRows` and `shuffleRows` rows and those at hand, whatever the size of the file. The preparation is
 * fitted on the training rows among the first `prepareRows`; a category that comes later is unseen, as at prediction, and
 * the training loss of an epoch is that of those rows.
 *
 * The same file, question and options give the same model, byte by byte, whatever `rows` is; resumed from a checkpoint too.
 * A left value is about the file, with the line; nothing is written then but the checkpoint.
 *
 * @throws ArgumentError for another option, or one outside its range, such as time, groups and weights.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { trainTableStream } from 'puregrad/tabular'
 * const trained = await trainTableStream({ file: 'absent.csv', targets: ['kind'] })()
 * E.isLeft(trained) ? trained.left.message : '' // => 'absent.csv: there is no such file'
 * ```
 * @category Tables
 */
export const trainTableStream = (
  question: StreamQuestion,
  options: TrainTableStreamOptions = {},
): TE.TaskEither<Problem, TableStreamTraining> => {
  checked(question, options)
  return pipe(
    sourceOf(question, options),
    TE.tapIO(
      ({ read }) =>
        () =>
          options.onRead?.(read),
    ),
    TE.flatMap((source) =>
      pipe(
        trained(source, question, options),
        TE.map((rest) => ({ ...source.read, ...rest })),
      ),
    ),
  )
}
