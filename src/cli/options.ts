import { basename } from 'node:path'
import { command, optional, positional, string } from 'cmd-ts'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { CsvOptions, Separator } from '../data/formats/csv-format.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { OptimizerName } from '../tabular/network-plan.ts'
import { readArguments, type Asked, type Speech } from '../terminal/read-arguments.ts'
import { speechOptions } from '../terminal/speech-options.ts'
import { classWeightsIn, type ClassWeightsAsked } from './class-weights-in.ts'
import { contradictionWords, expectedWords, optionWords } from './option-words.ts'
import { longName, optionKinds } from './option-kinds.ts'
import { splitIn, type SplitAsked } from './split-in.ts'

/** What is done with a table before a network sees it. */
export interface TableSource {
  readonly kind: 'table'
  readonly file: string
  /** The columns to be told; none where the user has yet to learn which there are. */
  readonly targets: readonly string[]
  readonly task: 'classification' | 'regression' | undefined
  /** How the file is written, as far as the user says. */
  readonly format: Pick<CsvOptions, 'encoding' | 'separator' | 'header' | 'decimal' | 'maxBytes'>
  readonly drop: readonly string[]
  /** The only columns to learn from; all where `undefined`. */
  readonly features: readonly string[] | undefined
  /** Columns whose numbers are codes, and signs of missing cells besides the usual ones. */
  readonly categories: readonly string[]
  readonly missing: readonly string[]
  /** A file of its own to judge by. */
  readonly test: string | undefined
  readonly split: SplitAsked | undefined
  readonly time: string | undefined
  readonly groups: string | undefined
  readonly classWeights: ClassWeightsAsked | undefined
  readonly sampleWeights: string | undefined
  /** Into how many folds the rows are dealt for cross-validation. */
  readonly folds: number | undefined
}

/** What to train on: the built-in digits, a table with a target column, or an array of examples and one of labels. */
export type Source =
  | { readonly kind: 'digits16' }
  | TableSource
  | {
      readonly kind: 'arrays'
      readonly file: string
      readonly labels: string
      readonly maxBytes: number | undefined
    }

/** The recipes one can ask for; `best` is the one with the smallest dev error. */
export const recipeNames = ['best', 'baseline', 'linear', 'network', 'realMlp'] as const
export type RecipeName = (typeof recipeNames)[number]

/** One run of the main job, as the user asked for it; what is `undefined` follows from the data. */
export interface Options<S extends Source = Source> {
  /** What is said about it is said in this language. */
  readonly language: Language
  readonly source: S
  readonly json: boolean
  readonly seed: number
  readonly hidden: readonly number[]
  readonly epochs: number | undefined
  readonly batch: number | undefined
  readonly learningRate: number | undefined
  readonly l2: number | undefined
  readonly l1: number
  readonly dropout: number
  readonly optimizer: OptimizerName
  readonly dtype: FloatDType
  readonly patience: number | undefined
  readonly recipe: RecipeName
  /** Whether the table is never held as a whole, and how many of its first rows may be. */
  readonly stream: { readonly prepareRows: number | undefined } | undefined
  /** What nobody can go below: the share of wrong classes, or the error of an estimate in units of the target (RMSE). */
  readonly optimalError: number
  /** Where the trained model goes; `undefined` for nowhere. */
  readonly model: string | undefined
  /** Where the learning curve goes; `undefined` for nowhere. */
  readonly curve: string | undefined
  /** Where the state of training is saved, whether to go on from there, and after how many batches (else epochs). */
  readonly checkpoint:
    { readonly file: string; readonly resume: boolean; readonly every: number | undefined } | undefined
}

const isOf =
  <K extends Source['kind']>(...kinds: readonly K[]) =>
  (options: Options): options is Options<Extract<Source, { readonly kind: K }>> =>
    kinds.some((kind) => kind === options.source.kind)

export const onTable = isOf('table')
export const onArrays = isOf('digits16', 'arrays')

/** What the arguments ask for: a run, or a text (the help). */
export type Request =
  { readonly kind: 'run'; readonly options: Options } | { readonly kind: 'help'; readonly text: string }

/* The parsers have types of their own that only cmd-ts can name. */
/* oxlint-disable typescript/explicit-module-boundary-types -- see above */

/** The options about a table, which training and searching share. */
export const tableOptions = (language: Language) => {
  const of = optionKinds(language)
  return {
    target: of.names('target'),
    task: of.choice('task', ['classification', 'regression']),
    drop: of.names('drop'),
    features: of.names('features'),
    categories: of.names('categories'),
    missing: of.names('missing'),
    encoding: of.encoding('encoding'),
    separator: of.choice('separator', ['comma', 'semicolon', 'tab', 'bar']),
    header: of.choice('header', ['yes', 'no']),
    noHeader: of.flag('noHeader'),
    decimal: of.choice('decimal', ['point', 'comma']),
    test: of.text('test', 'file'),
    split: of.valued('split', 'shares|time', expectedWords.split, splitIn),
    time: of.text('time', 'column'),
    groups: of.text('groups', 'column'),
    classWeights: of.valued('classWeights', 'balanced|weights', expectedWords.classWeights, classWeightsIn),
    sampleWeights: of.text('sampleWeights', 'column'),
    folds: of.number('folds', 'folds', (value) => Number.isSafeInteger(value) && value >= 2),
  }
}

const trainArguments = (language: Language) => {
  const of = optionKinds(language)
  return {
    file: positional({
      displayName: 'FILE',
      type: optional(string),
      description: optionWords.data[language],
    }),
    data: of.text('data', 'file'),
    labels: of.text('labels', 'file'),
    ...tableOptions(language),
    maxBytes: of.count('maxBytes'),
    recipe: of.choice('recipe', recipeNames),
    stream: of.flag('stream'),
    prepareRows: of.count('prepareRows'),
    model: of.text('model', 'file'),
    noModel: of.flag('noModel'),
    optimalError: of.lambda('optimalError'),
    json: of.flag('json'),
    seed: of.number('seed', 'atLeastZero', (value) => Number.isSafeInteger(value) && value >= 0),
    hidden: of.widths('hidden'),
    epochs: of.count('epochs'),
    batch: of.count('batch'),
    learningRate: of.number('learningRate', 'positive', (value) => value > 0 && value < Infinity),
    l2: of.lambda('l2'),
    l1: of.lambda('l1'),
    dropout: of.share('dropout'),
    optimizer: of.choice('optimizer', ['sgd', 'momentum', 'adam']),
    dtype: of.choice('dtype', ['float32', 'float64']),
    patience: of.count('patience'),
    curve: of.text('curve', 'file'),
    noCurve: of.flag('noCurve'),
    checkpoint: of.text('checkpoint', 'file'),
    checkpointEvery: of.count('checkpointEvery'),
    resume: of.flag('resume'),
    ...speechOptions(language),
  }
}

const trainCommand = (language: Language) => {
  const say = (name: keyof typeof optionWords): string => optionWords[name][language]
  return command({
    name: 'puregrad train',
    description: say('command'),
    args: trainArguments(language),
    examples: [
      { description: say('exampleDigits'), command: 'puregrad' },
      { description: say('exampleTable'), command: 'puregrad train titanic.csv --target Survived' },
      { description: say('examplePredict'), command: 'puregrad predict titanic.model --data new.csv' },
      {
        description: say('exampleArrays'),
        command: 'puregrad train images.idx.gz --labels labels.idx.gz',
      },
      { description: say('exampleResume'), command: 'puregrad --checkpoint run.safetensors --resume' },
      { description: say('exampleReport'), command: 'puregrad report run.safetensors' },
    ],
    handler: (values) => values,
  })
}

const searchArguments = (language: Language) => {
  const of = optionKinds(language)
  const say = (name: keyof typeof optionWords): string => optionWords[name][language]
  return command({
    name: 'puregrad search',
    description: say('searchCommand'),
    args: { ...trainArguments(language), trials: of.count('trials'), journal: of.text('journal', 'file') },
    examples: [
      {
        description: say('exampleSearch'),
        command: 'puregrad search titanic.csv --target Survived --trials 30',
      },
    ],
    handler: (values) => values,
  })
}

type Parsed = ReturnType<ReturnType<typeof trainCommand>['handler']>

/** What is said of a table alone. */
export type TableAsked = Pick<Parsed, keyof ReturnType<typeof tableOptions> | 'maxBytes'>

const separatorNamed = { comma: ',', semicolon: ';', tab: '\t', bar: '|' } as const satisfies Readonly<
  Record<string, Separator>
>

/** How a file is written, where the options say something. */
const formatOf = ({
  encoding,
  separator,
  header,
  noHeader,
  decimal,
  maxBytes,
}: TableAsked): TableSource['format'] => ({
  ...(encoding === undefined ? {} : { encoding }),
  ...(separator === undefined ? {} : { separator: separatorNamed[separator] }),
  ...(noHeader ? { header: false } : header === undefined ? {} : { header: header === 'yes' }),
  ...(decimal === undefined ? {} : { decimal: decimal === 'comma' ? ',' : '.' }),
  ...(maxBytes === undefined ? {} : { maxBytes }),
})

/** The first option about a table that was given. */
const strayIn = (values: Parsed): string | undefined =>
  Object.keys(tableOptions('en')).find((name) => {
    const value: unknown = Object.entries(values).find(([one]) => one === name)?.[1]
    return value !== undefined && value !== false
  })

/** What options about a table say together that makes no sense. */
const tableNonsense = (asked: TableAsked): Wording | undefined => {
  const { separator, decimal, header, noHeader, drop, features, test, split, time, groups, folds } = asked
  return separator === 'comma' && decimal === 'comma'
    ? contradictionWords.twoCommas
    : noHeader && header === 'yes'
      ? contradictionWords.headerOrNot
      : drop !== undefined && features !== undefined
        ? contradictionWords.dropOrFeatures
        : (split?.kind === 'time') !== (time !== undefined)
          ? contradictionWords.timeAndColumn
          : time !== undefined && groups !== undefined
            ? contradictionWords.timeOrGroups
            : time !== undefined && folds !== undefined
              ? contradictionWords.timeOrFolds
              : split?.kind === 'shares' && (split.shares.length === 2) !== (test !== undefined)
                ? contradictionWords.sharesAndTest
                : undefined
}

/** A table, as the options say. */
export const tableSource = (file: string, asked: TableAsked): E.Either<Wording, TableSource> => {
  const nonsense = tableNonsense(asked)
  return nonsense !== undefined
    ? E.left(nonsense)
    : E.right({
        kind: 'table',
        file,
        targets: asked.target ?? [],
        task: asked.task,
        format: formatOf(asked),
        drop: asked.drop ?? [],
        features: asked.features,
        categories: asked.categories ?? [],
        missing: asked.missing ?? [],
        test: asked.test,
        split: asked.split,
        time: asked.time,
        groups: asked.groups,
        classWeights: asked.classWeights,
        sampleWeights: asked.sampleWeights,
        folds: asked.folds,
      })
}

const sourceNamed = (values: Parsed): E.Either<Wording, Source> => {
  const { target, labels, maxBytes } = values
  const file = values.file ?? values.data
  const stray = strayIn(values)
  if (values.file !== undefined && values.data !== undefined) return E.left(contradictionWords.twoFiles)
  if (file === undefined)
    return labels !== undefined
      ? E.left(contradictionWords.noExamples)
      : stray !== undefined
        ? E.left(contradictionWords.noTable(longName(stray)))
        : maxBytes !== undefined
          ? E.left(contradictionWords.noFile)
          : E.right({ kind: 'digits16' })
  if (labels !== undefined)
    return target !== undefined
      ? E.left(contradictionWords.columnOrFile)
      : stray !== undefined
        ? E.left(contradictionWords.noTable(longName(stray)))
        : E.right({ kind: 'arrays', file, labels, maxBytes })
  return tableSource(file, values)
}

const sourceOf = (values: Parsed): E.Either<Wording, Source> =>
  pipe(
    sourceNamed(values),
    E.filterOrElseW(
      ({ kind }) => kind === 'table' || values.recipe === undefined,
      () => contradictionWords.noRecipes,
    ),
    E.filterOrElseW(
      (source) =>
        values.optimalError === undefined ||
        values.optimalError <= 1 ||
        (source.kind === 'table' && source.task !== 'classification'),
      () => contradictionWords.optimalShare,
    ),
  )

/** What needs all rows in memory, or another recipe than the network. */
const notStreamed = (values: Parsed): string | undefined => {
  const { recipe, split } = values
  const named = ['test', 'time', 'groups', 'folds', 'classWeights', 'sampleWeights', 'optimalError'] as const
  return split?.kind === 'time'
    ? 'split time'
    : recipe !== undefined && recipe !== 'best' && recipe !== 'network'
      ? `recipe ${recipe}`
      : named.find((name) => values[name] !== undefined)
}

/** What the options about streaming say that makes no sense. */
const streamNonsense = (values: Parsed, source: Source): Wording | undefined => {
  const { stream, prepareRows } = values
  if (!stream) return prepareRows === undefined ? undefined : contradictionWords.prepareRows
  const stray = notStreamed(values)
  return source.kind !== 'table'
    ? contradictionWords.noTable('stream')
    : stray === undefined
      ? undefined
      : contradictionWords.notStreamed(longName(stray))
}

/** What two options say together that makes no sense. */
const contradiction = ({
  noCurve,
  curve,
  noModel,
  model,
  checkpoint,
  checkpointEvery,
  resume,
}: Parsed): Wording | undefined =>
  noCurve && curve !== undefined
    ? contradictionWords.curveOrNot
    : noModel && model !== undefined
      ? contradictionWords.modelOrNot
      : checkpoint === undefined && (resume || checkpointEvery !== undefined)
        ? contradictionWords.noCheckpoint(resume ? '--resume' : '--checkpoint-every')
        : undefined

/** `titanic.csv.gz` gives `titanic.model`, in the folder at hand. */
const besideTable = (file: string, ending: string): string =>
  `${basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '')}.${ending}`

/** Where the model goes; data other than tables have none unless one is asked for. */
const modelOf = (asked: string | undefined, none: boolean, source: Source): string | undefined =>
  none || source.kind !== 'table' ? asked : (asked ?? besideTable(source.file, 'model'))

const streamable = (values: Parsed): E.Either<Wording, Source> =>
  pipe(
    sourceOf(values),
    E.flatMap((source) => {
      const nonsense = streamNonsense(values, source)
      return nonsense === undefined ? E.right(source) : E.left(nonsense)
    }),
  )

const optionsOf = (values: Parsed, language: Language): E.Either<Wording, Options> => {
  const nonsense = contradiction(values)
  return nonsense !== undefined
    ? E.left(nonsense)
    : E.map((source: Source): Options => ({
        language,
        source,
        json: values.json,
        seed: values.seed ?? 0,
        hidden: values.hidden ?? [64],
        epochs: values.epochs,
        batch: values.batch,
        learningRate: values.learningRate,
        l2: values.l2,
        l1: values.l1 ?? 0,
        dropout: values.dropout ?? 0,
        optimizer: values.optimizer ?? 'adam',
        dtype: values.dtype ?? 'float32',
        patience: values.patience,
        recipe: values.recipe ?? 'best',
        stream: values.stream ? { prepareRows: values.prepareRows } : undefined,
        optimalError: values.optimalError ?? 0,
        model: modelOf(values.model, values.noModel, source),
        curve: values.noCurve ? undefined : (values.curve ?? 'learning-curve.svg'),
        checkpoint:
          values.checkpoint === undefined
            ? undefined
            : { file: values.checkpoint, resume: values.resume, every: values.checkpointEvery },
      }))(streamable(values))
}

const plainSpeech: Speech = { language: 'en', paint: (_, text) => text }

/** Reads the options of `train`; a `Left` is one line that names the option at fault. */
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

/** A search, as the user asked for it. */
export interface SearchOptions {
  readonly options: Options<TableSource>
  readonly trials: number
  /** Where each result is kept, and taken from where it is there. */
  readonly journal: string
}

type ParsedSearch = ReturnType<ReturnType<typeof searchArguments>['handler']>

/** What is searched for, and so not told. */
const searchedFor = ['hidden', 'learningRate', 'l2', 'dropout', 'batch'] as const

const searchOf = (values: ParsedSearch, language: Language): E.Either<Wording, SearchOptions> => {
  const told = searchedFor.find((name) => values[name] !== undefined)
  return told !== undefined
    ? E.left(contradictionWords.searched(longName(told)))
    : values.stream
      ? E.left(contradictionWords.searchedStream)
      : pipe(
          optionsOf(values, language),
          E.flatMap((options) =>
            onTable(options)
              ? E.right({
                  options,
                  trials: values.trials ?? 30,
                  journal: values.journal ?? besideTable(options.source.file, 'search.jsonl'),
                })
              : E.left(contradictionWords.noTableToSearch),
          ),
        )
}

/** Reads the options of `search`; a `Left` is one line that names the option at fault. */
export const readSearchOptions = async (
  argv: readonly string[],
  speech: Speech,
): Promise<E.Either<string, Asked<SearchOptions>>> => {
  const { language } = speech
  const asked = await readArguments<ParsedSearch>(searchArguments(language), argv, speech)
  return pipe(
    asked,
    E.flatMap((found): E.Either<string, Asked<SearchOptions>> =>
      found.kind === 'help'
        ? E.right(found)
        : pipe(
            searchOf(found.values, language),
            E.bimap(
              (problem) => problem[language],
              (values) => ({ kind: 'values', values }),
            ),
          ),
    ),
  )
}
