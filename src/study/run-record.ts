import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { measuredNumber } from '../core/codec/measured-number.ts'
import { numberCodec, textCodec } from '../core/codec/refined-codec.ts'
import { plainData } from '../core/codec/plain-data.ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import type { DecodingError } from '../core/codec/decoding-error.ts'
import { contentId } from '../core/codec/content-id.ts'
import { openJournal, type Journal, type JournalError } from '../data/files/journal.ts'

/**
 * What decides a run, and what it measured.
 *
 * @category Records of runs
 */
export interface RunContent {
  /** Network, hyper-parameters and whatever else was chosen, as plain data. */
  readonly spec: unknown
  readonly seed: number
  /** Names the data, by a digest as a rule. */
  readonly data: string
  /** The version of the code. */
  readonly version: string
  readonly metrics: Readonly<Record<string, number>>
}

/**
 * A run that can be compared and replayed.
 *
 * @category Records of runs
 */
export interface RunRecord extends RunContent {
  /** The hash of the content: equal runs have equal ids, whatever the order of names and however long they took. */
  readonly id: string
  /** How long it took; no part of the content. */
  readonly seconds: number
}

const contentFields = {
  spec: plainData,
  seed: numberCodec('an integer ≥ 0', (x) => Number.isSafeInteger(x) && x >= 0),
  data: textCodec,
  version: textCodec,
  metrics: t.readonly(t.record(t.string, measuredNumber, 'a record of numbers')),
}
const contentCodec = strictRecord('a run', contentFields)

const identified = ({ spec, seed, data, version, metrics }: RunContent): Omit<RunRecord, 'seconds'> => {
  const content = { spec, seed, data, version, metrics }
  return { id: contentId(contentCodec.encode(content)), ...content }
}

/**
 * The record of a run.
 *
 * @throws ArgumentError naming the path where the spec is not plain data, or another name in the records.
 * @example
 * ```ts
 * import { runRecord } from 'puregrad/study'
 * const content = { seed: 0, data: 'digits', version: '1', metrics: { loss: 0.5 } }
 * const a = runRecord({ ...content, spec: { units: 8, rate: 0.1 } }, { seconds: 3 })
 * const b = runRecord({ ...content, spec: { rate: 0.1, units: 8 } }, { seconds: 5 })
 * a.id === b.id // => true
 * ```
 * @category Records of runs
 */
export const runRecord = (content: RunContent, took: { readonly seconds: number }): RunRecord => {
  checkOptions('runRecord', content, {
    spec: true,
    seed: true,
    data: true,
    version: true,
    metrics: true,
  })
  checkOptions('runRecord', took, { seconds: true })
  return { ...identified(content), seconds: took.seconds }
}

const fieldsCodec = strictRecord('a record of a run', {
  id: textCodec,
  ...contentFields,
  seconds: numberCodec('a finite number ≥ 0', (x) => Number.isFinite(x) && x >= 0),
})

/**
 * A codec of {@link RunRecord}: a record whose id is not that of its content is refused.
 *
 * @category Records of runs
 */
export const runRecordCodec: t.Type<RunRecord, unknown> = new t.Type(
  'a record of a run',
  (u): u is RunRecord => fieldsCodec.is(u) && identified(u).id === u.id,
  (u, context) =>
    pipe(
      fieldsCodec.validate(u, context),
      E.flatMap((record) => {
        const { id } = identified(record)
        return record.id === id
          ? t.success(record)
          : t.failure(
              record.id,
              t.appendContext(context, 'id', t.string, record.id),
              `expected the hash of the content, ${id}`,
            )
      }),
    ),
  fieldsCodec.encode,
)

/**
 * The record of a run in a piece of data, or what is wrong with it.
 *
 * @example
 * ```ts
 * import { decodeRunRecord } from 'puregrad/study'
 * const decoded = decodeRunRecord({ id: 3 })
 * decoded._tag // => 'Left'
 * ```
 * @category Records of runs
 */
export const decodeRunRecord = (data: unknown): E.Either<DecodingError, RunRecord> =>
  decodeWith(runRecordCodec, 'run record', data)

/**
 * A journal of records of runs, see {@link openJournal}.
 *
 * @example
 * ```ts no-run
 * import * as E from 'fp-ts/lib/Either.js'
 * import { openRunJournal, runRecord } from 'puregrad/study'
 * const opened = await openRunJournal('runs.jsonl')()
 * const record = runRecord({ spec: { units: 8 }, seed: 0, data: 'digits', version: '1', metrics: { loss: 0.5 } }, { seconds: 3 })
 * if (E.isRight(opened)) await opened.right.append(record)()
 * ```
 * @category Records of runs
 */
export const openRunJournal = (file: string): TE.TaskEither<JournalError, Journal<RunRecord>> =>
  openJournal(file, { header: { kind: 'runs', format: 1 }, record: runRecordCodec })
