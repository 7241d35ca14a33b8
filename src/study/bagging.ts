import { toTypedArray } from '../core/autodiff/read.ts'
import { rowsAt, type Classes, type Dataset, type Targets } from '../data/dataset.ts'
import { cast, floor, foldIn, tensor, uniform, type Key } from '../core/numeric/index.ts'
import { firstBest } from '../optim/improvement.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Rows drawn with repetition, and those that were not drawn.
 *
 * @category Ensembles
 */
export interface Bootstrap {
  /** int32 `[n]` */
  readonly drawn: Tensor
  /** int32, about n/e of them */
  readonly outOfBag: Tensor
}

/**
 * A bootstrap sample of n rows.
 *
 * @throws ArgumentError unless n is a positive integer.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { bootstrap } from 'puregrad/study'
 * bootstrap(10, key(0)).drawn.shape // => [10]
 * ```
 * @category Ensembles
 */
export const bootstrap = (n: number, key: Key): Bootstrap => {
  checkSetting('bootstrap', 'n', n, count)
  const drawn = cast(floor(uniform(key, [n], { low: 0, high: n, dtype: 'float64' })), 'int32')
  const seen = new Set(toTypedArray(drawn))
  const rest = Array.from({ length: n }, (_, i) => i).filter((i) => !seen.has(i))
  return { drawn, outOfBag: tensor(rest, { dtype: 'int32' }) }
}

/**
 * One trained member of a bag, with the rows it has not seen.
 *
 * @category Ensembles
 */
export interface BagMember<M> {
  readonly model: M
  readonly outOfBag: Tensor
}

/**
 * Trains members on bootstrap samples. Member i depends on the key and on i alone, so more members only add to the end.
 *
 * Source: L. Breiman, "Bagging predictors", 1996.
 *
 * @throws ArgumentError unless the number of members is a positive integer.
 * @example
 * ```ts
 * import { key, tensor } from 'puregrad'
 * import { allForTraining, dataset } from 'puregrad/data'
 * import { bag } from 'puregrad/study'
 * const train = allForTraining(dataset({ x: tensor([[1], [2]]), y: tensor([0, 1], { dtype: 'int32' }) }))
 * bag(train, { members: 3, key: key(0) }, (sample) => sample.n).map(({ model }) => model) // => [2, 2, 2]
 * ```
 * @category Ensembles
 */
export const bag = <M, T extends Targets>(
  train: Dataset<'train', T>,
  options: { readonly members: number; readonly key: Key },
  fit: (sample: Dataset<'train', T>, key: Key, member: number) => M,
): readonly BagMember<M>[] => {
  checkOptions('bag', options, { members: true, key: true })
  const { members, key } = options
  checkSetting('bag', 'members', members, count)
  return Array.from({ length: members }, (_, i) => {
    const own = foldIn(key, i)
    const { drawn, outOfBag } = bootstrap(train.n, foldIn(own, 'rows'))
    return { model: fit(rowsAt(train, drawn, 'train'), foldIn(own, 'fit'), i), outOfBag }
  })
}

/**
 * An estimate from rows each member has not seen.
 *
 * @category Ensembles
 */
export interface OutOfBagEstimate {
  /** Share of rows whose class the members that have not seen them vote for, ties for the smaller class. */
  readonly accuracy: number
  /** Rows that at least one member has not seen. */
  readonly rows: number
}

/**
 * The accuracy of a bag without further data: every row is judged by the members that did not see it.
 *
 * @param predict the classes, int32 `[rows]`, that a member gives inputs `[rows, features]`.
 * @throws ArgumentError where it gives anything else.
 * @example
 * ```ts
 * import { full, key, tensor } from 'puregrad'
 * import { allForTraining, dataset } from 'puregrad/data'
 * import { bag, outOfBagEstimate } from 'puregrad/study'
 * const train = allForTraining(dataset({ x: tensor([[1], [2]]), y: tensor([0, 1], { dtype: 'int32' }) }))
 * const members = bag(train, { members: 9, key: key(0) }, () => 'always the first class')
 * outOfBagEstimate(train, members, (_, x) => full([x.shape[0] ?? 0], 0, { dtype: 'int32' })).accuracy // => 0.5
 * ```
 * @category Ensembles
 */
export const outOfBagEstimate = <M>(
  train: Dataset<'train', Classes>,
  members: readonly BagMember<M>[],
  predict: (model: M, x: Tensor) => Tensor,
): OutOfBagEstimate => {
  const classes = train.targets.names.length
  const votes = new Int32Array(train.n * classes)
  members.forEach(({ model, outOfBag }) => {
    if (outOfBag.size === 0) return
    const voted = toTypedArray(predict(model, rowsAt(train, outOfBag, 'train').x))
    toTypedArray(outOfBag).forEach((row: number, i: number) => {
      const vote = voted[i] ?? NaN
      if (!(vote >= 0 && vote < classes))
        throw new ArgumentError(
          `outOfBagEstimate: expected a class from 0 to ${classes - 1} for each of ${outOfBag.size} rows, got ${vote}`,
        )
      const at = row * classes + vote
      // eslint-disable-next-line functional/immutable-data -- a tally made here
      votes[at] = (votes[at] ?? 0) + 1
    })
  })
  const judged = Array.from(toTypedArray(train.y)).flatMap((label, row) => {
    const own = votes.subarray(row * classes, (row + 1) * classes)
    const most = firstBest('max', Array.from(own))
    return (own[most] ?? 0) === 0 ? [] : [most === label]
  })
  return { accuracy: judged.filter((hit) => hit).length / judged.length, rows: judged.length }
}
