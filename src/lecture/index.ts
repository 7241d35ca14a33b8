/**
 * The statements of the lecture as data, with the measurements that judge them.
 *
 * @packageDocumentation
 */
export type { Claim, Mark, Measurement, Picture, Progress, Wording } from './claim.ts'
export { judge, passes, type JudgedFigure, type Judgement, type Verdict } from './judge.ts'
export { lectureClaims } from './ledger.ts'
export { runClaim, worstVerdict, type ClaimResult, type ClaimRun } from './run.ts'
