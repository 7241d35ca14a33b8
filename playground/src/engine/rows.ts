import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { foldIn, key, type Key } from 'puregrad'
import {
  blobs,
  digits16,
  mapSealed,
  minMaxScale,
  moons,
  noisyLabels,
  rings,
  scaled,
  spirals,
  splitData,
  standardize,
  xor,
  type Classes,
  type Dataset,
  type Scaler,
  type Sealed,
  type SplitError,
} from 'puregrad/data'
import type { OwnTable, Refusal } from './messages.ts'
import { readTable, type TableReading } from './own-table.ts'
import type { Settings } from './settings.ts'
import { fill, say } from './wordings.ts'

type Part<R extends 'train' | 'dev' | 'test'> = Dataset<R, Classes>

/** What a training works on. */
export interface Rows {
  readonly train: Part<'train'>
  readonly dev: Part<'dev'>
  readonly test: Sealed<Part<'test'>>
  /** The parts before scaling. */
  readonly raw: { readonly train: Part<'train'>; readonly dev: Part<'dev'> }
  readonly scaler: Scaler | undefined
  readonly reading: TableReading | undefined
}

interface Drawn {
  readonly data: Dataset<'raw', Classes>
  readonly reading: TableReading | undefined
}

/** Middles of clouds, evenly apart on a circle. */
export const middles = (classes: number): readonly (readonly [number, number])[] =>
  Array.from({ length: classes }, (_, i): readonly [number, number] => {
    const angle = (2 * Math.PI * i) / classes
    return [0.7 * Math.cos(angle), 0.7 * Math.sin(angle)]
  })

const drawn = (
  settings: Settings,
  from: Key,
  table: OwnTable | undefined,
): E.Either<readonly Refusal[], Drawn> => {
  const { rows: n, noise, classes, turns, precision: dtype } = settings
  const options = { key: from, n, noise, dtype }
  const made = (data: Dataset<'raw', Classes>): E.Either<never, Drawn> =>
    E.right({ data, reading: undefined })
  switch (settings.data) {
    case 'moons':
      return made(moons(options))
    case 'rings':
      return made(rings({ ...options, classes }))
    case 'spirals':
      return made(spirals({ ...options, classes, turns }))
    case 'xor':
      return made(xor(options))
    case 'blobs':
      return made(blobs({ key: from, n, centres: middles(classes), spread: noise, dtype }))
    case 'digits':
      return made(digits16(options))
    case 'noisyDigits':
      return made(digits16({ ...options, jitter: 1.3 }))
    case 'csv':
      return table === undefined
        ? E.left([
            {
              setting: 'data',
              message: say(
                'A table of your own: choose the file; a link names it and does not hold it.',
                'Ваша таблица: изберете файла; връзката го посочва, но не го съдържа.',
              ),
            },
          ])
        : readTable(table, settings.label, dtype)
  }
}

const splitRefusal = (error: SplitError): Refusal => ({
  setting: error.kind === 'ratios' ? 'dev' : 'rows',
  message:
    error.kind === 'class-too-small'
      ? fill(
          say(
            'There are too few rows of the class {name} for all three parts: take more rows, or larger shares.',
            'Редовете от клас {name} не стигат за трите части: вземете повече редове или по-големи дялове.',
          ),
          { name: error.className },
        )
      : say(
          'There are too few rows for all three parts: take more rows, or larger shares.',
          'Редовете не стигат за трите части: вземете повече редове или по-големи дялове.',
        ),
})

/** The shares of the parts, which add up to 1 but for rounding. */
export const sharesOf = ({ dev, test }: Pick<Settings, 'dev' | 'test'>) => ({
  train: Number((1 - dev - test).toFixed(12)),
  dev,
  test,
})

const scalerOf = (
  { scaling }: Settings,
  train: Part<'train'>,
): E.Either<readonly Refusal[], Scaler | undefined> =>
  scaling === 'none'
    ? E.right(undefined)
    : pipe(
        (scaling === 'standardize' ? standardize : minMaxScale)(train, { constant: 'keep' }),
        E.mapLeft(({ message }): readonly Refusal[] => [
          { setting: 'scaling', message: say(message, message) },
        ]),
      )

/**
 * The rows of a training, drawn and dealt to three parts by the seed of the data: the labels of the training set alone
 * are redrawn, scaling is fitted on it alone, and the test set is sealed.
 */
export const rowsOf = (settings: Settings, table?: OwnTable): E.Either<readonly Refusal[], Rows> => {
  const from = key(settings.dataSeed)
  return pipe(
    E.Do,
    E.bind('drawn', () => drawn(settings, foldIn(from, 'rows'), table)),
    E.bind('parts', ({ drawn: { data } }) =>
      pipe(
        splitData(sharesOf(settings), { key: foldIn(from, 'split') })(data),
        E.mapLeft((error): readonly Refusal[] => [splitRefusal(error)]),
      ),
    ),
    E.bind('train', ({ parts }) =>
      E.right(noisyLabels(parts.train, settings.labelNoise, foldIn(from, 'labels'))),
    ),
    E.bind('scaler', ({ train }) => scalerOf(settings, train)),
    E.map(({ drawn: { reading }, parts: { dev, test }, train, scaler }) => ({
      train: scaler === undefined ? train : scaled(train, scaler),
      dev: scaler === undefined ? dev : scaled(dev, scaler),
      test: scaler === undefined ? test : mapSealed(test, (part) => scaled(part, scaler)),
      raw: { train, dev },
      scaler,
      reading,
    })),
  )
}
