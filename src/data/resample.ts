import { toTypedArray } from '../core/autodiff/read.ts'
import { foldIn, permutation, tensor, uniform, type Key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { isRecord } from '../core/tensor/tree.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Classes, Dataset } from './dataset.ts'
import { labelledAt, type Labelled } from './labelled.ts'
import { requireRole } from './part.ts'
import { partSizes } from './split/apportion.ts'
import type { LabelledTable } from './table/table.ts'

/**
 * How rows of classes are drawn anew.
 *
 * @category Weights and resampling
 */
export interface ResampleOptions {
  readonly key: Key
  /**
   * `over`: every class gets as many rows as the largest has, all of its own once and again, the rest drawn from them;
   * `under`: as many as the smallest, none twice; or the share of each class by name, drawn with replacement.
   */
  readonly classes: 'over' | 'under' | Readonly<Record<string, number>>
  /** How many rows there are to be, of given shares; as many as before unless told otherwise. */
  readonly rows?: number
}

/** So many of these rows: each as often as goes into the number, and some once more, drawn without replacement. */
const spread = (rows: readonly number[], wanted: number, key: Key): readonly number[] => {
  const rounds = Math.floor(wanted / rows.length)
  const order = toTypedArray(permutation(key, rows.length))
  const more = Array.from(order.subarray(0, wanted - rounds * rows.length), (at) => rows[at] ?? 0)
  return [...Array.from({ length: rounds }, () => rows).flat(), ...more]
}

/** So many draws from these rows, with replacement. */
const drawn = (rows: readonly number[], wanted: number, key: Key): readonly number[] =>
  Array.from(
    toTypedArray(uniform(key, [wanted], { dtype: 'float64' })),
    (u) => rows[Math.floor(u * rows.length)] ?? 0,
  )

const sharesOf = (
  names: readonly string[],
  present: (label: number) => boolean,
  shares: Readonly<Record<string, number>>,
): readonly number[] => {
  const odd = Object.keys(shares).find((name) => !names.includes(name))
  if (odd !== undefined)
    throw new ArgumentError(
      `resample: there is no class '${showText(odd, 60)}' among ${names.map((name) => showText(name, 20)).join(', ')}`,
    )
  const of = names.map((name) => shares[name] ?? 0)
  const total = of.reduce((a, b) => a + b, 0)
  if (of.some((share) => !(share >= 0)) || Math.abs(total - 1) > 1e-9)
    throw new ArgumentError(
      `resample: shares of classes are numbers from 0 on that add up to 1, got ${of.join(', ')}`,
    )
  const without = of.findIndex((share, label) => share > 0 && !present(label))
  if (without >= 0)
    throw new ArgumentError(
      `resample: class '${showText(names[without] ?? '', 60)}' has no rows to draw from`,
    )
  return of
}

/**
 * The training part with its rows drawn anew so that classes are as frequent as is wanted, in an order drawn from the key;
 * the same key gives the same rows. Only the training part: dev and test keep the classes as often as they are.
 *
 * Oversampling repeats every row of a class n / rows times, or once more; undersampling repeats none; a bootstrap to given
 * shares has |rows − share · n| < 1 of each class.
 *
 * Source: N. Japkowicz, S. Stephen, "The class imbalance problem: a systematic study", Intelligent Data Analysis 6, 2002.
 *
 * @throws ArgumentError for another option, and shares that are none; RoleError for another part than the training one.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { allForTraining, dataset, resample } from 'puregrad/data'
 * const y = tensor([0, 0, 0, 1], { dtype: 'int32' })
 * const train = allForTraining(dataset({ x: tensor([[1], [2], [3], [4]]), y }))
 * resample(train, { classes: 'over', key: key(0) }).n // => 6
 * resample(train, { classes: 'under', key: key(0) }).n // => 2
 * const half = resample(train, { classes: { 0: 0.5, 1: 0.5 }, key: key(0) })
 * half.n // => 4
 * ```
 * @category Weights and resampling
 */
export function resample(
  train: LabelledTable<'train', Classes>,
  options: ResampleOptions,
): LabelledTable<'train', Classes>
export function resample(
  train: Dataset<'train', Classes>,
  options: ResampleOptions,
): Dataset<'train', Classes>
export function resample(
  train: Labelled<'train', Classes>,
  options: ResampleOptions,
): Labelled<'train', Classes> {
  requireRole('resample', train, ['train'])
  checkOptions('resample', options, { key: true, classes: true, rows: true })
  const { key, classes, rows = train.n } = options
  checkSetting('resample', 'rows', rows, count)
  if (!isRecord(classes)) checkChoice('resample', 'classes', classes, ['over', 'under'])
  if (typeof classes === 'string' && options.rows !== undefined)
    throw new ArgumentError(`resample: rows is for given shares; '${classes}' has its own number of rows`)
  const { names } = train.targets
  const labels = toTypedArray(train.y)
  const byClass = names.map((_, label) =>
    Array.from({ length: train.n }, (_row, row) => row).filter((row) => labels[row] === label),
  )
  const sizes = byClass.map((of) => of.length).filter((size) => size > 0)
  const each = classes === 'over' ? greatestOf(sizes) : leastOf(sizes)
  const wanted =
    typeof classes === 'string'
      ? byClass.map((of) => (of.length === 0 ? 0 : each))
      : partSizes(
          rows,
          sharesOf(names, (label) => (byClass[label]?.length ?? 0) > 0, classes),
        )
  const taken = byClass.flatMap((of, label) => {
    const own = foldIn(foldIn(key, 'class'), label)
    const some = wanted[label] ?? 0
    return some === 0 ? [] : typeof classes === 'string' ? spread(of, some, own) : drawn(of, some, own)
  })
  const order = toTypedArray(permutation(foldIn(key, 'order'), taken.length))
  return labelledAt(train, tensor(Int32Array.from(order, (at: number) => taken[at] ?? 0)), 'train')
}
