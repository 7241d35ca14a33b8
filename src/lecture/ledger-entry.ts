import type { Claim, Mark } from './claim.ts'
import type { Verdict } from './judge.ts'
import type { ClaimResult } from './run.ts'

/**
 * A claim with what its runs found.
 *
 * @category Ledger
 */
export interface LedgerEntry {
  readonly claim: Claim
  readonly result: ClaimResult
}

export const shown = (value: number): string =>
  Math.abs(value) >= 1e6 && Number.isFinite(value)
    ? Number(value.toPrecision(4)).toExponential()
    : String(Number(value.toPrecision(4)))

const bound = (value: number): string =>
  Math.abs(value) >= 1e6 && Number.isFinite(value) ? value.toExponential() : String(value)

export const markText = (mark: Mark): string =>
  'atLeast' in mark
    ? `≥ ${bound(mark.atLeast)}`
    : 'atMost' in mark
      ? `≤ ${bound(mark.atMost)}`
      : mark.within[0] === mark.within[1]
        ? `= ${bound(mark.within[0])}`
        : `in [${bound(mark.within[0])}, ${bound(mark.within[1])}]`

export interface FigureRow {
  readonly literal: boolean
  readonly name: string
  readonly mark: Mark
  /** One value per run. */
  readonly values: readonly number[]
  readonly passed: boolean
}

export const figureRows = ({ claim, result }: LedgerEntry): readonly FigureRow[] => {
  const rows = (kind: 'corrected' | 'literal'): readonly FigureRow[] =>
    Object.entries(claim.measures).flatMap(([measure, { name, [kind]: mark }]) => {
      const figures = result.runs.flatMap(({ judgement }) =>
        judgement[kind].filter((figure) => figure.measure === measure),
      )
      return mark === undefined
        ? []
        : [
            {
              literal: kind === 'literal',
              name: name.en,
              mark,
              values: figures.map(({ value }) => value),
              passed: figures.length === result.runs.length && figures.every(({ passed }) => passed),
            },
          ]
    })
  return [...rows('corrected'), ...rows('literal')]
}

export const counterExampleOf = ({ result }: LedgerEntry): string | undefined =>
  result.runs.map(({ measurement }) => measurement.counterExample?.en).find((text) => text !== undefined)

const verdicts: readonly Verdict[] = ['holds', 'holds-if', 'false-as-written', 'fails']

export const tally = (entries: readonly LedgerEntry[]): string =>
  verdicts
    .map((verdict) => [verdict, entries.filter(({ result }) => result.verdict === verdict).length] as const)
    .filter(([, count]) => count > 0)
    .map(([verdict, count]) => `${count} ${verdict}`)
    .join(', ')
