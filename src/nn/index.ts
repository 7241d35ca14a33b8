/**
 * Layers and their composition, initializers, losses and penalties.
 *
 * @packageDocumentation
 */
export { activationFacts, type ActivationFacts, type Kink } from './activation-facts.ts'
export { activationFunctions, activationNames, type ActivationName } from './activation-functions.ts'
export {
  accuracy,
  hinge,
  multiClassHinge,
  sigmoidBinaryCrossEntropy,
  softmaxCrossEntropy,
  softmaxCrossEntropyFromProbabilities,
  type CrossEntropyOptions,
} from './classification-losses.ts'
export { activation, activationKind, type ActivationSpec } from './activation.ts'
export {
  batchNorm,
  type BatchNormOptions,
  type BatchNormParams,
  type BatchNormSpec,
  type BatchNormState,
} from './batch-norm.ts'
export { block, type BlockSpec } from './block.ts'
export {
  gruCell,
  lstmCell,
  simpleCell,
  type Cell,
  type CellParams,
  type CellSpec,
  type GruParams,
  type LstmCarried,
} from './cell.ts'
export type { ParamsOf, StateOf, UniqueNames } from './composed.ts'
export {
  convolution,
  transposedConvolution,
  type ConvolutionLayerOptions,
  type ConvolutionParams,
  type ConvolutionSpec,
  type TransposedConvolutionLayerOptions,
  type TransposedConvolutionSpec,
} from './convolution.ts'
export { flatten, unflatten, type FlattenSpec, type UnflattenSpec } from './flatten.ts'
export {
  adaptiveAveragePool,
  adaptiveMaxPool,
  averagePool,
  maxPool,
  type AdaptiveAveragePoolSpec,
  type AdaptiveMaxPoolSpec,
  type AveragePoolSpec,
  type MaxPoolSpec,
} from './pooling.ts'
export { resize, type ResizeSpec } from './resize.ts'
export { convertDropout } from './convert-dropout.ts'
export {
  dense,
  type DenseOptions,
  type DenseParams,
  type DenseSpec,
  type LinearParams,
  type LinearSpec,
} from './dense.ts'
export { dropConnect, type DropConnectSpec } from './drop-connect.ts'
export { dropout, dropoutKind, type DropoutOptions, type DropoutSpec } from './dropout.ts'
export {
  embedding,
  type CodedColumn,
  type EmbeddingOptions,
  type EmbeddingParams,
  type EmbeddingSpec,
  type TokenEmbeddingOptions,
  type TokenEmbeddingSpec,
} from './embedding.ts'
export { fadingDropout, type FadingDropoutSpec, type FadingDropoutState } from './fading-dropout.ts'
export {
  parametricActivation,
  type ParametricActivationParams,
  type ParametricActivationSpec,
} from './parametric-activation.ts'
export { periodic, type PeriodicOptions, type PeriodicParams, type PeriodicSpec } from './periodic.ts'
export { scaleFeatures, type ScaleFeaturesParams, type ScaleFeaturesSpec } from './scale-features.ts'
export { gaussianNoise, type GaussianNoiseSpec } from './gaussian-noise.ts'
export { groupLasso } from './group-lasso.ts'
export { groupNorm, type GroupNormParams, type GroupNormSpec } from './group-norm.ts'
export { initializerSetting } from './initializer-codec.ts'
export { layerKind, type LayerKind, type SpecOf, type SpecOfLayer } from './layer-kind.ts'
export { layerKinds, type LibraryLayerSpec } from './layer-kinds.ts'
export { layerNorm, type LayerNormParams, type LayerNormSpec } from './layer-norm.ts'
export { innerLayer, innerLayers, layerName } from './layer-settings.ts'
export type { AnyLayer, Layer, LayerSpec, LayerStart, LayerTree, NoState, Tap } from './layer.ts'
export { leaky, prelu, type LeakySpec, type PreluParams, type PreluSpec } from './leaky.ts'
export { masked, type MaskedOptions, type MaskedSpec } from './masked.ts'
export { maxout, type MaxoutOptions, type MaxoutSpec } from './maxout.ts'
export { convertLambda, type LambdaForm } from './lambda-forms.ts'
export { decodeNetwork, type DecodedNetwork } from './decode-network.ts'
export { decodePenalty, type PenaltySpec } from './decode-penalty.ts'
export {
  constant,
  heNormal,
  heUniform,
  initialize,
  lecunNormal,
  lecunUniform,
  normalInitializer,
  orthogonal,
  scaledIdentity,
  uniformInitializer,
  xavierNormal,
  xavierUniform,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
export { calibrateMode, evalMode, trainMode, type Mode } from './mode.ts'
export {
  crossAttention,
  multiHeadAttention,
  type MultiHeadAttentionOptions,
  type MultiHeadAttentionParams,
  type MultiHeadAttentionSpec,
} from './multi-head-attention.ts'
export { network, type Network, type NetworkSpec } from './network.ts'
export { parallel, type ParallelOptions, type ParallelSpec } from './parallel.ts'
export { places, type Place } from './places.ts'
export { penalized, penaltyMonoid, penaltyValue, type Penalty, type PenaltyTerm } from './penalty.ts'
export {
  positionalEncoding,
  rotary,
  type PositionalEncodingParams,
  type PositionalEncodingSpec,
} from './positional-encoding.ts'
export { predictClass } from './predict-class.ts'
export { recalibrate } from './recalibrate.ts'
export {
  recurrent,
  runCell,
  type BidirectionalParams,
  type RecurrentOptions,
  type RecurrentSpec,
} from './recurrent.ts'
export { type LossOptions } from './reduction.ts'
export { huber, meanAbsoluteError, meanSquaredError, type HuberOptions } from './regression-losses.ts'
export { residual, type ResidualOptions, type ResidualSpec } from './residual.ts'
export { rmsNorm, type RmsNormParams, type RmsNormSpec } from './rms-norm.ts'
export { stateless, type StatelessNetwork } from './stateless.ts'
export { stochasticDepth, type StochasticDepthSpec } from './stochastic-depth.ts'
export { shareParameters } from './share-parameters.ts'
export { tie } from './tie.ts'
export {
  transformerBlock,
  type TransformerBlockOptions,
  type TransformerBlockParams,
  type TransformerBlockState,
} from './transformer-block.ts'
export { weightNorm, type WeightNormParams, type WeightNormSpec } from './weight-norm.ts'
export { elasticNet, l1, l2 } from './weight-penalties.ts'
