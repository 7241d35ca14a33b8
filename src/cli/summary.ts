import { nativeAdvice } from '../compile/executors/choose-backend.ts'
import type { BackendName } from '../compile/executors/executor.ts'
import { backend } from '../compile/offload/backend.ts'
import { textTable } from '../report/table.ts'
import type { Interval } from '../training/confidence.ts'
import { diagnose, type Finding } from '../training/diagnose.ts'
import { errorRate, type Evaluation } from '../training/evaluate.ts'
import type { StopReason } from '../training/fit.ts'
import type { Prepared } from './load-data.ts'
import type { Options } from './options.ts'
import type { Result } from './train.ts'

const partNames = ['train', 'dev', 'test'] as const

const range = ([lower, upper]: Interval, digits: number): string =>
  `${lower.toFixed(digits)} … ${upper.toFixed(digits)}`

const row = (name: string, { n, loss, lossInterval, accuracy, accuracyInterval }: Evaluation) => [
  name,
  String(n),
  loss.toFixed(4),
  range(lossInterval, 4),
  accuracy.toFixed(4),
  range(accuracyInterval, 4),
]

const findingsOf = ({ train, dev, test }: Result): readonly Finding[] =>
  diagnose({ train: errorRate(train), dev: errorRate(dev), test: errorRate(test) })

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`

const sentence = (finding: Finding): string => {
  const about = finding.kind === 'inconclusive' ? `inconclusive about ${finding.about}` : finding.kind
  const [lower, upper] = finding.interval
  return `${about}: gap ${percent(finding.gap)} (95 %: ${percent(lower)} … ${percent(upper)}); ${finding.advice.join('; ')}`
}

const ending: Readonly<Record<StopReason, string>> = {
  patience: 'the dev loss stopped improving',
  budget: 'all epochs are done',
  aborted: 'interrupted',
  'non-finite': 'the loss became infinite or not a number',
}

/** The result for people: a table with 95 % intervals and what it says about bias and variance. */
export const summaryText = (result: Result): string =>
  [
    `stopped after ${result.epochs} epochs (${ending[result.why]}); parameters of epoch ${result.bestEpoch}:`,
    ...(result.problem === undefined ? [] : [result.problem.message, ...result.problem.advice]),
    '',
    textTable(
      [
        { title: 'part', align: 'left' },
        { title: 'rows' },
        { title: 'loss' },
        { title: '95 % interval' },
        { title: 'accuracy' },
        { title: '95 % interval' },
      ],
      partNames.map((name) => row(name, result[name])),
    ),
    '',
    ...findingsOf(result).map(sentence),
    ranOn(backend()),
  ].join('\n')

/** With how to get a faster one, unless this one was asked for. */
const ranOn = (name: BackendName): string => {
  const asked = (process.env['PUREGRAD_BACKEND'] ?? '') !== ''
  return `ran on the ${name} backend${name === 'native' || asked ? '' : ` (${nativeAdvice})`}`
}

const each = <A>(result: Result, of: (evaluation: Evaluation) => A): Readonly<Record<string, A>> =>
  Object.fromEntries(partNames.map((name) => [name, of(result[name])]))

/** The result for programs: one JSON object. Only `seconds` depends on the machine. */
export const summaryJson = (
  options: Options,
  { classNames, notes, epochs, patience }: Prepared,
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
    classes: classNames,
    hidden: options.hidden,
    optimizer: options.optimizer,
    learningRate: options.learningRate,
    batch: options.batch,
    l2: options.l2,
    l1: options.l1,
    maxEpochs: epochs,
    patience,
    findings: findingsOf(result),
    notes,
    curve: curve ?? null,
  })
