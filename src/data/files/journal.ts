import type * as promises from 'node:fs/promises'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type * as t from 'io-ts'
import { takeLock, type Lock } from './lock-file.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { canonicalJson } from '../../core/codec/canonical-json.ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import { lineWriter } from './line-writer.ts'
import { syncFolder } from './sync-folder.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'

/**
 * Why a journal cannot be used.
 *
 * @category Files
 */
export interface JournalError {
  /**
   * The file cannot be read or written, is open for another writer, is no journal, is one of something else, or has a
   * line that does not belong in a journal of its kind; or what was to be appended is no record of its kind.
   */
  readonly kind:
    'unreadable' | 'unwritable' | 'locked' | 'not-a-journal' | 'another' | 'corrupt' | 'not-a-record'
  readonly file: string
  readonly message: string
}

/**
 * What a journal is about, and what its records are.
 *
 * @category Files
 */
export interface JournalFormat<A> {
  /** Plain data; a journal with another header is refused. */
  readonly header: unknown
  readonly record: t.Type<A, unknown>
}

/**
 * A file of JSON lines that only grows: its first line says what it is about, each other one is a record.
 *
 * @category Files
 */
export interface Journal<A> {
  readonly file: string
  /** The records that were there when it was opened. */
  readonly records: readonly A[]
  /** Where a last line that is no record was put when the journal was opened, if there was one. */
  readonly setAside: string | undefined
  /**
   * Writes one record; it is on the disk when the task ends. Records appended at once are written one after the other.
   * What could not be written whole is taken back, so that an append after a failed one is a line of its own; a record
   * that could not be read again is refused.
   */
  readonly append: (record: A) => TE.TaskEither<JournalError, void>
  /** Waits for what is being appended, and lets other writers in. */
  readonly close: TE.TaskEither<JournalError, void>
}

const wrong = (kind: JournalError['kind'], file: string, message: string): JournalError => ({
  kind,
  file,
  message: `${file}: ${message}`,
})

const fileSystem = (): typeof promises => process.getBuiltinModule('node:fs/promises')

/** Whatever a codec or a parser makes of odd data, nesting that exhausts the stack included, is a `Left`. */
const guarded = <A>(run: () => E.Either<string, A>): E.Either<string, A> =>
  pipe(E.tryCatch(run, reasonOf), E.flatten)

const newline = 10

/** The whole lines of a file and where they end; what follows the last line break is left out. */
const linesOf = (bytes: Uint8Array): readonly { readonly bytes: Uint8Array; readonly end: number }[] => {
  /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data -- a scan of bytes */
  const lines: { readonly bytes: Uint8Array; readonly end: number }[] = []
  let start = 0
  for (let at = bytes.indexOf(newline); at >= 0; at = bytes.indexOf(newline, start)) {
    lines.push({ bytes: bytes.subarray(start, at), end: at + 1 })
    start = at + 1
  }
  return lines
  /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
}

const textOf = (line: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(line)

const parsed = (line: Uint8Array): E.Either<string, unknown> =>
  E.tryCatch((): unknown => JSON.parse(textOf(line)), reasonOf)

const isHeader = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).join() === 'journal'

/** The header line is compared as data, so that the order of its names is no matter. */
const checkHeader = (file: string, line: Uint8Array, expected: string): E.Either<JournalError, void> =>
  pipe(
    parsed(line),
    E.filterOrElse(isHeader, () => ''),
    E.flatMap((value) => guarded(() => E.right(canonicalJson(value)))),
    E.mapLeft(() => wrong('not-a-journal', file, 'is no journal, and is left as it is')),
    E.flatMap((found) =>
      found === expected
        ? E.right(undefined)
        : E.left(
            wrong(
              'another',
              file,
              `is the journal of something else: expected ${showText(expected, 400)}, got ${showText(found, 400)}`,
            ),
          ),
    ),
  )

const recordOf =
  <A>(codec: t.Type<A, unknown>) =>
  (value: unknown): E.Either<string, A> =>
    pipe(
      decodeWith(codec, 'record', value),
      E.mapLeft(({ problems }) =>
        problems
          .map(({ message }) => message)
          .slice(0, 20)
          .join('; '),
      ),
    )

/** What was read: records, where the last of them ends, and whether a line behind it is to be set aside. */
interface Contents<A> {
  readonly records: readonly A[]
  readonly end: number
  readonly odd: Uint8Array | undefined
}

/**
 * The records in the bytes of a journal. What follows the last line break was being written when the process ended, and
 * is left out; a last line that is no record is to be set aside, one before others is an error.
 */
const contentsOf = <A>(
  file: string,
  bytes: Uint8Array,
  { header, record }: JournalFormat<A>,
): E.Either<JournalError, Contents<A>> => {
  const expected = canonicalJson({ journal: header })
  const [first, ...lines] = linesOf(bytes)
  if (first === undefined)
    return Buffer.from(expected).subarray(0, bytes.length).equals(bytes)
      ? E.right({ records: [], end: 0, odd: undefined })
      : E.left(wrong('not-a-journal', file, 'is no journal, and is left as it is'))
  return pipe(
    checkHeader(file, first.bytes, expected),
    E.flatMap(() => {
      const read = lines.map((line) => pipe(parsed(line.bytes), E.flatMap(recordOf(record))))
      const bad = read.findIndex(E.isLeft)
      const last = lines.at(-1)
      const odd = bad >= 0 && bad === lines.length - 1 ? last?.bytes : undefined
      const problem = read[bad]
      if (problem !== undefined && E.isLeft(problem) && odd === undefined)
        // Positions count from 0 and the header is line 1.
        return E.left(wrong('corrupt', file, `line ${bad + 2}: ${problem.left}`))
      return E.right({
        records: read.flatMap((line) => (E.isRight(line) ? [line.right] : [])),
        end: (odd === undefined ? last : (lines.at(-2) ?? first))?.end ?? first.end,
        odd,
      })
    }),
  )
}

/** The bytes of a file, none where there is no file. */
const bytesOf = (file: string): TE.TaskEither<JournalError, Uint8Array> =>
  TE.tryCatch(
    async () => {
      try {
        // A device or a pipe may never end.
        if (!(await fileSystem().stat(file)).isFile()) throw new Error('it is no ordinary file')
        return await fileSystem().readFile(file)
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return new Uint8Array()
        throw error
      }
    },
    (error) => wrong('unreadable', file, `cannot be read: ${reasonOf(error)}`),
  )

/** The file a name stands for, so that all names of it share one lock. */
const placeOf = (file: string): Promise<string> =>
  fileSystem()
    .realpath(file)
    .catch(() => file)

const openedAt = async <A>(
  file: string,
  { header, record }: JournalFormat<A>,
  { records, end, odd }: Contents<A>,
  size: number,
  lock: Lock,
): Promise<Journal<A>> => {
  const { appendFile, open } = fileSystem()
  const { dirname } = process.getBuiltinModule('node:path')
  const setAside = odd === undefined ? undefined : `${file}.set-aside`
  if (setAside !== undefined && odd !== undefined)
    await appendFile(setAside, Buffer.concat([odd, Buffer.of(newline)]))
  const { O_CREAT, O_RDWR } = process.getBuiltinModule('node:fs').constants
  const handle = await open(file, O_RDWR | O_CREAT, 0o666)
  const { write, settled } = lineWriter(handle, end)
  try {
    if (size > end) await handle.truncate(end)
    if (end === 0) {
      await write(canonicalJson({ journal: header }))
      await syncFolder(dirname(file))
    }
  } catch (error) {
    await handle.close()
    throw error
  }
  const lineOf = (value: A): E.Either<string, string> =>
    guarded(() => {
      const line = canonicalJson(record.encode(value))
      return pipe(
        recordOf(record)(JSON.parse(line)),
        E.map(() => line),
      )
    })
  // eslint-disable-next-line functional/no-let -- whether it has been closed
  let closed = false
  const writing = <B>(run: () => Promise<B>): TE.TaskEither<JournalError, B> =>
    TE.tryCatch(
      () => (closed ? Promise.reject(new Error('the journal is closed')) : run()),
      (error) => wrong('unwritable', file, `cannot be written: ${reasonOf(error)}`),
    )
  return {
    file,
    records,
    setAside,
    // What is appended takes its place in the queue at once, so that closing right after waits for it.
    append: (value) => () =>
      pipe(
        lineOf(value),
        E.match(
          (problem) => TE.left(wrong('not-a-record', file, `it would take no such record: ${problem}`)),
          (line) => writing(() => write(line)),
        ),
      )(),
    close: writing(async () => {
      closed = true
      await settled()
      await handle.close()
      await lock.release()
    }),
  }
}

/**
 * Opens a journal, or begins one where there is no file. It repairs itself to the last whole record: a last line that
 * was only half written is cut off, a whole last line that is no record goes to a file of its own beside it. A file
 * that is not this journal, or has a line before the last that is no record, is left as it is.
 *
 * One writer at a time has it open: a second one is refused while the first lives (`FILE.lock` says who that is), and
 * the lock of a process that has ended is taken over.
 *
 * @throws ArgumentError for another name in the format, or a header that is no plain data.
 *
 * The file system is asked for when it is needed and not imported, so that bundles for browsers can hold this module.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import * as t from 'io-ts'
 * import { openJournal } from 'puregrad/data'
 * const opened = await openJournal('package.json', { header: 'numbers', record: t.number as t.Type<number, unknown> })()
 * E.isLeft(opened) ? opened.left.message : '' // => 'package.json: is no journal, and is left as it is'
 * ```
 * @category Files
 */
export const openJournal = <A>(
  file: string,
  format: JournalFormat<A>,
): TE.TaskEither<JournalError, Journal<A>> => {
  checkOptions<JournalFormat<A>>('openJournal', format, { header: true, record: true })
  // Throws, before anything is locked, where the header is no plain data.
  canonicalJson({ journal: format.header })
  const unwritable = (error: unknown): JournalError =>
    wrong('unwritable', file, `cannot be written: ${reasonOf(error)}`)
  const lockOf: TE.TaskEither<JournalError, Lock> = pipe(
    TE.tryCatch(async () => takeLock(await placeOf(file)), unwritable),
    TE.flatMapEither(
      E.mapLeft(({ kind, message }) => wrong(kind === 'held' ? 'locked' : 'unwritable', file, message)),
    ),
  )
  return pipe(
    // What is no file that can be read is said before anything is written beside it.
    bytesOf(file),
    TE.flatMap(() => lockOf),
    TE.flatMap((lock) =>
      pipe(
        bytesOf(file),
        TE.bindTo('bytes'),
        TE.bind('contents', ({ bytes }) => TE.fromEither(contentsOf(file, bytes, format))),
        TE.flatMap(({ bytes, contents }) =>
          TE.tryCatch(() => openedAt(file, format, contents, bytes.length, lock), unwritable),
        ),
        TE.orElse<JournalError, Journal<A>, JournalError>((error) =>
          pipe(
            TE.fromTask<void, JournalError>(() => lock.release()),
            TE.flatMap(() => TE.left(error)),
          ),
        ),
      ),
    ),
  )
}
