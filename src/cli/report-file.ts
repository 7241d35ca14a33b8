import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { isRecord } from '../core/tensor/tree.ts'
import { readBytes } from '../data/formats/read-bytes.ts'
import type { Wording } from '../report/wording.ts'
import { reportFields, type History } from '../search/history.ts'
import { searchOfSpec } from '../search/search-of-spec.ts'
import { emptyHistory } from '../search/history.ts'
import { tell, type Search } from '../search/search.ts'
import { runRecordCodec, type RunRecord } from '../study/run-record.ts'
import { parseCheckpoint, type Checkpoint } from '../training/checkpoint.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
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

const parsedLine = (line: string): E.Either<string, unknown> =>
  E.tryCatch((): unknown => JSON.parse(line), reasonOf)

/** The records of a journal; a last line that was only half written is no record yet. */
const recordsOf = <A>(
  lines: readonly string[],
  whole: boolean,
  codec: t.Type<A, unknown>,
): E.Either<string, readonly A[]> =>
  pipe(
    (whole ? lines : lines.slice(0, -1)).map((line, i) =>
      pipe(
        parsedLine(line),
        E.flatMap((data) =>
          E.mapLeft(({ message }: { readonly message: string }) => message)(
            decodeWith(codec, 'record', data),
          ),
        ),
        E.mapLeft((message) => `line ${i + 2}: ${message}`),
      ),
    ),
    E.sequenceArray,
  )

const reportCodec = strictRecord('a report', reportFields, { state: t.unknown })

const searchSubject = (
  header: Readonly<Record<string, unknown>>,
  lines: readonly string[],
  whole: boolean,
): E.Either<string, ReportSubject> =>
  pipe(
    searchOfSpec(header['search']),
    E.bindTo('search'),
    E.bind('records', () => recordsOf(lines, whole, reportCodec)),
    E.flatMap(({ search, records }) =>
      E.tryCatch(
        (): ReportSubject => ({
          kind: 'search',
          search,
          history: records.reduce<History>(
            (sofar, { id, budget, result }) => tell(search, sofar, { id, budget, result }),
            emptyHistory,
          ),
        }),
        reasonOf,
      ),
    ),
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
