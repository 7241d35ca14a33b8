import type { LayerProbe } from 'puregrad/study'
import type { EarlierPicture } from '../earlier-claim.ts'

/** How large the signal is on its way back, layer by layer, one line for each report. */
export const signalPicture = (
  title: string,
  reports: readonly (readonly [name: string, report: { readonly probes: readonly LayerProbe[] }])[],
): EarlierPicture => ({
  title,
  x: { title: 'layer' },
  y: { title: '‖δ‖', scale: 'log' },
  mark: 'line',
  series: reports.map(([name, { probes }]) => ({
    name,
    points: probes.map(({ signal }, layer) => [layer + 1, signal] as const),
  })),
})
