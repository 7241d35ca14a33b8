import type * as t from 'io-ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { settingCodec } from '../core/codec/setting-codec.ts'
import { initializerRanges, type InitializerSpec } from './initializers.ts'

/**
 * As the setting of a layer: an initializer.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeNetwork, dense, initializerSetting, layerKind } from 'puregrad/nn'
 * const score = layerKind('score', { start: initializerSetting }, ({ start }) => dense('score', 1, { weight: start }))
 * const layers = [{ kind: 'score', start: { kind: 'normal', std: -1 } }]
 * const decoded = decodeNetwork({ input: 3, layers }, { kinds: [score] })
 * E.isLeft(decoded) ? decoded.left.message : '' // => 'layers[0].start.std: expected a finite number of 0 or more, got -1'
 * ```
 * @category Layers
 */
export const initializerSetting = (): t.Type<InitializerSpec, unknown> =>
  oneKindOf(
    'an initializer',
    Object.fromEntries(
      Object.entries(initializerRanges).map(([kind, ranges]) => [
        kind,
        Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, settingCodec(range)])),
      ]),
    ),
  ) as t.Type<unknown, unknown> as t.Type<InitializerSpec, unknown>
