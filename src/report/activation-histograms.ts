import { toTypedArray } from '../core/autodiff/read.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { greatestOf, leastOf } from '../core/tensor/extremes.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { evalMode, type Mode } from '../nn/mode.ts'
import type { Network } from '../nn/network.ts'
import { places } from '../nn/places.ts'
import { layerOutputs } from '../study/probe.ts'
import { countsOf } from './counts-of.ts'
import type { HistogramBin, HistogramsPicture } from './histograms-picture.ts'
import type { PictureText } from './picture-text.ts'
import { words } from './picture-words.ts'

/**
 * How many of some numbers lie in each of equal bins from `low` to `high`, the last of which has both its ends: of
 * numbers within these ends, each is in exactly one bin.
 *
 * @throws ArgumentError unless low < high are finite and there is at least one bin.
 * @example
 * ```ts
 * import { histogramBins } from 'puregrad/report'
 * histogramBins([0, 0.1, 0.5, 1], { low: 0, high: 1, bins: 2 }).map(({ count }) => count) // => [2, 2]
 * ```
 * @category Makers of pictures
 */
export const histogramBins = (
  values: readonly number[],
  options: { readonly low: number; readonly high: number; readonly bins: number },
): readonly HistogramBin[] => {
  checkOptions('histogramBins', options, { low: true, high: true, bins: true })
  const { low, high, bins } = options
  checkSetting('histogramBins', 'low', low)
  checkSetting('histogramBins', 'high', high, { above: low })
  checkSetting('histogramBins', 'bins', bins, count)
  const counts = countsOf(
    values
      .filter((value) => value >= low && value <= high)
      .map((value) => Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins))),
  )
  return Array.from({ length: bins }, (_, i) => ({
    low: low + ((high - low) * i) / bins,
    high: i === bins - 1 ? high : low + ((high - low) * (i + 1)) / bins,
    count: counts.get(i) ?? 0,
  }))
}

/**
 * What {@link activationHistograms} shows.
 *
 * @category Makers of pictures
 */
export interface ActivationHistogramsOptions {
  readonly title?: PictureText
  /** 40 unless told otherwise. */
  readonly bins?: number
  readonly mode?: Mode
}

/**
 * The outputs of every layer for some rows, as histograms over one axis.
 *
 * @param x `[rows, ...input]`
 * @throws ShapeError for rows that the network does not take; ArgumentError for another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { activationHistograms } from 'puregrad/report'
 * const net = network(2, activation('relu'))
 * const { panels } = activationHistograms(net, {}, {}, tensor([[-1, 4], [2, 0]]), { bins: 4 })
 * panels.map(({ name, bins }) => [name, bins.map(({ count }) => count)]) // => [['relu', [2, 0, 1, 1]]]
 * ```
 * @category Makers of pictures
 */
export const activationHistograms = <P, S>(
  net: Network<P, S>,
  params: P,
  state: S,
  x: Tensor,
  options: ActivationHistogramsOptions = {},
): HistogramsPicture => {
  checkOptions('activationHistograms', options, { title: true, bins: true, mode: true })
  const { title = words.activations, bins = 40, mode = evalMode } = options
  const names = places(net).map(({ label }) => label)
  const outputs = layerOutputs(net, params, state, x, mode).map((output) => {
    const all = Array.from(toTypedArray(output), Number)
    return { finite: all.filter(Number.isFinite), of: all.length }
  })
  const all = outputs.flatMap(({ finite }) => [leastOf(finite), greatestOf(finite)]).filter(Number.isFinite)
  const ends = all.length === 0 ? [0, 1] : [leastOf(all), greatestOf(all)]
  const [low, high] = ends[0]! < ends[1]! ? [ends[0]!, ends[1]!] : [ends[0]! - 0.5, ends[0]! + 0.5]
  return {
    kind: 'histograms',
    title,
    x: { title: words.activation },
    panels: outputs.map(({ finite, of }, i) => ({
      name: names[i] ?? String(i + 1),
      bins: histogramBins(finite, { low, high, bins }),
      ...(finite.length < of ? { notFinite: of - finite.length } : {}),
    })),
  }
}
