import { describe, expect, test } from 'vitest'
import {
  ledgerPage,
  ledgerPictures,
  ledgerText,
  runClaim,
  worstVerdict,
  type Claim,
  type LedgerEntry,
} from '../../src/lecture/index.ts'
import { pictureSvg } from '../../src/report/index.ts'

const same = (text: string) => ({ en: text, bg: text })

const claim: Claim = {
  id: 'X1',
  lines: '1–2',
  asWritten: { en: 'It always falls.', bg: 'Винаги пада.' },
  corrected: { en: 'It falls | rises.', bg: 'Пада или расте.' },
  measures: { slope: { name: same('slope'), corrected: { atMost: 0.5 }, literal: { atMost: 0 } } },
  settings: {},
  measure: () => ({
    figures: { slope: 0.25 },
    counterExample: same('n = 3'),
    pictures: [
      {
        kind: 'curves',
        title: same('A line'),
        x: { title: same('n') },
        y: { title: same('f'), scale: 'log' },
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
}

const entry = async (): Promise<LedgerEntry> => {
  const runs = await Promise.all([0, 1].map((seed) => runClaim(claim, seed)))
  return {
    claim,
    result: { id: claim.id, verdict: worstVerdict(runs.map(({ judgement }) => judgement.verdict)), runs },
  }
}

describe('the ledger', () => {
  test('as text has every figure, its mark and one value per seed', async () => {
    expect(ledgerText([await entry()]).split('\n')).toEqual([
      'X1 (1–2): false-as-written',
      '  It always falls.',
      '  → It falls | rises.',
      '  ✓ slope ≤ 0.5: 0.25, 0.25',
      '  ✗ as written: slope ≤ 0: 0.25, 0.25',
      '  counter-example: n = 3',
      '1 false-as-written',
    ])
  })
  test('as a page links a section and a picture for every claim, in both languages', async () => {
    const entries = [await entry()]
    const page = ledgerPage(entries, { folder: 'lecture', command: 'npm run claims' })
    expect(page).toContain(
      '| [X1](#x1--false-as-written) | 1–2 | false-as-written (невярно, както е написано) | It always falls. | Винаги пада. |',
    )
    expect(page).toContain('## X1 — false-as-written')
    expect(page).toContain('Винаги пада.')
    expect(page).toContain('| ✗ | as written: slope | ≤ 0 | 0.25 | 0.25 |')
    expect(ledgerPictures(entries).map(({ file }) => `![A line](lecture/${file})`)).toEqual([
      '![A line](lecture/x1.svg)',
    ])
    expect(page).toContain('![A line](lecture/x1.svg)')
  })
  test('draws pictures', async () => {
    const [linked] = ledgerPictures([await entry()])
    const svg = await pictureSvg(linked!.picture)()
    expect(svg._tag === 'Right' && svg.right).toMatch(/^<svg[\s\S]*A line/)
  })
})
