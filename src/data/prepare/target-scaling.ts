import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { toTypedArray } from '../../core/autodiff/read.ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import { textCodec } from '../../core/codec/refined-codec.ts'
import { choiceCodec } from '../../core/codec/setting-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { exp, expm1, log, log1p } from '../../core/kernel/portable-math.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import { ShapeError } from '../../core/tensor/errors.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { Targets } from '../dataset.ts'
import { preparationError, type PreparationError } from './preparation-error.ts'
import { scaled, scaleStatistics, statisticsProps, unscaled, type ColumnScale } from './steps/scale.ts'

/**
 * What becomes of targets that are numbers: z-scores (`standard`), z-scores of their logarithm (`log`) or of log(1 + y)
 * (`log1p`), or nothing (`none`). Classes stay as they are.
 *
 * @category Preparation
 */
export type TargetScaling = 'standard' | 'log' | 'log1p' | 'none'

/**
 * How targets are scaled, as data: each column by itself, after its logarithm where that is taken.
 *
 * @category Preparation
 */
export type FittedTarget =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'scaled'
      readonly logarithm: 'none' | 'log' | 'log1p'
      readonly scales: readonly ColumnScale[]
    }

export const fittedTargetCodec: t.Type<FittedTarget, unknown> = oneKindOf('a scaling of targets', {
  none: {},
  scaled: {
    logarithm: choiceCodec('none', 'log', 'log1p'),
    scales: t.readonlyArray(
      strictRecord('a scale', { column: textCodec, ...statisticsProps }),
      'a list of scales',
    ),
  },
})

const logarithms = {
  none: { apply: (y: number) => y, invert: (z: number) => z },
  log: { apply: log, invert: exp },
  log1p: { apply: log1p, invert: expm1 },
}

/** The numbers of one column of targets. */
const columnOf = (y: Float64Array, columns: number, column: number): Float64Array =>
  y.filter((_, i) => i % columns === column)

/** What `y` `[n]` or `[n, columns]` of a training part says of the scaling. */
export const fitTarget = (
  how: TargetScaling,
  targets: Targets,
  y: Tensor,
): E.Either<PreparationError, FittedTarget> => {
  if (targets.kind === 'classes' || how === 'none') return E.right({ kind: 'none' })
  const values = Float64Array.from(toTypedArray(y))
  const logarithm = how === 'standard' ? 'none' : how
  const width = targets.names.length
  const columns = targets.names.map((name, i) => {
    const raw = columnOf(values, width, i)
    return { name, raw, ascending: raw.map(logarithms[logarithm].apply).sort() }
  })
  const wrong = columns.flatMap(({ name, raw, ascending }) => {
    const row = raw.findIndex((value) => !Number.isFinite(logarithms[logarithm].apply(value)))
    return row < 0 && ascending.length > 0
      ? []
      : [
          {
            column: name,
            problem: `expected targets ${logarithm === 'none' ? 'that are finite' : logarithm === 'log' ? 'above 0' : 'above -1'}, got ${String(raw[row])} in row ${row} of the training part${logarithm === 'none' ? '' : "; take target 'standard'"}`,
          },
        ]
  })
  if (wrong.length > 0) return E.left(preparationError('target', 'prepare', wrong))
  const scales = columns.map(({ name, ascending }) => ({
    column: name,
    ...scaleStatistics(ascending, 'standard'),
  }))
  const tooLarge = columns.flatMap(({ name, ascending }, i) =>
    [ascending[0] ?? 0, ascending.at(-1) ?? 0]
      .filter((value) => !Number.isFinite(Math.fround(scaled(value, scales[i]!))))
      .slice(0, 1)
      .map((value) => ({
        column: name,
        problem: `targets such as ${value} are too large, or too far apart, to be scaled: correct them or write them in larger units`,
      })),
  )
  return tooLarge.length > 0
    ? E.left(preparationError('target', 'prepare', tooLarge))
    : E.right({ kind: 'scaled', logarithm, scales })
}

/** Every number of targets, or of estimates of them, changed as its column is. */
const changed = (
  y: Tensor,
  scales: readonly ColumnScale[],
  dtype: 'float32' | 'float64',
  change: (value: number, scale: ColumnScale) => number,
): Tensor => {
  const columns = y.rank === 1 ? 1 : (y.shape[1] ?? 0)
  if (y.rank < 1 || y.rank > 2 || columns !== scales.length)
    throw new ShapeError(
      `preparation: expected targets ${scales.length === 1 ? '[n] or [n, 1]' : `[n, ${scales.length}]`}, got ${showShape(y.shape)}`,
    )
  const values = Float64Array.from(toTypedArray(y), (value, i) => change(value, scales[i % columns]!))
  return viewOf(dtype === 'float64' ? values : Float32Array.from(values), dtype, y.shape)
}

/** Targets as a network learns them. */
export const scaledTargets = (fitted: FittedTarget, y: Tensor, dtype: 'float32' | 'float64'): Tensor => {
  if (fitted.kind === 'none') return y
  const { apply } = logarithms[fitted.logarithm]
  return changed(y, fitted.scales, dtype, (value, scale) => scaled(apply(value), scale))
}

/** Estimates in the units of the targets. */
export const unscaledTargets = (fitted: FittedTarget, estimates: Tensor): Tensor => {
  if (fitted.kind === 'none') return estimates
  const { invert } = logarithms[fitted.logarithm]
  return changed(estimates, fitted.scales, 'float64', (value, scale) => invert(unscaled(value, scale)))
}
