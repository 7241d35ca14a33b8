import type { PictureText, SignalsPicture } from 'puregrad/report'
import type { LayerProbe } from 'puregrad/study'

/** How large the signal is on its way back, layer by layer, one line for each report. */
export const signalPicture = (
  title: PictureText,
  reports: readonly (readonly [name: PictureText, report: { readonly probes: readonly LayerProbe[] }])[],
): SignalsPicture => ({
  kind: 'signals',
  title,
  y: { title: { en: 'size of the signal ‖δ‖', bg: 'големина на сигнала ‖δ‖' } },
  layers: (reports[0]?.[1].probes ?? []).map((_, layer) => String(layer + 1)),
  series: reports.map(([name, { probes }]) => ({ name, values: probes.map(({ signal }) => signal) })),
})
