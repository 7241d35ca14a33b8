import type * as promises from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { canonicalJson } from './canonical-json.ts'
import { problemsIn } from './codec-problems.ts'

/** Why a journal cannot be used. */
export interface JournalError {
  /**
   * The file cannot be read or written, is no journal, is one of something else, or has a line that does not belong in
   * a journal of its kind.
   */
  readonly kind: 'unreadable' | 'unwritable' | 'not-a-journal' | 'another' | 'corrupt'
  readonly file: string
  readonly message: string
}

/** What a journal is about, and what its records are. */
export interface JournalFormat<A> {
  /** Plain data; a journal with another header is refused. */
  readonly header: unknown
  readonly record: t.Type<A, unknown>
}

/** A file of JSON lines that only grows: its first line says what it is about, each other one is a record. */
export interface Journal<A> {
  readonly file: string
  /** The records that were there when it was opened. */
  readonly records: readonly A[]
  /** Writes one record; it is on the disk when the task ends. */
  readonly append: (record: A) => TE.TaskEither<JournalError, void>
  readonly close: TE.TaskEither<JournalError, void>
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const wrong = (kind: JournalError['kind'], file: string, message: string): JournalError => ({
  kind,
  file,
  message: `${file}: ${message}`,
})

const fileSystem = (): typeof promises => process.getBuiltinModule('node:fs/promises')

const parsed = (line: string): E.Either<string, unknown> =>
  E.tryCatch(() => JSON.parse(line) as unknown, reasonOf)

const isHeader = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'journal'

/** The header line is compared as data, so that the order of its names is no matter. */
const checkHeader = (file: string, line: string, expected: string): E.Either<JournalError, void> =>
  pipe(
    parsed(line),
    E.filterOrElse(isHeader, () => ''),
    E.mapLeft(() => wrong('not-a-journal', file, 'is no journal, and is left as it is')),
    E.flatMap((found) =>
      canonicalJson(found) === expected
        ? E.right(undefined)
        : E.left(
            wrong('another', file, `is the journal of something else: expected ${expected}, got ${line}`),
          ),
    ),
  )

const recordAt =
  <A>(file: string, codec: t.Type<A, unknown>) =>
  (i: number, line: string): E.Either<JournalError, A> =>
    pipe(
      parsed(line),
      E.flatMap((value) =>
        pipe(
          codec.decode(value),
          E.mapLeft((errors) => problemsIn(errors, 'the record')[0]?.message ?? 'is not a record'),
        ),
      ),
      // Positions count from 0 and the header is line 1.
      E.mapLeft((problem) => wrong('corrupt', file, `line ${i + 2}: ${problem}`)),
    )

/**
 * The records in the text of a journal. What follows the last line break was being written when the process ended, and
 * is left out.
 */
const recordsIn = <A>(
  file: string,
  text: string,
  { header, record }: JournalFormat<A>,
): E.Either<JournalError, readonly A[]> => {
  const expected = canonicalJson({ journal: header })
  const [first, ...lines] = text.split('\n').slice(0, -1)
  return first === undefined
    ? expected.startsWith(text)
      ? E.right([])
      : E.left(wrong('not-a-journal', file, 'is no journal, and is left as it is'))
    : pipe(
        checkHeader(file, first, expected),
        E.flatMap(() => pipe(lines, E.traverseArrayWithIndex(recordAt(file, record)))),
      )
}

/** The text of a file, empty where there is none. */
const textOf = (file: string): TE.TaskEither<JournalError, string> =>
  TE.tryCatch(
    async () => {
      try {
        return await fileSystem().readFile(file, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
        throw error
      }
    },
    (error) => wrong('unreadable', file, `cannot be read: ${reasonOf(error)}`),
  )

/**
 * Opens a journal, or begins one where there is no file. A last line that was only half written is cut off; a file that
 * is not this journal is left as it is. One process at a time may have it open.
 *
 * The file system is asked for when it is needed and not imported, so that bundles for browsers can hold this module.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as t from 'io-ts'
 * import { openJournal } from 'puregrad/study'
 * const opened = await openJournal('package.json', { header: 'numbers', record: t.number as t.Type<number, unknown> })()
 * E.isLeft(opened) ? opened.left.message : '' // => 'package.json: is no journal, and is left as it is'
 * ```
 */
export const openJournal = <A>(
  file: string,
  format: JournalFormat<A>,
): TE.TaskEither<JournalError, Journal<A>> => {
  const writing = <B>(write: () => Promise<B>): TE.TaskEither<JournalError, B> =>
    TE.tryCatch(write, (error) => wrong('unwritable', file, `cannot be written: ${reasonOf(error)}`))
  return pipe(
    textOf(file),
    TE.bindTo('text'),
    TE.bind('records', ({ text }) => TE.fromEither(recordsIn(file, text, format))),
    TE.flatMap(({ text, records }) =>
      writing(async (): Promise<Journal<A>> => {
        const handle = await fileSystem().open(file, 'a')
        const write = async (data: unknown): Promise<void> => {
          await handle.appendFile(`${canonicalJson(data)}\n`)
          await handle.sync()
        }
        const whole = text.slice(0, text.lastIndexOf('\n') + 1)
        if (whole !== text) await handle.truncate(Buffer.byteLength(whole))
        if (whole === '') await write({ journal: format.header })
        return {
          file,
          records,
          append: (record) => writing(() => write(format.record.encode(record))),
          close: writing(() => handle.close()),
        }
      }),
    ),
  )
}
