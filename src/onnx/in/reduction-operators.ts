import {
  abs,
  add,
  argmax,
  argmin,
  cumsum,
  div,
  flip,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  mean,
  min,
  mul,
  prod,
  reshape,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  transpose,
} from '../../core/numeric/index.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { axisOf, knownNumbers, required } from './known-numbers.ts'
import type { Operator, Operators } from './operators.ts'

interface Reduction {
  readonly axis: readonly number[]
  readonly keepDims: boolean
}

/** Axes are an input in later versions and a setting before; without any it is all of them, unless that is said to be none. */
const reducing =
  (f: (x: Tensor, options: Reduction) => Tensor): Operator =>
  (inputs, { settings }) => {
    const x = required(inputs, 0)
    const given = inputs[1] === undefined ? settings.ints('axes') : knownNumbers(inputs[1])
    if ((given === undefined || given.length === 0) && settings.int('noop_with_empty_axes', 0) === 1)
      return [x]
    const axis =
      given === undefined || given.length === 0
        ? [...x.shape.keys()]
        : given.map((one) => axisOf(one, x.rank))
    return [f(x, { axis, keepDims: settings.int('keepdims', 1) === 1 })]
  }

const positions =
  (f: (x: Tensor, options: { readonly axis: number }) => Tensor): Operator =>
  (inputs, { settings }) => {
    const x = required(inputs, 0)
    const axis = axisOf(settings.int('axis', 0), x.rank)
    if (settings.int('select_last_index', 0) === 1)
      throw new ArgumentError('expected the first of equal elements, got select_last_index = 1')
    const found = f(x, { axis })
    return [
      settings.int('keepdims', 1) === 1
        ? reshape(
            found,
            x.shape.map((size, one) => (one === axis ? 1 : size)),
          )
        : found,
    ]
  }

const cumulated: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  const axis = axisOf(knownNumbers(required(inputs, 1))[0] ?? 0, x.rank)
  const turned = settings.int('reverse', 0) === 1
  const sums = turned ? flip(cumsum(flip(x, { axis }), { axis }), { axis }) : cumsum(x, { axis })
  return [settings.int('exclusive', 0) === 1 ? sub(sums, x) : sums]
}

/** α·A·B + β·C, either factor transposed where that is said. */
const general: Operator = (inputs, { settings }) => {
  const factor = (position: number, name: string): Tensor =>
    settings.int(name, 0) === 1 ? transpose(required(inputs, position)) : required(inputs, position)
  const [alpha, beta] = [settings.float('alpha', 1), settings.float('beta', 1)]
  const product: Tensor = matmul(factor(0, 'transA'), factor(1, 'transB'))
  const scaled = alpha === 1 ? product : mul(product, alpha)
  const added = inputs[2]
  return [added === undefined ? scaled : add(scaled, beta === 1 ? added : mul(added, beta))]
}

/** Statistics along axis 1, whatever axes follow. */
const batchNormalized: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  if (settings.int('training_mode', 0) === 1)
    throw new ArgumentError('expected a batch normalization in evaluation, got training_mode = 1')
  const along = (position: number): Tensor => {
    const given = required(inputs, position)
    return reshape(given, [given.size, ...x.shape.slice(2).map(() => 1)])
  }
  const spread = sqrt(add(along(4), settings.float('epsilon', 1e-5)))
  return [add(mul(div(sub(x, along(3)), spread), along(1)), along(2))]
}

const layerNormalized: Operator = (inputs, { settings }) => {
  const x = required(inputs, 0)
  const from = axisOf(settings.int('axis', -1), x.rank)
  const axis = [...x.shape.keys()].slice(from)
  const centred = sub(x, mean(x, { axis, keepDims: true }))
  const spread = sqrt(add(mean(square(centred), { axis, keepDims: true }), settings.float('epsilon', 1e-5)))
  const scaled = mul(div(centred, spread), required(inputs, 1))
  return [inputs[2] === undefined ? scaled : add(scaled, inputs[2])]
}

/** Before version 13 the elements from the axis on were one axis. */
const normalized =
  (f: (x: Tensor, options: { readonly axis: number }) => Tensor): Operator =>
  (inputs, { settings, opset }) => {
    const x = required(inputs, 0)
    const axis = axisOf(settings.int('axis', opset >= 13 ? -1 : 1), x.rank)
    if (opset < 13 && axis !== x.rank - 1)
      throw new ArgumentError(`expected the last axis, got axis ${axis} of ${x.rank}`)
    return [f(x, { axis })]
  }

/** Operators over axes, products, and normalizations. */
export const reductionOperators: Operators = {
  ArgMax: positions((x, options) => argmax(x, options)),
  ArgMin: positions((x, options) => argmin(x, options)),
  BatchNormalization: batchNormalized,
  CumSum: cumulated,
  Dropout: (inputs) => [required(inputs, 0)],
  Gemm: general,
  LayerNormalization: layerNormalized,
  LogSoftmax: normalized((x, options) => logSoftmax(x, options)),
  MatMul: (inputs) => [matmul(required(inputs, 0), required(inputs, 1))],
  ReduceL1: reducing((x, options) => sum(abs(x), options)),
  ReduceL2: reducing((x, options) => sqrt(sum(square(x), options))),
  ReduceLogSumExp: reducing((x, options) => logSumExp(x, options)),
  ReduceMax: reducing((x, options) => max(x, options)),
  ReduceMean: reducing((x, options) => mean(x, options)),
  ReduceMin: reducing((x, options) => min(x, options)),
  ReduceProd: reducing((x, options) => prod(x, options)),
  ReduceSum: reducing((x, options) => sum(x, options)),
  ReduceSumSquare: reducing((x, options) => sum(square(x), options)),
  Softmax: normalized((x, options) => softmax(x, options)),
}
