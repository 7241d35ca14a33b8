import { key } from 'puregrad'
import { settingsOf } from './change-claim.ts'
import type { Claim, Measurement, Progress } from './claim.ts'
import { judge, type Judgement, type Verdict } from './judge.ts'
import { verdicts } from './verdict-words.ts'

/**
 * One measurement of a claim and its judgement.
 *
 * @category Claims
 */
export interface ClaimRun {
  readonly seed: number
  readonly measurement: Measurement
  readonly judgement: Judgement
}

/**
 * A claim with its runs on several seeds.
 *
 * @category Claims
 */
export interface ClaimResult {
  readonly id: string
  /** The worst verdict of the runs. */
  readonly verdict: Verdict
  readonly runs: readonly ClaimRun[]
}

/**
 * The worst of some verdicts, from `fails` through `false-as-written` and `holds-if` to `holds`: each promises less than
 * the next. A claim holds only where it holds on every seed, and one that fails on any seed fails.
 *
 * @throws RangeError where there is none.
 * @example
 * ```ts
 * import { worstVerdict } from 'puregrad/claims'
 * worstVerdict(['holds', 'fails', 'holds']) // => 'fails'
 * ```
 * @category Claims
 */
export const worstVerdict = (seen: readonly Verdict[]): Verdict => {
  const worst = verdicts.findLast((verdict) => seen.includes(verdict))
  if (worst === undefined) throw new RangeError('worstVerdict: expected at least one verdict, got none')
  return worst
}

/**
 * Measures a claim with the key of a seed and judges it. The same seed and settings give the same figures; for others,
 * see {@link withSettings}.
 *
 * @example
 * ```ts
 * import { lectureClaims, runClaim } from 'puregrad/claims'
 * const claim = lectureClaims.find(({ id }) => id === 'E2')
 * const run = claim && (await runClaim(claim, 0))
 * run?.judgement.verdict // => 'false-as-written'
 * ```
 * @category Claims
 */
export const runClaim = async (
  claim: Claim,
  seed: number,
  { progress = () => undefined }: { readonly progress?: Progress } = {},
): Promise<ClaimRun> => {
  const measurement = await claim.measure({ key: key(seed), settings: settingsOf(claim), progress })
  return { seed, measurement, judgement: judge(claim, measurement) }
}
