import { activationKind } from './activation.ts'
import { batchNormKind } from './batch-norm.ts'
import { blockKind } from './block.ts'
import { convolutionKind, transposedConvolutionKind } from './convolution.ts'
import { denseKind, linearKind } from './dense.ts'
import { dropoutKind } from './dropout.ts'
import { dropConnectKind } from './drop-connect.ts'
import { embeddingKind, tokenEmbeddingKind } from './embedding.ts'
import { fadingDropoutKind } from './fading-dropout.ts'
import { flattenKind, unflattenKind } from './flatten.ts'
import { gaussianNoiseKind } from './gaussian-noise.ts'
import { groupNormKind } from './group-norm.ts'
import type { SpecOfLayer } from './layer-kind.ts'
import { layerNormKind } from './layer-norm.ts'
import { leakyKind, preluKind } from './leaky.ts'
import { maskedKind } from './masked.ts'
import { maxoutKind } from './maxout.ts'
import { parametricActivationKind } from './parametric-activation.ts'
import { periodicKind } from './periodic.ts'
import { multiHeadAttentionKind } from './multi-head-attention.ts'
import { positionalEncodingKind } from './positional-encoding.ts'
import { parallelKind } from './parallel.ts'
import { recurrentKind } from './recurrent.ts'
import { residualKind } from './residual.ts'
import { rmsNormKind } from './rms-norm.ts'
import { adaptiveAveragePoolKind, adaptiveMaxPoolKind, averagePoolKind, maxPoolKind } from './pooling.ts'
import { resizeKind } from './resize.ts'
import { scaleFeaturesKind } from './scale-features.ts'
import { stochasticDepthKind } from './stochastic-depth.ts'
import { weightNormKind } from './weight-norm.ts'

/**
 * The layers of the library that data can name: the one list of them.
 *
 * @category Layers
 */
export const layerKinds = [
  denseKind,
  activationKind,
  batchNormKind,
  blockKind,
  dropoutKind,
  embeddingKind,
  fadingDropoutKind,
  gaussianNoiseKind,
  layerNormKind,
  leakyKind,
  linearKind,
  maxoutKind,
  parametricActivationKind,
  periodicKind,
  preluKind,
  scaleFeaturesKind,
  dropConnectKind,
  groupNormKind,
  maskedKind,
  multiHeadAttentionKind,
  parallelKind,
  positionalEncodingKind,
  recurrentKind,
  residualKind,
  rmsNormKind,
  stochasticDepthKind,
  tokenEmbeddingKind,
  weightNormKind,
  convolutionKind,
  transposedConvolutionKind,
  maxPoolKind,
  averagePoolKind,
  adaptiveAveragePoolKind,
  adaptiveMaxPoolKind,
  flattenKind,
  unflattenKind,
  resizeKind,
] as const

/**
 * A layer of the library as plain data.
 *
 * @category Layers
 */
export type LibraryLayerSpec = SpecOfLayer<(typeof layerKinds)[number]>
