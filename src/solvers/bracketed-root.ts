import { whileLoop } from '../core/autodiff/while.ts'
import {
  abs,
  add,
  div,
  equal,
  less,
  lessEqual,
  logicalAnd,
  logicalNot,
  logicalOr,
  mul,
  reshape,
  sign,
  square,
  sub,
  tensor,
  where,
} from '../core/numeric/index.ts'
import { valueOf, type Operand } from '../core/numeric/operand.ts'
import { checkFunction } from '../core/tensor/check-function.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { isFloat } from '../core/tensor/dtype.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import { count, notNegative } from '../core/tensor/setting-ranges.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { implicitly, type Found } from './implicit.ts'
import { solution, type Solution } from './root.ts'

/**
 * When {@link bracketedRoot} ends.
 *
 * @category Equations
 */
export interface BracketOptions {
  /** The width of a bracket that is narrow enough, beside what rounding can tell apart; that of the first one times the rounding unless told otherwise. */
  readonly width?: number
  /** 100 unless told otherwise; bisection alone needs 53 for the whole of float64 between two powers of 2. */
  readonly iterations?: number
}

interface Bracket {
  /** The newest point, an end of the bracket. */
  readonly x1: Tensor
  readonly f1: Tensor
  /** The other end. */
  readonly x2: Tensor
  readonly f2: Tensor
  /** The point before. */
  readonly x3: Tensor
  readonly f3: Tensor
  /** Where in the bracket to look next, from x1. */
  readonly share: Tensor
  readonly iterations: Tensor
}

/** The end where the function is nearer 0. */
const nearer = ({ x1, f1, x2, f2 }: Bracket): readonly [Tensor, Tensor] => {
  const first = less(abs(f1), abs(f2))
  return [where(first, x1, x2), where(first, f1, f2)]
}

const roundingOf = ({ dtype }: Tensor): number => (dtype === 'float64' ? 2 ** -52 : 2 ** -23)

/** The shortest share of the bracket that is worth a look; above ½ the bracket is narrow enough. */
const leastShare = (bracket: Bracket, width: Tensor): Tensor => {
  const rounding = roundingOf(bracket.x1)
  const tolerance = add(mul(abs(nearer(bracket)[0]), 2 * rounding), width)
  return div(tolerance, abs(sub(bracket.x2, bracket.x1)))
}

const chandrupatla = (
  f: (x: Tensor) => Tensor,
  [low, high]: readonly [Tensor, Tensor],
  { width: given, iterations }: { readonly width: number | undefined; readonly iterations: number },
): Found => {
  const width = add(mul(abs(sub(high, low)), given === undefined ? roundingOf(low) : 0), given ?? 0)
  const half = tensor(0.5, { dtype: low.dtype })
  const [fLow, fHigh] = [f(low), f(high)]
  const start: Bracket = {
    x1: high,
    f1: fHigh,
    x2: low,
    f2: fLow,
    x3: low,
    f3: fLow,
    share: half,
    iterations: tensor(0, { dtype: 'int32' }),
  }
  const bracketed = lessEqual(mul(sign(fLow), sign(fHigh)), 0)
  const done = (bracket: Bracket): Tensor =>
    logicalOr(equal(nearer(bracket)[1], 0), logicalNot(lessEqual(leastShare(bracket, width), 0.5)))
  const next = (at: Bracket): Bracket => {
    const x = add(at.x1, mul(at.share, sub(at.x2, at.x1)))
    const fx = f(x)
    const same = equal(sign(fx), sign(at.f1))
    const moved: Bracket = {
      x1: x,
      f1: fx,
      x2: where(same, at.x2, at.x1),
      f2: where(same, at.f2, at.f1),
      x3: where(same, at.x1, at.x2),
      f3: where(same, at.f1, at.f2),
      share: half,
      iterations: add(at.iterations, 1),
    }
    const { x1, f1, x2, f2, x3, f3 } = moved
    const xi = div(sub(x1, x2), sub(x3, x2))
    const phi = div(sub(f1, f2), sub(f3, f2))
    const smooth = logicalAnd(less(square(phi), xi), less(square(sub(1, phi)), sub(1, xi)))
    const interpolated = add(
      mul(div(f1, sub(f2, f1)), div(f3, sub(f2, f3))),
      mul(div(sub(x3, x1), sub(x2, x1)), mul(div(f1, sub(f3, f1)), div(f2, sub(f3, f2)))),
    )
    const least = leastShare(moved, width)
    const share = where(smooth, interpolated, half)
    return {
      ...moved,
      share: where(less(share, least), least, where(less(sub(1, least), share), sub(1, least), share)),
    }
  }
  const end = whileLoop((at: Bracket) => logicalAnd(bracketed, logicalNot(done(at))), next, start, {
    atMost: iterations,
  })
  const [x, residual] = nearer(end)
  const converged = logicalAnd(bracketed, done(end))
  return [reshape(where(bracketed, x, NaN), [1]), converged, end.iterations, abs(residual)]
}

const scalarOf = (name: string, value: Operand, dtype: 'float32' | 'float64'): Tensor => {
  const found: Tensor = valueOf(value, dtype, 'bracketedRoot')
  if (found.rank !== 0 || found.dtype !== dtype)
    throw new ShapeError(
      `bracketedRoot: ${name}: expected a number or a ${dtype} scalar, got ${found.dtype}${showShape(found.shape)}`,
    )
  return found
}

/**
 * A point between two where a function of one number is 0, by Chandrupatla's method: interpolation as long as it is safe,
 * else bisection, so that it always ends. Where the function has one sign at both ends nothing is looked for: x is NaN and
 * `converged` false.
 *
 * Differentiable like `root`, in both modes and to any order, by what the function uses; the ends move nothing. It
 * batches and compiles. Numbers are float64.
 *
 * Source: T. R. Chandrupatla, Advances in Engineering Software 28, 1997.
 *
 * @throws ShapeError unless the ends are scalars of one floating dtype and f gives such a scalar; ArgumentError for
 * another option, a negative width or iterations below 1.
 * @example
 * ```ts
 * import { cos, item, sub, type Tensor } from 'puregrad'
 * import { bracketedRoot } from 'puregrad/solvers'
 * const { x, converged } = bracketedRoot((x: Tensor) => sub(cos(x), x), 0, 1)
 * item(x) // => 0.73908513
 * item(converged) // => 1
 * ```
 * @category Equations
 */
export const bracketedRoot = (
  f: (x: Tensor) => Tensor,
  low: Operand,
  high: Operand,
  options: BracketOptions = {},
): Solution<Tensor> => {
  checkFunction('bracketedRoot', 'a function that is 0 at what is looked for', f)
  checkOptions('bracketedRoot', options, { width: true, iterations: true })
  const { width, iterations = 100 } = options
  if (width !== undefined) checkSetting('bracketedRoot', 'width', width, notNegative)
  checkSetting('bracketedRoot', 'iterations', iterations, count)
  const like = [low, high].find((end): end is Tensor => isTensor(end) && isFloat(end.dtype))
  const dtype = like?.dtype === 'float32' ? 'float32' : 'float64'
  const ends = [scalarOf('low', low, dtype), scalarOf('high', high, dtype)] as const
  const found = implicitly(
    'bracketedRoot',
    (x) => reshape(f(reshape(x, [])), [1]),
    [reshape(ends[0], [1]), reshape(ends[1], [1])],
    (residual, from, to) =>
      chandrupatla((x) => reshape(residual(reshape(x, [1])), []), [reshape(from, []), reshape(to, [])], {
        width,
        iterations,
      }),
  )
  return solution(found, (x) => reshape(x, []))
}
