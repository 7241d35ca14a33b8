/**
 * The statements of the lecture as data, with the measurements that judge them, the ledger as text, page and pictures,
 * and the symbols of the lecture.
 *
 * @packageDocumentation
 */
export type { Claim, Mark, Measure, Measurement, Progress, Setting } from './claim.ts'
export { glossary, type Meaning } from './glossary.ts'
export { judge, passes, type JudgedFigure, type Judgement, type Verdict } from './judge.ts'
export type { LedgerEntry } from './ledger-entry.ts'
export { ledgerPage, ledgerPictures, type LedgerPicture } from './ledger-page.ts'
export { ledgerText } from './ledger-text.ts'
export { lectureClaims } from './ledger.ts'
export { runClaim, worstVerdict, type ClaimResult, type ClaimRun } from './run.ts'
