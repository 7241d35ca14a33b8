import { add, cast, div, exp, mul, square, sub } from '../core/numeric/arithmetic.ts'
import { equal, greaterEqual, where } from '../core/numeric/comparison.ts'
import { arange, eye } from '../core/numeric/create.ts'
import { matmul, outer } from '../core/numeric/matmul.ts'
import { tensorOf } from '../core/numeric/operand.ts'
import { normal, splitKey, uniform, type Key, type SampleOptions } from '../core/numeric/random.ts'
import { norm, sum } from '../core/numeric/reduce.ts'
import { reshape, transpose } from '../core/numeric/shape.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { checkShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { cholesky } from '../linalg/cholesky.ts'
import { drawnDType } from './draw.ts'

const checkSize = (where: string, n: number): void => {
  checkSetting(where, 'n', n, { whole: true, min: 1, max: 4096 })
}

/** Q times the reflection that takes the axis i to a random direction of the axes from i on. */
const reflected = (q: Tensor, from: Key, i: number): Tensor => {
  const n = q.shape[0] ?? 0
  const axes = arange(n, { dtype: 'float64' })
  const v = mul(normal(from, [n], { dtype: 'float64' }), cast(greaterEqual(axes, i), 'float64'))
  const own = cast(equal(axes, i), 'float64')
  const side = sub(mul(cast(greaterEqual(sum(mul(v, own)), 0), 'float64'), 2), 1)
  // v + ±|v| eᵢ never cancels; the sign is taken back from the axes that it turned.
  const u = add(v, mul(own, mul(side, norm(v))))
  const turned = sub(q, outer(matmul(q, u), mul(u, div(2, sum(square(u))))))
  return mul(turned, where(greaterEqual(axes, i), mul(side, -1), 1))
}

/**
 * An orthogonal matrix `[n, n]` of the uniform (Haar) distribution, by reflections. Source: G. W. Stewart, "The efficient generation
 * of random orthogonal matrices", SIAM J. Numer. Anal. 17, 1980.
 *
 * @throws ArgumentError unless n is a whole number from 1 to 4096.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { orthogonalMatrix } from 'puregrad/random'
 * Math.abs((toArray(orthogonalMatrix(key(0), 1)) as number[][])[0]![0]!) // => 1
 * ```
 * @category Random matrices
 */
export const orthogonalMatrix = (from: Key, n: number, options: SampleOptions = {}): Tensor => {
  checkOptions('orthogonalMatrix', options, { dtype: true })
  checkSize('orthogonalMatrix', n)
  const dtype = drawnDType('orthogonalMatrix', [n, n], options)
  const q = splitKey(from, n).reduce<Tensor>(reflected, eye(n, { dtype: 'float64' }))
  return cast(q, dtype)
}

/**
 * A symmetric positive definite matrix `[n, n]` with uniformly distributed axes, whose largest eigenvalue is 1 and whose smallest is
 * 1 / condition; those between are uniform in the logarithm.
 *
 * @throws ArgumentError unless n is a whole number from 1 to 4096 and the condition 1 or more.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { positiveDefiniteMatrix } from 'puregrad/random'
 * positiveDefiniteMatrix(key(0), 4, { condition: 100 }).shape // => [4, 4]
 * ```
 * @category Random matrices
 */
export const positiveDefiniteMatrix = (
  from: Key,
  n: number,
  options: SampleOptions & { readonly condition?: number } = {},
): Tensor => {
  checkOptions('positiveDefiniteMatrix', options, { condition: true, dtype: true })
  checkSize('positiveDefiniteMatrix', n)
  const { condition = 10 } = options
  checkSetting('positiveDefiniteMatrix', 'condition', condition, { min: 1 })
  const dtype = drawnDType('positiveDefiniteMatrix', [n, n], options)
  const [first, second] = splitKey(from, 2) as readonly [Key, Key]
  const q = orthogonalMatrix(first, n, { dtype: 'float64' })
  const place = arange(n, { dtype: 'float64' })
  // The first and the last are the ends.
  const inner = uniform(second, [n], { dtype: 'float64' })
  const share = where(equal(place, 0), 0, where(equal(place, n - 1), 1, inner))
  const scaled = mul(q, exp(mul(share, -Math.log(condition))))
  const product = matmul(scaled, transpose(q))
  return cast(mul(add(product, transpose(product)), 0.5), dtype)
}

/**
 * Normal random vectors `[…shape, n]` of a mean `[n]` and a covariance `[n, n]`, mean + Lz with the Cholesky factor L, so that
 * derivatives by both pass. A covariance that is not positive definite gives NaN.
 *
 * @throws ShapeError unless mean and covariance fit; DTypeError for such as are not floats.
 * @example
 * ```ts
 * import { key, tensor } from 'puregrad'
 * import { multivariateNormal } from 'puregrad/random'
 * multivariateNormal(key(0), tensor([0, 1]), tensor([[2, 1], [1, 2]]), [5]).shape // => [5, 2]
 * ```
 * @category Random matrices
 */
export const multivariateNormal = (
  from: Key,
  mean: Tensor,
  covariance: Tensor,
  shape: readonly number[] = [],
  options: SampleOptions = {},
): Tensor => {
  const name = 'multivariateNormal'
  checkOptions(name, options, { dtype: true })
  checkShape(shape, name)
  const m = tensorOf(mean, name)
  const c = tensorOf(covariance, name)
  const n = m.shape[0] ?? 0
  if (m.rank !== 1 || c.rank !== 2 || c.shape[0] !== n || c.shape[1] !== n)
    throw new ShapeError(
      `${name}: expected a mean [n] and a covariance [n, n], got ${showShape(m.shape)} and ${showShape(c.shape)}`,
    )
  const dtype = drawnDType(name, [...shape, n], options, mean, covariance)
  const factor: Tensor = cholesky(cast(covariance, 'float64'))
  const count = shape.reduce((product, size) => product * size, 1)
  const z = normal(from, [count, n], { dtype: 'float64' })
  const drawn = add(matmul(z, transpose(factor)), cast(mean, 'float64'))
  return cast(reshape(drawn, [...shape, n]), dtype)
}
