import { toTypedArray } from '../core/autodiff/read.ts'
import { cast, tensor } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { nearestName } from '../core/tensor/nearest-name.ts'
import { withWeights, type Classes, type Dataset } from './dataset.ts'
import type { Labelled } from './labelled.ts'
import { partOf, requireRole } from './part.ts'
import type { LabelledTable } from './table/table.ts'

/**
 * How much rows of each class count: `balanced`, n / (classes · rows of the class), so that all classes count the same and a
 * row counts 1 on average; `inverse`, n / rows of the class; or a number for each class by name, 1 for those not named.
 *
 * @category Weights and resampling
 */
export type ClassWeighting = 'balanced' | 'inverse' | Readonly<Record<string, number>>

type WithClasses = Pick<Labelled, 'y' | 'n' | 'weights'> & { readonly targets: Classes }

/** How many rows of each class there are, each as much as it counts. */
const massOf = ({ y, targets, weights }: WithClasses): readonly number[] => {
  const mass = targets.names.map(() => 0)
  const each = weights === undefined ? undefined : toTypedArray(weights)
  toTypedArray(y).forEach((label: number, row: number) => {
    // eslint-disable-next-line functional/immutable-data -- a tally made here
    mass[label] = (mass[label] ?? 0) + (each?.[row] ?? 1)
  })
  return mass
}

/**
 * The weight of each class, in the order of the classes; 0 for a class without rows. Rows that have weights count by them.
 *
 * @throws ArgumentError for another way of weighting, a class that is none, and a weight below 0.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classWeights, dataset } from 'puregrad/data'
 * const y = tensor([0, 0, 0, 1], { dtype: 'int32' })
 * const data = dataset({ x: tensor([[1], [2], [3], [4]]), y, classNames: ['common', 'rare'] })
 * classWeights(data, 'balanced') // => [0.6666666666666666, 2]
 * classWeights(data, 'inverse') // => [1.3333333333333333, 4]
 * classWeights(data, { rare: 5 }) // => [1, 5]
 * ```
 * @category Weights and resampling
 */
export const classWeights = (data: WithClasses, by: ClassWeighting): readonly number[] => {
  const { names } = data.targets
  if (typeof by === 'object') {
    Object.entries(by).forEach(([name, weight]) => {
      if (!names.includes(name)) {
        const near = nearestName(name, names)
        throw new ArgumentError(
          `classWeights: there is no class '${showText(name, 60)}'${near === undefined ? '' : `; did you mean '${near}'?`}`,
        )
      }
      checkSetting('classWeights', name, weight, notNegative)
    })
    return names.map((name) => by[name] ?? 1)
  }
  checkChoice('classWeights', 'by', by, ['balanced', 'inverse'])
  const mass = massOf(data)
  const total = mass.reduce((a, b) => a + b, 0)
  const classes = by === 'balanced' ? mass.filter((rows) => rows > 0).length : 1
  return mass.map((rows) => (rows === 0 ? 0 : total / (classes * rows)))
}

const weighted = (data: WithClasses, by: ClassWeighting): Tensor => {
  const ofClass = classWeights(data, by)
  const before = data.weights === undefined ? undefined : toTypedArray(data.weights)
  return tensor(
    Float64Array.from(
      toTypedArray(data.y),
      (label: number, row: number) => (ofClass[label] ?? 0) * (before?.[row] ?? 1),
    ),
  )
}

/**
 * The training part with its rows weighted by their classes, on top of the weights they have. Only what is trained on is
 * weighted so: dev and test show classes as often as they are.
 *
 * @throws ArgumentError as {@link classWeights}; RoleError for another part than the training one.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, dataset, withClassWeights } from 'puregrad/data'
 * const y = tensor([0, 0, 0, 1], { dtype: 'int32' })
 * const train = allForTraining(dataset({ x: tensor([[1], [2], [3], [4]]), y }))
 * const { weights } = withClassWeights(train, 'inverse')
 * weights === undefined ? [] : toArray(weights) // => [1.3333334, 1.3333334, 1.3333334, 4]
 * ```
 * @category Weights and resampling
 */
export function withClassWeights(
  train: LabelledTable<'train', Classes>,
  by: ClassWeighting,
): LabelledTable<'train', Classes>
export function withClassWeights(
  train: Dataset<'train', Classes>,
  by: ClassWeighting,
): Dataset<'train', Classes>
export function withClassWeights(
  train: Labelled<'train', Classes>,
  by: ClassWeighting,
): Labelled<'train', Classes> {
  requireRole('withClassWeights', train, ['train'])
  const weights = weighted(train, by)
  return 'features' in train
    ? partOf({ ...train, weights }, train.role)
    : withWeights(train, isFloat(train.x.dtype) ? cast(weights, train.x.dtype) : weights)
}
