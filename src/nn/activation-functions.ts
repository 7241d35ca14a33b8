import {
  elu,
  gelu,
  hardSigmoid,
  hardTanh,
  leakyRelu,
  mish,
  relu,
  selu,
  sigmoid,
  silu,
  softplus,
  softsign,
  tanh,
} from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * The activation functions a network can name.
 *
 * @category Activations
 */
export const activationFunctions = {
  identity: (x) => x,
  relu: (x) => relu(x),
  leakyRelu: (x) => leakyRelu(x),
  elu: (x) => elu(x),
  selu: (x) => selu(x),
  gelu: (x) => gelu(x),
  geluTanh: (x) => gelu(x, { form: 'tanh' }),
  silu: (x) => silu(x),
  softplus: (x) => softplus(x),
  mish: (x) => mish(x),
  sigmoid: (x) => sigmoid(x),
  tanh: (x) => tanh(x),
  hardTanh: (x) => hardTanh(x),
  hardSigmoid: (x) => hardSigmoid(x),
  softsign: (x) => softsign(x),
} as const satisfies Readonly<Record<string, (x: Tensor) => Tensor>>

/**
 * The name of an activation function.
 *
 * @category Activations
 */
export type ActivationName = keyof typeof activationFunctions

/**
 * The names of all activation functions, as {@link activation} takes them.
 *
 * @category Activations
 */
export const activationNames = Object.keys(activationFunctions) as readonly ActivationName[]
