import type * as t from 'io-ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { settingCodec } from '../core/codec/setting-codec.ts'
import { initializerRanges, type InitializerSpec } from './initializers.ts'

/** As the setting of a layer: an initializer. */
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
