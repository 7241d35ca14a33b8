import { command, flag, oneOf, option, optional, parse, runSafely, type Type } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { isEncoding } from '../data/formats/text-encoding.ts'
import type { CsvOptions, Separator } from '../data/formats/csv-format.ts'
import { strictNumber } from '../data/formats/strict-number.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { showText } from '../core/tensor/show-value.ts'

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

/** What cmd-ts takes for an unacceptable value: a rejected promise. */
const rejecting = (long: string, expected: string, given: string): Promise<never> =>
  Promise.reject(new Error(`--${long}: expected ${expected}, got "${showText(given, 60)}"`))

const numberOption = (
  long: string,
  description: string,
  expected: string,
  accepts: (value: number) => boolean,
) =>
  option({
    long,
    description,
    type: optional({
      displayName: 'number',
      from: (text: string) => {
        const value = strictNumber(text)
        return accepts(value) ? Promise.resolve(value) : rejecting(long, expected, text)
      },
    }),
  })

const count = (value: number): boolean => Number.isSafeInteger(value) && value >= 1

const countOption = (long: string, description: string) =>
  numberOption(long, description, 'a whole number of at least 1', count)

const lambdaOption = (long: string, description: string) =>
  numberOption(long, description, 'a finite number of at least 0', (value) => value >= 0 && value < Infinity)

const choiceOption = <A extends string>(long: string, choices: readonly A[], description: string) => {
  const choice = oneOf(choices)
  const type: Type<string, A> = {
    displayName: choices.join('|'),
    from: (text) => choice.from(text).catch(() => rejecting(long, `one of ${choices.join(', ')}`, text)),
  }
  return option({ long, description, type: optional(type) })
}

const textOption = (long: string, displayName: string, description: string) =>
  option({
    long,
    description,
    type: optional({ displayName, from: (text: string) => Promise.resolve(text) }),
  })

const encodingOption = (long: string, description: string) =>
  option({
    long,
    description,
    type: optional({
      displayName: 'name',
      from: (text: string) =>
        isEncoding(text)
          ? Promise.resolve(text)
          : rejecting(
              long,
              'an encoding such as utf-8, windows-1251, windows-1252, koi8-r or utf-16le',
              text,
            ),
    }),
  })

const widthsOption = (long: string, description: string) =>
  option({
    long,
    description,
    type: optional({
      displayName: 'widths',
      from: (text: string) => {
        const widths = text.split(',').map((part) => strictNumber(part))
        return widths.every(count)
          ? Promise.resolve(widths)
          : rejecting(long, 'widths of at least 1 separated by commas, such as 64,32,', text)
      },
    }),
  })

const train = command({
  name: 'puregrad',
  description:
    'Train a classifier on the built-in digits, on a CSV file of numbers with a class column, or on arrays in IDX or NPY files.',
  args: {
    data: textOption(
      'data',
      'file',
      'CSV file, or IDX or NPY file of examples, gzipped or not (default: the built-in digits)',
    ),
    label: textOption(
      'label',
      'column',
      'the class column of a CSV file: its name, or its number (1, 2, …) in a file without a header line',
    ),
    labels: textOption('labels', 'file', 'the IDX or NPY file of the classes of the examples'),
    encoding: encodingOption(
      'encoding',
      'of a CSV file, such as windows-1251 (default: utf-8, or what a byte order mark says)',
    ),
    separator: choiceOption(
      'separator',
      ['comma', 'semicolon', 'tab', 'bar'],
      'between the cells of a CSV file (default: found in its first rows)',
    ),
    header: choiceOption(
      'header',
      ['yes', 'no'],
      'whether a CSV file has a header line (default: yes, but ask where it looks like data)',
    ),
    decimal: choiceOption(
      'decimal',
      ['point', 'comma'],
      'the mark before the fraction of a number in a CSV file (default: point)',
    ),
    task: choiceOption(
      'task',
      ['classification'],
      'that numbers in the class column are classes, though they have fractions or are many',
    ),
    maxBytes: countOption(
      'max-bytes',
      'the most bytes a file may unfold to (default: 256 MiB or a hundred times a gzipped file)',
    ),
    json: flag({ long: 'json', description: 'print one JSON object as the last line' }),
    seed: numberOption(
      'seed',
      'same seed, same figures (default 0)',
      'a whole number of at least 0',
      (value) => Number.isSafeInteger(value) && value >= 0,
    ),
    hidden: widthsOption('hidden', 'widths of the hidden ReLU layers (default 64)'),
    epochs: countOption('epochs', 'the most epochs to train for (default 15; more for small files)'),
    batch: countOption('batch', 'rows of a mini-batch (default 32)'),
    learningRate: numberOption(
      'learning-rate',
      'size of a step (default: adam 0.002, momentum 0.02, sgd 0.1)',
      'a finite number above 0',
      (value) => value > 0 && value < Infinity,
    ),
    l2: lambdaOption('l2', 'weight of the penalty Σ w² (default 0)'),
    l1: lambdaOption('l1', 'weight of the penalty Σ |w| (default 0)'),
    optimizer: choiceOption('optimizer', ['sgd', 'momentum', 'adam'], 'default adam'),
    dtype: choiceOption('dtype', ['float32', 'float64'], 'default float32'),
    patience: countOption(
      'patience',
      'epochs without a better dev loss before stopping (default: a third of the epochs)',
    ),
    curve: textOption('curve', 'file', 'where the learning curve is written (default learning-curve.svg)'),
    noCurve: flag({ long: 'no-curve', description: 'write no learning curve' }),
    checkpoint: textOption('checkpoint', 'file', 'save the state of training there after every epoch'),
    checkpointEvery: countOption('checkpoint-every', 'save after so many batches instead'),
    resume: flag({ long: 'resume', description: 'go on from the checkpoint, if there is one' }),
  },
  examples: [
    { description: 'the built-in digits', command: 'puregrad' },
    { description: 'arrays', command: 'puregrad --data images.idx.gz --labels labels.idx.gz' },
    { description: 'your own table', command: 'puregrad --data iris.csv --label species --hidden 32,16' },
    { description: 'a run that can be stopped', command: 'puregrad --checkpoint run.safetensors --resume' },
  ],
  handler: (values) => values,
})

type Parsed = Awaited<ReturnType<(typeof train)['handler']>>

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

const sourceOf = (values: Parsed): E.Either<string, Source> => {
  const { data, label, labels, maxBytes } = values
  const stray = label === undefined ? withoutTable(values) : undefined
  return stray !== undefined && (data === undefined || labels !== undefined)
    ? E.left(`--${stray}: there is no table; it goes with --data FILE and --label COLUMN`)
    : data === undefined && maxBytes !== undefined
      ? E.left('--max-bytes: there is no file without --data FILE')
      : values.separator === 'comma' && values.decimal === 'comma'
        ? E.left('--separator and --decimal: a comma cannot be both')
        : sourceFrom(data, label, labels, values)
}

const sourceFrom = (
  data: string | undefined,
  label: string | undefined,
  labels: string | undefined,
  values: Parsed,
): E.Either<string, Source> =>
  data === undefined
    ? label !== undefined
      ? E.left('--label: there is no column to choose without --data FILE')
      : labels !== undefined
        ? E.left('--labels: there are no examples to label without --data FILE')
        : E.right({ kind: 'digits16' })
    : label !== undefined && labels !== undefined
      ? E.left('--label and --labels exclude each other')
      : label !== undefined
        ? E.right({ kind: 'csv', file: data, table: tableOf(label, values) })
        : labels !== undefined
          ? E.right({ kind: 'arrays', file: data, labels, maxBytes: values.maxBytes })
          : E.left(
              '--data: the classes are missing; add --label COLUMN for a table, --labels FILE for an array',
            )

/** What two options say together that makes no sense. */
const contradiction = ({
  noCurve,
  curve,
  checkpoint,
  checkpointEvery,
  resume,
}: Parsed): string | undefined =>
  noCurve && curve !== undefined
    ? '--curve and --no-curve exclude each other'
    : checkpoint === undefined && (resume || checkpointEvery !== undefined)
      ? `${resume ? '--resume' : '--checkpoint-every'}: the file is missing; add --checkpoint FILE`
      : undefined

const optionsOf = (values: Parsed): E.Either<string, Options> => {
  const nonsense = contradiction(values)
  return nonsense !== undefined
    ? E.left(nonsense)
    : E.map((source: Source): Options => {
        const optimizer = values.optimizer ?? 'adam'
        return {
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

/** The names of the options that take a value, as the command registers them. */
const valueOptions = (): ReadonlySet<string> => {
  const names = new Set<string>()
  train.register({
    forceOptionLongNames: names,
    forceOptionShortNames: new Set(),
    forceFlagLongNames: new Set(),
    forceFlagShortNames: new Set(),
  })
  return names
}

/**
 * The first option that lacks its value. cmd-ts would read it as absent, or take the next option for its value; a
 * user who typed it meant something.
 */
const withoutValue = (argv: readonly string[]): string | undefined => {
  const names = valueOptions()
  const bare = argv.find((word, i) => {
    const [, name = '', assigned] = /^--([\w-]+)(=?)$/.exec(word) ?? []
    return names.has(name) && (assigned === '=' || (argv[i + 1] ?? '--').startsWith('--'))
  })
  return bare?.replace('=', '')
}

const complaint = ({
  message,
  nodes,
}: {
  readonly message: string
  readonly nodes: readonly { readonly raw: string; readonly type: string }[]
}): string => {
  const [word = ''] = nodes.map(
    ({ raw, type }) => `${type === 'shortOption' ? '-' : ''}${raw.split(/[ =]/)[0] ?? raw}`,
  )
  return message === 'Unknown arguments'
    ? `unknown ${word.startsWith('-') ? 'option' : 'argument'} ${word}; --help lists the options`
    : message.startsWith('--')
      ? message
      : /^(Too many|Expected 1)/.test(message)
        ? `${word}: given ${nodes.length} times`
        : `${word}: ${message}`
}

/** Reads the command line; a `Left` is one line that names the option at fault. */
export const readOptions = async (argv: readonly string[]): Promise<E.Either<string, Request>> => {
  if (argv.includes('--help') || argv.includes('-h')) {
    const help = await runSafely(train, ['--help'])
    return E.right({ kind: 'help', text: help._tag === 'error' ? help.error.config.message : '' })
  }
  const bare = withoutValue(argv)
  if (bare !== undefined) return E.left(`${bare}: the value is missing`)
  const parsed = await parse(train, [...argv])
  if (parsed._tag === 'ok')
    return E.map((options: Options): Request => ({ kind: 'run', options }))(optionsOf(parsed.value as Parsed))
  const [first] = parsed.error.errors
  return E.left(first === undefined ? 'the options cannot be read' : complaint(first))
}
