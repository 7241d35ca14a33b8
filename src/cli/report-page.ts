import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { softmax } from '../core/numeric/index.ts'
import { isRecord } from '../core/tensor/tree.ts'
import { decodeNetwork, type DecodedNetwork } from '../nn/decode-network.ts'
import { evalMode } from '../nn/mode.ts'
import type { EpochRecord } from '../report/learning-curves.ts'
import type { ReportPage } from '../report/html-report.ts'
import { runsReport } from '../report/runs-report.ts'
import { plainSettings, searchReport } from '../report/search-report.ts'
import { trainingReport, type TrainingFacts } from '../report/training-report.ts'
import { numberText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { Checkpoint } from '../training/checkpoint.ts'
import { evaluate } from '../training/evaluate.ts'
import type { PreparedParts } from '../tabular/network-plan.ts'
import { partsDigest } from '../tabular/run-network.ts'
import { preparedFor } from './prepared-for.ts'
import { readOptions, type Options } from './options.ts'
import type { ReportSubject } from './report-file.ts'
import { evaluationsIn, settingsIn } from './summary-file.ts'

type DecodedParams = Parameters<DecodedNetwork['apply']>[1]
type DecodedLayers = Parameters<DecodedNetwork['apply']>[2]

const measured = t.type({ train: t.number, dev: t.number })

/** The losses of the epochs, where that is what was measured after each. */
const recordsOf = ({ state }: Checkpoint): readonly EpochRecord[] =>
  state.history.flatMap((each, i) =>
    measured.is(each) ? [{ epoch: i + 1, train: each.train, dev: each.dev }] : [],
  )

const withoutData: Wording = {
  en: 'The data are not at hand: mistakes, probabilities and a diagnosis need them. Give --data and --target (or --labels) as the training was given them.',
  bg: 'Данните не са налице, а грешките, вероятностите и диагнозата се нуждаят от тях. Дайте --data и --target (или --labels), както при обучението.',
}

/** The widths of the layers, the optimizer with its rate and the size of a batch. */
const aboutOf = ({ setup: { network, optimizer, settings } }: Checkpoint): Wording | undefined => {
  const widths = [network?.input, ...(network?.layers ?? []).map((layer) => layer['width'])].filter(
    (width) => typeof width === 'number',
  )
  const rate = isRecord(optimizer) ? optimizer['learningRate'] : undefined
  const kind = isRecord(optimizer) ? optimizer['kind'] : undefined
  const batch = isRecord(settings) ? settings['batch'] : undefined
  const parts = (language: Language): readonly string[] => [
    ...(widths.length < 2 ? [] : [widths.join('-')]),
    ...(typeof kind === 'string'
      ? [kind + (typeof rate === 'number' ? ` ${numberText(rate, language)}` : '')]
      : []),
    ...(typeof batch === 'number' ? [`${{ en: 'batch', bg: 'партида' }[language]} ${batch}`] : []),
  ]
  return parts('en').length === 0 ? undefined : { en: parts('en').join(', '), bg: parts('bg').join(', ') }
}

/** What can be said of a checkpoint alone. */
const factsOf = (checkpoint: Checkpoint): TrainingFacts => {
  const { setup, state, backend } = checkpoint
  const about = aboutOf(checkpoint)
  return {
    ...(about === undefined ? {} : { about }),
    records: recordsOf(checkpoint),
    best: state.best.epoch,
    measure: { en: 'cross-entropy', bg: 'кръстосана ентропия' },
    params: state.best.params,
    settings: [
      ...plainSettings(setup.settings ?? {}),
      ...plainSettings(setup.optimizer === undefined ? {} : { optimizer: setup.optimizer }),
      ...(setup.network?.layers ?? []).map(({ kind, ...rest }) => [kind, JSON.stringify(rest)] as const),
      ['backend', backend],
    ],
  }
}

/** The options of a training whose figures depend on the data as those of a checkpoint do. */
const optionsLike = async (
  checkpoint: Checkpoint,
  place: readonly string[],
): Promise<E.Either<string, Options>> => {
  const settings = isRecord(checkpoint.setup.settings) ? checkpoint.setup.settings : {}
  const given = ['seed', 'batch', 'dtype'].flatMap((name) => {
    const value = settings[name]
    return typeof value === 'number' || typeof value === 'string' ? [`--${name}`, String(value)] : []
  })
  const request = await readOptions([...place, ...given])
  return E.isLeft(request)
    ? request
    : request.right.kind === 'run'
      ? E.right(request.right.options)
      : E.left(request.right.text)
}

/** What the kept parameters come to on the data they were trained with; of classes only. */
const onData = (
  { setup, state: { best } }: Checkpoint,
  { train, dev }: PreparedParts,
): E.Either<string, TrainingFacts> =>
  pipe(
    decodeNetwork(setup.network),
    E.bimap(
      ({ message }) => message,
      (net): TrainingFacts => {
        if (train.targets.kind !== 'classes') return {}
        // The network of a checkpoint is that of its parameters.
        const [params, layers] = [best.params, best.layers] as [DecodedParams, DecodedLayers]
        const [logits] = net.apply(evalMode, params, layers, dev.x)
        return {
          evaluations: {
            train: evaluate(net, params, layers, train),
            dev: evaluate(net, params, layers, dev),
          },
          classified: {
            probabilities: softmax(logits, { axis: -1 }),
            labels: dev.y,
            classes: train.targets.names,
          },
        }
      },
    ),
  )

/** Whether these are the data of a training, by their digest. */
const isDataOf = ({ setup }: Checkpoint, parts: PreparedParts): boolean =>
  isRecord(setup.settings) && setup.settings['data'] === partsDigest(parts)

const otherData: Wording = {
  en: '--data: these are not the data of the training: their digest is another one',
  bg: '--data: това не са данните на обучението: отпечатъкът им (digest) е друг',
}

/** Facts with those that the data add: the built-in digits are tried where no file is named. */
const trainingFacts = (
  checkpoint: Checkpoint,
  place: readonly string[],
): TE.TaskEither<Wording, TrainingFacts> => {
  const alone = factsOf(checkpoint)
  const bare = TE.right<Wording, TrainingFacts>({ ...alone, remarks: [withoutData] })
  const same = (message: string): Wording => ({ en: message, bg: message })
  const asked = place.length > 0
  // The built-in digits have 16 × 16 inks: no need to draw them for a network of other inputs.
  if (!asked && checkpoint.setup.network?.input !== 256) return bare
  return pipe(
    () => optionsLike(checkpoint, place),
    TE.mapLeft(same),
    TE.flatMap((options) =>
      pipe(
        preparedFor(options),
        TE.mapLeft(same),
        TE.flatMap((prepared) =>
          isDataOf(checkpoint, prepared)
            ? TE.fromEither(
                pipe(
                  onData(checkpoint, prepared),
                  E.bimap(same, (more) => ({ ...alone, ...more })),
                ),
              )
            : asked
              ? TE.left(otherData)
              : bare,
        ),
      ),
    ),
    TE.orElse((problem) => (asked ? TE.left(problem) : bare)),
  )
}

/** The page about what was read. */
export const pageAbout = (
  subject: ReportSubject,
  /** What the training was told of its data, as it was told. */
  place: readonly string[],
): TE.TaskEither<Wording, ReportPage> => {
  switch (subject.kind) {
    case 'checkpoint':
      return pipe(trainingFacts(subject.checkpoint, place), TE.map(trainingReport))
    case 'summary': {
      const { summary } = subject
      return TE.right(
        trainingReport({ evaluations: evaluationsIn(summary), settings: plainSettings(settingsIn(summary)) }),
      )
    }
    case 'search':
      return TE.right(searchReport(subject.search, subject.history))
    case 'runs':
      return TE.right(runsReport(subject.runs))
  }
}
