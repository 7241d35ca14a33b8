import { grad } from '../autodiff/grad.ts'
import { item, tensor, toTypedArray } from '../numeric/index.ts'
import { DTypeError } from '../tensor/errors.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { leavesOf, leavesWithPaths, mapTree, type Path } from '../tensor/tree.ts'

/**
 * What a gradient check found. At a kink no derivative exists: the left and right slopes are given, and whether the
 * returned value lies between them (a subgradient of a convex kink, or the other way round).
 */
export type GradVerdict =
  | { readonly kind: 'agrees'; readonly worst: number }
  | {
      readonly kind: 'kink'
      readonly path: Path
      readonly index: number
      readonly left: number
      readonly right: number
      readonly ad: number
      readonly inSubdifferential: boolean
    }
  | {
      readonly kind: 'disagrees'
      readonly path: Path
      readonly index: number
      readonly ad: number
      readonly numeric: number
    }

export interface CheckGradOptions {
  /** Largest |numeric − ad| / (1e-3 + |numeric| + |ad|) that agrees; 1e-6 unless told otherwise. */
  readonly tolerance?: number
  /** Step for an element of size 1; the cube root of the float64 epsilon unless told otherwise. */
  readonly step?: number
}

/** The parameters with one element replaced. */
const withElement = <P>(params: P, position: number, index: number, value: number): P => {
  const target = leavesOf(params)[position]
  return mapTree(params, (leaf) => {
    if (leaf !== target) return leaf
    const elements = toTypedArray(leaf)
    return tensor(elements.with(index, value) as Float64Array, { shape: leaf.shape, dtype: leaf.dtype })
  })
}

/**
 * Compares the gradient of a scalar function with central differences, element by element, in float64.
 *
 * @throws DTypeError for parameters that are not float64: differences in float32 tell nothing.
 * @example
 * ```ts
 * import { abs, sin, sum, tensor, type Tensor } from 'puregrad'
 * import { checkGrad } from 'puregrad/testing'
 * checkGrad((x: Tensor) => sum(sin(x)))(tensor([1, 2], { dtype: 'float64' })).kind // => 'agrees'
 * checkGrad((x: Tensor) => sum(abs(x)))(tensor([0, 2], { dtype: 'float64' })).kind // => 'kink'
 * ```
 */
export const checkGrad =
  <P>(
    f: (params: P) => Tensor,
    { tolerance = 1e-6, step = Math.cbrt(Number.EPSILON) }: CheckGradOptions = {},
  ) =>
  (params: P): GradVerdict => {
    const odd = leavesWithPaths(params).find(({ leaf }) => leaf.dtype !== 'float64')
    if (odd !== undefined)
      throw new DTypeError(
        `checkGrad: ${odd.path === '' ? 'the argument' : odd.path} is ${odd.leaf.dtype}; differences need float64`,
      )
    const gradients = leavesOf(grad(f)(params)).map(toTypedArray)
    const here = item(f(params))
    const errorOf = (numeric: number, ad: number): number =>
      Object.is(numeric, ad) ? 0 : Math.abs(numeric - ad) / (1e-3 + Math.abs(numeric) + Math.abs(ad))
    const verdicts = leavesWithPaths(params).flatMap(({ path, leaf }, position) =>
      Array.from(toTypedArray(leaf), (x, index): GradVerdict => {
        const ad = gradients[position]?.[index] ?? NaN
        const slopes = (size: number) => {
          // The step really taken, after rounding x ± h.
          const [up, down] = [x + size, x - size]
          const [above, below] = [up, down].map((value) =>
            item(f(withElement(params, position, index, value))),
          ) as [number, number]
          return {
            central: (above - below) / (up - down),
            right: (above - here) / (up - x),
            left: (here - below) / (x - down),
          }
        }
        const h = step * Math.max(1, Math.abs(x))
        const { central, left, right } = slopes(h)
        // One-sided slopes of a smooth function draw together as h shrinks; at a kink they stay apart.
        const gap = Math.abs(right - left)
        const scale = 1e-3 + Math.abs(left) + Math.abs(right)
        if (gap > 1e-3 * scale) {
          const closer = slopes(h / 16)
          if (Math.abs(closer.right - closer.left) > 0.5 * gap)
            return {
              kind: 'kink',
              path,
              index,
              left,
              right,
              ad,
              inSubdifferential:
                ad >= Math.min(left, right) - 1e-6 * scale && ad <= Math.max(left, right) + 1e-6 * scale,
            }
        }
        const error = errorOf(central, ad)
        return error <= tolerance
          ? { kind: 'agrees', worst: error }
          : { kind: 'disagrees', path, index, ad, numeric: central }
      }),
    )
    const worst = verdicts.reduce(
      (most, verdict) => Math.max(most, verdict.kind === 'agrees' ? verdict.worst : 0),
      0,
    )
    return (
      verdicts.find(({ kind }) => kind === 'disagrees') ??
      verdicts.find(({ kind }) => kind === 'kink') ?? { kind: 'agrees', worst }
    )
  }
