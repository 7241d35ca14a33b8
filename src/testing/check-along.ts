import { jvp, vjp } from '../core/autodiff/jvp.ts'
import { grad } from '../core/autodiff/grad.ts'
import { add, mul, tensor, toTypedArray, zerosLike } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, leavesWithPaths, withLeaves, zipTrees, type Path } from '../core/tensor/tree.ts'
import {
  checkGrad,
  entriesOf,
  gravest,
  noiseAround,
  movedBy,
  requireFloat64,
  sizeOfCoordinate,
  verdictOf,
  type CheckGradOptions,
  type GradVerdict,
} from './check-grad.ts'
import { checkSlope, noiseOf } from './check-slope.ts'

const defaults = { tolerance: 1e-6, step: Math.cbrt(Number.EPSILON), directions: 1000 }

const flat = (tree: unknown): readonly number[] =>
  leavesOf(tree).flatMap((leaf) => Array.from(toTypedArray(leaf)))

/** The tree moved along a direction. */
const along = <A>(at: A, direction: A, t: number): A =>
  zipTrees(at, [direction], ([x, v]) => add(x, mul(v, t)))

/**
 * Compares a directional derivative by forward mode with differences along that direction, element by element of the
 * result. The verdicts are those of {@link checkGrad}: `agrees`, `disagrees` with the place in the result, `kink`, and
 * `undecided` with the reason.
 *
 * @throws DTypeError for arguments or results that are not float64.
 * @example
 * ```ts
 * import { custom, mul, tensor, type Tensor } from 'puregrad'
 * import { checkJvp } from 'puregrad/testing'
 * const at = tensor([1, 2], { dtype: 'float64' })
 * checkJvp((x: Tensor) => mul(x, x))(at, at).kind // => 'agrees'
 * const half = custom((x: Tensor) => mul(x, x), { jvp: ([x], [dx]) => mul(x, dx) })
 * const verdict = checkJvp(half)(at, at)
 * verdict.kind === 'disagrees' && [verdict.index, verdict.ad] // => [0, 1]
 * ```
 * @category Derivatives
 */
export const checkJvp =
  <A, B>(f: (argument: A) => B, options: CheckGradOptions = {}) =>
  (argument: A, tangent: A): GradVerdict => {
    const { tolerance, step, directions } = { ...defaults, ...options }
    requireFloat64(argument, 'checkJvp')
    const [result, moved] = jvp(f, [argument], [tangent])
    requireFloat64(result, 'checkJvp', 'the result')
    const slopes = flat(moved)
    const starts = startsOf(result)
    return gravest(
      entriesOf(result, directions).map((entry): GradVerdict => {
        const at = starts[entry.leaf]! + entry.index
        const line = (t: number): number => flat(f(along(argument, tangent, t)))[at]!
        const ad = slopes[at]!
        return verdictOf(
          checkSlope(line, ad, { tolerance, step, size: 1, noise: noiseOf(line, 1) }),
          ad,
          entry,
        )
      }),
    )
  }

/** Where each leaf begins in the list of all elements. */
const startsOf = (tree: unknown): readonly number[] =>
  leavesOf(tree).reduce<readonly number[]>((list, { size }) => [...list, list[list.length - 1]! + size], [0])

/**
 * Compares what reverse mode sends back for a cotangent u with differences of ⟨u, f(x)⟩, element by element of the
 * argument. The verdicts are those of {@link checkGrad}.
 *
 * @throws DTypeError for arguments that are not float64.
 * @example
 * ```ts
 * import { custom, mul, tensor, type Tensor } from 'puregrad'
 * import { checkVjp } from 'puregrad/testing'
 * const at = tensor([1, 2], { dtype: 'float64' })
 * checkVjp((x: Tensor) => mul(x, x))(at, at).kind // => 'agrees'
 * const half = custom((x: Tensor) => mul(x, x), { vjp: (x) => [mul(x, x), (ct: Tensor): [Tensor] => [mul(ct, x)]] })
 * checkVjp(half)(at, at).kind // => 'disagrees'
 * ```
 * @category Derivatives
 */
export const checkVjp =
  <A, B>(f: (argument: A) => B, options: CheckGradOptions = {}) =>
  (argument: A, cotangent: B): GradVerdict => {
    const { tolerance, step, directions } = { ...defaults, ...options }
    requireFloat64(argument, 'checkVjp')
    const u = flat(cotangent)
    const weighed = (x: A): number => flat(f(x)).reduce((total, y, i) => total + y * (u[i] ?? NaN), 0)
    const [, pullback] = vjp(f, argument)
    const sent = leavesOf(pullback(cotangent)[0]).map((leaf) => toTypedArray(leaf))
    const noise = noiseAround(weighed, argument)
    return gravest(
      entriesOf(argument, directions).map((entry): GradVerdict => {
        const ad = sent[entry.leaf]?.[entry.index] ?? NaN
        const line = (t: number): number => weighed(movedBy(argument, entry, t))
        const size = sizeOfCoordinate(entry.value)
        return verdictOf(checkSlope(line, ad, { tolerance, step, size, noise }), ad, entry)
      }),
    )
  }

/**
 * Where in a Hessian a check found something: row and column are elements of the argument.
 *
 * @category Derivatives
 */
export type HessianVerdict =
  | Extract<GradVerdict, { readonly kind: 'agrees' }>
  | (Exclude<GradVerdict, { readonly kind: 'agrees' }> & {
      /** The column: the element that the gradient was differentiated by. */
      readonly byPath: Path
      readonly byIndex: number
    })

/**
 * Compares second derivatives of a scalar function, by forward over reverse mode, with differences of its gradient, and
 * the gradient with differences first: each row of the Hessian by each column. The verdicts are those of
 * {@link checkGrad}, with the column.
 *
 * @throws DTypeError for arguments that are not float64.
 * @example
 * ```ts
 * import { custom, mul, stopGradient, sum, tensor, type Tensor } from 'puregrad'
 * import { checkHessian } from 'puregrad/testing'
 * const at = tensor([1, 2], { dtype: 'float64' })
 * checkHessian((x: Tensor) => sum(mul(mul(x, x), x)))(at).kind // => 'agrees'
 * // The first derivative is right; the second one is lost.
 * const flat = custom((x: Tensor) => mul(x, x), { jvp: ([x], [dx]) => mul(mul(2, stopGradient(x)), dx) })
 * checkHessian((x: Tensor) => sum(flat(x)))(at).kind // => 'disagrees'
 * ```
 * @category Derivatives
 */
export const checkHessian =
  <A>(f: (argument: A) => Tensor, options: CheckGradOptions = {}) =>
  (argument: A): HessianVerdict => {
    const { directions = 1000 } = options
    const first = checkGrad(f, options)(argument)
    if (first.kind !== 'agrees' && first.kind !== 'kink')
      return { ...first, byPath: first.path, byIndex: first.index }
    const slope = grad(f)
    return gravest(
      entriesOf(argument, Math.max(1, Math.floor(Math.sqrt(directions)))).map((column): HessianVerdict => {
        const unit = unitAt(argument, column.leaf, column.index)
        const found = checkJvp(slope, {
          ...options,
          directions: Math.max(1, Math.floor(Math.sqrt(directions))),
        })(argument, unit)
        return found.kind === 'agrees' ? found : { ...found, byPath: column.path, byIndex: column.index }
      }),
    )
  }

/** 1 at one element, 0 elsewhere. */
const unitAt = <A>(like: A, leaf: number, index: number): A =>
  withLeaves(
    like,
    leavesWithPaths(like).map(({ leaf: x }, i) =>
      i === leaf
        ? tensor(
            Float64Array.from({ length: x.size }, (_, j) => (j === index ? 1 : 0)),
            { shape: x.shape },
          )
        : zerosLike(x),
    ),
  )
