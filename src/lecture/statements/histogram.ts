import { toTypedArray, type Tensor } from 'puregrad'
import { histogramBins, type HistogramsPicture, type PictureText } from 'puregrad/report'

const bins = 30

/** Histograms of all elements of some tensors, over one range. */
export const histograms = (
  named: readonly { readonly name: PictureText; readonly values: Tensor }[],
): HistogramsPicture['panels'] => {
  const lists = named.map(({ name, values }) => ({ name, list: Array.from(toTypedArray(values), Number) }))
  const all = lists.flatMap(({ list }) => list)
  const low = all.reduce((a, b) => Math.min(a, b), Infinity)
  const high = all.reduce((a, b) => Math.max(a, b), -Infinity)
  return lists.map(({ name, list }) => ({
    name,
    bins: histogramBins(list, { low, high: high > low ? high : low + 1, bins }),
  }))
}
