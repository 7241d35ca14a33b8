import { toTypedArray } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { showValue } from '../core/tensor/show-value.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths } from '../core/tensor/tree.ts'
import { placeOf } from './laws/compare-trees.ts'

/**
 * How far elements may be apart: in units of the last place, or relative to the larger of both, or absolutely; near
 * enough by one of them is near enough. Nothing given: 4 units of the last place.
 *
 * @category Matchers
 */
export interface Closeness {
  /** The number of floats of the dtype that lie between. */
  readonly ulp?: number
  readonly relative?: number
  readonly absolute?: number
}

const orders = { float64: new DataView(new ArrayBuffer(8)), float32: new DataView(new ArrayBuffer(4)) }

/** The place of a float among all floats, so that neighbours differ by 1. */
const orderOf = (x: number, dtype: 'float32' | 'float64'): bigint => {
  const view = orders[dtype]
  if (dtype === 'float64') {
    view.setFloat64(0, x)
    const bits = view.getBigInt64(0)
    return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits
  }
  view.setFloat32(0, x)
  const bits = BigInt(view.getInt32(0))
  return bits < 0n ? -(bits & 0x7fffffffn) : bits
}

/**
 * How many steps from one float to the next lie between two numbers: 0 for the same number (0 and −0 too), ∞ where one is
 * NaN and the other is not.
 *
 * @example
 * ```ts
 * import { ulpDistance } from 'puregrad/testing'
 * ulpDistance(1, 1 + Number.EPSILON) // => 1
 * ulpDistance(1, Math.fround(1 + 2 ** -23), 'float32') // => 1
 * ulpDistance(NaN, 1) // => Infinity
 * ```
 * @category Matchers
 */
export const ulpDistance = (a: number, b: number, dtype: 'float32' | 'float64' = 'float64'): number => {
  if (Object.is(a, b)) return 0
  if (Number.isNaN(a) || Number.isNaN(b)) return Infinity
  const distance = orderOf(a, dtype) - orderOf(b, dtype)
  return Number(distance < 0n ? -distance : distance)
}

const closenessOf = (where: string, closeness: Closeness): Required<Closeness> => {
  checkOptions(where, closeness, { ulp: true, relative: true, absolute: true })
  const given = Object.values(closeness).some((each) => each !== undefined)
  const { ulp = given ? 0 : 4, relative = 0, absolute = 0 } = closeness
  Object.entries({ ulp, relative, absolute }).forEach(([name, value]) =>
    checkSetting(where, name, value, notNegative),
  )
  return { ulp, relative, absolute }
}

const isNear = (
  a: number,
  b: number,
  leaf: Tensor,
  { ulp, relative, absolute }: Required<Closeness>,
): boolean =>
  Object.is(a, b) ||
  a === b ||
  Math.abs(a - b) <= absolute ||
  Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b)) ||
  ((leaf.dtype === 'float32' || leaf.dtype === 'float64') && ulpDistance(a, b, leaf.dtype) <= ulp)

const typeOf = ({ dtype, shape }: Tensor): string => `${dtype} of shape ${showShape(shape)}`

/** What is odd about a tensor or tree beside another one, as a sentence. */
const oddity = (found: unknown, expected: unknown, closeness: Required<Closeness>): string | undefined => {
  const [left, right] = [leavesWithPaths(found), leavesWithPaths(expected)]
  const paths = (list: typeof left): string => list.map(({ path }) => path).join(', ')
  if (paths(left) !== paths(right))
    return left.length === 0
      ? `expected a tensor, got ${showValue(found)}`
      : `expected tensors at ${paths(right)}, got them at ${paths(left)}`
  return right
    .map(({ path, leaf }, i): string | undefined => {
      const other = left[i]!.leaf
      if (other.dtype !== leaf.dtype || !sameShape(other.shape, leaf.shape))
        return `${path === '' ? '' : `${path}: `}expected ${typeOf(leaf)}, got ${typeOf(other)}`
      const [a, b] = [toTypedArray(other), toTypedArray(leaf)]
      const odd = Array.from(b).flatMap((x, j) => (isNear(a[j]!, x, leaf, closeness) ? [] : [j]))
      const [first] = odd
      if (first === undefined) return undefined
      const distance =
        leaf.dtype === 'float32' || leaf.dtype === 'float64'
          ? `, ${ulpDistance(a[first]!, b[first]!, leaf.dtype)} ulp apart`
          : ''
      return (
        `${placeOf(path, leaf.shape, first)}: expected ${b[first]}, got ${a[first]}${distance}` +
        (odd.length > 1 ? ` (and ${odd.length - 1} more of ${leaf.size} elements)` : '')
      )
    })
    .find((text) => text !== undefined)
}

const requireTensors = (where: string, expected: unknown): void => {
  if (leavesWithPaths(expected).length === 0)
    throw new ArgumentError(
      `${where}: expected a tensor, or a record of tensors, to compare with, got ${showValue(expected)}`,
    )
}

/**
 * Throws unless two tensors, or all tensors of two records, have the same shapes and dtypes and elements that are near
 * enough: for node's test runner, and wherever there is no `expect`.
 *
 * @throws ArgumentError that names the first element that is too far off, and by how many units of the last place.
 * @example
 * ```ts
 * import { add, tensor } from 'puregrad'
 * import { assertClose } from 'puregrad/testing'
 * const [x, y] = [tensor([0.1], { dtype: 'float64' }), tensor([0.2], { dtype: 'float64' })]
 * assertClose(add(x, y), tensor([0.3], { dtype: 'float64' }), { ulp: 1 }) // => undefined
 * ```
 * @category Matchers
 */
export const assertClose = (found: unknown, expected: unknown, closeness: Closeness = {}): void => {
  requireTensors('assertClose', expected)
  const odd = oddity(found, expected, closenessOf('assertClose', closeness))
  if (odd !== undefined) throw new ArgumentError(`assertClose: ${odd}`)
}

/**
 * What a matcher gives to the framework.
 *
 * @category Matchers
 */
export interface MatcherResult {
  readonly pass: boolean
  readonly message: () => string
}

const matched = (odd: string | undefined, what: string): MatcherResult => ({
  pass: odd === undefined,
  message: () => odd ?? `expected tensors that are not ${what}`,
})

/**
 * Matchers for `expect.extend` of vitest and jest: `toBeCloseToTensor(expected, { ulp, relative, absolute })`,
 * `toEqualTensor(expected)` to the last bit, `toBeATensorOf(shape, dtype)`. Their types join those of vitest by
 * `declare module 'vitest' { interface Matchers<T = any> extends TensorMatchers<T> {} }`, and those of jest by the same
 * with `declare module 'expect' { interface Matchers<R> extends TensorMatchers<R> {} }`.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { tensorMatchers } from 'puregrad/testing'
 * // expect.extend(tensorMatchers)
 * const { toBeCloseToTensor } = tensorMatchers
 * toBeCloseToTensor(tensor([1, 2]), tensor([1, 2.000001]), { relative: 1e-6 }).pass // => true
 * toBeCloseToTensor(tensor([1, 2]), tensor([1, 3])).message() // => '[1]: expected 3, got 2, 4194304 ulp apart'
 * ```
 * @category Matchers
 */
export const tensorMatchers = {
  toBeCloseToTensor: (found: unknown, expected: unknown, closeness: Closeness = {}): MatcherResult => {
    requireTensors('toBeCloseToTensor', expected)
    return matched(oddity(found, expected, closenessOf('toBeCloseToTensor', closeness)), 'close')
  },
  toEqualTensor: (found: unknown, expected: unknown): MatcherResult => {
    requireTensors('toEqualTensor', expected)
    return matched(oddity(found, expected, { ulp: 0, relative: 0, absolute: 0 }), 'equal')
  },
  toBeATensorOf: (found: unknown, shape: readonly number[], dtype?: string): MatcherResult =>
    matched(
      !isTensor(found)
        ? `expected a tensor, got ${showValue(found)}`
        : sameShape(found.shape, shape) && (dtype === undefined || found.dtype === dtype)
          ? undefined
          : `expected ${dtype ?? 'a tensor'} of shape ${showShape(shape)}, got ${typeOf(found)}`,
      'of this form',
    ),
}

/**
 * The types of {@link tensorMatchers}, for the declarations of a framework.
 *
 * @category Matchers
 */
export interface TensorMatchers<R> {
  readonly toBeCloseToTensor: (expected: unknown, closeness?: Closeness) => R
  readonly toEqualTensor: (expected: unknown) => R
  readonly toBeATensorOf: (shape: readonly number[], dtype?: string) => R
}
