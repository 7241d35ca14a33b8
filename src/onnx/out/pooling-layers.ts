import { windowsOver } from '../../core/numeric/pooling.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import type { Sizes } from '../../core/tensor/shape.ts'
import type { LayerSpec } from '../../nn/layer.ts'
import {
  adaptiveAveragePoolKind,
  adaptiveMaxPoolKind,
  averagePoolKind,
  maxPoolKind,
  type AveragePoolSpec,
  type MaxPoolSpec,
} from '../../nn/pooling.ts'
import { channelsFirst, channelsLast } from './convolution-forms.ts'
import type { Attributes, Graph } from './graph.ts'

const windowed = (
  g: Graph,
  x: string,
  input: Sizes,
  type: string,
  spec: MaxPoolSpec | Omit<AveragePoolSpec, 'kind'>,
  attributes: Attributes,
): string => {
  const { taps, strides, low, high } = windowsOver('onnx', { shape: [1, ...input] }, spec)
  const rank = input.length + 1
  const pooled = g.op(type, [channelsFirst(g, x, rank)], {
    kernel_shape: { ints: taps },
    strides: { ints: strides },
    pads: { ints: [...low, ...high] },
    ...attributes,
  })
  return channelsLast(g, pooled, rank)
}

const overSpace = (g: Graph, x: string, input: Sizes, type: string): string => {
  const rank = input.length + 1
  return channelsLast(g, g.op(type, [channelsFirst(g, x, rank)]), rank)
}

const isOne = (size: number | readonly number[]): boolean => [size].flat().every((n) => n === 1)

/** A pooling layer as the operator that other tools know; undefined for one that is staged instead. */
export const writePooling = (
  g: Graph,
  x: string,
  input: Sizes,
  dtype: DType,
  spec: LayerSpec,
): string | undefined => {
  if (maxPoolKind.is(spec)) {
    const { dilation } = windowsOver('onnx', { shape: [1, ...input] }, spec)
    return windowed(g, x, input, 'MaxPool', spec, { dilations: { ints: dilation } })
  }
  // onnxruntime has no kernel of means for float64.
  if (averagePoolKind.is(spec) && dtype === 'float32')
    return windowed(g, x, input, 'AveragePool', spec, {
      count_include_pad: { int: spec.countPadding ? 1 : 0 },
    })
  if (adaptiveAveragePoolKind.is(spec) && isOne(spec.size) && dtype === 'float32')
    return overSpace(g, x, input, 'GlobalAveragePool')
  if (adaptiveMaxPoolKind.is(spec) && isOne(spec.size) && dtype === 'float32')
    return overSpace(g, x, input, 'GlobalMaxPool')
  return undefined
}
