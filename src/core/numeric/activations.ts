import { checkChoice } from '../tensor/check-choice.ts'
import { checkOptions } from '../tensor/check-options.ts'
import type { Shape } from '../tensor/shape-types.ts'
import type { Tensor } from '../tensor/tensor.ts'
import {
  add,
  clip,
  div,
  erf,
  exp,
  expm1,
  log1p,
  mul,
  neg,
  abs,
  sigmoid,
  sign,
  sub,
  tanh,
} from './arithmetic.ts'
import { equal, greater, less, lessEqual, where } from './comparison.ts'
import { isPlainly } from './operand.ts'

/** Keeps the shape type through functions whose broadcasting never changes it. */
const shaped =
  (f: (x: Tensor) => Tensor) =>
  <S extends Shape>(x: Tensor<S>): Tensor<S> =>
    f(x) as Tensor<S>

/**
 * max(0, x); the derivative at 0 is taken as 0. NaN stays NaN.
 *
 * @example
 * ```ts
 * import { relu, tensor, toArray } from 'puregrad'
 * toArray(relu(tensor([-1, 2]))) // => [0, 2]
 * ```
 * @category Activations
 */
export const relu = /* @__PURE__ */ shaped((x) => where(lessEqual(x, 0), 0, x))

/**
 * x where positive, slope · x elsewhere. Source: A. L. Maas et al., ICML 2013.
 *
 * @example
 * ```ts
 * import { leakyRelu, tensor, toArray } from 'puregrad'
 * toArray(leakyRelu(tensor([-1, 2]), { slope: 0.25 })) // => [-0.25, 2]
 * ```
 * @category Activations
 */
export const leakyRelu = <S extends Shape>(
  x: Tensor<S>,
  options: { readonly slope?: number } = {},
): Tensor<S> => {
  checkOptions('leakyRelu', options, { slope: true })
  const { slope = 0.01 } = options
  return isPlainly(slope, 0) ? relu(x) : (where(greater(x, 0), x, mul(x, slope)) as Tensor<S>)
}

/**
 * x where positive, α(eˣ − 1) elsewhere. Source: D.-A. Clevert et al., ICLR 2016.
 *
 * @example
 * ```ts
 * import { elu, tensor, toArray } from 'puregrad'
 * toArray(elu(tensor([-1, 2]))) // => [-0.63212056, 2]
 * ```
 * @category Activations
 */
export const elu = <S extends Shape>(x: Tensor<S>, options: { readonly alpha?: number } = {}): Tensor<S> => {
  checkOptions('elu', options, { alpha: true })
  const { alpha = 1 } = options
  const value: Tensor = x
  const positive = greater(value, 0)
  // The other branch is evaluated at 0 where it is not taken, so that it cannot overflow.
  return where(positive, value, mul(expm1(where(positive, 0, value)), alpha)) as Tensor<S>
}

/** x times a gate that goes to 0 on the left and to 1 on the right; at ±∞ the product is its limit, and so is the slope. */
const gated = (x: Tensor, gate: Tensor): Tensor => where(equal(abs(x), Infinity), relu(x), mul(x, gate))

/**
 * Self-normalizing ELU with λ = 1.0507…, α = 1.6733…. Source: G. Klambauer et al., NeurIPS 2017.
 *
 * @example
 * ```ts
 * import { selu, tensor, toArray } from 'puregrad'
 * toArray(selu(tensor([-1, 1]))) // => [-1.1113307, 1.05070099]
 * ```
 * @category Activations
 */
export const selu = /* @__PURE__ */ shaped((x) =>
  mul(elu(x, { alpha: 1.6732632423543772 }), 1.0507009873554805),
)

/** tanh(√(2/π) (x + 0.044715 x³)), which is ±1 to all digits beyond ±10: nobody needs it there, where x³ overflows. */
const tanhCurve = (x: Tensor): Tensor =>
  tanh(mul(add(x, mul(mul(mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI)))

/**
 * x · Φ(x), by the error function or by the usual tanh approximation.
 * Source: D. Hendrycks, K. Gimpel, 2016.
 *
 * @example
 * ```ts
 * import { gelu, tensor, toArray } from 'puregrad'
 * toArray(gelu(tensor([-1, 0, 1]))) // => [-0.15865525, 0, 0.84134475]
 * ```
 * @category Activations
 */
export const gelu = <S extends Shape>(
  x: Tensor<S>,
  options: { readonly form?: 'erf' | 'tanh' } = {},
): Tensor<S> => {
  checkOptions('gelu', options, { form: true })
  const { form = 'erf' } = options
  checkChoice('gelu', 'form', form, ['erf', 'tanh'])
  const value: Tensor = x
  const curve = form === 'erf' ? erf(mul(value, Math.SQRT1_2)) : tanhCurve(clip(value, -10, 10))
  return gated(value, mul(add(curve, 1), 0.5)) as Tensor<S>
}

/**
 * x · sigmoid(x), also called swish.
 *
 * @example
 * ```ts
 * import { silu, tensor, toArray } from 'puregrad'
 * toArray(silu(tensor([-1, 1]))) // => [-0.26894142, 0.73105858]
 * ```
 * @category Activations
 */
export const silu = /* @__PURE__ */ shaped((x) => gated(x, sigmoid(x)))

/**
 * log(1 + eˣ) without overflow.
 *
 * @example
 * ```ts
 * import { item, softplus, tensor } from 'puregrad'
 * item(softplus(tensor(0))) // => 0.6931472
 * ```
 * @category Activations
 */
export const softplus = /* @__PURE__ */ shaped((x) => {
  // max(x, 0) + log1p(e^−|x|), with each branch differentiated where it is taken: no kink at 0 remains.
  const positive = greater(x, 0)
  const size = where(positive, neg(x), x)
  return add(where(positive, x, 0), log1p(exp(size)))
})

/**
 * x · tanh(softplus(x)). Source: D. Misra, 2019.
 *
 * @example
 * ```ts
 * import { mish, tensor, toArray } from 'puregrad'
 * toArray(mish(tensor([0, 1]))) // => [0, 0.86509839]
 * ```
 * @category Activations
 */
export const mish = /* @__PURE__ */ shaped((x) => gated(x, tanh(softplus(x))))

/**
 * x limited to [−1, 1].
 *
 * @example
 * ```ts
 * import { hardTanh, tensor, toArray } from 'puregrad'
 * toArray(hardTanh(tensor([-4, 0.5, 4]))) // => [-1, 0.5, 1]
 * ```
 * @category Activations
 */
export const hardTanh = /* @__PURE__ */ shaped((x) => clip(x, -1, 1))

/**
 * x/6 + ½ limited to [0, 1].
 *
 * @example
 * ```ts
 * import { hardSigmoid, tensor, toArray } from 'puregrad'
 * toArray(hardSigmoid(tensor([-4, 0, 4]))) // => [0, 0.5, 1]
 * ```
 * @category Activations
 */
export const hardSigmoid = /* @__PURE__ */ shaped((x) => clip(add(div(x, 6), 0.5), 0, 1))

/**
 * x / (1 + |x|), ±1 at ±∞.
 *
 * @example
 * ```ts
 * import { softsign, tensor, toArray } from 'puregrad'
 * toArray(softsign(tensor([-1, 3]))) // => [-0.5, 0.75]
 * ```
 * @category Activations
 */
export const softsign = /* @__PURE__ */ shaped((x) => {
  const size = abs(x)
  const rest = add(size, 1)
  // Two forms of one function: in the slope of the first the digits cancel far from 0, in the second near 0.
  return where(less(size, 1), div(x, rest), sub(sign(x), div(sign(x), rest)))
})
