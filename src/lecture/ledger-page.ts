import { inLanguage, type Language, type Picture } from 'puregrad/report'
import {
  counterExampleOf,
  figureRows,
  markText,
  mostSeedColumns,
  seedsText,
  shown,
  tally,
  seedCounts,
  type FigureRow,
  type LedgerEntry,
} from './ledger-entry.ts'
import { distanceCells, linesText } from './ledger-text.ts'
import { ledgerWords } from './ledger-words.ts'
import { verdicts, verdictWords } from './verdict-words.ts'

/**
 * A picture of the page: under which name it is linked, and what it shows.
 *
 * @category Ledger
 */
export interface LedgerPicture {
  readonly file: string
  readonly picture: Picture
}

/**
 * What a page says of itself.
 *
 * @category Ledger
 */
export interface LedgerPageOptions {
  /** English unless told otherwise. */
  readonly language?: Language
  /** Where the pictures of {@link ledgerPictures} lie, as seen from the page. */
  readonly folder: string
  /** What makes the page again. */
  readonly command: string
  /** What the figures were measured on: the kind of processor and the backend. */
  readonly machine?: string
  /** The page in the other language, as seen from this one. */
  readonly other?: string
}

/** The pictures of an entry, those of its first run, with their file names. */
const picturesOf = ({ claim, result }: LedgerEntry, language: Language): readonly LedgerPicture[] =>
  (result.runs[0]?.measurement.pictures ?? []).map((picture, i) => ({
    file: `${claim.id.toLowerCase()}${i === 0 ? '' : `-${i + 1}`}${language === 'en' ? '' : `.${language}`}.svg`,
    picture,
  }))

/**
 * All pictures a page of these entries links, with the names of their files in a language.
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
 * ledgerPictures(entries, 'bg').map(({ file }) => file) // => ['e1.bg.svg']
 * ```
 * @category Ledger
 */
export const ledgerPictures = (
  entries: readonly LedgerEntry[],
  language: Language = 'en',
): readonly LedgerPicture[] => entries.flatMap((entry) => picturesOf(entry, language))

const cell = (text: string): string => text.replaceAll('|', '\\|')

const tableOf = (titles: readonly string[], rows: readonly (readonly string[])[]): string =>
  [titles, titles.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const figureTable = (entry: LedgerEntry, language: Language): string => {
  const { runs } = entry.result
  const say = (name: keyof typeof ledgerWords): string => ledgerWords[name][language]
  const bySeed = runs.length <= mostSeedColumns
  const cells = (row: FigureRow): readonly string[] => {
    const { min, median, max, deviation } = row.spread
    return [
      `${row.passed === runs.length ? '✓' : '✗'}${row.distance.near ? ' !' : ''}`,
      `${cell(row.name[language])} (\`${row.measure}\`)`,
      say(row.kind === 'literal' ? 'ofLiteral' : 'ofCorrected'),
      markText(row.mark, language),
      ...(bySeed
        ? row.values.map((value) => shown(value, language))
        : [
            `${row.passed}/${runs.length}`,
            ...[min, median, max, deviation].map((value) => shown(value, language)),
          ]),
      ...distanceCells(row.distance, language),
    ]
  }
  return tableOf(
    [
      '',
      say('measure'),
      say('askedBy'),
      say('mark'),
      ...(bySeed
        ? runs.map(({ seed }) => `${say('seed')} ${seed}`)
        : (['seeds', 'min', 'median', 'max', 'deviation'] as const).map(say)),
      say('worstBy'),
      say('relative'),
      say('deviations'),
    ],
    figureRows(entry).map(cells),
  )
}

const entrySection = (entry: LedgerEntry, folder: string, language: Language): string => {
  const { claim, result } = entry
  const say = (name: keyof typeof ledgerWords): string => ledgerWords[name][language]
  const counterExample = counterExampleOf(entry)
  const settings = Object.entries(claim.settings)
  return [
    `<a id="${claim.id.toLowerCase()}"></a>`,
    `## ${claim.id} — ${verdictWords[result.verdict].name[language]}`,
    `${say('lines')}: ${linesText(claim, language)}.${result.runs.length > 1 ? ` ${verdictWords[result.verdict].name[language]}, ${seedCounts(entry, language)}.` : ''}`,
    `**${say('asWritten')}** ${claim.asWritten[language]}`,
    `**${say('corrected')}** ${claim.corrected[language]}`,
    ...(claim.condition === undefined ? [] : [`**${say('holdsIf')}** ${claim.condition[language]}`]),
    ...(claim.remark === undefined ? [] : [`**${say('remark')}** ${claim.remark[language]}`]),
    figureTable(entry, language),
    ...(settings.length === 0
      ? []
      : [
          `${say('settings')}: ${settings
            .map(
              ([name, setting]) =>
                `${setting.name[language]} ${shown(setting.value, language)} (\`${name}\`)`,
            )
            .join(', ')}.`,
        ]),
    ...(counterExample === undefined ? [] : [`${say('counterExample')}: ${counterExample[language]}`]),
    ...picturesOf(entry, language).map(
      ({ file, picture }) => `![${inLanguage(picture.title, language)}](${folder}/${file})`,
    ),
  ].join('\n\n')
}

const introduction = (
  entries: readonly LedgerEntry[],
  { command, machine, other, language = 'en' }: LedgerPageOptions,
): readonly string[] => {
  const seeds = seedsText(entries)
  const on = {
    en: machine === undefined ? '' : `, on ${machine}`,
    bg: machine === undefined ? '' : `, на ${machine}`,
  }
  const made = {
    en: `Made by \`${command}\` on the seeds ${seeds}${on.en}. Every figure is measured, every verdict computed from figures and marks: ${tally(entries, 'en')}.`,
    bg: `Направено с \`${command}\` за семената ${seeds}${on.bg}. Всяка стойност е измерена, всяка оценка е изчислена от стойностите и границите: ${tally(entries, 'bg')}.`,
  }
  const elsewhere = { en: `[На български](${other}).`, bg: `[In English](${other}).` }
  return [
    ...(other === undefined ? [] : [elsewhere[language]]),
    made[language],
    verdicts
      .map(
        (verdict) =>
          `- **${verdictWords[verdict].name[language]}**: ${verdictWords[verdict].meaning[language]}.`,
      )
      .concat(
        (['worstOfSeeds', 'signs', 'kinds', 'distances', 'change'] as const).map(
          (name) => `- ${ledgerWords[name][language]}.`,
        ),
      )
      .join('\n'),
  ]
}

/**
 * The ledger as a page in Markdown, in one language. Every row has its id in lower case as an anchor.
 *
 * @example
 * ```ts
 * import { ledgerPage } from 'puregrad/claims'
 * const about = { folder: 'claims', command: 'npm run claims' }
 * ledgerPage([], about).split('\n')[0] // => '# The lecture, statement by statement'
 * ledgerPage([], { ...about, language: 'bg' }).split('\n')[0] // => '# Лекцията, твърдение по твърдение'
 * ```
 * @category Ledger
 */
export const ledgerPage = (entries: readonly LedgerEntry[], options: LedgerPageOptions): string => {
  const { folder, language = 'en' } = options
  const say = (name: keyof typeof ledgerWords): string => ledgerWords[name][language]
  return `${[
    `# ${say('title')}`,
    ...introduction(entries, options),
    tableOf(
      [say('row'), say('lines').toLowerCase(), say('verdict'), say('statement')],
      entries.map(({ claim, result }) => [
        `[${claim.id}](#${claim.id.toLowerCase()})`,
        linesText(claim, language),
        verdictWords[result.verdict].name[language],
        cell(claim.asWritten[language]),
      ]),
    ),
    ...entries.map((entry) => entrySection(entry, folder, language)),
  ].join('\n\n')}\n`
}
