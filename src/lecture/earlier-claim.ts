import type { Key } from 'puregrad'
import type { Picture, Wording } from 'puregrad/report'
import type { Claim, Mark, Measure, Progress } from './claim.ts'

export interface EarlierPicture {
  readonly title: string
  readonly x: { readonly title: string; readonly scale?: 'linear' | 'log' }
  readonly y: { readonly title: string; readonly scale?: 'linear' | 'log' }
  readonly mark: 'line' | 'point'
  readonly series: readonly {
    readonly name: string
    readonly points: readonly (readonly [x: number, y: number])[]
    readonly intervals?: readonly (readonly [x: number, low: number, high: number])[]
  }[]
}

interface EarlierMeasurement {
  readonly figures: Readonly<Record<string, number>>
  readonly counterExample?: string
  readonly pictures?: readonly EarlierPicture[]
}

export interface EarlierClaim extends Omit<Claim, 'measures' | 'settings' | 'measure'> {
  readonly marks: Readonly<Record<string, Mark>>
  readonly literalMarks?: Readonly<Record<string, Mark>>
  readonly measure: (key: Key, progress: Progress) => EarlierMeasurement | Promise<EarlierMeasurement>
}

const both = (text: string): Wording => ({ en: text, bg: text })

const picture = ({ title, x, y, mark, series }: EarlierPicture): Picture => ({
  kind: 'curves',
  title: both(title),
  x: { ...x, title: both(x.title) },
  y: { ...y, title: both(y.title) },
  series: series.map(({ name, ...rest }) => ({ name: both(name), mark, ...rest })),
})

/** A claim in its earlier form: one name a figure, no settings. */
export const earlierClaim = ({ marks, literalMarks = {}, measure, ...claim }: EarlierClaim): Claim => ({
  ...claim,
  settings: {},
  measures: Object.fromEntries(
    [...new Set([...Object.keys(marks), ...Object.keys(literalMarks)])].map((name): [string, Measure] => [
      name,
      {
        name: both(name),
        ...(marks[name] === undefined ? {} : { corrected: marks[name] }),
        ...(literalMarks[name] === undefined ? {} : { literal: literalMarks[name] }),
      },
    ]),
  ),
  measure: async ({ key, progress }) => {
    const { figures, counterExample, pictures } = await measure(key, progress)
    return {
      figures,
      ...(counterExample === undefined ? {} : { counterExample: both(counterExample) }),
      ...(pictures === undefined ? {} : { pictures: pictures.map(picture) }),
    }
  },
})
