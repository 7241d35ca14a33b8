import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, tensor, zeros, type Key } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { dataset, regressionDataset, withWeights, type Dataset, type Targets } from '../data/dataset.ts'
import type { SplitError, SplitOptions } from '../data/split/deal-rows.ts'
import { kFold } from '../data/split/k-fold.ts'
import { splitData } from '../data/split/split.ts'
import { labelledTable } from '../data/table/table.ts'
import { isTable, type Divisible, type PartOf } from './rows-by-role.ts'

/**
 * A way of dividing data once or several times, as `kFold(5, { key, groups })`, `repeatedKFold(…)` or a splitter by time.
 *
 * @category Cross-validation
 */
export type Splitter<D> = (
  data: D,
) => E.Either<
  SplitError,
  | readonly { readonly train: PartOf<D, 'train'>; readonly dev: PartOf<D, 'dev'> }[]
  | readonly (readonly { readonly train: PartOf<D, 'train'>; readonly dev: PartOf<D, 'dev'> }[])[]
>

/** Positions of rows for training and for judging. */
export interface FoldRows {
  /** Which repetition and which fold of it, from 0. */
  readonly time: number
  readonly fold: number
  readonly train: readonly number[]
  readonly dev: readonly number[]
}

/** Each row carries its position, from 1 as weights are not all 0, as its weight: splitters take weights along. */
const positionsAsWeights = (n: number): Tensor =>
  tensor(Float64Array.from({ length: n }, (_, row) => row + 1))

const positionsIn = (part: { readonly weights?: Tensor }): readonly number[] =>
  part.weights === undefined ? [] : Array.from(toTypedArray(part.weights), (weight) => weight - 1)

const numbered = (data: Divisible): Divisible =>
  isTable(data)
    ? labelledTable({
        features: data.features,
        y: data.y,
        targets: data.targets,
        weights: positionsAsWeights(data.n),
      })
    : withWeights(data, positionsAsWeights(data.n))

/** What splitting by classes and groups asks of rows: their targets; a table and a data set are dealt alike. */
const targetsOnly = (data: {
  readonly n: number
  readonly y: Tensor
  readonly targets: Targets
}): Dataset<'raw'> => {
  const { n, y, targets } = data
  const content = { x: zeros([n, 1]), y, weights: positionsAsWeights(n) }
  return targets.kind === 'classes'
    ? dataset({ ...content, classNames: targets.names })
    : regressionDataset({ ...content, targetNames: targets.names })
}

/** By classes, as far as these have rows enough; with `stratify` said, as it says. */
const byClasses = (stratify: boolean | undefined): Pick<SplitOptions, 'stratify' | 'rareClasses'> =>
  stratify === undefined ? { rareClasses: 'deal' } : { stratify }

/** How rows are divided into folds. */
export interface Folding<D> {
  readonly folds: number | Splitter<D>
  readonly times: number
  readonly stratify?: boolean
  readonly groups?: readonly (number | string)[]
}

/** The folds of all repetitions. */
export const foldRows = <D extends Divisible>(
  data: D,
  { folds, times, stratify, groups }: Folding<D>,
  key: Key,
): E.Either<SplitError, readonly FoldRows[]> => {
  const rowsIn = (
    dealt: readonly {
      readonly train: { readonly weights?: Tensor }
      readonly dev: { readonly weights?: Tensor }
    }[],
    time: number,
  ): readonly FoldRows[] =>
    dealt.map(({ train, dev }, fold) => ({ time, fold, train: positionsIn(train), dev: positionsIn(dev) }))
  if (typeof folds === 'number')
    return E.map((all: readonly (readonly FoldRows[])[]) => all.flat())(
      E.traverseArray((time: number) =>
        E.map((dealt: Parameters<typeof rowsIn>[0]) => rowsIn(dealt, time))(
          kFold(folds, {
            key: foldIn(foldIn(key, 'folds'), time),
            ...byClasses(stratify),
            ...(groups === undefined ? {} : { groups }),
          })(targetsOnly(data)),
        ),
      )(Array.from({ length: times }, (_, time) => time)),
    )
  // A data set that carries positions is of the type it was.
  return E.map((dealt: readonly unknown[]) => {
    const nested = dealt.every(Array.isArray) ? dealt : [dealt]
    return nested.flatMap((of, time) => rowsIn(of as Parameters<typeof rowsIn>[0], time))
  })(folds(numbered(data) as D))
}

/** What is kept out of the training rows of a fold, to stop and to choose by. */
export interface HeldOut {
  readonly devShare: number
  readonly devRows: 'drawn' | 'last'
  readonly stratify?: boolean
  readonly groups?: readonly (number | string)[]
}

/** The training rows of a fold in two, by classes and groups where these allow it. */
export const holdOut = (
  data: { readonly y: Tensor; readonly targets: Targets },
  rows: readonly number[],
  { devShare, devRows, stratify, groups }: HeldOut,
  key: Key,
  yAt: (rows: Tensor) => Tensor,
): E.Either<SplitError, { readonly train: readonly number[]; readonly dev: readonly number[] }> => {
  if (devRows === 'last') {
    const from = rows.length - Math.max(1, Math.round(devShare * rows.length))
    return from < 1
      ? E.left({
          kind: 'too-small',
          message: `crossValidate: of ${rows.length} training rows none would be left beside the dev rows`,
        })
      : E.right({ train: rows.slice(0, from), dev: rows.slice(from) })
  }
  const part = targetsOnly({
    n: rows.length,
    y: yAt(tensor([...rows], { dtype: 'int32' })),
    targets: data.targets,
  })
  const dealt = splitData(
    { train: 1 - devShare, dev: devShare },
    {
      key,
      ...byClasses(stratify),
      ...(groups === undefined ? {} : { groups: rows.map((row) => groups[row]!) }),
    },
  )(part)
  return E.map((parts: { readonly train: Dataset; readonly dev: Dataset }) => ({
    train: positionsIn(parts.train).map((at) => rows[at]!),
    dev: positionsIn(parts.dev).map((at) => rows[at]!),
  }))(dealt)
}
