import type { BackendName } from '../compile/executors/executor.ts'
import { backend } from '../compile/offload/backend.ts'
import { findingText } from '../report/finding-text.ts'
import { decimalText } from '../report/number-text.ts'
import { textTable } from '../report/table.ts'
import type { Wording } from '../report/wording.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import type { Interval } from '../training/confidence.ts'
import { diagnose, type Finding } from '../training/diagnose.ts'
import { errorRate, type Evaluation } from '../training/evaluate.ts'
import type { ArraySource, Prepared } from './load-data.ts'
import { percentText, problemText, said, summaryWords } from './messages.ts'
import type { Options } from './options.ts'
import type { Result } from './train.ts'

const partNames = ['train', 'dev', 'test'] as const

type PartName = (typeof partNames)[number]

const row = (
  name: PartName,
  { n, loss, lossInterval, accuracy, accuracyInterval }: Evaluation,
  { language, paint }: Speech,
) => {
  const digits = (value: number): string => decimalText(value, 4, language)
  const range = ([lower, upper]: Interval): string => `${digits(lower)} … ${digits(upper)}`
  return [
    paint('strong', summaryWords[name][language]),
    String(n),
    digits(loss),
    range(lossInterval),
    digits(accuracy),
    range(accuracyInterval),
  ]
}

const findingsOf = ({ train, dev, test }: Result, optimalError: number): readonly Finding[] =>
  diagnose({ train: errorRate(train), dev: errorRate(dev), test: errorRate(test), floor: optimalError })

/** A finding with its gap and what to do about it. */
export const findingSentence = (finding: Finding, { language, paint }: Speech): string => {
  const { name, advice } = findingText(finding)
  const [lower, upper] = finding.interval
  const percent = (share: number): string => percentText(share, language)
  const role = finding.kind === 'ok' ? 'good' : finding.kind === 'inconclusive' ? 'near' : 'bad'
  return `${paint(role, name[language])} (${summaryWords.gap[language]} ${percent(finding.gap)}, 95 %: ${percent(lower)} … ${percent(upper)}): ${advice.map((each) => each[language]).join('; ')}`
}

/** The result for people: a table with 95 % intervals and what it says about bias and variance. */
export const summaryText = (
  result: Result,
  { optimalError }: Pick<Options, 'optimalError'>,
  speech: Speech,
): string => {
  const { language } = speech
  const say = (name: keyof typeof summaryWords): string => summaryWords[name][language]
  const problem = result.problem === undefined ? undefined : problemText(result.problem)
  return [
    said.stopped(result.epochs, result.why, result.bestEpoch)[language],
    ...(problem === undefined ? [] : [problem.what[language], ...problem.advice[language]]),
    '',
    textTable(
      [
        { title: say('part'), align: 'left' },
        { title: say('rows') },
        { title: say('loss') },
        { title: say('interval') },
        { title: say('accuracy') },
        { title: say('interval') },
      ],
      partNames.map((name) => row(name, result[name], speech)),
    ),
    '',
    ...findingsOf(result, optimalError).map((finding) => findingSentence(finding, speech)),
    ranOn(backend())[language],
  ].join('\n')
}

/** With how to get a faster one, unless this one was asked for. */
export const ranOn = (name: BackendName): Wording =>
  said.backend(name, name !== 'native' && (process.env['PUREGRAD_BACKEND'] ?? '') === '')

const each = <A>(result: Result, of: (evaluation: Evaluation) => A): Readonly<Record<string, A>> =>
  Object.fromEntries(partNames.map((name) => [name, of(result[name])]))

/** The result for programs: one JSON object. Only `seconds` depends on the machine. */
export const summaryJson = (
  options: Options<ArraySource>,
  { parts, settings, notes }: Prepared,
  result: Result,
  curve: string | undefined,
): string =>
  JSON.stringify({
    accuracy: each(result, ({ accuracy }) => accuracy),
    accuracyInterval: each(result, ({ accuracyInterval }) => accuracyInterval),
    loss: each(result, ({ loss }) => loss),
    lossInterval: each(result, ({ lossInterval }) => lossInterval),
    rows: each(result, ({ n }) => n),
    epochs: result.epochs,
    bestEpoch: result.bestEpoch,
    stopped: result.why,
    seconds: Number(result.seconds.toFixed(3)),
    seed: options.seed,
    backend: backend(),
    dtype: options.dtype,
    data: options.source.kind === 'digits16' ? options.source.kind : options.source.file,
    classes: parts.train.targets.names,
    hidden: options.hidden,
    optimizer: settings.optimizer,
    learningRate: settings.learningRate,
    batch: settings.batch,
    l2: settings.l2,
    l1: settings.l1,
    maxEpochs: settings.epochs,
    patience: settings.patience,
    findings: findingsOf(result, options.optimalError),
    notes: notes.map(({ en }) => en),
    curve: curve ?? null,
    model: options.model ?? null,
  })
