import { exp } from '../core/numeric/arithmetic.ts'
import { binaryFunction, unaryFunction, type BinaryFunction } from '../core/numeric/elementwise-function.ts'
import { neighbourDType, valueOf, type Operand } from '../core/numeric/operand.ts'
import * as primitive from '../core/primitive/special.ts'
import { apply, operations as o } from '../core/autodiff/apply.ts'
import { broadcastShapes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { ofOrder } from './of-order.ts'

/**
 * Γ(x), element by element: ±∞ at ±0, NaN at −1, −2, …; Γ(n) = (n − 1)! is exact up to Γ(23).
 *
 * @example
 * ```ts
 * import { gamma } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(gamma(tensor(5))) // => 24
 * ```
 * @category Gamma functions
 */
export const gamma = /* @__PURE__ */ unaryFunction(primitive.gamma)

/**
 * log |Γ(x)|, element by element: ∞ at 0, −1, −2, …; without cancellation at its roots 1 and 2.
 *
 * @example
 * ```ts
 * import { lgamma } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(lgamma(tensor(3))) // => 0.69314718
 * ```
 * @category Gamma functions
 */
export const lgamma = /* @__PURE__ */ unaryFunction(primitive.lgamma)

/**
 * ψ(x), the derivative of log Γ, element by element: ∓∞ at ±0, NaN at −1, −2, …
 *
 * @example
 * ```ts
 * import { digamma } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(digamma(tensor(1))) // => -0.57721566
 * ```
 * @category Gamma functions
 */
export const digamma = /* @__PURE__ */ unaryFunction(primitive.digamma)

/**
 * The derivative of ψ of a whole order (1: trigamma, 2: tetragamma, …; 0 is ψ itself), element by element. At 0, −1, −2, … it is
 * ∞ for odd orders and NaN for even ones.
 *
 * @throws ArgumentError unless the order is a whole number of 0 or more.
 * @example
 * ```ts
 * import { polygamma } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(polygamma(1, tensor(1))) // => 1.64493407
 * ```
 * @category Gamma functions
 */
export const polygamma = /* @__PURE__ */ ofOrder(primitive.polygamma)

/**
 * log |B(a, b)|, B(a, b) = Γ(a) Γ(b) / Γ(a + b), with broadcasting; of large arguments without cancellation.
 *
 * @example
 * ```ts
 * import { logBeta } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(logBeta(tensor(2), 3)) // => -2.48490665
 * ```
 * @category Gamma functions
 */
export const logBeta = /* @__PURE__ */ binaryFunction(primitive.logBeta)

/**
 * B(a, b) = Γ(a) Γ(b) / Γ(a + b) for a, b > 0, with broadcasting: the exponential of `logBeta`, so that its error grows with that.
 *
 * @example
 * ```ts
 * import { beta } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(beta(tensor(2), 3)) // => 0.08333333
 * ```
 * @category Gamma functions
 */
export const beta: BinaryFunction = ((a: Operand, b: Operand): Tensor =>
  exp((logBeta as (a: Operand, b: Operand) => Tensor)(a, b))) as BinaryFunction

/**
 * P(a, x), the regularized lower incomplete gamma function, for a > 0 and x ≥ 0, with broadcasting: the distribution function of the
 * gamma distribution of shape a. Derivatives by x exist to any order, by a to the first: by the series or the continued
 * fraction term by term (R. J. Moore, Appl. Statist. 31, 1982).
 *
 * @example
 * ```ts
 * import { gammaP } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(gammaP(tensor(1), 2)) // => 0.86466472
 * ```
 * @category Gamma functions
 */
export const gammaP = /* @__PURE__ */ binaryFunction(primitive.gammaP)

/**
 * Q(a, x) = 1 − P(a, x), the regularized upper incomplete gamma function, without cancellation where it is small. Derivatives as
 * of `gammaP`.
 *
 * @example
 * ```ts
 * import { gammaQ } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(gammaQ(tensor(1), 2)) // => 0.13533528
 * ```
 * @category Gamma functions
 */
export const gammaQ = /* @__PURE__ */ binaryFunction(primitive.gammaQ)

/**
 * I(x; a, b), the regularized incomplete beta function, for a, b > 0 and 0 ≤ x ≤ 1, with broadcasting: the distribution function of
 * the beta distribution. It has derivatives by x alone; those by a and b are refused.
 *
 * @example
 * ```ts
 * import { betaInc } from 'puregrad/special'
 * import { item, tensor } from 'puregrad'
 * item(betaInc(2, 3, tensor(0.5))) // => 0.6875
 * ```
 * @category Gamma functions
 */
export const betaInc = (a: Operand, b: Operand, x: Operand): Tensor => {
  const dtype = neighbourDType(a, b, x)
  const values = [a, b, x].map((operand) => valueOf(operand, dtype, 'betaInc'))
  const shape = values.reduce<readonly number[]>(
    (sofar, value) => broadcastShapes(sofar, value.shape, 'betaInc'),
    [],
  )
  return apply(
    primitive.betaInc,
    values.map((value) => o.broadcastTo(value, shape)),
    {},
  )
}

/**
 * The x with P(a, x) = p, for a > 0 and p in [0, 1], with broadcasting: the quantiles of the gamma distribution of shape a.
 * Its derivatives are those of the equation, with the limits of those of `gammaP`.
 *
 * @example
 * ```ts
 * import { item, tensor } from 'puregrad'
 * import { gammaPInv } from 'puregrad/special'
 * item(gammaPInv(1, tensor(0.5))) // => 0.69314718
 * ```
 * @category Gamma functions
 */
export const gammaPInv = /* @__PURE__ */ binaryFunction(primitive.gammaPInv)
