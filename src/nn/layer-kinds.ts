import { activationKind } from './activation.ts'
import { batchNormKind } from './batch-norm.ts'
import { blockKind } from './block.ts'
import { denseKind, linearKind } from './dense.ts'
import { dropoutKind } from './dropout.ts'
import { embeddingKind } from './embedding.ts'
import { fadingDropoutKind } from './fading-dropout.ts'
import { gaussianNoiseKind } from './gaussian-noise.ts'
import type { SpecOfLayer } from './layer-kind.ts'
import { layerNormKind } from './layer-norm.ts'
import { leakyKind, preluKind } from './leaky.ts'
import { maxoutKind } from './maxout.ts'
import { parametricActivationKind } from './parametric-activation.ts'
import { periodicKind } from './periodic.ts'
import { scaleFeaturesKind } from './scale-features.ts'

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
] as const

/**
 * A layer of the library as plain data.
 *
 * @category Layers
 */
export type LibraryLayerSpec = SpecOfLayer<(typeof layerKinds)[number]>
