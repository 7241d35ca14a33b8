import type { Tensor } from 'puregrad'
import { toTypedArray } from 'puregrad'

/** One panel of a picture of histograms. */
export interface HistogramPanel {
  readonly name: { readonly en: string; readonly bg: string }
  readonly bins: readonly { readonly low: number; readonly high: number; readonly count: number }[]
}

/** Histograms of all elements of some tensors, over one range. */
export const histograms = (
  named: readonly { readonly name: HistogramPanel['name']; readonly values: Tensor }[],
  bins = 30,
): readonly HistogramPanel[] => {
  const lists = named.map(({ name, values }) => ({ name, list: Array.from(toTypedArray(values), Number) }))
  const low = Math.min(...lists.map(({ list }) => list.reduce((a, b) => Math.min(a, b), Infinity)))
  const high = Math.max(...lists.map(({ list }) => list.reduce((a, b) => Math.max(a, b), -Infinity)))
  const width = (high - low) / bins
  return lists.map(({ name, list }) => {
    const at = list.map((value) => Math.min(bins - 1, Math.floor((value - low) / width)))
    return {
      name,
      bins: Array.from({ length: bins }, (_, i) => ({
        low: low + i * width,
        high: low + (i + 1) * width,
        count: at.filter((bin) => bin === i).length,
      })),
    }
  })
}
