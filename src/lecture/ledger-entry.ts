import { numberText, type Language, type Wording } from 'puregrad/report'
import type { MarkKind } from './change-claim.ts'
import type { Claim, Mark } from './claim.ts'
import type { Verdict } from './judge.ts'
import type { ClaimResult } from './run.ts'
import { markDistance, spreadOf, type MarkDistance, type Spread } from './spread.ts'
import { verdicts, verdictWords } from './verdict-words.ts'

/**
 * A claim with what its runs found.
 *
 * @category Ledger
 */
export interface LedgerEntry {
  readonly claim: Claim
  readonly result: ClaimResult
}

/** A measured number as the ledger shows it. */
export const shown = (value: number, language: Language): string => numberText(value, language, 4)

const bound = (value: number, language: Language): string => numberText(value, language, 8)

/** A mark in signs: the bounds that a figure has to keep. */
export const markText = (mark: Mark, language: Language): string => {
  if ('atLeast' in mark) return `≥ ${bound(mark.atLeast, language)}`
  if ('atMost' in mark) return `≤ ${bound(mark.atMost, language)}`
  const [low, high] = mark.within.map((value) => bound(value, language))
  return low === high ? `= ${low}` : `${low} … ${high}`
}

/** A measure over all runs next to one of its marks. */
export interface FigureRow {
  readonly measure: string
  readonly name: Wording
  readonly kind: MarkKind
  readonly mark: Mark
  /** One value per run. */
  readonly values: readonly number[]
  /** How many of the values pass. */
  readonly passed: number
  readonly spread: Spread
  readonly distance: MarkDistance
}

/** Every measure of an entry next to each of its marks, those of the corrected statement first. */
export const figureRows = ({ claim, result }: LedgerEntry): readonly FigureRow[] => {
  const rows = (kind: MarkKind): readonly FigureRow[] =>
    Object.entries(claim.measures).flatMap(([measure, { name, [kind]: mark }]) => {
      const figures = result.runs.flatMap(({ judgement }) =>
        judgement[kind].filter((figure) => figure.measure === measure),
      )
      const values = figures.map(({ value }) => value)
      return mark === undefined
        ? []
        : [
            {
              measure,
              name,
              kind,
              mark,
              values,
              passed: figures.filter(({ passed }) => passed).length,
              spread: spreadOf(values),
              distance: markDistance(mark, values),
            },
          ]
    })
  return [...rows('corrected'), ...rows('literal')]
}

/** The counter-example of the first run that has one. */
export const counterExampleOf = ({ result }: LedgerEntry): Wording | undefined =>
  result.runs.map(({ measurement }) => measurement.counterExample).find((text) => text !== undefined)

const verdictCounts = ({ result }: LedgerEntry): readonly (readonly [verdict: Verdict, seeds: number])[] =>
  verdicts
    .map(
      (verdict) =>
        [verdict, result.runs.filter(({ judgement }) => judgement.verdict === verdict).length] as const,
    )
    .filter(([, seeds]) => seeds > 0)

/** On how many seeds each verdict came out, from the best. */
export const seedCounts = (entry: LedgerEntry, language: Language): string => {
  const counts = verdictCounts(entry)
  const all = entry.result.runs.length
  return counts.length === 1
    ? { en: `on ${all} of ${all} seeds`, bg: `за ${all} от ${all} семена` }[language]
    : counts.map(([verdict, seeds]) => `${seeds}× ${verdictWords[verdict].name[language]}`).join(', ')
}

/** How often each verdict is the worst of an entry's seeds. */
export const tally = (entries: readonly LedgerEntry[], language: Language): string =>
  verdicts
    .map((verdict) => [verdict, entries.filter(({ result }) => result.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdictWords[verdict].name[language]}`)
    .join(', ')

/** The seeds of some entries, in words: `0 … 9`. */
export const seedsText = (entries: readonly LedgerEntry[]): string => {
  const seeds = [...new Set(entries.flatMap(({ result }) => result.runs.map(({ seed }) => seed)))].sort(
    (a, b) => a - b,
  )
  const [first = 0] = seeds
  const inTurn = seeds.every((seed, i) => seed === first + i)
  return seeds.length > 3 && inTurn ? `${first} … ${seeds.at(-1)}` : seeds.join(', ')
}

/** With more seeds than this a table has their spread in place of a column for each. */
export const mostSeedColumns = 3
