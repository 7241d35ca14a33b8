import { backend } from '../compile/offload/backend.ts'
import { compareModels } from '../evaluation/compare-models.ts'
import type { FoldSpread } from '../evaluation/fold-spread.ts'
import type { Judgement } from '../evaluation/judgement.ts'
import { measureTitles } from '../report/evaluation-words.ts'
import { comparisonText } from '../report/judgement-text.ts'
import { decimalText, numberText } from '../report/number-text.ts'
import { textTable } from '../report/table.ts'
import { lossOf, type Contender, type TableTraining } from '../tabular/train-table.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import type { Interval } from '../training/confidence.ts'
import { diagnose, diagnoseRegression, type Finding } from '../training/diagnose.ts'
import { contendersText, detailText, titles, verdictText } from './judgement-text.ts'
import { problemText, said, summaryWords } from './messages.ts'
import type { Options, TableSource } from './options.ts'
import { recipeWord } from './recipe-word.ts'
import { findingSentence, ranOn } from './summary.ts'

const partNames = ['train', 'dev', 'test'] as const

const rateOf = (judgement: Judgement) => ({
  value: judgement.kind === 'classes' ? 1 - judgement.accuracy.value : NaN,
  n: judgement.rows,
})

const squareOf = (judgement: Judgement) => {
  const { value, interval } =
    judgement.kind === 'values'
      ? judgement.rootMeanSquaredError
      : { value: NaN, interval: [NaN, NaN] as const }
  return { value: value ** 2, interval: [interval[0] ** 2, interval[1] ** 2] as const, n: judgement.rows }
}

/** What the errors of the kept model say about bias and variance; of several targets there is no one error. */
export const findingsOf = ({ train, dev, test }: Contender, optimalError: number): readonly Finding[] => {
  if (dev.kind === 'classes') {
    const baseline = dev.against.find(({ by }) => by === 'accuracy')?.baseline
    return diagnose({
      train: rateOf(train),
      dev: rateOf(dev),
      test: rateOf(test),
      floor: optimalError,
      ...(baseline === undefined ? {} : { baseline: 1 - baseline }),
    })
  }
  const baseline = dev.baseline.rootMeanSquaredError.value ** 2
  return dev.names.length > 1 || !(baseline > 0)
    ? []
    : diagnoseRegression({
        train: squareOf(train),
        dev: squareOf(dev),
        test: squareOf(test),
        baseline,
        floor: optimalError ** 2,
      })
}

/** The kept model on each part. */
const partsText = (kept: Contender, { language, paint }: Speech): string => {
  const say = (name: keyof typeof summaryWords): string => summaryWords[name][language]
  const digits = (value: number): string => decimalText(value, 4, language)
  const range = ([lower, upper]: Interval): string => `${digits(lower)} … ${digits(upper)}`
  const values = ([lower, upper]: Interval): string =>
    `${numberText(lower, language)} … ${numberText(upper, language)}`
  const classes = kept.test.kind === 'classes'
  const titles = classes
    ? (['loss', 'interval', 'accuracy', 'interval'] as const)
    : (['rmse', 'interval', 'rSquared', 'interval'] as const)
  return textTable(
    [
      { title: say('part'), align: 'left' },
      { title: say('rows') },
      ...titles.map((name) => ({ title: say(name) })),
    ],
    partNames.map((name) => {
      const judgement = kept[name]
      return [
        paint('strong', say(name)),
        String(judgement.rows),
        ...(judgement.kind === 'classes'
          ? [
              digits(judgement.logLoss.value),
              range(judgement.logLoss.interval),
              digits(judgement.accuracy.value),
              range(judgement.accuracy.interval),
            ]
          : [
              numberText(judgement.rootMeanSquaredError.value, language, 4),
              values(judgement.rootMeanSquaredError.interval),
              digits(judgement.rSquared.value),
              range(judgement.rSquared.interval),
            ]),
      ]
    }),
  )
}

/** How the training of the network ended, where one was trained. */
const courseText = ({ contenders }: TableTraining, speech: Speech): readonly string[] =>
  contenders.flatMap(({ fitted: { course } }) => {
    if (course === undefined) return []
    const problem = course.problem === undefined ? undefined : problemText(course.problem)
    return [
      said.ended(course.epochs, course.why, course.bestEpoch)[speech.language],
      ...(problem === undefined ? [] : [problem.what[speech.language], ...problem.advice[speech.language]]),
    ]
  })

/** The recipes over all folds: each figure with its deviation, and which of them are as good as the best. */
const foldsText = ({ folds }: TableTraining, { language, paint }: Speech): readonly string[] => {
  const results = Object.entries(folds ?? {}).filter(
    ([, { folds: all, failures }]) => failures.length < all.length,
  )
  const [first] = results
  if (first === undefined) return []
  const measures =
    first[1].kind === 'classes'
      ? (['accuracy', 'balancedAccuracy', 'rocArea', 'logLoss'] as const)
      : (['rootMeanSquaredError', 'rSquared', 'meanAbsoluteError'] as const)
  const text = (spread: FoldSpread | undefined): string =>
    spread === undefined
      ? '—'
      : `${numberText(spread.mean, language)} ± ${numberText(spread.deviation, language, 2)}`
  return [
    said.folds(first[1].folds.length)[language],
    textTable(
      [
        { title: titles.model[language], align: 'left' },
        ...measures.map((name) => ({ title: measureTitles[name][language] })),
      ],
      results.map(([name, result]) => [
        paint('strong', recipeWord(name)[language]),
        ...measures.map((measure) => text(result.measures[measure])),
      ]),
    ),
    comparisonText(compareModels(Object.fromEntries(results)))[language],
    '',
  ]
}

const linearWins = ({ contenders }: TableTraining): boolean => {
  const of = (wanted: string) => contenders.find(({ name }) => name === wanted)
  const [linear, network] = [of('linear'), of('network')]
  return linear !== undefined && network !== undefined && lossOf(linear.dev) <= lossOf(network.dev)
}

/** The result for people: the models side by side with their spread, then what the kept one can do. */
export const trainingText = (
  trained: TableTraining,
  options: Options<TableSource>,
  speech: Speech,
): string => {
  const { language } = speech
  const { contenders, kept } = trained
  return [
    ...courseText(trained, speech),
    '',
    contendersText(contenders, speech),
    '',
    ...foldsText(trained, speech),
    said.kept(kept.name, options.recipe !== 'best')[language],
    ...(linearWins(trained) ? [said.linearWins[language]] : []),
    ...(kept.name === 'baseline'
      ? [speech.paint('bad', said.nothingLearnt[language])]
      : verdictText(kept.test, speech)),
    '',
    partsText(kept, speech),
    '',
    ...detailText(kept.test, language),
    ...findingsOf(kept, options.optimalError).map((finding) => findingSentence(finding, speech)),
    ranOn(backend())[language],
  ].join('\n')
}

const each = <A>(kept: Contender, of: (judgement: Judgement) => A): Readonly<Record<string, A>> =>
  Object.fromEntries(partNames.map((name) => [name, of(kept[name])]))

const figuresJson = (kept: Contender) =>
  kept.test.kind === 'classes'
    ? {
        accuracy: each(kept, (one) => (one.kind === 'classes' ? one.accuracy.value : null)),
        accuracyInterval: each(kept, (one) => (one.kind === 'classes' ? one.accuracy.interval : null)),
        loss: each(kept, (one) => (one.kind === 'classes' ? one.logLoss.value : null)),
        lossInterval: each(kept, (one) => (one.kind === 'classes' ? one.logLoss.interval : null)),
      }
    : {
        rmse: each(kept, (one) => (one.kind === 'values' ? one.rootMeanSquaredError.value : null)),
        rSquared: each(kept, (one) => (one.kind === 'values' ? one.rSquared.value : null)),
      }

/** The result for programs: one JSON object. Only `seconds` depends on the machine. */
export const trainingJson = (
  trained: TableTraining,
  { source, seed, optimalError }: Options<TableSource>,
  seconds: number,
  curve: string | undefined,
  model: string | undefined,
): string => {
  const { kept, contenders, reading, rows, folds } = trained
  const network = contenders.find(({ fitted }) => fitted.course !== undefined)?.fitted
  const course = network?.course
  return JSON.stringify({
    ...figuresJson(kept),
    ...network?.settings,
    rows,
    epochs: course?.epochs ?? 0,
    bestEpoch: course?.bestEpoch ?? 0,
    stopped: course?.why ?? null,
    seconds: Number(seconds.toFixed(3)),
    seed,
    backend: backend(),
    data: source.file,
    task: kept.test.kind === 'classes' ? 'classification' : 'regression',
    targets: source.targets,
    ...(kept.test.kind === 'classes' ? { classes: kept.test.names } : {}),
    kept: kept.name,
    settings: kept.fitted.settings,
    models: Object.fromEntries(contenders.map(({ name, dev, test }) => [name, { dev, test }])),
    ...(folds === undefined
      ? {}
      : { folds: Object.fromEntries(Object.entries(folds).map(([name, { measures }]) => [name, measures])) }),
    findings: findingsOf(kept, optimalError),
    table: reading.report,
    curve: curve ?? null,
    model: model ?? null,
  })
}
