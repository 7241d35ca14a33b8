import type { Claim, ClaimResult, Mark, Picture, Verdict } from '../lecture/index.ts'
import type { Chart } from './learning-curve.ts'

/** A claim with what its runs found. */
export interface LedgerEntry {
  readonly claim: Claim
  readonly result: ClaimResult
}

const shown = (value: number): string =>
  Math.abs(value) >= 1e6 && Number.isFinite(value)
    ? Number(value.toPrecision(4)).toExponential()
    : String(Number(value.toPrecision(4)))

const bound = (value: number): string =>
  Math.abs(value) >= 1e6 && Number.isFinite(value) ? value.toExponential() : String(value)

const markText = (mark: Mark): string =>
  'atLeast' in mark
    ? `≥ ${bound(mark.atLeast)}`
    : 'atMost' in mark
      ? `≤ ${bound(mark.atMost)}`
      : mark.within[0] === mark.within[1]
        ? `= ${bound(mark.within[0])}`
        : `in [${bound(mark.within[0])}, ${bound(mark.within[1])}]`

interface FigureRow {
  readonly literal: boolean
  readonly name: string
  readonly mark: Mark
  /** One value per run. */
  readonly values: readonly number[]
  readonly passed: boolean
}

const figureRows = ({ claim, result }: LedgerEntry): readonly FigureRow[] => {
  const rows = (marks: Claim['marks'], kind: 'corrected' | 'literal'): readonly FigureRow[] =>
    Object.entries(marks).map(([name, mark]) => {
      const figures = result.runs.flatMap(({ judgement }) =>
        judgement[kind].filter((figure) => figure.name === name),
      )
      return {
        literal: kind === 'literal',
        name,
        mark,
        values: figures.map(({ value }) => value),
        passed: figures.length === result.runs.length && figures.every(({ passed }) => passed),
      }
    })
  return [...rows(claim.marks, 'corrected'), ...rows(claim.literalMarks ?? {}, 'literal')]
}

const counterExampleOf = ({ result }: LedgerEntry): string | undefined =>
  result.runs.map(({ measurement }) => measurement.counterExample).find((text) => text !== undefined)

const entryText = (entry: LedgerEntry): string => {
  const { claim, result } = entry
  const counterExample = counterExampleOf(entry)
  return [
    `${claim.id} (${claim.lines}): ${result.verdict}`,
    `  ${claim.asWritten.en}`,
    ...(result.verdict === 'holds' ? [] : [`  → ${claim.corrected.en}`]),
    ...(claim.condition === undefined ? [] : [`  holds if: ${claim.condition.en}`]),
    ...figureRows(entry).map(
      ({ literal, name, mark, values, passed }) =>
        `  ${passed ? '✓' : '✗'} ${literal ? 'as written: ' : ''}${name} ${markText(mark)}: ${values.map(shown).join(', ')}`,
    ),
    ...(counterExample === undefined ? [] : [`  counter-example: ${counterExample}`]),
  ].join('\n')
}

const verdicts: readonly Verdict[] = ['holds', 'holds-if', 'false-as-written', 'fails']

const verdictsInBulgarian: Readonly<Record<Verdict, string>> = {
  holds: 'вярно',
  'holds-if': 'вярно при условие',
  'false-as-written': 'невярно, както е написано',
  fails: 'не се потвърждава',
}

const tally = (entries: readonly LedgerEntry[]): string =>
  verdicts
    .map((verdict) => [verdict, entries.filter(({ result }) => result.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ')

/**
 * The ledger as text: per claim its verdict, what the lecture says, the rule where it differs, and every figure next to
 * its mark with one value per seed.
 *
 * @example
 * ```ts
 * import { lectureClaims, runClaim } from 'puregrad/claims'
 * import { ledgerText } from 'puregrad/report'
 * const claims = lectureClaims.filter(({ id }) => id === 'E2')
 * const entries = await Promise.all(
 *   claims.map(async (claim) => {
 *     const run = await runClaim(claim, 0)
 *     return { claim, result: { id: claim.id, verdict: run.judgement.verdict, runs: [run] } }
 *   }),
 * )
 * ledgerText(entries).split('\n')[0] // => 'E2 (426–432): false-as-written'
 * ```
 */
export const ledgerText = (entries: readonly LedgerEntry[]): string =>
  [...entries.map(entryText), tally(entries)].join('\n')

/** A picture of a claim as data for vega-lite; points that are not finite leave a gap. */
export const claimChart = ({ title, x, y, mark, series }: Picture): Chart => {
  const channel = (field: string, axis: Picture['x']): Chart => ({
    field,
    type: 'quantitative',
    title: axis.title,
    scale: { type: axis.scale ?? 'linear', ...(axis.scale === 'log' ? {} : { zero: false }) },
  })
  const number = (value: number): number | null => (Number.isFinite(value) ? value : null)
  const color =
    series.length > 1
      ? { color: { field: 'series', type: 'nominal', title: null, sort: series.map(({ name }) => name) } }
      : {}
  const drawn = {
    mark:
      mark === 'line'
        ? { type: 'line', invalid: 'break-paths-show-domains' }
        : { type: 'point', filled: true, size: 20 },
    encoding: {
      x: channel('x', x),
      y: channel('y', y),
      ...(mark === 'line' ? { order: { field: 'order', type: 'quantitative' } } : {}),
      ...color,
    },
  }
  const bands = series.flatMap(({ name, intervals = [] }) =>
    intervals.map(([px, low, high]) => ({
      x: number(px),
      low: number(low),
      high: number(high),
      series: name,
    })),
  )
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    title,
    width: 480,
    height: 280,
    background: 'white',
    data: {
      values: series.flatMap(({ name, points }) =>
        points.map(([px, py], order) => ({ x: number(px), y: number(py), series: name, order })),
      ),
    },
    ...(bands.length === 0
      ? drawn
      : {
          layer: [
            {
              data: { values: bands },
              mark: { type: 'area', opacity: 0.2 },
              encoding: { x: channel('x', x), y: channel('low', y), y2: { field: 'high' }, ...color },
            },
            drawn,
          ],
        }),
  }
}

/** A picture of the page: under which name it is linked, and what it shows. */
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

/** All pictures a page of these entries links. */
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
    ...picturesOf(entry).map(({ file, picture }) => `![${picture.title}](${folder}/${file})`),
  ].join('\n\n')
}

/**
 * The ledger as a page in Markdown.
 *
 * @param folder where the pictures of {@link ledgerPictures} lie, as seen from the page.
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
