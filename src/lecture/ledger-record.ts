import type { Wording } from 'puregrad/report'
import { settingsOf } from './change-claim.ts'
import type { Measure } from './claim.ts'
import type { Verdict } from './judge.ts'
import type { LedgerEntry } from './ledger-entry.ts'

/**
 * A figure as JSON holds it, which has no word for numbers that are not finite.
 *
 * @category Ledger
 */
export type RecordedFigure = number | 'NaN' | 'Infinity' | '-Infinity'

/**
 * What a ledger came to as plain data: marks, settings, figures and verdicts.
 *
 * @category Ledger
 */
export interface LedgerRecord {
  /** What the figures were measured on. */
  readonly machine?: string
  readonly claims: readonly {
    readonly id: string
    readonly lines: string
    readonly verdict: Verdict
    readonly measures: Readonly<Record<string, Measure>>
    readonly settings: Readonly<Record<string, number>>
    readonly counterExample?: Wording
    readonly runs: readonly {
      readonly seed: number
      readonly verdict: Verdict
      readonly figures: Readonly<Record<string, RecordedFigure>>
    }[]
  }[]
}

const recorded = (value: number): RecordedFigure =>
  Number.isFinite(value) ? value : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity'

/**
 * A ledger as plain data. Judging its figures by its marks gives its verdicts again.
 *
 * @example
 * ```ts
 * import { ledgerRecord, lectureClaims, runClaim } from 'puregrad/claims'
 * const claim = lectureClaims.find(({ id }) => id === 'E1')!
 * const run = await runClaim(claim, 0)
 * const result = { id: 'E1', verdict: run.judgement.verdict, runs: [run] }
 * ledgerRecord([{ claim, result }]).claims[0]?.runs[0]?.verdict // => 'holds'
 * ```
 * @category Ledger
 */
export const ledgerRecord = (
  entries: readonly LedgerEntry[],
  about: { readonly machine?: string } = {},
): LedgerRecord => ({
  ...about,
  claims: entries.map(({ claim, result: { verdict, runs } }) => {
    const counterExample = runs
      .map(({ measurement }) => measurement.counterExample)
      .find((text) => text !== undefined)
    return {
      id: claim.id,
      lines: claim.lines,
      verdict,
      measures: claim.measures,
      settings: settingsOf(claim),
      ...(counterExample === undefined ? {} : { counterExample }),
      runs: runs.map(({ seed, measurement, judgement }) => ({
        seed,
        verdict: judgement.verdict,
        figures: Object.fromEntries(
          Object.entries(measurement.figures).map(([name, value]) => [name, recorded(value)]),
        ),
      })),
    }
  }),
})

/** A record as the text of a file: JSON with a line for each measure and each run. */
export const recordText = ({ claims, ...about }: LedgerRecord): string => {
  const listed = (items: readonly unknown[], indent: string): string =>
    `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(',\n')}\n${indent}]`
  const claimText = ({ runs, measures, ...rest }: LedgerRecord['claims'][number]): string => {
    const named = Object.entries(measures)
      .map(([name, measure]) => `        ${JSON.stringify(name)}: ${JSON.stringify(measure)}`)
      .join(',\n')
    return [
      '    {',
      ...Object.entries(rest).map(
        ([name, value]) => `      ${JSON.stringify(name)}: ${JSON.stringify(value)},`,
      ),
      `      "measures": {\n${named}\n      },`,
      `      "runs": ${listed(runs, '      ')}`,
      '    }',
    ].join('\n')
  }
  const head = Object.entries(about).map(
    ([name, value]) => `  ${JSON.stringify(name)}: ${JSON.stringify(value)},\n`,
  )
  return `{\n${head.join('')}  "claims": [\n${claims.map(claimText).join(',\n')}\n  ]\n}\n`
}
