import * as t from 'io-ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import type { LayerSpec } from './layer.ts'

/** As the setting of a layer: the name its parameters are kept under. */
export const layerName = (): t.Type<string> =>
  refinedCodec('a name', (u): u is string => typeof u === 'string' && u !== '')

/** As the setting of a layer: the layers inside of it. */
export const innerLayers = (layer: t.Type<LayerSpec, unknown>): t.Type<readonly LayerSpec[], unknown> =>
  t.readonlyArray(layer)
