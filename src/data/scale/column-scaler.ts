import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { checkChoice } from '../../core/tensor/check-choice.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { requireRole } from '../part.ts'
import type { Dataset } from '../dataset.ts'
import { scalerOf, type ColumnScalerSpec, type Scaler } from './scaler.ts'
import { showNames } from '../formats/show-names.ts'

/**
 * Features without a spread cannot be given one.
 *
 * @category Scaling
 */
export interface ConstantFeatureError {
  readonly kind: 'constant-feature'
  readonly features: readonly string[]
  readonly message: string
}

/**
 * Features with a cell that is no number, from which no statistics come.
 *
 * @category Scaling
 */
export interface NotFiniteFeatureError {
  readonly kind: 'not-finite-feature'
  readonly features: readonly string[]
  readonly message: string
}

/**
 * Why there is no scaler of columns.
 *
 * @category Scaling
 */
export type ColumnScalerError = ConstantFeatureError | NotFiniteFeatureError

/** @throws ArgumentError for another option, or another choice. */
export const checkScalerOptions = (where: string, options: ColumnScalerOptions): void => {
  checkOptions(where, options, { constant: true })
  if (options.constant !== undefined) checkChoice(where, 'constant', options.constant, ['reject', 'keep'])
}

/** A part all of whose features are finite, with at least one row; otherwise its first column and row that is not. */
const finitePart = <D extends Pick<Dataset<'train'>, 'x' | 'n' | 'featureNames'>>(
  where: string,
  part: D,
): E.Either<NotFiniteFeatureError, D> => {
  const { x, n, featureNames } = part
  const wrong = (features: readonly string[], problem: string): E.Either<NotFiniteFeatureError, never> =>
    E.left({ kind: 'not-finite-feature', features, message: `${where}: ${problem}` })
  if (n === 0) return wrong(featureNames, 'expected at least one row in the training part, got none')
  const cells = toTypedArray(x)
  const at = cells.findIndex((cell: number) => !Number.isFinite(cell))
  if (at < 0) return E.right(part)
  const [row, column] = [Math.floor(at / featureNames.length), at % featureNames.length]
  const name = featureNames[column] ?? ''
  return wrong(
    [name],
    `expected finite numbers in the training part, got ${String(cells[at])} for feature ${name} in row ${row}: fill or drop what is missing`,
  )
}

/**
 * What a scaler does with a feature that has no spread.
 *
 * @category Scaling
 */
export interface ColumnScalerOptions {
  /** What to do with a feature without a spread: refuse (the default), or keep it, centred but not scaled. */
  readonly constant?: 'reject' | 'keep'
}

/** What is taken off each feature, in two parts for the digits of both, and what the rest is divided by. */
export interface ColumnStatistics {
  readonly centre: readonly number[]
  readonly remainder?: readonly number[]
  readonly scale: readonly number[]
}

/** The scaler of some statistics, one of each for every feature; a scale of 0 stands for a feature without a spread. */
export const columnScaler = (
  { featureNames }: Pick<Dataset<'train'>, 'featureNames'>,
  kind: ColumnScalerSpec['kind'],
  { centre, remainder = centre.map(() => 0), scale }: ColumnStatistics,
  problem: string,
  { constant = 'reject' }: ColumnScalerOptions,
): E.Either<ColumnScalerError, Scaler> => {
  const unbounded = featureNames.filter((_, i) =>
    [centre[i], remainder[i], scale[i]].some((value) => !Number.isFinite(value)),
  )
  if (unbounded.length > 0)
    return E.left({
      kind: 'not-finite-feature',
      features: unbounded,
      message: `${kind}: the statistics of these features are not finite, since they hold what is no finite number or overflow: ${unbounded.join(', ')}`,
    })
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

/** The scaler of what a training part says of its columns; `flat` is said of features without a spread. */
export const fitColumns = (
  where: string,
  train: Dataset<'train'>,
  options: ColumnScalerOptions,
  {
    kind,
    flat,
    statistics,
  }: {
    readonly kind: ColumnScalerSpec['kind']
    readonly flat: string
    readonly statistics: (part: Dataset<'train'>) => ColumnStatistics
  },
): E.Either<ColumnScalerError, Scaler> => {
  requireRole(where, train, ['train'])
  checkScalerOptions(where, options)
  return pipe(
    finitePart(where, train),
    E.flatMap((part) => columnScaler(part, kind, statistics(part), `${where}: ${flat}`, options)),
  )
}
