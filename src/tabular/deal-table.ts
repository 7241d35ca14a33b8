import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { reshape, tensor, type Key } from '../core/numeric/index.ts'
import { dataset, type Targets } from '../data/dataset.ts'
import { seal, openTest, type Sealed } from '../data/split/sealed.ts'
import { splitData, type Ratios, type TrainDevRatios } from '../data/split/split.ts'
import { labelledRowsAt, type LabelledTable } from '../data/table/table.ts'

/** Parts of a table: to learn from, to choose by and, sealed, to judge by. */
export interface TableParts<T extends Targets = Targets> {
  readonly train: LabelledTable<'train', T>
  readonly dev: LabelledTable<'dev', T>
  readonly test: Sealed<LabelledTable<'test', T>>
}

/** The rows of each part, by their numbers. */
interface Dealt {
  readonly train: readonly number[]
  readonly dev: readonly number[]
  readonly test: readonly number[]
}

/**
 * The stratum of each row: its class, where a part of the smallest share gets a row of it, else one that all rare classes
 * share, or the greatest class where they are too few even together.
 */
export const strataOf = (labels: readonly number[], least: number): readonly number[] => {
  const counts = new Map<number, number>()
  // eslint-disable-next-line functional/immutable-data -- a count that nobody else sees yet
  labels.forEach((label) => counts.set(label, (counts.get(label) ?? 0) + 1))
  const isRare = (count: number): boolean => count * least < 1
  const rare = new Set([...counts].filter(([, count]) => isRare(count)).map(([label]) => label))
  const together = labels.filter((label) => rare.has(label)).length
  const [greatest = [0]] = [...counts].sort(([, a], [, b]) => b - a)
  const shared = isRare(together) ? greatest[0] : -1
  return labels.map((label) => (rare.has(label) ? shared : label))
}

/** Rows that know their numbers, for what deals data sets. */
const numbered = ({ n, y, targets }: LabelledTable, least: number) => {
  const strata =
    targets.kind === 'classes'
      ? strataOf(Array.from(toTypedArray(y), Number), least)
      : Array.from({ length: n }, () => 0)
  const names = [...new Set(strata)]
  return dataset({
    x: reshape(tensor(Float64Array.from({ length: n }, (_, row) => row)), [n, 1]),
    y: tensor(Int32Array.from(strata, (stratum) => names.indexOf(stratum))),
  })
}

const rowsOf = ({ x }: { readonly x: Parameters<typeof toTypedArray>[0] }): readonly number[] =>
  Array.from(toTypedArray(x), Number)

/** Rows drawn from a key, classes in equal shares where they are frequent enough. */
const drawn = (
  data: LabelledTable<'raw'>,
  ratios: Ratios | TrainDevRatios,
  options: { readonly key: Key; readonly groups?: readonly (number | string)[] },
): E.Either<string, Dealt> => {
  const rows = numbered(data, Math.min(ratios.train, ratios.dev, ratios.test ?? 1))
  return pipe(
    ratios.test === undefined
      ? pipe(
          splitData(ratios, options)(rows),
          E.map(({ train, dev }): Dealt => ({ train: rowsOf(train), dev: rowsOf(dev), test: [] })),
        )
      : pipe(
          splitData(ratios, options)(rows),
          E.map(({ train, dev, test }): Dealt => {
            const looked = openTest(test, [], 'the numbers of its rows')
            return {
              train: rowsOf(train),
              dev: rowsOf(dev),
              test: E.isRight(looked) ? rowsOf(looked.right.data) : [],
            }
          }),
        ),
    E.mapLeft(({ message }) => message),
  )
}

/** The oldest rows for training, the newest to judge by. */
const inTime = (
  { n }: LabelledTable,
  { train, dev, test = 0 }: Ratios | TrainDevRatios,
  times: readonly number[],
): E.Either<string, Dealt> => {
  const order = Array.from({ length: n }, (_, row) => row).sort((a, b) => times[a]! - times[b]!)
  const first = Math.round((train / (train + dev + test)) * n)
  const second = Math.round(((train + dev) / (train + dev + test)) * n)
  const dealt = {
    train: order.slice(0, first),
    dev: order.slice(first, second),
    test: order.slice(second),
  }
  return dealt.train.length === 0 || dealt.dev.length === 0 || (test > 0 && dealt.test.length === 0)
    ? E.left(`${n} rows are too few for these parts`)
    : E.right(dealt)
}

const rowTensor = (rows: readonly number[]) => tensor(Int32Array.from(rows))

/** Deals the rows of a table to its parts; a test part that is already there is taken as it is. */
export const dealTable = <T extends Targets>(
  data: LabelledTable<'raw', T>,
  ratios: Ratios | TrainDevRatios,
  how: {
    readonly key: Key
    readonly groups?: readonly (number | string)[]
    readonly times?: readonly number[]
    readonly test?: Sealed<LabelledTable<'test', T>>
  },
): E.Either<string, TableParts<T>> => {
  const { key, groups, times, test } = how
  return pipe(
    times === undefined
      ? drawn(data, ratios, { key, ...(groups === undefined ? {} : { groups }) })
      : inTime(data, ratios, times),
    E.map((dealt) => ({
      train: labelledRowsAt(data, rowTensor(dealt.train), 'train'),
      dev: labelledRowsAt(data, rowTensor(dealt.dev), 'dev'),
      test: test ?? seal(labelledRowsAt(data, rowTensor(dealt.test), 'test')),
    })),
  )
}
