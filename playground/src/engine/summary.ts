import { slice, toTypedArray, type Tensor } from 'puregrad'
import type { DataSummary } from './messages.ts'
import type { Rows } from './rows.ts'
import { fields, isDigits, isPlanar, type Settings } from './settings.ts'
import { say } from './wordings.ts'
import { pointsOf } from './views.ts'

const mostSamples = 40

/** What a training works on, for the page. */
export const summaryOf = (
  settings: Settings,
  { train, dev, test, raw }: Rows,
  file?: string,
): DataSummary => {
  const title = fields.data.choices.find(({ value }) => value === settings.data)?.name ?? say('', '')
  const samples = Math.min(mostSamples, raw.train.n)
  return {
    title: settings.data === 'csv' && file !== undefined ? say(file, file) : title,
    rows: { train: train.n, dev: dev.n, test: test.n },
    features: raw.train.featureNames,
    classes: raw.train.targets.names,
    ...(isPlanar(settings) ? { points: { train: pointsOf(raw.train), dev: pointsOf(raw.dev) } } : {}),
    ...(isDigits(settings)
      ? {
          samples: {
            pixels: Float32Array.from(toTypedArray(slice(raw.train.x, [0], [samples]) as Tensor)),
            labels: Uint8Array.from(toTypedArray(slice(raw.train.y, [0], [samples]) as Tensor)),
          },
        }
      : {}),
    testDigest: test.digest,
  }
}
