import { add, cast, div, matmul, mul, sub, tensor, transpose } from '../../core/numeric/index.ts'
import { ArgumentError, ShapeError } from '../../core/tensor/errors.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { withFeatures, type Dataset, type Role, type Targets } from '../dataset.ts'

/** One number for each feature: (x − centre − remainder) / scale. */
interface Columns {
  readonly features: readonly string[]
  readonly centre: readonly number[]
  /** What the rounding of the centre leaves over: many deviations where a column lies far from 0. */
  readonly remainder: readonly number[]
  readonly scale: readonly number[]
}

/**
 * A change of every feature by itself, as plain data.
 *
 * @category Scaling
 */
export interface ColumnScalerSpec extends Columns {
  readonly kind: 'standard' | 'minMax' | 'robust' | 'maxAbs'
  /** Features that have no spread in the training part and were kept unscaled. */
  readonly constantFeatures: readonly string[]
}

/**
 * Standardized features, turned to their principal axes and divided by the deviations along these, as plain data.
 *
 * @category Scaling
 */
export interface WhiteningSpec extends Columns {
  readonly kind: 'whitening'
  /** `pca` stays on the axes, the widest first; `zca` turns back, so that features stay near themselves. */
  readonly form: 'pca' | 'zca'
  /** Unit vectors. */
  readonly axes: readonly (readonly number[])[]
  readonly deviations: readonly number[]
}

/**
 * A fitted scaler as plain data: keep it as JSON, `decodeScaler` gives the scaler back bit for bit.
 *
 * @category Scaling
 */
export type ScalerSpec = ColumnScalerSpec | WhiteningSpec

/**
 * A change of features that can be undone, its statistics taken from a training part.
 *
 * @category Scaling
 */
export interface Scaler {
  readonly spec: ScalerSpec
  /** Rows `[n, features]` of any part, or new ones; computed in float64, the dtype stays. */
  readonly apply: (x: Tensor) => Tensor
  readonly invert: (x: Tensor) => Tensor
}

const row = (numbers: readonly number[]): Tensor => tensor(numbers, { dtype: 'float64' })

const float64 = (x: Tensor): Tensor => cast(x, 'float64')

/** Into the units of the columns, and back. */
const columnwise = ({
  centre,
  remainder,
  scale,
}: Columns): { readonly apply: (x: Tensor) => Tensor; readonly invert: (x: Tensor) => Tensor } => {
  const [near, rest, unit] = [row(centre), row(remainder), row(scale)]
  return {
    apply: (x) => div(sub(sub(x, near), rest), unit),
    invert: (z) => add(add(mul(z, unit), rest), near),
  }
}

/** Along the principal axes, each divided by its deviation, and back. */
const turned = ({
  form,
  axes,
  deviations,
}: WhiteningSpec): { readonly apply: (x: Tensor) => Tensor; readonly invert: (x: Tensor) => Tensor } => {
  const rows = tensor(axes, { dtype: 'float64' })
  const unit = row(deviations)
  const [into, back] = [(x: Tensor) => matmul(x, transpose(rows)), (z: Tensor) => matmul(z, rows)]
  return {
    apply: (x) => (form === 'pca' ? div(into(x), unit) : back(div(into(x), unit))),
    invert: (z) => back(mul(form === 'pca' ? z : into(z), unit)),
  }
}

/** The scaler that a piece of data describes. */
export const scalerOf = (spec: ScalerSpec): Scaler => {
  const own = columnwise(spec)
  const turn = spec.kind === 'whitening' ? turned(spec) : undefined
  const checked = (x: Tensor): Tensor => {
    if (x.rank !== 2 || x.shape[1] !== spec.features.length)
      throw new ShapeError(
        `scaler: expected [rows, ${spec.features.length}] as it was fitted on, got ${showShape(x.shape)}`,
      )
    return float64(x)
  }
  return {
    spec,
    apply: (x) => {
      const z = own.apply(checked(x))
      return cast(turn === undefined ? z : turn.apply(z), x.dtype)
    },
    invert: (x) => {
      const z = checked(x)
      return cast(own.invert(turn === undefined ? z : turn.invert(z)), x.dtype)
    },
  }
}

/** Principal axes are no longer features. */
const namesAfter = (spec: ScalerSpec): readonly string[] =>
  spec.kind === 'whitening' && spec.form === 'pca' ? spec.features.map((_, i) => `axis${i}`) : spec.features

/**
 * A part with its features changed by a scaler.
 *
 * @throws ArgumentError unless its features are those the scaler was fitted on, in the same order.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, dataset, minMaxScale, scaled } from 'puregrad/data'
 * const train = allForTraining(dataset({ x: tensor([[1], [3]]), y: tensor([0, 1], { dtype: 'int32' }) }))
 * const scaler = minMaxScale(train)
 * E.isRight(scaler) ? toArray(scaled(train, scaler.right).x) : [] // => [[0], [1]]
 * ```
 * @category Scaling
 */
export const scaled = <R extends Role, T extends Targets>(
  data: Dataset<R, T>,
  { spec, apply }: Scaler,
): Dataset<R, T> => {
  const at = data.featureNames.findIndex((name, i) => name !== spec.features[i])
  if (at >= 0)
    throw new ArgumentError(
      `scaled: feature ${at} is '${String(data.featureNames[at])}', but the scaler was fitted on '${String(spec.features[at])}' there`,
    )
  return withFeatures(data, { x: apply(data.x), featureNames: namesAfter(spec) })
}
