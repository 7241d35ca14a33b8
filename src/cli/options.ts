import { command, flag, option, optional } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { isEncoding } from '../data/formats/text-encoding.ts'
import type { CsvOptions, Separator } from '../data/formats/csv-format.ts'
import { strictNumber } from '../data/formats/strict-number.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import type { Language, Wording } from '../report/wording.ts'
import { readArguments, valueType, type Asked, type Speech } from '../terminal/read-arguments.ts'
import { speechOptions } from '../terminal/speech-options.ts'
import { contradictionWords, expectedWords, optionWords } from './option-words.ts'

/** The optimizers the command line offers. */
export type OptimizerName = 'sgd' | 'momentum' | 'adam'

/** What to train on: the built-in digits, a table with a class column, or an array of examples and one of labels. */
export type Source =
  | { readonly kind: 'digits16' }
  | {
      readonly kind: 'csv'
      readonly file: string
      readonly table: Omit<CsvOptions, 'file' | 'dtype' | 'task'> & { readonly task?: 'classification' }
    }
  | {
      readonly kind: 'arrays'
      readonly file: string
      readonly labels: string
      readonly maxBytes: number | undefined
    }

/** One run of the main job, as the user asked for it; what is `undefined` follows from the data. */
export interface Options {
  /** What is said about it is said in this language. */
  readonly language: Language
  readonly source: Source
  readonly json: boolean
  readonly seed: number
  readonly hidden: readonly number[]
  readonly epochs: number | undefined
  readonly batch: number
  readonly learningRate: number
  readonly l2: number
  readonly l1: number
  readonly optimizer: OptimizerName
  readonly dtype: FloatDType
  readonly patience: number | undefined
  /** Where the learning curve goes; `undefined` for nowhere. */
  readonly curve: string | undefined
  /** Where the state of training is saved, whether to go on from there, and after how many batches (else epochs). */
  readonly checkpoint:
    { readonly file: string; readonly resume: boolean; readonly every: number | undefined } | undefined
}

/** What the arguments ask for: a run, or a text (the help). */
export type Request =
  { readonly kind: 'run'; readonly options: Options } | { readonly kind: 'help'; readonly text: string }

const count = (value: number): boolean => Number.isSafeInteger(value) && value >= 1

/** `learningRate` is called `--learning-rate`. */
const longName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/* The parsers have types of their own that only cmd-ts can name. */

/** The kinds of options there are, described in a language. */
const optionsIn = (language: Language) => {
  const valued = <A>(
    name: keyof typeof optionWords,
    displayName: string,
    expected: Wording,
    read: (text: string) => A | undefined,
  ) =>
    option({
      long: longName(name),
      description: optionWords[name][language],
      type: optional(valueType(longName(name), { displayName, expected }, language, read)),
    })
  const number = (
    name: keyof typeof optionWords,
    expected: keyof typeof expectedWords,
    accepts: (value: number) => boolean,
  ) =>
    valued(name, 'number', expectedWords[expected], (text) => {
      const value = strictNumber(text)
      return accepts(value) ? value : undefined
    })
  return {
    number,
    count: (name: keyof typeof optionWords) => number(name, 'atLeastOne', count),
    lambda: (name: keyof typeof optionWords) =>
      number(name, 'notNegative', (value) => value >= 0 && value < Infinity),
    choice: <A extends string>(name: keyof typeof optionWords, choices: readonly A[]) =>
      valued(
        name,
        choices.join('|'),
        { en: `one of ${choices.join(', ')}`, bg: `едно от ${choices.join(', ')}` },
        (text) => choices.find((one) => one === text),
      ),
    text: (name: keyof typeof optionWords, displayName: string) =>
      valued(name, displayName, { en: displayName, bg: displayName }, (text) => text),
    encoding: (name: keyof typeof optionWords) =>
      valued(name, 'name', expectedWords.encoding, (text) => (isEncoding(text) ? text : undefined)),
    widths: (name: keyof typeof optionWords) =>
      valued(name, 'widths', expectedWords.widths, (text) => {
        const widths = text.split(',').map((part) => strictNumber(part))
        return widths.every(count) ? widths : undefined
      }),
    flag: (name: keyof typeof optionWords) =>
      flag({ long: longName(name), description: optionWords[name][language] }),
  }
}

const trainCommand = (language: Language) => {
  const of = optionsIn(language)
  const say = (name: keyof typeof optionWords): string => optionWords[name][language]
  return command({
    name: 'puregrad',
    description: say('command'),
    args: {
      data: of.text('data', 'file'),
      label: of.text('label', 'column'),
      labels: of.text('labels', 'file'),
      encoding: of.encoding('encoding'),
      separator: of.choice('separator', ['comma', 'semicolon', 'tab', 'bar']),
      header: of.choice('header', ['yes', 'no']),
      decimal: of.choice('decimal', ['point', 'comma']),
      task: of.choice('task', ['classification']),
      maxBytes: of.count('maxBytes'),
      json: of.flag('json'),
      seed: of.number('seed', 'atLeastZero', (value) => Number.isSafeInteger(value) && value >= 0),
      hidden: of.widths('hidden'),
      epochs: of.count('epochs'),
      batch: of.count('batch'),
      learningRate: of.number('learningRate', 'positive', (value) => value > 0 && value < Infinity),
      l2: of.lambda('l2'),
      l1: of.lambda('l1'),
      optimizer: of.choice('optimizer', ['sgd', 'momentum', 'adam']),
      dtype: of.choice('dtype', ['float32', 'float64']),
      patience: of.count('patience'),
      curve: of.text('curve', 'file'),
      noCurve: of.flag('noCurve'),
      checkpoint: of.text('checkpoint', 'file'),
      checkpointEvery: of.count('checkpointEvery'),
      resume: of.flag('resume'),
      ...speechOptions(language),
    },
    examples: [
      { description: say('exampleDigits'), command: 'puregrad' },
      { description: say('exampleArrays'), command: 'puregrad --data images.idx.gz --labels labels.idx.gz' },
      {
        description: say('exampleTable'),
        command: 'puregrad --data iris.csv --label species --hidden 32,16',
      },
      { description: say('exampleResume'), command: 'puregrad --checkpoint run.safetensors --resume' },
      { description: say('exampleReport'), command: 'puregrad report run.safetensors' },
    ],
    handler: (values) => values,
  })
}

type Parsed = ReturnType<ReturnType<typeof trainCommand>['handler']>

const defaultRate: Readonly<Record<OptimizerName, number>> = { adam: 2e-3, momentum: 0.02, sgd: 0.1 }

const separatorNamed = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const satisfies Readonly<
  Record<string, Separator>
>

/** What the options say about a table; nothing where they say nothing. */
const tableOf = (
  label: string,
  { encoding, separator, header, decimal, task, maxBytes }: Parsed,
): Extract<Source, { readonly kind: 'csv' }>['table'] => ({
  label,
  ...(encoding === undefined ? {} : { encoding }),
  ...(separator === undefined ? {} : { separator: separatorNamed[separator] }),
  ...(header === undefined ? {} : { header: header === 'yes' }),
  ...(decimal === undefined ? {} : { decimal: decimal === 'comma' ? ',' : '.' }),
  ...(task === undefined ? {} : { task }),
  ...(maxBytes === undefined ? {} : { maxBytes }),
})

/** The first option about a table where there is none. */
const withoutTable = ({ encoding, separator, header, decimal, task }: Parsed): string | undefined =>
  Object.entries({ encoding, separator, header, decimal, task }).find(([, value]) => value !== undefined)?.[0]

const sourceOf = (values: Parsed): E.Either<Wording, Source> => {
  const { data, label, labels, maxBytes } = values
  const stray = label === undefined ? withoutTable(values) : undefined
  return stray !== undefined && (data === undefined || labels !== undefined)
    ? E.left(contradictionWords.noTable(stray))
    : data === undefined && maxBytes !== undefined
      ? E.left(contradictionWords.noFile)
      : values.separator === 'comma' && values.decimal === 'comma'
        ? E.left(contradictionWords.twoCommas)
        : sourceFrom(data, label, labels, values)
}

const sourceFrom = (
  data: string | undefined,
  label: string | undefined,
  labels: string | undefined,
  values: Parsed,
): E.Either<Wording, Source> =>
  data === undefined
    ? label !== undefined
      ? E.left(contradictionWords.noColumn)
      : labels !== undefined
        ? E.left(contradictionWords.noExamples)
        : E.right({ kind: 'digits16' })
    : label !== undefined && labels !== undefined
      ? E.left(contradictionWords.columnOrFile)
      : label !== undefined
        ? E.right({ kind: 'csv', file: data, table: tableOf(label, values) })
        : labels !== undefined
          ? E.right({ kind: 'arrays', file: data, labels, maxBytes: values.maxBytes })
          : E.left(contradictionWords.noClasses)

/** What two options say together that makes no sense. */
const contradiction = ({
  noCurve,
  curve,
  checkpoint,
  checkpointEvery,
  resume,
}: Parsed): Wording | undefined =>
  noCurve && curve !== undefined
    ? contradictionWords.curveOrNot
    : checkpoint === undefined && (resume || checkpointEvery !== undefined)
      ? contradictionWords.noCheckpoint(resume ? '--resume' : '--checkpoint-every')
      : undefined

const optionsOf = (values: Parsed, language: Language): E.Either<Wording, Options> => {
  const nonsense = contradiction(values)
  return nonsense !== undefined
    ? E.left(nonsense)
    : E.map((source: Source): Options => {
        const optimizer = values.optimizer ?? 'adam'
        return {
          language,
          source,
          json: values.json,
          seed: values.seed ?? 0,
          hidden: values.hidden ?? [64],
          epochs: values.epochs,
          batch: values.batch ?? 32,
          learningRate: values.learningRate ?? defaultRate[optimizer],
          l2: values.l2 ?? 0,
          l1: values.l1 ?? 0,
          optimizer,
          dtype: values.dtype ?? 'float32',
          patience: values.patience,
          curve: values.noCurve ? undefined : (values.curve ?? 'learning-curve.svg'),
          checkpoint:
            values.checkpoint === undefined
              ? undefined
              : { file: values.checkpoint, resume: values.resume, every: values.checkpointEvery },
        }
      })(sourceOf(values))
}

const plainSpeech: Speech = { language: 'en', paint: (_, text) => text }

/** Reads the command line; a `Left` is one line that names the option at fault. */
export const readOptions = async (
  argv: readonly string[],
  speech: Speech = plainSpeech,
): Promise<E.Either<string, Request>> => {
  const { language } = speech
  const asked = await readArguments<Parsed>(trainCommand(language), argv, speech)
  return E.flatMap((found: Asked<Parsed>): E.Either<string, Request> =>
    found.kind === 'help'
      ? E.right(found)
      : E.bimap(
          (problem: Wording) => problem[language],
          (options: Options): Request => ({ kind: 'run', options }),
        )(optionsOf(found.values, language)),
  )(asked)
}
