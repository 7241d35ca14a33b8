import * as E from 'fp-ts/lib/Either.js'
import { toTypedArray } from '../autodiff/read.ts'
import { add, cast, div, max, mean, min, mul, notEqual, std, sub, where } from '../numeric/index.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Dataset } from './dataset.ts'

/** A change of every feature that can be undone, its statistics taken from a training part. */
export interface Scaler {
  readonly mean: Tensor
  readonly scale: Tensor
  /** Names of the features that do not vary in the training part. */
  readonly constantFeatures: readonly string[]
  readonly apply: (x: Tensor) => Tensor
  readonly invert: (x: Tensor) => Tensor
}

/** Features that do not vary cannot be given unit variance. */
export interface ConstantFeatureError {
  readonly kind: 'constant-feature'
  readonly features: readonly string[]
  readonly message: string
}

export interface StandardizeOptions {
  /** What to do with a feature that does not vary: refuse (the default), or keep it, centred but not scaled. */
  readonly constant?: 'reject' | 'keep'
}

/**
 * Z-scores: (x − mean) / standard deviation of each feature over the training part (population deviation). Fitting on
 * another part does not compile.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { dataset, standardize } from 'puregrad/data'
 * const train = { ...dataset({ x: tensor([[1], [3]]), y: tensor([0, 1], { dtype: 'int32' }) }), role: 'train' as const }
 * const scaler = standardize(train)
 * E.isRight(scaler) ? toArray(scaler.right.apply(train.x)) : [] // => [[-1], [1]]
 * ```
 */
export const standardize = (
  train: Dataset<'train'>,
  { constant = 'reject' }: StandardizeOptions = {},
): E.Either<ConstantFeatureError, Scaler> => {
  const { dtype } = train.x
  const x = cast(train.x, 'float64')
  const lowest = min(x, { axis: 0 }) as Tensor
  // Not by a deviation of 0: rounding gives three cells of 0.1 a mean other than 0.1 and a deviation above 0.
  const varies = notEqual(lowest, max(x, { axis: 0 }) as Tensor)
  const near = where(varies, mean(x, { axis: 0 }), lowest)
  // What the rounding of the mean leaves over: many deviations where a column lies far from 0, so it is subtracted too.
  const rest = mean(sub(x, near), { axis: 0 }) as Tensor
  const centred = (rows: Tensor): Tensor => sub(sub(cast(rows, 'float64'), near), rest)
  const deviation = std(centred(x), { axis: 0 }) as Tensor
  const constantFeatures = Array.from(toTypedArray(varies)).flatMap((varying, i) =>
    varying === 0 ? [train.featureNames[i] ?? String(i)] : [],
  )
  if (constantFeatures.length > 0 && constant === 'reject')
    return E.left({
      kind: 'constant-feature',
      features: constantFeatures,
      message: `standardize: these features do not vary in the training part: ${constantFeatures.join(', ')}`,
    })
  const scale = where(varies, deviation, 1)
  return E.right({
    mean: add(near, rest),
    scale,
    constantFeatures,
    apply: (rows) => cast(div(centred(rows), scale), dtype),
    invert: (rows) => cast(add(add(mul(cast(rows, 'float64'), scale), rest), near), dtype),
  })
}

/** A part with its features changed by a scaler. */
export const scaled = <D extends Dataset>(data: D, { apply }: Scaler): D => ({ ...data, x: apply(data.x) })
