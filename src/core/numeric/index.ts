export { item, toArray, toTypedArray } from '../autodiff/read.ts'
export * from './activations.ts'
export * from './arithmetic.ts'
export * from './comparison.ts'
export {
  convolution,
  transposedConvolution,
  type ConvolutionOptions,
  type TransposedConvolutionOptions,
} from './convolution.ts'
export * from './create.ts'
export * from './elementary.ts'
export * from './index-by.ts'
export * from './matmul.ts'
export { padWith, type PaddingMode } from './pad-with.ts'
export {
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool,
  maxPool,
  type AveragePoolOptions,
  type MaxPoolOptions,
} from './pooling.ts'
export * from './random.ts'
export * from './reduce.ts'
export { resize, type ResizeOptions } from './resize.ts'
export * from './shape.ts'
export * from './transferable.ts'
export type { DTypeOption } from './dtype-option.ts'
export type { BinaryFunction, UnaryFunction } from './elementwise-function.ts'
export type { Operand } from './operand.ts'
export type { Padding, PerAxis } from './window-options.ts'
