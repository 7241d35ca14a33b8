import { counterExampleOf, figureRows, markText, shown, tally, type LedgerEntry } from './ledger-entry.ts'

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

/**
 * The ledger as text: per claim its verdict, what the lecture says, the rule where it differs, and every figure next to
 * its mark with one value per seed.
 *
 * @example
 * ```ts
 * import { ledgerText, lectureClaims, runClaim } from 'puregrad/claims'
 * const claims = lectureClaims.filter(({ id }) => id === 'E2')
 * const entries = await Promise.all(
 *   claims.map(async (claim) => {
 *     const run = await runClaim(claim, 0)
 *     return { claim, result: { id: claim.id, verdict: run.judgement.verdict, runs: [run] } }
 *   }),
 * )
 * ledgerText(entries).split('\n')[0] // => 'E2 (426–432): false-as-written'
 * ```
 * @category Ledger
 */
export const ledgerText = (entries: readonly LedgerEntry[]): string =>
  [...entries.map(entryText), tally(entries)].join('\n')
