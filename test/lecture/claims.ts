import { item, uniform } from '../../src/index.ts'
import type { Claim, LedgerEntry } from '../../src/lecture/index.ts'
import { runClaim, worstVerdict } from '../../src/lecture/index.ts'

const same = (text: string) => ({ en: text, bg: text })

/** A statement that is false as written; its figure falls with the layers and differs by seed where `spread` is not 0. */
export const falling = (spread = 0): Claim => ({
  id: 'X1',
  lines: '1–2',
  asWritten: { en: 'It always falls.', bg: 'Винаги пада.' },
  corrected: { en: 'It falls | rises.', bg: 'Пада или расте.' },
  measures: {
    slope: {
      name: { en: 'the slope', bg: 'наклонът' },
      corrected: { atMost: 0.5 },
      literal: { atMost: 0 },
    },
    zeros: { name: { en: 'zeros', bg: 'нули' }, literal: { within: [3, 3] } },
  },
  settings: {
    layers: { name: { en: 'layers', bg: 'слоеве' }, value: 2, whole: true, max: 9 },
    rate: { name: { en: 'rate', bg: 'скорост' }, value: 0.5, min: 0 },
  },
  measure: ({ key, settings }) => ({
    figures: { slope: 0.5 / (settings['layers'] ?? NaN) + spread * item(uniform(key, [])), zeros: 3 },
    counterExample: { en: 'n = 0.5', bg: 'n = 0,5' },
    pictures: [
      {
        kind: 'curves',
        title: { en: 'A line', bg: 'Права' },
        x: { title: 'n' },
        y: { title: 'f', scale: 'log' },
        series: [
          {
            name: same('f'),
            points: [
              [0, 1],
              [1, NaN],
              [2, 3],
            ],
          },
        ],
      },
    ],
  }),
})

export const entryOf = async (claim: Claim, seeds: readonly number[]): Promise<LedgerEntry> => {
  const runs = await Promise.all(seeds.map((seed) => runClaim(claim, seed)))
  return {
    claim,
    result: { id: claim.id, verdict: worstVerdict(runs.map(({ judgement }) => judgement.verdict)), runs },
  }
}
