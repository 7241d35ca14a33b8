import { decimalText, textTable, type Column, type Language } from 'puregrad/report'
import type { Claim } from './claim.ts'
import type { Verdict } from './judge.ts'
import {
  counterExampleOf,
  figureRows,
  markText,
  mostSeedColumns,
  shown,
  tally,
  seedCounts,
  type FigureRow,
  type LedgerEntry,
} from './ledger-entry.ts'
import { ledgerWords } from './ledger-words.ts'
import { verdicts, verdictWords } from './verdict-words.ts'

/**
 * What a piece of the ledger's text is, for those who colour it.
 *
 * @category Ledger
 */
export type LedgerRole = 'good' | 'partly' | 'odd' | 'bad' | 'near' | 'quiet' | 'strong'

/**
 * How the ledger is written.
 *
 * @category Ledger
 */
export interface LedgerTextOptions {
  /** English unless told otherwise. */
  readonly language?: Language
  /** Colours a piece of text, or leaves it as it is. */
  readonly paint?: (role: LedgerRole, text: string) => string
}

type Style = Required<LedgerTextOptions>

const roles: Readonly<Record<Verdict, LedgerRole>> = {
  holds: 'good',
  'holds-if': 'partly',
  'false-as-written': 'odd',
  fails: 'bad',
}

const verdictText = (verdict: Verdict, { language, paint }: Style): string =>
  paint(roles[verdict], verdictWords[verdict].name[language])

/** The sign of a row, and a warning where a seed is close to the turn. */
const signOf = ({ passed, values, distance }: FigureRow, seeds: number, { paint }: Style): string =>
  `${passed === seeds && values.length === seeds ? paint('good', '✓') : paint('bad', '✗')}${distance.near ? paint('near', '!') : ' '}`

const orDash = (value: number, text: (value: number) => string): string =>
  Number.isFinite(value) ? text(value) : '–'

/** The distance of the worst seed from a mark, three ways. */
export const distanceCells = (
  { margin, relative, deviations }: FigureRow['distance'],
  language: Language,
): readonly [margin: string, relative: string, deviations: string] => [
  shown(margin, language),
  orDash(relative, (share) => decimalText(100 * share, Math.abs(share) < 0.1 ? 1 : 0, language)),
  orDash(deviations, (count) => decimalText(count, 1, language)),
]

const figureTable = (entry: LedgerEntry, style: Style): string => {
  const { language, paint } = style
  const { runs } = entry.result
  const say = (name: keyof typeof ledgerWords): string => ledgerWords[name][language]
  const bySeed = runs.length <= mostSeedColumns
  const columns: readonly Column[] = [
    { title: '', align: 'left' },
    { title: say('measure'), align: 'left' },
    { title: say('askedBy'), align: 'left' },
    { title: say('mark'), align: 'left' },
    ...(bySeed
      ? runs.map(({ seed }) => ({ title: `${say('seed')} ${seed}` }))
      : (['seeds', 'min', 'median', 'max', 'deviation'] as const).map((name) => ({ title: say(name) }))),
    { title: say('worstBy') },
    { title: say('relative') },
    ...(bySeed && runs.length < 2 ? [] : [{ title: say('deviations') }]),
    { title: say('what'), align: 'left' },
  ]
  const cells = (row: FigureRow): readonly string[] => {
    const [margin, relative, deviations] = distanceCells(row.distance, language)
    const { min, median, max, deviation } = row.spread
    const near = (text: string): string => (row.distance.near ? paint('near', text) : text)
    return [
      signOf(row, runs.length, style),
      paint('strong', row.measure),
      say(row.kind === 'literal' ? 'ofLiteral' : 'ofCorrected'),
      markText(row.mark, language),
      ...(bySeed
        ? row.values.map((value) => shown(value, language))
        : [
            `${row.passed}/${runs.length}`,
            ...[min, median, max].map((value) => shown(value, language)),
            orDash(deviation, (value) => shown(value, language)),
          ]),
      row.distance.margin < 0 ? paint('bad', margin) : near(margin),
      relative,
      ...(bySeed && runs.length < 2 ? [] : [near(deviations)]),
      row.name[language],
    ]
  }
  return textTable(columns, figureRows(entry).map(cells)).replace(/^/gm, '  ')
}

/** Where in the lecture a claim stands: its lines, or a word for where it has none. */
export const linesText = ({ lines }: Claim, language: Language): string =>
  lines === 'title'
    ? ledgerWords.inTitle[language]
    : lines === 'absent'
      ? ledgerWords.absent[language]
      : lines

const entryText = (entry: LedgerEntry, style: Style): string => {
  const { language, paint } = style
  const { claim, result } = entry
  const counterExample = counterExampleOf(entry)
  const seeds = result.runs.length > 1 ? ` (${seedCounts(entry, language)})` : ''
  return [
    `${paint('strong', claim.id)} (${linesText(claim, language)}): ${verdictText(result.verdict, style)}${seeds}`,
    `  ${claim.asWritten[language]}`,
    ...(result.verdict === 'holds' ? [] : [`  → ${claim.corrected[language]}`]),
    ...(claim.condition === undefined
      ? []
      : [`  ${ledgerWords.holdsIf[language]}: ${claim.condition[language]}`]),
    ...(claim.remark === undefined ? [] : [`  ${paint('quiet', claim.remark[language])}`]),
    figureTable(entry, style),
    ...(counterExample === undefined
      ? []
      : [`  ${ledgerWords.counterExample[language]}: ${counterExample[language]}`]),
  ].join('\n')
}

/** What the verdicts, the signs and the columns mean, a line each. */
export const legendLines = (style: Style): readonly string[] => {
  const { language, paint } = style
  const width = Math.max(...verdicts.map((verdict) => verdictWords[verdict].name[language].length))
  return [
    paint('strong', ledgerWords.legend[language]),
    ...verdicts.map((verdict) => {
      const { name, meaning } = verdictWords[verdict]
      return `  ${verdictText(verdict, style)}${' '.repeat(width - name[language].length)}  ${meaning[language]}`
    }),
    ...(['worstOfSeeds', 'signs', 'kinds', 'distances', 'change'] as const).map(
      (name) => `  ${ledgerWords[name][language]}`,
    ),
  ]
}

/**
 * The ledger as text: per claim its verdict, what the lecture says, the rule where it differs, and every figure next to
 * its mark: a value per seed, or their spread where there are more than three, and how far the worst is from the mark.
 * A legend and the number of each verdict end it.
 *
 * @example
 * ```ts
 * import { ledgerText, lectureClaims, runClaim } from 'puregrad/claims'
 * const claims = lectureClaims.filter(({ id }) => id === 'E1')
 * const entries = await Promise.all(
 *   claims.map(async (claim) => {
 *     const run = await runClaim(claim, 0)
 *     return { claim, result: { id: claim.id, verdict: run.judgement.verdict, runs: [run] } }
 *   }),
 * )
 * ledgerText(entries).split('\n')[0] // => 'E1 (404–418): holds'
 * ledgerText(entries, { language: 'bg' }).split('\n')[0] // => 'E1 (404–418): вярно'
 * ```
 * @category Ledger
 */
export const ledgerText = (
  entries: readonly LedgerEntry[],
  { language = 'en', paint = (_, text) => text }: LedgerTextOptions = {},
): string => {
  const style = { language, paint }
  return [
    ...entries.flatMap((entry) => [entryText(entry, style), '']),
    ...legendLines(style),
    '',
    paint('strong', tally(entries, language)),
  ].join('\n')
}
