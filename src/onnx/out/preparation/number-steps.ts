import {
  abs,
  add,
  cast,
  clip,
  div,
  equal,
  expm1,
  greater,
  less,
  lessEqual,
  log,
  log1p,
  logicalAnd,
  matmul,
  maximum,
  minimum,
  mul,
  neg,
  sign,
  sqrt,
  sub,
  sum,
  take,
  tensor,
  where,
} from '../../../core/numeric/index.ts'
import type { Nested } from '../../../core/tensor/concrete.ts'
import type { Tensor } from '../../../core/tensor/tensor.ts'
import { central, far, near } from '../../../data/prepare/normal-quantile.ts'
import type { FittedLog } from '../../../data/prepare/steps/log.ts'
import type { FittedPower } from '../../../data/prepare/steps/power.ts'
import type { FittedQuantiles } from '../../../data/prepare/steps/quantiles.ts'
import type { ColumnScale } from '../../../data/prepare/steps/scale.ts'
import type { FittedWhiten } from '../../../data/prepare/steps/whiten.ts'

/*
 * What steps of preparations do to numbers, as functions of tensors of float64 `[rows, 1]`: the formulas are those of the
 * steps themselves, in src/data/prepare/steps, and tests compare the two.
 */

const f64 = (values: Nested): Tensor => tensor(values, { dtype: 'float64' })

type Statistics = Omit<ColumnScale, 'column'>

export const scaled = (x: Tensor, { centre, remainder, scale }: Statistics): Tensor =>
  div(sub(sub(x, centre), remainder), scale)

export const unscaled = (z: Tensor, { centre, remainder, scale }: Statistics): Tensor =>
  add(add(mul(z, scale), remainder), centre)

export const clipped = (x: Tensor, low: number, high: number): Tensor =>
  where(less(x, low), low, where(greater(x, high), high, x))

export const pressed = (x: Tensor, bound: number): Tensor => {
  const share = div(x, bound)
  return where(greater(abs(share), 1e8), mul(sign(x), bound), div(x, sqrt(add(mul(share, share), 1))))
}

export const logarithm = (x: Tensor, form: FittedLog['form']): Tensor =>
  form === 'log' ? where(lessEqual(x, 0), NaN, log(x)) : where(lessEqual(x, -1), NaN, log1p(x))

const powerOf = (t: Tensor, lambda: number): Tensor => (lambda === 0 ? t : div(expm1(mul(t, lambda)), lambda))

export const powered = (x: Tensor, form: FittedPower['form'], lambda: number): Tensor =>
  form === 'boxCox'
    ? where(greater(x, 0), powerOf(log(x), lambda), NaN)
    : where(
        less(x, 0),
        neg(powerOf(log1p(neg(minimum(x, 0))), 2 - lambda)),
        powerOf(log1p(maximum(x, 0)), lambda),
      )

const horner = (x: Tensor, coefficients: readonly number[]): Tensor =>
  coefficients
    .slice(0, -1)
    .reduceRight<Tensor>(
      (total, coefficient) => add(mul(total, x), coefficient),
      add(mul(x, 0), coefficients.at(-1)!),
    )

const ratio = (x: Tensor, [above, below]: readonly [readonly number[], readonly number[]]): Tensor =>
  div(horner(x, above), horner(x, below))

const normalQuantile = (probability: Tensor): Tensor => {
  const q = sub(probability, 0.5)
  const middle = mul(q, ratio(sub(0.180625, mul(q, q)), central))
  const tail = sqrt(neg(log(minimum(probability, sub(1, probability)))))
  const size = where(lessEqual(tail, 5), ratio(sub(tail, 1.6), near), ratio(sub(tail, 5), far))
  return where(lessEqual(abs(q), 0.425), middle, mul(sign(q), size))
}

/** The share of numbers `[rows, 1]` among ascending quantiles. */
const shareOf = (x: Tensor, quantiles: readonly number[]): Tensor => {
  const ascending = f64(quantiles)
  const last = quantiles.length - 1
  const count = (test: Tensor): Tensor => sum(cast(test, 'float64'), { axis: 1, keepDims: true })
  const below = count(greater(x, ascending))
  const upTo = count(lessEqual(ascending, x))
  const at = (place: Tensor): Tensor => take(ascending, cast(clip(place, 0, last), 'int32'))
  const [low, high] = [at(sub(below, 1)), at(below)]
  const between = div(add(sub(below, 1), div(sub(x, low), sub(high, low))), last)
  const within = where(
    equal(below, 0),
    0,
    where(greater(upTo, last), 1, div(sub(add(below, upTo), 1), 2 * last)),
  )
  const found = where(greater(upTo, below), within, between)
  const inside = where(equal(upTo, 0), 0, found)
  return where(equal(x, x), where(greater(below, last), 1, inside), NaN)
}

/** Shares nearer to 0 or 1 than this have no normal number that says anything. */
const least = 1e-7

export const quantiled = (x: Tensor, to: FittedQuantiles['to'], quantiles: readonly number[]): Tensor => {
  const share = shareOf(x, quantiles)
  return to === 'uniform'
    ? share
    : where(equal(share, share), normalQuantile(maximum(minimum(share, 1 - least), least)), NaN)
}

/** Rows of all columns `[rows, columns]` at once. */
export const whitened = (x: Tensor, { form, scales, axes, deviations }: FittedWhiten): Tensor => {
  const row = (of: (scale: ColumnScale) => number): Tensor => f64(scales.map(of))
  const standard = div(
    sub(
      sub(
        x,
        row(({ centre }) => centre),
      ),
      row(({ remainder }) => remainder),
    ),
    row(({ scale }) => scale),
  )
  const along = matmul(
    standard,
    f64(scales.map((_, j) => axes.map((axis, i) => axis[j]! / (deviations[i] ?? 1)))),
  )
  return form === 'pca' ? along : matmul(along, f64(axes))
}

/** What is not finite in a dtype becomes the number for its column. */
export const finite = (x: Tensor, dtype: 'float32' | 'float64', fallbacks: readonly number[]): Tensor => {
  const held = cast(x, dtype)
  return where(logicalAnd(less(held, Infinity), greater(held, -Infinity)), x, f64(fallbacks))
}
