import { checkOptions } from '../core/tensor/check-options.ts'
import type { LayerProbe } from '../study/probe.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'
import type { SignalsPicture } from './signals-picture.ts'

/**
 * What {@link signalPicture} shows.
 *
 * @category Makers of pictures
 */
export interface SignalPictureOptions {
  readonly title?: PictureText
  /** ‖δ‖, which comes back to a layer (the default), or the standard deviation of what goes out of it. */
  readonly of?: 'signal' | 'deviation'
  /** 'named' as in the first network (the default), or 'numbered' from 1. */
  readonly layers?: 'named' | 'numbered'
}

/**
 * How the signals of several networks change with depth, from their probes: all of one network in one row.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import { signalPicture } from 'puregrad/report'
 * const layer = { mean: 0, zeros: 0, saturated: 0, deviation: 1 }
 * const probes = [{ ...layer, position: 0, layer: 'first', signal: 0.01 }, { ...layer, position: 1, layer: 'last', signal: 1 }]
 * const { layers, series } = signalPicture([{ name: 'sigmoid', probes }])
 * layers // => ['first', 'last']
 * series[0]?.values // => [0.01, 1]
 * ```
 * @category Makers of pictures
 */
export const signalPicture = (
  networks: readonly { readonly name: PictureText; readonly probes: readonly LayerProbe[] }[],
  options: SignalPictureOptions = {},
): SignalsPicture => {
  checkOptions('signalPicture', options, { title: true, of: true, layers: true })
  const { title = words.signals, of = 'signal', layers = 'named' } = options
  return {
    kind: 'signals',
    title,
    y: { title: of === 'signal' ? words.returningSignal : words.deviation },
    layers: networks[0]?.probes.map(({ layer }, i) => (layers === 'named' ? layer : String(i + 1))) ?? [],
    series: networks.map(({ name, probes }) => ({ name, values: probes.map((probe) => probe[of]) })),
  }
}
