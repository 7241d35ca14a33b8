import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { decodeWith } from '../core/codec/decode-with.ts'
import { isRecord } from '../core/tensor/tree.ts'
import { readBytes } from '../data/formats/read-bytes.ts'
import type { Wording } from '../report/wording.ts'
import type { History } from '../search/history.ts'
import { parsedLine, recordsOf, searchInLines } from '../search/read-search-journal.ts'
import type { Search } from '../search/search.ts'
import { runRecordCodec, type RunRecord } from '../study/run-record.ts'
import { parseCheckpoint, type Checkpoint } from '../training/checkpoint.ts'
import { decodeSummary, type Summary } from './summary-file.ts'

/** What a report can be about. */
export type ReportSubject =
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'summary'; readonly summary: Summary }
  | { readonly kind: 'search'; readonly search: Search<unknown>; readonly history: History }
  | { readonly kind: 'runs'; readonly runs: readonly RunRecord[] }

const expected: Wording = {
  en: 'expected a checkpoint of a training, the last line of --json, the journal of a search or of runs, or the record of a run',
  bg: 'очаква се състояние на обучение (от --checkpoint), последният ред от --json, дневник на търсене или на пускания или запис на пускане',
}

const bothLanguages = (text: string): Wording => ({ en: text, bg: text })

const searchSubject = (
  header: Readonly<Record<string, unknown>>,
  lines: readonly string[],
  whole: boolean,
): E.Either<string, ReportSubject> =>
  pipe(
    searchInLines(header['search'], lines, whole),
    E.map((found): ReportSubject => ({ kind: 'search', ...found })),
  )

const journalSubject = (
  header: unknown,
  lines: readonly string[],
  whole: boolean,
): E.Either<string, ReportSubject> | undefined =>
  isRecord(header) && header['kind'] === 'search'
    ? searchSubject(header, lines, whole)
    : isRecord(header) && header['kind'] === 'runs'
      ? pipe(
          recordsOf(lines, whole, runRecordCodec),
          E.map((runs): ReportSubject => ({ kind: 'runs', runs })),
        )
      : undefined

const recordSubject = (data: unknown): E.Either<string, ReportSubject> | undefined =>
  !isRecord(data)
    ? undefined
    : 'metrics' in data
      ? pipe(
          decodeWith(runRecordCodec, 'run record', data),
          E.bimap(
            ({ message }) => message,
            (run): ReportSubject => ({ kind: 'runs', runs: [run] }),
          ),
        )
      : 'bestEpoch' in data
        ? pipe(
            decodeSummary(data),
            E.bimap(
              ({ message }) => message,
              (summary): ReportSubject => ({ kind: 'summary', summary }),
            ),
          )
        : undefined

const textSubject = (text: string): E.Either<string, ReportSubject> | undefined => {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [first = '', ...rest] = lines
  const header = parsedLine(first)
  if (E.isRight(header) && isRecord(header.right) && 'journal' in header.right)
    return journalSubject(header.right['journal'], rest, text.endsWith('\n') || rest.length === 0)
  // A record may be laid out over lines; what is printed for programs is the last line of others.
  const whole = parsedLine(text)
  const last = parsedLine(lines.at(-1) ?? '')
  return E.isRight(whole)
    ? recordSubject(whole.right)
    : E.isRight(last)
      ? recordSubject(last.right)
      : undefined
}

const isSafetensors = (bytes: Uint8Array): boolean => bytes.length > 8 && bytes[8] === 0x7b

/** What the bytes of a file are about; a left value says what was expected of them. */
export const subjectIn = (bytes: Uint8Array): E.Either<Wording, ReportSubject> => {
  if (isSafetensors(bytes) && bytes[0] !== 0x7b)
    return pipe(
      parseCheckpoint(bytes),
      E.bimap(
        ({ message }) => bothLanguages(message),
        (checkpoint): ReportSubject => ({ kind: 'checkpoint', checkpoint }),
      ),
    )
  const found = textSubject(new TextDecoder().decode(bytes))
  return found === undefined ? E.left(expected) : E.mapLeft(bothLanguages)(found)
}

/** Reads what a report is to be about. */
export const readSubject = (file: string): TE.TaskEither<Wording, ReportSubject> =>
  pipe(
    readBytes(file),
    TE.mapLeft(({ message }) => bothLanguages(message)),
    TE.flatMapEither((bytes) =>
      pipe(
        subjectIn(bytes),
        E.mapLeft(({ en, bg }) => ({ en: `${file}: ${en}`, bg: `${file}: ${bg}` })),
      ),
    ),
  )
