export { item, toArray, toTypedArray } from '../autodiff/read.ts'
export * from './activations.ts'
export * from './attention.ts'
export * from './arithmetic.ts'
export * from './arrangement.ts'
export * from './associative-scan.ts'
export * from './comparison.ts'
export * from './create.ts'
export * from './cumulative.ts'
export * from './elementary.ts'
export * from './histogram.ts'
export { einsum } from './einsum.ts'
export * from './index-by.ts'
export * from './index-updates.ts'
export * from './integer-division.ts'
export * from './matmul.ts'
export * from './nan-reductions.ts'
export * from './random.ts'
export * from './reduce.ts'
export * from './shape.ts'
export * from './statistics.ts'
export * from './transferable.ts'
export { quantile, percentile, median, type QuantileMethod, type QuantileOptions } from './quantile.ts'
export { searchSorted, type SearchOptions } from './search-sorted.ts'
export {
  segmentMax,
  segmentMean,
  segmentMin,
  segmentProd,
  segmentSum,
  type SegmentOptions,
} from './segments.ts'
export { nonZero, unique, type SizeOptions, type Unique } from './unique.ts'
export {
  convolution,
  transposedConvolution,
  type ConvolutionOptions,
  type TransposedConvolutionOptions,
} from './convolution.ts'
export { padWith, type PaddingMode } from './pad-with.ts'
export {
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool,
  maxPool,
  type AveragePoolOptions,
  type MaxPoolOptions,
} from './pooling.ts'
export { resize, type ResizeOptions } from './resize.ts'
export type { DTypeOption } from './dtype-option.ts'
export type { BinaryFunction, UnaryFunction } from './elementwise-function.ts'
export type { Operand } from './operand.ts'
export type { Padding, PerAxis } from './window-options.ts'
