import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { cast, foldIn, key } from '../core/numeric/index.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { withFeatures, type Classes, type Dataset, type Role } from '../data/dataset.ts'
import { readLabelled } from '../data/formats/labelled-arrays.ts'
import { showNames } from '../data/formats/show-names.ts'
import { digits16 } from '../data/generate/digits16.ts'
import { scaled, type Scaler } from '../data/scale/scaler.ts'
import { standardize } from '../data/scale/standardize.ts'
import { mapSealed } from '../data/split/sealed.ts'
import type { Split } from '../data/split/parts.ts'
import { splitData, type Ratios } from '../data/split/split.ts'
import type { Wording } from '../report/wording.ts'
import type { NetworkSettings } from '../tabular/network-plan.ts'
import { said } from './messages.ts'
import { networkSettings, type SettingDefaults } from './network-settings.ts'
import type { Options, Source } from './options.ts'

/** Where examples lie as arrays, or are drawn. */
export type ArraySource = Exclude<Source, { readonly kind: 'table' }>

/** Data ready for training, and what follows from its size. */
export interface Prepared {
  readonly parts: Split<Classes>
  readonly settings: NetworkSettings
  /** What the features were scaled by; nothing where they are as they were drawn. */
  readonly scaler?: Scaler
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

const split = (
  data: Dataset<'raw', Classes>,
  ratios: Ratios,
  seed: number,
): E.Either<string, Split<Classes>> =>
  E.mapLeft(({ message }: { readonly message: string }) => message)(
    splitData(ratios, { key: foldIn(key(seed), 'split'), stratify: true })(data),
  )

const inDType =
  (dtype: FloatDType) =>
  <R extends Role>(data: Dataset<R, Classes>): Dataset<R, Classes> =>
    withFeatures(data, { x: cast(data.x, dtype) })

const prepared = (
  options: Options,
  { train, dev, test }: Split<Classes>,
  defaultEpochs: number,
  notes: readonly Wording[],
): Prepared => {
  const typed = inDType(options.dtype)
  const epochs = options.epochs ?? defaultEpochs
  const defaults: SettingDefaults = {
    learningRate: 2e-3,
    l2: 0,
    batch: defaultBatch,
    epochs,
    patience: Math.max(1, Math.ceil(epochs / 3)),
  }
  return {
    parts: { train: typed(train), dev: typed(dev), test: mapSealed(test, (part) => typed(part)) },
    settings: networkSettings(options, defaults),
    notes,
  }
}

const defaultBatch = 32

const builtIn = (options: Options): E.Either<string, Prepared> => {
  const { train, dev, test } = digitRows
  const data = digits16({
    key: foldIn(key(options.seed), 'digits16'),
    n: train + dev + test,
    dtype: 'float64',
  })
  return E.map((parts: Split<Classes>) => prepared(options, parts, digitEpochs, []))(
    split(data, sharesOf(digitRows), options.seed),
  )
}

const constantFeatures = ({ spec }: Scaler): readonly string[] =>
  spec.kind === 'whitening' ? [] : spec.constantFeatures

/** Arrays, split 60/20/20 and standardized by the training part; values stay float64 until they are scaled. */
const fromArrays = (
  options: Options,
  { file, labels, maxBytes }: Extract<Source, { readonly kind: 'arrays' }>,
): TE.TaskEither<string, Prepared> =>
  pipe(
    readLabelled(
      { features: file, labels },
      { dtype: 'float64', ...(maxBytes === undefined ? {} : { maxBytes }) },
    ),
    TE.mapLeft(({ message }) => message),
    TE.flatMapEither((data) =>
      pipe(
        split(data, { train: 0.6, dev: 0.2, test: 0.2 }, options.seed),
        E.mapLeft((message) => `${labels}: ${message}`),
      ),
    ),
    TE.flatMapEither((parts) =>
      pipe(
        standardize(parts.train, { constant: 'keep' }),
        E.bimap(
          ({ message }) => `${file}: ${message}`,
          (scaler) => {
            const constant = constantFeatures(scaler)
            return {
              ...prepared(
                options,
                {
                  train: scaled(parts.train, scaler),
                  dev: scaled(parts.dev, scaler),
                  test: mapSealed(parts.test, (part) => scaled(part, scaler)),
                },
                epochsFor(parts.train.n, options.batch ?? defaultBatch),
                constant.length === 0 ? [] : [said.constant(constant.length, showNames(constant))],
              ),
              scaler,
            }
          },
        ),
      ),
    ),
  )

/** Loads, splits and scales what the options ask for; a `Left` is one line about the file. */
export const loadData = (options: Options<ArraySource>): TE.TaskEither<string, Prepared> =>
  options.source.kind === 'digits16' ? TE.fromEither(builtIn(options)) : fromArrays(options, options.source)
