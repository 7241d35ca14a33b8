import { activationKind } from './activation.ts'
import { batchNormKind } from './batch-norm.ts'
import { blockKind } from './block.ts'
import { denseKind, linearKind } from './dense.ts'
import { dropoutKind } from './dropout.ts'
import { gaussianNoiseKind } from './gaussian-noise.ts'
import type { SpecOfLayer } from './layer-kind.ts'
import { layerNormKind } from './layer-norm.ts'
import { leakyKind, preluKind } from './leaky.ts'
import { maxoutKind } from './maxout.ts'

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
  gaussianNoiseKind,
  layerNormKind,
  leakyKind,
  linearKind,
  maxoutKind,
  preluKind,
] as const

/**
 * A layer of the library as plain data.
 *
 * @category Layers
 */
export type LibraryLayerSpec = SpecOfLayer<(typeof layerKinds)[number]>
