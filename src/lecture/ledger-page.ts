import { inLanguage, type Picture } from 'puregrad/report'
import type { Verdict } from './judge.ts'
import { counterExampleOf, figureRows, markText, shown, tally, type LedgerEntry } from './ledger-entry.ts'

const verdictsInBulgarian: Readonly<Record<Verdict, string>> = {
  holds: 'вярно',
  'holds-if': 'вярно при условие',
  'false-as-written': 'невярно, както е написано',
  fails: 'не се потвърждава',
}

/**
 * A picture of the page: under which name it is linked, and what it shows.
 *
 * @category Ledger
 */
export interface LedgerPicture {
  readonly file: string
  readonly picture: Picture
}

/** The pictures of an entry, those of its first run, with their file names. */
const picturesOf = ({ claim, result }: LedgerEntry): readonly LedgerPicture[] =>
  (result.runs[0]?.measurement.pictures ?? []).map((picture, i) => ({
    file: `${claim.id.toLowerCase()}${i === 0 ? '' : `-${i + 1}`}.svg`,
    picture,
  }))

/**
 * All pictures a page of these entries links.
 *
 * @example
 * ```ts
 * import { lectureClaims, ledgerPictures, runClaim } from 'puregrad/claims'
 * const claims = lectureClaims.filter(({ id }) => id === 'E1')
 * const entries = await Promise.all(
 *   claims.map(async (claim) => {
 *     const run = await runClaim(claim, 0)
 *     return { claim, result: { id: claim.id, verdict: run.judgement.verdict, runs: [run] } }
 *   }),
 * )
 * ledgerPictures(entries).map(({ file }) => file) // => ['e1.svg']
 * ```
 * @category Ledger
 */
export const ledgerPictures = (entries: readonly LedgerEntry[]): readonly LedgerPicture[] =>
  entries.flatMap(picturesOf)

const cell = (text: string): string => text.replaceAll('|', '\\|')

const entrySection = (entry: LedgerEntry, folder: string): string => {
  const { claim, result } = entry
  const counterExample = counterExampleOf(entry)
  const seeds = result.runs.map(({ seed }) => seed)
  return [
    `## ${claim.id} — ${result.verdict}`,
    `Lines ${claim.lines}.`,
    `**As written.** ${claim.asWritten.en}`,
    `**Corrected.** ${claim.corrected.en}`,
    ...(claim.condition === undefined ? [] : [`**Holds if** ${claim.condition.en}`]),
    `**На български (${verdictsInBulgarian[result.verdict]}).** ${claim.asWritten.bg} — *Поправено:* ${claim.corrected.bg}${
      claim.condition === undefined ? '' : ` *Вярно, ако* ${claim.condition.bg}`
    }`,
    [
      `| | measure | mark | seed ${seeds.join(' | seed ')} |`,
      `|---|---|---|${'---|'.repeat(seeds.length)}`,
      ...figureRows(entry).map(
        ({ literal, name, mark, values, passed }) =>
          `| ${passed ? '✓' : '✗'} | ${literal ? 'as written: ' : ''}${cell(name)} | ${markText(mark)} | ${values.map(shown).join(' | ')} |`,
      ),
    ].join('\n'),
    ...(counterExample === undefined ? [] : [`Counter-example: ${counterExample}`]),
    ...picturesOf(entry).map(
      ({ file, picture }) => `![${inLanguage(picture.title, 'en')}](${folder}/${file})`,
    ),
  ].join('\n\n')
}

/**
 * The ledger as a page in Markdown.
 *
 * @param folder where the pictures of {@link ledgerPictures} lie, as seen from the page.
 * @example
 * ```ts
 * import { ledgerPage } from 'puregrad/claims'
 * ledgerPage([], { folder: 'claims', command: 'npm run claims' }).split('\n')[0] // => '# The lecture, statement by statement'
 * ```
 * @category Ledger
 */
export const ledgerPage = (
  entries: readonly LedgerEntry[],
  { folder, command }: { readonly folder: string; readonly command: string },
): string =>
  `${[
    '# The lecture, statement by statement',
    `Made by \`${command}\`; every figure is measured, every verdict computed from figures and marks: ${tally(entries)}.`,
    '`holds`: as written. `holds-if`: under a condition the lecture leaves out. `false-as-written`: the corrected statement holds, the wording does not; its own marks are listed as such and fail.',
    [
      '| row | lines | verdict | statement | твърдение |',
      '|---|---|---|---|---|',
      ...entries.map(
        ({ claim, result }) =>
          `| [${claim.id}](#${claim.id.toLowerCase()}--${result.verdict}) | ${claim.lines} | ${result.verdict} (${verdictsInBulgarian[result.verdict]}) | ${cell(claim.asWritten.en)} | ${cell(claim.asWritten.bg)} |`,
      ),
    ].join('\n'),
    ...entries.map((entry) => entrySection(entry, folder)),
  ].join('\n\n')}\n`
