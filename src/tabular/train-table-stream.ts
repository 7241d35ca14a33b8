import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { foldIn, key } from '../core/numeric/index.ts'
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
import type { TrainedModel } from '../model/trained-model.ts'
import { checkNetworkSettings } from './check-network-settings.ts'
import { fittedRecipe } from './fit-recipe.ts'
import { judgeStream, type StreamFigures } from './judge-stream.ts'
import { networkDefaults, wholeSettings } from './network-recipe.ts'
import type { FittedRecipe } from './recipe.ts'
import { runStream } from './run-stream.ts'
import { figuresIn } from './stream-figures.ts'
import type { StreamQuestion } from './stream-question.ts'
import {
  streamSource,
  type StreamedTable,
  type StreamSource,
  type TrainTableStreamOptions,
} from './stream-source.ts'
import type { StreamProblem } from './survey-table.ts'
import { version } from './version.ts'

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

/** All that decides what is learnt, besides the network and its training. */
const questionDigest = (
  { digest, read, known }: StreamSource,
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
  source: StreamSource,
  question: StreamQuestion,
  { network = {}, shuffleRows = 10_000, hooks = {} }: TrainTableStreamOptions,
): TE.TaskEither<StreamProblem, Omit<TableStreamTraining, keyof StreamedTable>> => {
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
): TE.TaskEither<StreamProblem, TableStreamTraining> => {
  checked(question, options)
  return pipe(
    streamSource(question, options),
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
