import { cond } from '../core/autodiff/cond.ts'
import { scan } from '../core/autodiff/scan.ts'
import { asValue } from '../core/autodiff/value.ts'
import { add, mul, stopGradient, sub } from '../core/numeric/arithmetic.ts'
import { less, lessEqual, where } from '../core/numeric/comparison.ts'
import { tensor } from '../core/numeric/create.ts'
import { matmul } from '../core/numeric/matmul.ts'
import { min, sum } from '../core/numeric/reduce.ts'
import { reshape } from '../core/numeric/shape.ts'
import type { Matmulable, Shape } from '../core/tensor/shape-types.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { identityLike, squareOf } from './matrices.ts'
import { matrixNorm } from './matrix-norm.ts'
import { solve } from './solve.ts'

/**
 * Padé approximants of eˣ: the coefficients of the numerator, and the largest norm of X for which rounding is all that is
 * seen of the error. Source: N. J. Higham, The scaling and squaring method for the matrix exponential revisited, SIAM J.
 * Matrix Anal. Appl. 26, 2005, table 2.3 for float64, and unit roundoff 2⁻²⁴ for float32.
 */
const approximants = {
  float32: { coefficients: [17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1], norm: 3.92572478313866 },
  float64: {
    coefficients: [
      64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000,
      10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1,
    ],
    norm: 5.371920351148152,
  },
} as const

/** At most so many squarings. */
const squarings = 32

/** Σ cᵢ·xᵢ of numbers and tensors. */
const combined = (terms: readonly (readonly [coefficient: number | undefined, x: Tensor])[]): Tensor =>
  terms
    .map(([coefficient = 0, x]): Tensor => mul(x, coefficient))
    .reduce((total, term): Tensor => add(total, term))

/** r(X) = q(X)⁻¹p(X), where p has the given coefficients of even and of odd powers, and q(X) = p(−X). */
const approximate = (x: Tensor, c: readonly number[]): Tensor => {
  const one: Tensor = identityLike(asValue(x))
  const x2: Tensor = matmul(x, x)
  const x4: Tensor = matmul(x2, x2)
  const x6: Tensor = matmul(x4, x2)
  const low = (first: number): Tensor =>
    combined([
      [c[first + 6], x6],
      [c[first + 4], x4],
      [c[first + 2], x2],
      [c[first], one],
    ])
  const whole = (first: number): Tensor => {
    if (c.length <= 8) return low(first)
    const high = combined([
      [c[first + 12], x6],
      [c[first + 10], x4],
      [c[first + 8], x2],
    ])
    return add(matmul(x6, high), low(first))
  }
  const [even, odd]: readonly Tensor[] = [whole(0), matmul(x, whole(1))]
  return solve(sub(even!, odd!), add(even!, odd!))
}

/**
 * e^A = Σ Aᵏ/k! of square A `[…b, n, n]`: A is halved until a Padé approximant suffices, and that squared as often. Matrices
 * whose largest column sum is above 2³² · 5 give NaN.
 *
 * @throws ShapeError for anything but square matrices; DTypeError for integers.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { matrixExponential } from 'puregrad/linalg'
 * const turn = Math.PI / 2
 * toArray(matrixExponential(tensor([[0, -turn], [turn, 0]], { dtype: 'float64' }))) // => [[0, -1], [1, 0]]
 * ```
 * @category Functions of matrices
 */
export const matrixExponential = <S extends Shape>(a: Tensor<S> & Matmulable<S, S>): Tensor<S> => {
  const x: Tensor = squareOf(a, 'matrixExponential')
  if (x.size === 0) return a
  const { coefficients, norm } = approximants[x.dtype === 'float32' ? 'float32' : 'float64']
  // How often each matrix is halved: once for each bound that its norm is above.
  const size: Tensor = stopGradient(matrixNorm(x, { order: 1 }))
  const steps = Array.from({ length: squarings + 1 }, (_, i) => i)
  const alongSteps = (f: (i: number) => number): Tensor =>
    reshape(tensor(steps.map(f), { dtype: x.dtype }), [steps.length, ...size.shape.map(() => 1)])
  const above: Tensor = less(
    alongSteps((i) => norm * 2 ** i),
    size,
  )
  const share: Tensor = min(
    where(
      above,
      alongSteps((i) => 2 ** -(i + 1)),
      1,
    ),
    { axis: 0 },
  )
  const perMatrix = (x: Tensor): Tensor => reshape(x, [...x.shape, 1, 1])
  const small = approximate(mul(x, perMatrix(share)), coefficients)
  const [result] = scan(
    (power: Tensor, isAbove: Tensor): readonly [Tensor, undefined] => [
      cond(
        lessEqual(1, sum(isAbove)),
        (y, chosen) => where(perMatrix(chosen), matmul(y, y), y),
        (y) => y,
        power,
        isAbove,
      ),
      undefined,
    ],
    small,
    above,
  )
  return where(perMatrix(lessEqual(size, norm * 2 ** squarings)), result, NaN) as never
}
