import * as E from 'fp-ts/lib/Either.js'
import type { Dataset } from './dataset.ts'
import { scalerOf, type ColumnScalerSpec, type Scaler } from './scaler.ts'
import { showNames } from './show-names.ts'

/** Features without a spread cannot be given one. */
export interface ConstantFeatureError {
  readonly kind: 'constant-feature'
  readonly features: readonly string[]
  readonly message: string
}

export interface ColumnScalerOptions {
  /** What to do with a feature without a spread: refuse (the default), or keep it, centred but not scaled. */
  readonly constant?: 'reject' | 'keep'
}

/** The scaler of some statistics, one of each for every feature; a scale of 0 stands for a feature without a spread. */
export const columnScaler = (
  { featureNames }: Pick<Dataset<'train'>, 'featureNames'>,
  kind: ColumnScalerSpec['kind'],
  {
    centre,
    remainder = centre.map(() => 0),
    scale,
  }: {
    readonly centre: readonly number[]
    readonly remainder?: readonly number[]
    readonly scale: readonly number[]
  },
  problem: string,
  { constant = 'reject' }: ColumnScalerOptions,
): E.Either<ConstantFeatureError, Scaler> => {
  const constantFeatures = featureNames.filter((_, i) => scale[i] === 0)
  return constantFeatures.length > 0 && constant === 'reject'
    ? E.left({
        kind: 'constant-feature',
        features: constantFeatures,
        message: `${problem}: ${showNames(constantFeatures)}`,
      })
    : E.right(
        scalerOf({
          kind,
          features: featureNames,
          centre,
          remainder,
          scale: scale.map((spread) => (spread === 0 ? 1 : spread)),
          constantFeatures,
        }),
      )
}
