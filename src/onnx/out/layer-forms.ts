import { concreteOf } from '../../core/autodiff/read.ts'
import { copyElements, viewOf } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { bufferFrom } from '../../core/tensor/dtype.ts'
import type { Sizes } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { LayerTree } from '../../nn/layer.ts'
import type { AnyLayer } from '../../nn/layer.ts'
import { activationKind } from '../../nn/activation.ts'
import { batchNormKind, type BatchNormSpec } from '../../nn/batch-norm.ts'
import { denseKind, linearKind } from '../../nn/dense.ts'
import { dropoutKind } from '../../nn/dropout.ts'
import { fadingDropoutKind } from '../../nn/fading-dropout.ts'
import { gaussianNoiseKind } from '../../nn/gaussian-noise.ts'
import { layerNormKind } from '../../nn/layer-norm.ts'
import { leakyKind, preluKind } from '../../nn/leaky.ts'
import { scaleFeaturesKind } from '../../nn/scale-features.ts'
import { stochasticDepthKind } from '../../nn/stochastic-depth.ts'
import { activationForms } from './activation-forms.ts'
import type { Graph } from './graph.ts'
import { writePooling } from './pooling-layers.ts'

/** A layer in evaluation, with what it has learnt. */
export interface LayerInUse {
  readonly layer: AnyLayer
  readonly params: LayerTree
  readonly state: LayerTree
  /** The names of the blocks around it and its own. */
  readonly path: readonly string[]
}

const tensorAt = (tree: LayerTree, name: string): Tensor => tree[name] as Tensor

/** A learnt tensor as a constant of the graph, under the name of its layer. */
const learnt = (g: Graph, { path, params }: LayerInUse, name: string): string =>
  g.tensor(concreteOf(tensorAt(params, name), 'onnx'), [...path, name].join('.'))

const numbers = (tensor: Tensor): readonly number[] => Array.from(copyElements(concreteOf(tensor, 'onnx')))

const vector = (g: Graph, values: readonly number[], dtype: DType, name: string): string =>
  g.tensor(viewOf(bufferFrom(dtype, values), dtype, [values.length]), name)

/** The moving statistics as they are used: the unbiased averages, 0 and 1 before any training. */
const batchNormalized = (
  g: Graph,
  x: string,
  dtype: DType,
  use: LayerInUse,
  { track, epsilon }: BatchNormSpec,
): string => {
  const [weight = 0] = numbers(tensorAt(use.state, 'weight'))
  const mean = numbers(tensorAt(use.state, 'mean')).map((sum) => (weight > 0 ? sum / weight : 0))
  const variance = numbers(tensorAt(use.state, 'spread'))
    .map((sum) => (weight > 0 ? sum / weight : 1))
    .map((spread) => (track === 'sigma' ? spread * spread : spread))
  const named = (name: string): string => [...use.path, name].join('.')
  return g.op(
    'BatchNormalization',
    [
      x,
      learnt(g, use, 'gamma'),
      learnt(g, use, 'beta'),
      vector(g, mean, dtype, named('mean')),
      vector(g, variance, dtype, named('variance')),
    ],
    { epsilon: { float: epsilon } },
  )
}

/**
 * A layer of the library as the operators that other tools know it by; undefined for one that is staged instead: its
 * function is then written primitive by primitive.
 */
export const writeLayer = (
  g: Graph,
  x: string,
  input: Sizes,
  dtype: DType,
  use: LayerInUse,
): string | undefined => {
  const { spec } = use.layer
  // Gemm is of matrices, and BatchNormalization has the channels first.
  const isVector = input.length === 1
  if (denseKind.is(spec))
    return isVector
      ? g.op('Gemm', [x, learnt(g, use, 'weight'), learnt(g, use, 'bias')])
      : g.op('Add', [g.op('MatMul', [x, learnt(g, use, 'weight')]), learnt(g, use, 'bias')])
  if (linearKind.is(spec)) return g.op('MatMul', [x, learnt(g, use, 'weight')])
  // onnxruntime has no kernel of Erf for float64, and none of what it makes of x times a sigmoid.
  if (activationKind.is(spec))
    return dtype === 'float64' && (spec.function === 'gelu' || spec.function === 'silu')
      ? undefined
      : activationForms[spec.function]?.(g, x, dtype)
  if (batchNormKind.is(spec))
    return spec.form === 'slide' || !isVector ? undefined : batchNormalized(g, x, dtype, use, spec)
  if (layerNormKind.is(spec))
    return g.op('LayerNormalization', [x, learnt(g, use, 'gamma'), learnt(g, use, 'beta')], {
      axis: { int: -1 },
      epsilon: { float: spec.epsilon },
    })
  if (leakyKind.is(spec)) return g.op('LeakyRelu', [x], { alpha: { float: spec.slope } })
  if (preluKind.is(spec)) return g.op('PRelu', [x, learnt(g, use, 'slope')])
  if (scaleFeaturesKind.is(spec)) return g.op('Mul', [x, learnt(g, use, 'scale')])
  if (dropoutKind.is(spec))
    return spec.scaling === 'slide' ? g.op('Mul', [x, g.scalar(1 - spec.rate, dtype)]) : x
  if (fadingDropoutKind.is(spec) || gaussianNoiseKind.is(spec) || stochasticDepthKind.is(spec)) return x
  return writePooling(g, x, input, dtype, spec)
}
