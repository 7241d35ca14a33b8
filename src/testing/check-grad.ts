import { grad } from '../core/autodiff/grad.ts'
import { item, tensor, toTypedArray } from '../core/numeric/index.ts'
import { DTypeError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf, leavesWithPaths, withLeaves, type Path } from '../core/tensor/tree.ts'
import { checkSlope, noiseOf, type SlopeVerdict } from './check-slope.ts'

/**
 * The element of the argument a verdict speaks of.
 *
 * @category Derivatives
 */
export interface Position {
  readonly path: Path
  readonly index: number
}

/**
 * What a check of a derivative found.
 *
 * @category Derivatives
 */
export type GradVerdict =
  /** Every element that was looked at agrees; `worst` is the largest relative error. */
  | { readonly kind: 'agrees'; readonly worst: number }
  /** No derivative exists: the slopes to the left and to the right differ. */
  | ({
      readonly kind: 'kink'
      readonly left: number
      readonly right: number
      readonly ad: number
      /** Whether the value given lies between them, as a subgradient does. */
      readonly inSubdifferential: boolean
    } & Position)
  /** The value given is wrong. */
  | ({ readonly kind: 'disagrees'; readonly ad: number; readonly numeric: number } & Position)
  /** Differences do not tell, for this reason. Nothing is said for the value given, and nothing against it. */
  | ({ readonly kind: 'undecided'; readonly ad: number; readonly reason: string } & Position)

/**
 * How closely {@link checkGrad} looks.
 *
 * @category Derivatives
 */
export interface CheckGradOptions {
  /** Largest |numeric − ad| / (1e-3 + |numeric| + |ad|) that agrees; 1e-6 unless told otherwise. */
  readonly tolerance?: number
  /** First step for an element of size 1; the cube root of the float64 epsilon unless told otherwise. */
  readonly step?: number
  /**
   * The most directions that are looked at; 1000 unless told otherwise. An argument of up to so many elements is
   * checked element by element; of a larger one a part of the elements, spread over all of it.
   */
  readonly directions?: number
}

/** @throws DTypeError unless every leaf is float64. */
export const requireFloat64 = (params: unknown, where: string, whole = 'the argument'): void => {
  const odd = leavesWithPaths(params).find(({ leaf }) => leaf.dtype !== 'float64')
  if (odd !== undefined)
    throw new DTypeError(
      `${where}: ${odd.path === '' ? whole : odd.path} is ${odd.leaf.dtype}; differences need float64`,
    )
}

/** An element of a record: which leaf, and where in it. */
export interface Entry extends Position {
  readonly leaf: number
  readonly value: number
}

/** All elements of a record, or so many of them, evenly spread. */
export const entriesOf = (params: unknown, most: number): readonly Entry[] => {
  const all = leavesWithPaths(params).flatMap(({ path, leaf }, position) =>
    Array.from(toTypedArray(leaf), (value, index): Entry => ({ path, index, leaf: position, value })),
  )
  return all.length <= most
    ? all
    : Array.from({ length: most }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / most)]!)
}

/** The size steps are relative to: a power of two, so that x ± h is hardly ever rounded. */
export const sizeOfCoordinate = (value: number): number =>
  2 ** Math.ceil(Math.log2(Math.max(1, Math.abs(value))))

/** The record with one element moved; leaves are told apart by their place, for one tensor may stand twice. */
export const movedBy = <P>(params: P, { leaf, index, value }: Entry, t: number): P =>
  withLeaves(
    params,
    leavesOf(params).map((x, position) =>
      position === leaf
        ? tensor((toTypedArray(x) as Float64Array).with(index, value + t), { shape: x.shape, dtype: x.dtype })
        : x,
    ) as never,
  )

/** The record with all elements moved, each by its own amount. */
const shaken = <P>(params: P, t: number): P =>
  withLeaves(
    params,
    leavesOf(params).map((x) =>
      tensor(
        (toTypedArray(x) as Float64Array).map(
          (value, i) => value + t * Math.max(1, Math.abs(value)) * (0.6 + 0.4 * Math.cos(i)),
        ),
        { shape: x.shape, dtype: x.dtype },
      ),
    ) as never,
  )

/** How far the values of a function are off by rounding around a record. */
export const noiseAround = <P>(f: (params: P) => number, params: P): number =>
  noiseOf((t) => f(shaken(params, t)), 1)

export const verdictOf = (found: SlopeVerdict, ad: number, { path, index }: Position): GradVerdict => {
  switch (found.kind) {
    case 'agrees':
      return { kind: 'agrees', worst: found.error }
    case 'kink': {
      const { left, right } = found
      const slack = 1e-6 * (1e-3 + Math.abs(left) + Math.abs(right))
      const inSubdifferential = ad >= Math.min(left, right) - slack && ad <= Math.max(left, right) + slack
      return { kind: 'kink', path, index, left, right, ad, inSubdifferential }
    }
    case 'disagrees':
      return { kind: 'disagrees', path, index, ad, numeric: found.numeric }
    case 'undecided':
      return { kind: 'undecided', path, index, ad, reason: found.reason }
  }
}

const gravity = ['disagrees', 'undecided', 'kink'] as const

/** The gravest of several verdicts: what disagrees, what could not be told, a kink. */
export const gravest = <V extends { readonly kind: string }>(
  verdicts: readonly V[],
): V | { readonly kind: 'agrees'; readonly worst: number } =>
  gravity.flatMap((kind) => verdicts.filter((verdict) => verdict.kind === kind))[0] ?? {
    kind: 'agrees',
    worst: verdicts.reduce(
      (most, verdict) => Math.max(most, (verdict as { readonly worst?: number }).worst ?? 0),
      0,
    ),
  }

/**
 * Compares the gradient of a scalar function with differences, element by element, in float64.
 *
 * A central difference with one step settles what is smooth and clear. Where it does not, a ladder of steps does: the
 * quotients are extrapolated with an estimate of their error, the slopes on both sides are compared, and so is the
 * order in which f(x + hv) − f(x) − h·slope falls, which is h² for a right slope and h for a wrong one. The rounding
 * errors of the function are measured first. What differences cannot tell is `undecided`, with the reason: rounding
 * errors that are too large, a function that is not finite, a kink or a jump nearby. It is never passed.
 *
 * Of several findings the gravest is returned: `disagrees`, `undecided`, `kink`, `agrees`.
 *
 * @throws DTypeError for parameters that are not float64: differences in float32 tell nothing.
 * @example
 * ```ts
 * import { abs, add, cast, custom, div, mul, sin, sum, tensor, type Tensor } from 'puregrad'
 * import { checkGrad } from 'puregrad/testing'
 * const at = (...elements: number[]) => tensor(elements, { dtype: 'float64' })
 * checkGrad((x: Tensor) => sum(sin(x)))(at(1, 2)).kind // => 'agrees'
 * checkGrad((x: Tensor) => sum(abs(x)))(at(0, 2)).kind // => 'kink'
 * const wrong = custom((x: Tensor) => mul(x, x), { jvp: ([x], [dx]) => mul(x, dx) })
 * checkGrad((x: Tensor) => sum(wrong(x)))(at(1, 2)).kind // => 'disagrees'
 * checkGrad((x: Tensor) => sum(div(x, 0)))(at(1, 2)).kind // => 'undecided'
 * const verdict = checkGrad((x: Tensor) => sum(add(mul(x, 1e-9), 1e9)))(at(1))
 * verdict.kind === 'undecided' && verdict.reason // => 'rounding errors are too large'
 * ```
 * @category Derivatives
 */
export const checkGrad =
  <P>(
    f: (params: P) => Tensor,
    { tolerance = 1e-6, step = Math.cbrt(Number.EPSILON), directions = 1000 }: CheckGradOptions = {},
  ) =>
  (params: P): GradVerdict => {
    requireFloat64(params, 'checkGrad')
    const gradients = leavesOf(grad(f)(params)).map(toTypedArray)
    const valueAt = (moved: P): number => item(f(moved))
    const noise = noiseAround(valueAt, params)
    return gravest(
      entriesOf(params, directions).map((entry): GradVerdict => {
        const ad = gradients[entry.leaf]?.[entry.index] ?? NaN
        const size = sizeOfCoordinate(entry.value)
        const along = (t: number): number => valueAt(movedBy(params, entry, t))
        return verdictOf(checkSlope(along, ad, { tolerance, step, size, noise }), ad, entry)
      }),
    )
  }
