import * as E from 'fp-ts/lib/Either.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import { tensor } from '../../core/numeric/index.ts'
import { showText } from '../../core/tensor/show-value.ts'
import type { DataError } from '../data-error.ts'
import { mergeMoments, momentsOf, type Moments } from '../scale/moments.ts'
import { naturalOrder } from './natural-order.ts'
import type { RowStream, StreamedRow } from '../stream/row-stream.ts'
import { mayBeNumbers } from '../targets-task.ts'
import { aborted } from '../stream/stream-batches.ts'

/**
 * What one pass over the rows tells: all that training on a stream has to know beforehand.
 *
 * @category Files
 */
export interface StreamSummary {
  readonly n: number
  readonly featureNames: readonly string[]
  /** In the order in which `parseCsv` numbers them; none where targets are numbers. */
  readonly classNames: readonly string[]
  readonly moments: Moments
}

/**
 * What ends {@link scanRows} early, whom it tells, and what the targets are.
 *
 * @category Files
 */
export interface ScanOptions {
  /** Looked at before each row is read. */
  readonly signal?: AbortSignal
  /**
   * That the targets are classes although they are numbers with fractions, or nearly as many as there are rows; such
   * targets are a left value that asks, unless told so.
   */
  readonly task?: 'classification'
  /** Told now and then how many rows were read. */
  readonly progress?: (rows: number) => void
}

const rowsAtATime = 256

const momentsOfRows = (rows: readonly StreamedRow[], origin: readonly number[] | undefined): Moments =>
  momentsOf(
    tensor(
      rows.map(({ x }) => Array.from(x)),
      { dtype: 'float64' },
    ),
    origin,
  )

/**
 * Reads a stream once, holding 256 rows at a time: the number of rows, the names of features and classes, and the
 * moments from which {@link standardizeFrom} makes a scaler.
 *
 * A left value where reading fails or is aborted, where there is no row, where there is only one class, and where the
 * classes look like numbers to be estimated.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { scanRows, streamCsv } from 'puregrad/data'
 * const scanned = await scanRows(streamCsv('absent.csv', { label: 'kind' }))()
 * E.isLeft(scanned) ? scanned.left.kind : '' // => 'unreadable'
 * ```
 * @category Files
 */
export const scanRows =
  (rows: RowStream, { signal, progress, task }: ScanOptions = {}): TE.TaskEither<DataError, StreamSummary> =>
  async () => {
    /* eslint-disable functional/no-let, functional/no-loop-statements, functional/immutable-data --
       rows are consumed as they come; nobody else sees what is gathered */
    let moments: Moments | undefined
    let held: StreamedRow[] = []
    let first: StreamedRow | undefined
    const classes = new Set<string>()
    const flush = (): void => {
      const own = momentsOfRows(held, moments?.origin)
      moments = moments === undefined ? own : mergeMoments(moments, own)
      held = []
      progress?.(moments.n)
    }
    const stopped = (): boolean => signal?.aborted === true
    if (stopped()) return E.left(aborted(rows.file))
    for await (const row of rows) {
      if (E.isLeft(row)) return row
      if (stopped()) return E.left(aborted(rows.file))
      first ??= row.right
      if (row.right.value === undefined) classes.add(row.right.label)
      held.push(row.right)
      if (held.length === rowsAtATime) flush()
    }
    if (held.length > 0) flush()
    /* eslint-enable functional/no-let, functional/no-loop-statements, functional/immutable-data */
    if (moments === undefined || first === undefined)
      return E.left({ kind: 'empty', file: rows.file, message: `${rows.file}: expected at least one row` })
    const [only = ''] = classes
    const ofNumbers = first.value !== undefined
    if (classes.size < 2 && !ofNumbers)
      return E.left({
        kind: 'one-class',
        file: rows.file,
        message: `${rows.file}: expected at least two classes, every row is '${showText(only, 60)}'`,
      })
    // The rows do not say which mark their numbers have.
    const [names, { n }] = [[...classes], moments]
    const doubt =
      task === undefined && !ofNumbers ? (mayBeNumbers(names, n) ?? mayBeNumbers(names, n, ',')) : undefined
    if (doubt !== undefined)
      return E.left({
        kind: 'undecided',
        file: rows.file,
        option: 'task',
        message: `${rows.file}: ${doubt}; if each number is a class, say task: 'classification'; to estimate them, read the rows with task: 'regression'`,
      })
    return E.right({
      n: moments.n,
      featureNames: first.featureNames ?? moments.mean.map((_, i) => `x${i}`),
      classNames: ofNumbers ? [] : [...classes].sort(naturalOrder),
      moments,
    })
  }
