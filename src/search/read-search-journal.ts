import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { isRecord } from '../core/tensor/tree.ts'
import type { JournalError } from '../data/files/journal.ts'
import { readBytes } from '../data/formats/read-bytes.ts'
import { emptyHistory, reportFields, someReportFields, type History } from './history.ts'
import { searchOfSpec } from './search-of-spec.ts'
import { tell, type Search } from './search.ts'

export const parsedLine = (line: string): E.Either<string, unknown> =>
  E.tryCatch((): unknown => JSON.parse(line), reasonOf)

/** The records of a journal; a last line that was only half written is no record yet. */
export const recordsOf = <A>(
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

const reportCodec = strictRecord('a report', reportFields, { ...someReportFields, state: t.unknown })

/**
 * A search as its journal has it.
 *
 * @category Searches
 */
export interface SearchOfJournal {
  readonly search: Search<unknown>
  readonly history: History
}

/** The search that a journal describes, and what was told of it. */
export const searchInLines = (
  spec: unknown,
  lines: readonly string[],
  whole: boolean,
): E.Either<string, SearchOfJournal> =>
  pipe(
    searchOfSpec(spec),
    E.bindTo('search'),
    E.bind('records', () => recordsOf(lines, whole, reportCodec)),
    E.flatMap(({ search, records }) =>
      E.tryCatch(
        () => ({
          search,
          history: records.reduce<History>(
            (sofar, { state: _, ...report }) => tell(search, sofar, report),
            emptyHistory,
          ),
        }),
        reasonOf,
      ),
    ),
  )

/**
 * Reads the journal of a search, whichever it is, without opening it for writing: to look at it, or to learn from it
 * ({@link knownTrials}). A last line that is being written is left out.
 *
 * A left value where the file cannot be read, is no journal of a search, or holds what its search cannot have asked for.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { readSearchJournal } from 'puregrad/search'
 * const read = await readSearchJournal('package.json')()
 * E.isLeft(read) ? read.left.message : '' // => 'package.json: is not the journal of a search'
 * ```
 * @category Searches
 */
export const readSearchJournal = (file: string): TE.TaskEither<JournalError, SearchOfJournal> => {
  const wrong = (kind: 'not-a-journal' | 'corrupt', message: string): JournalError => ({
    kind,
    file,
    message: `${file}: ${message}`,
  })
  return pipe(
    readBytes(file),
    TE.mapLeft(({ message }): JournalError => ({ kind: 'unreadable', file, message })),
    TE.flatMapEither((bytes) => {
      const text = new TextDecoder().decode(bytes)
      const [first = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
      const parsed = parsedLine(first)
      const header = E.isRight(parsed) && isRecord(parsed.right) ? parsed.right['journal'] : undefined
      return isRecord(header) && header['kind'] === 'search'
        ? pipe(
            searchInLines(header['search'], lines, text.endsWith('\n') || lines.length === 0),
            E.mapLeft((message) => wrong('corrupt', message)),
          )
        : E.left(wrong('not-a-journal', 'is not the journal of a search'))
    }),
  )
}
