/**
 * The statements of the lecture as data, with the measurements that judge them; other marks and settings for them; the
 * ledger as text, page, record and pictures; and the symbols of the lecture.
 *
 * @packageDocumentation
 */
export {
  findMark,
  settingsOf,
  withMark,
  withSettings,
  type ClaimChangeError,
  type MarkKind,
} from './change-claim.ts'
export type { Claim, Mark, Measure, Measurement, Progress, Setting } from './claim.ts'
export { glossary, type Meaning } from './glossary.ts'
export { judge, passes, type JudgedFigure, type Judgement, type Verdict } from './judge.ts'
export type { LedgerEntry } from './ledger-entry.ts'
export { ledgerPage, ledgerPictures, type LedgerPageOptions, type LedgerPicture } from './ledger-page.ts'
export { ledgerRecord, type LedgerRecord, type RecordedFigure } from './ledger-record.ts'
export { ledgerText, type LedgerRole, type LedgerTextOptions } from './ledger-text.ts'
export { lectureClaims } from './ledger.ts'
export { parseMark } from './parse-mark.ts'
export { runClaim, worstVerdict, type ClaimResult, type ClaimRun } from './run.ts'
export { verdictWords, type VerdictWords } from './verdict-words.ts'
export { markDistance, spreadOf, type MarkDistance, type Spread } from './spread.ts'
