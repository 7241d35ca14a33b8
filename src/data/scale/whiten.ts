import * as E from 'fp-ts/lib/Either.js'
import { cast } from '../../core/numeric/index.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { ColumnScalerError } from './column-scaler.ts'
import { gramMatrix } from './condition-report.ts'
import type { Dataset } from '../dataset.ts'
import { scalerOf, type Scaler, type WhiteningSpec } from './scaler.ts'
import { showNames } from '../formats/show-names.ts'
import { standardize } from './standardize.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

/**
 * Features of which one follows linearly from others have no spread in some direction.
 *
 * @category Scaling
 */
export interface DependentFeaturesError {
  readonly kind: 'dependent-features'
  readonly features: readonly string[]
  readonly message: string
}

/**
 * Which axes {@link whiten} turns to.
 *
 * @category Scaling
 */
export interface WhitenOptions {
  /** `zca` (the default) keeps features near themselves; `pca` gives the principal axes, the widest first. */
  readonly form?: WhiteningSpec['form']
}

/** Below this variance, of standardized features, a direction holds rounding only. */
const least = 1e-10

/**
 * Features of mean 0, variance 1 and no correlation over the training part: they are standardized, turned to their
 * principal axes and divided by the deviations along these. The Hessian of a linear model on such features is the unit
 * matrix, so one step of gradient descent solves it.
 *
 * A left value where features are constant or linearly dependent, and where `standardize` has one.
 *
 * @throws ArgumentError for another option.
 *
 * Source: A. Kessy, A. Lewin, K. Strimmer, "Optimal whitening and decorrelation", The American Statistician 72, 2018
 * (PCA-cor and ZCA-cor).
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, gramMatrix, regressionDataset, whiten } from 'puregrad/data'
 * const x = tensor([[0, 1], [1, 2], [2, 4], [3, 4]], { dtype: 'float64' })
 * const scaler = whiten(allForTraining(regressionDataset({ x, y: tensor([0, 1, 2, 3]) })))
 * E.isRight(scaler) ? toArray(gramMatrix(scaler.right.apply(x))) : [] // => [[1, 0], [0, 1]]
 * ```
 * @category Scaling
 */
export const whiten = (
  train: Dataset<'train'>,
  options: WhitenOptions = {},
): E.Either<ColumnScalerError | DependentFeaturesError, Scaler> => {
  checkOptions('whiten', options, { form: true })
  const { form = 'zca' } = options
  checkChoice('whiten', 'form', form, ['zca', 'pca'])
  return E.flatMap((standard: Scaler): E.Either<DependentFeaturesError, Scaler> => {
    const z = standard.apply(cast(train.x, 'float64'))
    const { values, vectors } = symmetricEigen(gramMatrix(z))
    const flat = vectors.filter((_, i) => !((values[i] ?? 0) > least))
    const features = train.featureNames.filter((_, i) => flat.some((axis) => Math.abs(axis[i] ?? 0) > 1e-3))
    return flat.length > 0
      ? E.left({
          kind: 'dependent-features',
          features,
          message: `whiten: ${flat.length === 1 ? 'one' : flat.length} of these features follow${flat.length === 1 ? 's' : ''} linearly from the others in the training part: ${showNames(features)}`,
        })
      : E.right(
          scalerOf({
            kind: 'whitening',
            form,
            features: train.featureNames,
            centre: standard.spec.centre,
            remainder: standard.spec.remainder,
            scale: standard.spec.scale,
            axes: vectors,
            deviations: values.map(Math.sqrt),
          }),
        )
  })(standardize(train))
}
