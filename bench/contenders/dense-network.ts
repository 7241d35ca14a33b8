import {
  add,
  div,
  matmul,
  mean,
  mul,
  pow,
  relu,
  sqrt,
  square,
  sub,
  tanh,
  tensor,
  valueAndGrad,
  zeros,
  type Tensor,
} from '../../src/node.ts'
import { softmaxCrossEntropy } from '../../src/nn/index.ts'
import { mapTree, zipTrees } from '../../src/core/tensor/tree.ts'
import { weightsOf } from './data.mjs'

interface Layer {
  readonly w: Tensor
  readonly b: Tensor
}
export type Net = readonly Layer[]
type Activation = (x: Tensor) => Tensor

export const netOf = (sizes: readonly number[]): Net =>
  weightsOf(sizes).map(({ inputs, out, w }) => ({
    w: tensor(w, { shape: [inputs, out] }),
    b: tensor(new Float32Array(out)),
  }))

export const product = matmul as (a: Tensor, b: Tensor) => Tensor

export const forward = (net: Net, x: Tensor, activate: Activation): Tensor =>
  net.reduce((h, { w, b }, l) => {
    const z = add(product(h, w), b)
    return l === net.length - 1 ? z : activate(z)
  }, x)

export type Loss = (net: Net, x: Tensor, y: Tensor) => Tensor
export const mlpLoss: Loss = (net, x, y) => softmaxCrossEntropy(forward(net, x, relu), y)
export const smallLoss: Loss = (net, x, y) => mean(square(sub(forward(net, x, tanh), y)))

export interface AdamState<P> {
  readonly params: P
  readonly m: P
  readonly v: P
  readonly t: Tensor
}
export const adamStart = <P>(params: P): AdamState<P> => {
  const zero = mapTree(params, (p) => zeros(p.shape))
  return { params, m: zero, v: zero, t: tensor(0) }
}
/** Adam with bias correction, the rate and both corrections gathered in scalars. */
export const adamUpdate = <P>({ params, m, v, t }: AdamState<P>, gradient: P): AdamState<P> => {
  const leafwise = (a: P, b: P, f: (x: Tensor, y: Tensor) => Tensor): P =>
    zipTrees(a, [b], ([x, y]) => f(x as Tensor, y as Tensor))
  const count = add(t, 1)
  const first = leafwise(m, gradient, (x, g) => add(mul(0.9, x), mul(0.1, g)))
  const second = leafwise(v, gradient, (x, g) => add(mul(0.999, x), mul(0.001, square(g))))
  const rate = div(0.001, sub(1, pow(0.9, count)))
  const root = div(1, sqrt(sub(1, pow(0.999, count))))
  const move = leafwise(first, second, (x, y) => mul(rate, div(x, add(mul(sqrt(y), root), 1e-8))))
  return { params: leafwise(params, move, (p, d) => sub(p, d)), m: first, v: second, t: count }
}

/** A step of gradient descent: the next parameters and the loss at these. */
export const sgdStep =
  (loss: Loss, rate: number) =>
  (params: Net, inputs: Tensor, targets: Tensor): readonly [Net, Tensor] => {
    const [value, gradient] = valueAndGrad(loss)(params, inputs, targets)
    return [zipTrees(params, [gradient], ([p, g]) => sub(p as Tensor, mul(rate, g as Tensor))), value]
  }

export const adamStepOf =
  (loss: Loss) =>
  (state: AdamState<Net>, inputs: Tensor, targets: Tensor): readonly [AdamState<Net>, Tensor] => {
    const [value, gradient] = valueAndGrad(loss)(state.params, inputs, targets)
    return [adamUpdate(state, gradient), value]
  }
