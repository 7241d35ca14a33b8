import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { DataError } from '../data/data-error.ts'
import { withFeatures, type Classes, type Dataset, type Role, type Targets } from '../data/dataset.ts'
import { readLabelled } from '../data/formats/labelled-arrays.ts'
import { readCsv } from '../data/formats/read-csv.ts'
import { digits16 } from '../data/generate/digits16.ts'
import { scaled, type Scaler } from '../data/scale/scaler.ts'
import { standardize } from '../data/scale/standardize.ts'
import { mapSealed } from '../data/split/sealed.ts'
import type { Split } from '../data/split/parts.ts'
import { splitData, type Ratios } from '../data/split/split.ts'
import { cast, foldIn, key } from '../core/numeric/index.ts'
import { showNames } from '../data/formats/show-names.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Wording } from '../report/wording.ts'
import { said } from './messages.ts'
import type { Options, Source } from './options.ts'

/** Data ready for training, and what follows from its size. */
export interface Prepared {
  readonly parts: Split
  readonly classNames: readonly string[]
  /** The budget of epochs and the patience, as asked for or as suits the data. */
  readonly epochs: number
  readonly patience: number
  /** What a reader of the result should know about the data. */
  readonly notes: readonly Wording[]
}

const digitRows = { train: 4000, dev: 1000, test: 2000 }
const digitEpochs = 15

/** Enough epochs for about 4000 steps, within 15 … 300: a small file needs many passes. */
const epochsFor = (rows: number, batch: number): number =>
  Math.min(300, Math.max(15, Math.ceil(4000 / Math.ceil(rows / batch))))

const sharesOf = ({ train, dev, test }: typeof digitRows): Ratios => {
  const n = train + dev + test
  return { train: train / n, dev: dev / n, test: test / n }
}

const split = (data: Dataset<'raw'>, ratios: Ratios, seed: number): E.Either<string, Split> =>
  E.mapLeft(({ message }: { readonly message: string }) => message)(
    splitData(ratios, { key: foldIn(key(seed), 'split'), stratify: true })(data),
  )

const inDType = <R extends Role, T extends Targets>(data: Dataset<R, T>, dtype: FloatDType): Dataset<R, T> =>
  withFeatures(data, { x: cast(data.x, dtype) })

const prepared = (
  { epochs, patience, dtype }: Options,
  { train, dev, test }: Split,
  defaultEpochs: number,
  notes: readonly Wording[],
): Prepared => {
  const budget = epochs ?? defaultEpochs
  return {
    parts: {
      train: inDType(train, dtype),
      dev: inDType(dev, dtype),
      test: mapSealed(test, (part) => inDType(part, dtype)),
    },
    classNames: train.targets.names,
    epochs: budget,
    patience: patience ?? Math.max(1, Math.ceil(budget / 3)),
    notes,
  }
}

const builtIn = (options: Options): E.Either<string, Prepared> => {
  const { train, dev, test } = digitRows
  const data = digits16({
    key: foldIn(key(options.seed), 'digits16'),
    n: train + dev + test,
    dtype: 'float64',
  })
  return E.map((parts: Split) => prepared(options, parts, digitEpochs, []))(
    split(data, sharesOf(digitRows), options.seed),
  )
}

const constantFeatures = ({ spec }: Scaler): readonly string[] =>
  spec.kind === 'whitening' ? [] : spec.constantFeatures

/** Where the rows and the classes of a file are, for messages. */
const read = (
  source: Exclude<Source, { readonly kind: 'digits16' }>,
): { readonly data: TE.TaskEither<DataError, Dataset<'raw', Classes>>; readonly classes: string } =>
  source.kind === 'csv'
    ? {
        data: readCsv(source.file, { ...source.table, dtype: 'float64' }),
        classes: `${source.file}, column ${showText(source.table.label, 60)}`,
      }
    : {
        data: readLabelled(
          { features: source.file, labels: source.labels },
          { dtype: 'float64', ...(source.maxBytes === undefined ? {} : { maxBytes: source.maxBytes }) },
        ),
        classes: source.labels,
      }

/** The message about a file, with the option of the command line where one of the library would help. */
const onCommandLine = (error: DataError): Wording => {
  const option =
    error.kind === 'encoding'
      ? '--encoding NAME'
      : error.kind === 'undecided'
        ? {
            header: '--header yes or --header no',
            task: '--task classification',
            encoding: '--encoding NAME',
          }[error.option]
        : undefined
  return option === undefined
    ? { en: error.message, bg: error.message }
    : said.byOption(error.message, option)
}

/** Data of files, split 60/20/20 and standardized by its training part; values stay float64 until they are scaled. */
const fromFiles = (
  options: Options,
  file: string,
  { data: task, classes }: ReturnType<typeof read>,
): TE.TaskEither<string, Prepared> =>
  pipe(
    task,
    TE.mapLeft((error) => onCommandLine(error)[options.language]),
    TE.flatMapEither((data) =>
      pipe(
        split(data, { train: 0.6, dev: 0.2, test: 0.2 }, options.seed),
        E.mapLeft((message) => `${classes}: ${message}`),
      ),
    ),
    TE.flatMapEither((parts) =>
      pipe(
        standardize(parts.train, { constant: 'keep' }),
        E.bimap(
          ({ message }) => `${file}: ${message}`,
          (scaler) => {
            const constant = constantFeatures(scaler)
            return prepared(
              options,
              {
                train: scaled(parts.train, scaler),
                dev: scaled(parts.dev, scaler),
                test: mapSealed(parts.test, (part) => scaled(part, scaler)),
              },
              epochsFor(parts.train.n, options.batch),
              constant.length === 0 ? [] : [said.constant(constant.length, showNames(constant))],
            )
          },
        ),
      ),
    ),
  )

/** Loads, splits and scales what the options ask for; a `Left` is one line about the file. */
export const loadData = (options: Options): TE.TaskEither<string, Prepared> =>
  options.source.kind === 'digits16'
    ? TE.fromEither(builtIn(options))
    : fromFiles(options, options.source.file, read(options.source))
