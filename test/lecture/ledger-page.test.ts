import { describe, expect, test } from 'vitest'
import { ledgerPage, ledgerPictures, ledgerRecord, ledgerText } from '../../src/lecture/index.ts'
import { recordText } from '../../src/lecture/ledger-record.ts'
import { entryOf, falling } from './claims.ts'

const about = { folder: 'lecture', command: 'npm run claims' }
const tenSeeds = Array.from({ length: 10 }, (_, seed) => seed)

describe('the ledger as text', () => {
  test('has every figure, its mark, a value per seed, and how far the worst is from the mark', async () => {
    const text = ledgerText([await entryOf(falling(), [0, 1])])
    expect(text.split('\n').slice(0, 10)).toEqual(
      [
        'X1 (1–2): false-as-written (on 2 of 2 seeds)',
        '  It always falls.',
        '  → It falls | rises.',
        '      measure  asked by   mark   seed 0  seed 1  worst by   %  in σ  what is measured',
        '  --  -------  ---------  -----  ------  ------  --------  --  ----  ----------------',
        '  ✓   slope    corrected  ≤ 0.5    0.25    0.25      0.25  50     –  the slope',
        '  ✗   slope    literal    ≤ 0      0.25    0.25     −0.25   –     –  the slope',
        '  ✓   zeros    literal    = 3         3       3         0   0.0   –  zeros'.replace(
          ' 0   0.0   –',
          ' 0  0.0     –',
        ),
        '  Counter-example: n = 0.5',
        '',
      ].map((line) =>
        expect.stringMatching(
          new RegExp(
            `^${line
              .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
              .replace(/ +/g, ' +')
              .replace(/-+/g, '-+')}$`,
          ),
        ),
      ),
    )
    expect(text).toContain('Legend')
    expect(text.split('\n').at(-1)).toBe('1 false-as-written')
  })
  test('has the spread of more than three seeds, and a warning where one is close to the turn', async () => {
    const entry = await entryOf(falling(0.2), tenSeeds)
    const text = ledgerText([entry])
    expect(text).toMatch(/measure +asked by +mark +seeds +min +median +max +σ +worst by +% +in σ/)
    expect(text).toMatch(/✓! +slope +corrected +≤ 0\.5 +10\/10 +0\.\d+ +0\.\d+ +0\.\d+ +0\.\d+ +0\.0\d+/)
    expect(text).toMatch(/✗ +slope +literal +≤ 0 +0\/10/)
  })
  test('says on how many seeds each verdict came out, and the worst is that of the row', async () => {
    const claim = falling(0.4)
    const text = ledgerText([await entryOf(claim, tenSeeds)])
    expect(text.split('\n')[0]).toMatch(/^X1 \(1–2\): fails \(\d× false-as-written, \d× fails\)$/)
  })
  test('speaks Bulgarian, decimal comma and all', async () => {
    const text = ledgerText([await entryOf(falling(), [0, 1])], { language: 'bg' })
    expect(text.split('\n')[0]).toBe('X1 (1–2): невярно, както е написано (за 2 от 2 семена)')
    expect(text).toMatch(/наклонът/)
    expect(text).toMatch(/≤ 0,5 +0,25 +0,25/)
    expect(text).not.toMatch(/\d\.\d/)
    expect(text.replace(/--\w+|\.literal|JSON/g, '')).not.toMatch(/\b(seed|holds|fails|mark|worst|legend)\b/i)
  })
  test('is painted by roles, and the columns stay aligned', async () => {
    const entry = await entryOf(falling(), [0, 1])
    const painted = ledgerText([entry], {
      paint: (role, text) => `\u001b[${role === 'bad' ? 31 : 32}m${text}\u001b[39m`,
    })
    expect(painted).toContain('\u001b[31m✗\u001b[39m')
    expect(painted.replace(/\u001b\[\d+m/g, '')).toBe(ledgerText([entry]))
  })
})

describe('the ledger as a page', () => {
  test('links a section and a picture for every claim, in either language', async () => {
    const entries = [await entryOf(falling(), [0, 1])]
    const page = ledgerPage(entries, { ...about, machine: 'a processor', other: 'claims.bg.md' })
    expect(page).toContain('| [X1](#x1) | 1–2 | false-as-written | It always falls. |')
    expect(page).toContain('<a id="x1"></a>\n\n## X1 — false-as-written')
    expect(page).toContain('on the seeds 0, 1, on a processor')
    expect(page).toContain('| ✗ | the slope (`slope`) | literal | ≤ 0 | 0.25 | 0.25 | −0.25 | – | – |')
    expect(page).toContain('Settings: layers 2 (`layers`), rate 0.5 (`rate`).')
    expect(page).toContain('**Corrected.** It falls | rises.')
    expect(page).toContain('![A line](lecture/x1.svg)')
    expect(page.replace('[На български]', '')).not.toMatch(/[а-я]/i)
    const bulgarian = ledgerPage(entries, { ...about, language: 'bg' })
    expect(bulgarian).toContain('| ✗ | наклонът (`slope`) | буквалното | ≤ 0 | 0,25 | 0,25 | −0,25 | – | – |')
    expect(bulgarian).toContain('![Права](lecture/x1.bg.svg)')
    expect(bulgarian).not.toContain('It always falls')
    expect(
      ['en', 'bg'].flatMap((l) => ledgerPictures(entries, l as 'en' | 'bg').map(({ file }) => file)),
    ).toEqual(['x1.svg', 'x1.bg.svg'])
  })
  test('has the spread in place of a column for each of many seeds', async () => {
    const page = ledgerPage([await entryOf(falling(0.2), tenSeeds)], about)
    expect(page).toContain('on the seeds 0 … 9')
    expect(page).toContain(
      '| measure | asked by | mark | seeds | min | median | max | σ | worst by | % | in σ |',
    )
    expect(page).toMatch(/\| ✓ ! \| the slope \(`slope`\) \| corrected \| ≤ 0\.5 \| 10\/10 \|/)
  })
})

test('the record is JSON with marks, settings, figures and verdicts', async () => {
  const claim = falling()
  const entry = await entryOf({ ...claim, measure: () => ({ figures: { slope: NaN, zeros: 3 } }) }, [5])
  const record = ledgerRecord([entry], { machine: 'm' })
  expect(JSON.parse(recordText(record))).toEqual(record)
  expect(record).toMatchObject({
    machine: 'm',
    claims: [
      {
        id: 'X1',
        verdict: 'fails',
        measures: claim.measures,
        settings: { layers: 2, rate: 0.5 },
        runs: [{ seed: 5, verdict: 'fails', figures: { slope: 'NaN', zeros: 3 } }],
      },
    ],
  })
})
