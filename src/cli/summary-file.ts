import type * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import type { DecodingError } from '../core/codec/decoding-error.ts'
import { numberCodec } from '../core/codec/refined-codec.ts'
import type { Evaluation } from '../training/evaluate.ts'

const number = numberCodec('a number', () => true)
const ofParts = <A>(codec: t.Type<A>) => t.type({ train: codec, dev: codec, test: codec })

/** What `--json` prints of a training, as far as a report needs it; the rest is kept as it is. */
const summaryCodec = t.type({
  accuracy: ofParts(number),
  accuracyInterval: ofParts(t.tuple([number, number])),
  loss: ofParts(number),
  lossInterval: ofParts(t.tuple([number, number])),
  rows: ofParts(number),
  epochs: number,
  bestEpoch: number,
})

/** What `--json` printed, with all else that it said. */
export type Summary = t.TypeOf<typeof summaryCodec> & Readonly<Record<string, unknown>>

export const decodeSummary = (data: Readonly<Record<string, unknown>>): E.Either<DecodingError, Summary> =>
  decodeWith(
    new t.Type<Summary, unknown>(
      'what --json prints',
      (u): u is Summary => summaryCodec.is(u),
      (u, context) => {
        const valid = summaryCodec.validate(u, context)
        return valid._tag === 'Left' ? valid : t.success({ ...data, ...valid.right })
      },
      (summary) => summary,
    ),
    'summary',
    data,
  )

type Part = 'train' | 'dev' | 'test'

/** What a summary says of one part, as an evaluation says it. */
export const evaluationsIn = (summary: Summary): Readonly<Record<Part, Evaluation>> => {
  const of = (part: Part): Evaluation => {
    const [n, accuracy] = [summary.rows[part], summary.accuracy[part]]
    return {
      n,
      loss: summary.loss[part],
      lossInterval: summary.lossInterval[part],
      correct: Math.round(n * accuracy),
      accuracy,
      accuracyInterval: summary.accuracyInterval[part],
    }
  }
  return { train: of('train'), dev: of('dev'), test: of('test') }
}

/** What a summary says besides its figures: settings, by name. */
export const settingsIn = (summary: Summary): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(summary).filter(
      ([name]) => !Object.hasOwn(summaryCodec.props, name) && !['findings', 'notes', 'curve'].includes(name),
    ),
  )
