import { evaluateProgram } from '../core/autodiff/evaluate.ts'
import { stageFlat } from '../core/autodiff/stage.ts'
import { asValue } from '../core/autodiff/value.ts'
import { vmap } from '../core/autodiff/vmap.ts'
import { whileLoop } from '../core/autodiff/while.ts'
import {
  abs,
  add,
  argmax,
  arange,
  cast,
  div,
  equal,
  full,
  less,
  lessEqual,
  logicalAnd,
  max,
  maximum,
  mul,
  reshape,
  square,
  split,
  stack,
  stopGradient,
  sub,
  sum,
  tensor,
  where,
  zeros,
} from '../core/numeric/index.ts'
import { valueOf, type Operand } from '../core/numeric/operand.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { DTypeError, ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { gaussKronrod, gaussLegendreRule } from './quadrature-rules.ts'

/** A function of one number, and the ends between which it is integrated, all finite. */
interface Finite {
  readonly f: (x: Tensor) => Tensor
  readonly low: Tensor
  readonly high: Tensor
}

const limitOf = (where: string, name: string, value: Operand, dtype: 'float32' | 'float64'): Tensor => {
  const found: Tensor = valueOf(value, dtype, where)
  if (found.rank !== 0 || found.dtype !== dtype)
    throw new ShapeError(
      `${where}: ${name}: expected a number or a ${dtype} scalar, got ${found.dtype}${showShape(found.shape)}`,
    )
  return found
}

/** The function with its limits; a limit that is Infinity as a number is brought to 1 or −1 by x = a ± t/(1 − t). */
const finiteOf = (name: string, f: (x: Tensor) => Tensor, low: Operand, high: Operand): Finite => {
  checkFunction(name, 'a function of a number to integrate', f)
  const like = [low, high].find((end): end is Tensor => isTensor(end) && isFloat(end.dtype))
  const dtype = like?.dtype === 'float32' ? 'float32' : 'float64'
  const checked = (x: Tensor): Tensor => {
    const y = f(x)
    if (y.dtype !== dtype)
      throw new DTypeError(
        `${name}: the function is given ${dtype} and returns ${y.dtype}; make it that of the limits`,
      )
    return y
  }
  const limit = (which: string, value: Operand): Tensor => limitOf(name, which, value, dtype)
  const from = (end: Tensor, sign: 1 | -1) => (t: Tensor) => {
    const left = sub(1, t)
    return div(checked(add(end, mul(div(t, left), sign))), square(left))
  }
  const [zero, one] = [limit('low', 0), limit('high', 1)]
  if (low === -Infinity && high === Infinity) {
    const both = (t: Tensor): Tensor => add(from(zero, 1)(t), from(zero, -1)(t))
    return { f: both, low: zero, high: one }
  }
  if (high === Infinity) return { f: from(limit('low', low), 1), low: zero, high: one }
  if (low === -Infinity) return { f: from(limit('high', high), -1), low: zero, high: one }
  return { f: checked, low: limit('low', low), high: limit('high', high) }
}

/** The function at some points of each of k pieces of (0, 1), `[k, points, …]`. */
const valuesAt = (
  { f, low, high }: Finite,
  points: readonly number[],
  { starts, widths }: Pieces,
): Tensor => {
  const places = add(
    reshape(starts, [starts.size, 1]),
    mul(reshape(widths, [widths.size, 1]), tensor([points], { dtype: low.dtype })),
  )
  return vmap((row: Tensor) => vmap((u: Tensor) => f(add(low, mul(sub(high, low), u))))(row))(places)
}

/** The integrals over k pieces, `[k, …]`, from the values there. */
const weighed = (
  values: Tensor,
  weights: readonly number[],
  { widths }: Pieces,
  { low, high }: Finite,
): Tensor => {
  const { dtype } = low
  const deep = Array.from({ length: values.rank - 2 }, () => 1)
  const inner = sum(mul(values, reshape(tensor(weights, { dtype }), [1, weights.length, ...deep])), {
    axis: 1,
  })
  return mul(inner, reshape(mul(widths, sub(high, low)), [widths.size, ...deep]))
}

interface Pieces {
  readonly starts: Tensor
  readonly widths: Tensor
}

interface Searched extends Pieces {
  readonly totals: Tensor
  /** The largest error of an element, for each piece. */
  readonly errors: Tensor
  readonly used: Tensor
}

/** Both integrals of pieces, as the finer one and what they differ by. */
const measured = (finite: Finite, pieces: Pieces): Pick<Searched, 'totals' | 'errors'> => {
  const values = valuesAt(finite, gaussKronrod.points, pieces)
  const totals = weighed(values, gaussKronrod.weights, pieces, finite)
  const difference = abs(sub(totals, weighed(values, gaussKronrod.coarse, pieces, finite)))
  const k = pieces.starts.size
  return { totals, errors: max(reshape(difference, [k, difference.size / k]), { axis: 1 }) }
}

/** Where pieces that are not in use lie: their weight is 0, but the function is asked there. */
const idle = 0.5123

/** Halves the piece of the largest error until the sum of errors is small enough or no piece is left. */
const searched = (finite: Finite, { relative, absolute, pieces }: Limits): Searched => {
  const { dtype } = finite.low
  const places = arange(pieces, { dtype: 'int32' })
  const whole = measured(finite, {
    starts: zeros([1], { dtype }),
    widths: tensor([1], { dtype }),
  })
  const first = equal(places, 0)
  const along = (mask: Tensor, like: Tensor): Tensor =>
    reshape(mask, [pieces, ...Array.from({ length: like.rank - 1 }, () => 1)])
  const start: Searched = {
    starts: where(first, zeros([pieces], { dtype }), idle),
    widths: cast(first, dtype),
    totals: where(along(first, whole.totals), whole.totals, 0),
    errors: where(first, whole.errors, 0),
    used: tensor(1, { dtype: 'int32' }),
  }
  const halved = (at: Searched): Searched => {
    const worst = equal(places, cast(argmax(at.errors, { axis: 0 }), 'int32'))
    const next = equal(places, at.used)
    const [begin, width] = [sum(where(worst, at.starts, 0)), mul(sum(where(worst, at.widths, 0)), 0.5)]
    const pair = { starts: stack([begin, add(begin, width)]), widths: stack([width, width]) }
    const found = measured(finite, pair)
    const put = (old: Tensor, values: Tensor): Tensor => {
      const [left, right] = split(values, 2)
      return where(along(worst, old), left!, where(along(next, old), right!, old))
    }
    return {
      starts: put(at.starts, pair.starts),
      widths: put(at.widths, pair.widths),
      totals: put(at.totals, found.totals),
      errors: put(at.errors, found.errors),
      used: add(at.used, 1),
    }
  }
  return whileLoop(
    (at: Searched) =>
      logicalAnd(less(allowed(at.totals, relative, absolute), sum(at.errors)), less(at.used, pieces)),
    halved,
    start,
    { atMost: pieces },
  )
}

const allowed = (totals: Tensor, relative: number, absolute: number): Tensor =>
  maximum(mul(max(abs(sum(totals, { axis: 0 }))), relative), absolute)

interface Limits {
  readonly relative: number
  readonly absolute: number
  readonly pieces: number
}

/**
 * When {@link integrate} ends.
 *
 * @category Integrals
 */
export interface IntegrateOptions {
  /** The error that is allowed is this share of the integral, and `absoluteTolerance`; 1e-8 unless told otherwise. */
  readonly relativeTolerance?: number
  /** 1e-10 unless told otherwise. */
  readonly absoluteTolerance?: number
  /** Into how many pieces at most the interval is cut; 50 unless told otherwise. */
  readonly pieces?: number
}

/**
 * An integral, and what is known of it.
 *
 * @category Integrals
 */
export interface Integral {
  readonly value: Tensor
  /** What two rules differ by, far more than the error as a rule. */
  readonly error: Tensor
  /** Whether that is within the tolerances, a bool scalar. */
  readonly converged: Tensor
  /** Pieces in the end, an int32 scalar. */
  readonly pieces: Tensor
}

/**
 * The integral of a function of one number between two limits, by Gauss and Kronrod's rule of 15 points on pieces that
 * are halved where the error is largest. The function may give a tensor of any shape; `Infinity` as a limit is allowed.
 *
 * Where the pieces are not enough `converged` is false: nothing is thrown. The pieces are held while differentiating, so
 * derivatives by the limits and by all that the function uses are those of the rule, in both modes and to any order. It
 * batches and compiles. Numbers as limits are float64.
 *
 * Source: QUADPACK, R. Piessens et al., 1983, QAG.
 *
 * @throws ShapeError for limits that are no scalars; DTypeError where f returns another dtype than it is given;
 * ArgumentError for another option or one outside its range.
 * @example
 * ```ts
 * import { exp, grad, item, mul, neg, square, tensor, type Tensor } from 'puregrad'
 * import { integrate } from 'puregrad/solvers'
 * const bell = (x: Tensor) => exp(neg(square(x)))
 * item(integrate(bell, -Infinity, Infinity).value) // => 1.77245385
 * const upTo = (b: Tensor) => integrate(bell, 0, b).value
 * item(grad(upTo)(tensor(1, { dtype: 'float64' }))) // => 0.36787944
 * ```
 * @category Integrals
 */
export const integrate = (
  f: (x: Tensor) => Tensor,
  low: Operand,
  high: Operand,
  options: IntegrateOptions = {},
): Integral => {
  checkOptions('integrate', options, { relativeTolerance: true, absoluteTolerance: true, pieces: true })
  const { relativeTolerance = 1e-8, absoluteTolerance = 1e-10, pieces = 50 } = options
  checkSetting('integrate', 'relativeTolerance', relativeTolerance, notNegative)
  checkSetting('integrate', 'absoluteTolerance', absoluteTolerance, notNegative)
  checkSetting('integrate', 'pieces', pieces, count)
  const finite = finiteOf('integrate', f, low, high)
  // Written down once, so that what the function uses can be held still while the pieces are sought.
  const { program, captured } = stageFlat(
    ([x]) => [asValue(finite.f(x!))],
    [{ shape: [], dtype: finite.low.dtype }],
  )
  const using = (values: readonly Tensor[]): Finite => ({
    ...finite,
    f: (x) => evaluateProgram(program, [asValue(x), ...values.map(asValue)])[0]!,
  })
  const still = captured.map((value) => stopGradient(value))
  const held: Finite = { ...using(still), low: stopGradient(finite.low), high: stopGradient(finite.high) }
  const found = searched(held, { relative: relativeTolerance, absolute: absoluteTolerance, pieces })
  const values = valuesAt(using(captured), gaussKronrod.points, found)
  const value = sum(weighed(values, gaussKronrod.weights, found, finite), { axis: 0 })
  const error = sum(found.errors)
  const converged = lessEqual(error, allowed(found.totals, relativeTolerance, absoluteTolerance))
  return { value, error, converged, pieces: found.used }
}

/**
 * How many values {@link integrateFixed} takes.
 *
 * @category Integrals
 */
export interface FixedIntegrateOptions {
  /** Points of each piece: exact for polynomials of degree 2n − 1; 16 unless told otherwise. */
  readonly points?: number
  /** Equal pieces; 1 unless told otherwise. */
  readonly pieces?: number
}

/**
 * The integral of a smooth function of one number by Gauss and Legendre's rule: so many values and no question, which
 * compiles to little. Limits, shapes and derivatives as in `integrate`.
 *
 * @throws ShapeError for limits that are no scalars; DTypeError where f returns another dtype than it is given;
 * ArgumentError for another option, and unless both are integers above 0.
 * @example
 * ```ts
 * import { item, sin } from 'puregrad'
 * import { integrateFixed } from 'puregrad/solvers'
 * item(integrateFixed(sin, 0, Math.PI, { points: 10 })) // => 2
 * ```
 * @category Integrals
 */
export const integrateFixed = (
  f: (x: Tensor) => Tensor,
  low: Operand,
  high: Operand,
  options: FixedIntegrateOptions = {},
): Tensor => {
  checkOptions('integrateFixed', options, { points: true, pieces: true })
  const { points = 16, pieces = 1 } = options
  checkSetting('integrateFixed', 'points', points, count)
  checkSetting('integrateFixed', 'pieces', pieces, count)
  const finite = finiteOf('integrateFixed', f, low, high)
  const rule = gaussLegendreRule(points)
  const { dtype } = finite.low
  const equalPieces: Pieces = {
    starts: tensor(
      Array.from({ length: pieces }, (_, i) => i / pieces),
      { dtype },
    ),
    widths: full([pieces], 1 / pieces, { dtype }),
  }
  return sum(weighed(valuesAt(finite, rule.points, equalPieces), rule.weights, equalPieces, finite), {
    axis: 0,
  })
}
