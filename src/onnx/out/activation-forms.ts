import type { DType } from '../../core/tensor/dtype.ts'
import type { ActivationName } from '../../nn/activation-functions.ts'
import type { Attributes, Graph } from './graph.ts'

/** What an operator for an activation does, from the name of its input; undefined where the function is staged instead. */
type WriteActivation = (g: Graph, x: string, dtype: DType) => string

const operator =
  (type: string, attributes: Attributes = {}): WriteActivation =>
  (g, x) =>
    g.op(type, [x], attributes)

const half = (g: Graph, x: string, dtype: DType, doubled: string): string =>
  g.op('Mul', [g.op('Mul', [x, doubled]), g.scalar(0.5, dtype)])

/** In the form that runtimes look for. */
const gelu: WriteActivation = (g, x, dtype) =>
  half(
    g,
    x,
    dtype,
    g.op('Add', [g.op('Erf', [g.op('Div', [x, g.scalar(Math.SQRT2, dtype)])]), g.scalar(1, dtype)]),
  )

/**
 * The activation functions as the operators that other tools know; the same for finite inputs to the precision of float32.
 * Those without an entry are staged.
 */
export const activationForms: Readonly<Partial<Record<ActivationName, WriteActivation>>> = {
  identity: (_, x) => x,
  relu: operator('Relu'),
  leakyRelu: operator('LeakyRelu', { alpha: { float: 0.01 } }),
  elu: operator('Elu', { alpha: { float: 1 } }),
  selu: operator('Selu', { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  gelu,
  silu: (g, x) => g.op('Mul', [x, g.op('Sigmoid', [x])]),
  softplus: operator('Softplus'),
  mish: operator('Mish'),
  sigmoid: operator('Sigmoid'),
  tanh: operator('Tanh'),
  hardTanh: (g, x, dtype) => g.op('Clip', [x, g.scalar(-1, dtype), g.scalar(1, dtype)]),
  hardSigmoid: operator('HardSigmoid', { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }),
  softsign: operator('Softsign'),
}
