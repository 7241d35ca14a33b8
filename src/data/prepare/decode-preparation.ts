import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import { problemAt, type DecodingError, type Problem } from '../../core/codec/decoding-error.ts'
import { textCodec } from '../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../core/codec/setting-codec.ts'
import { strictRecord } from '../../core/codec/strict-record.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { count, finiteNumber } from '../../core/tensor/setting-ranges.ts'
import { preparationOf, unmadeFeatures } from './preparation-of.ts'
import type { Preparation, PreparationSpec } from './preparation.ts'
import { fittedStepCodec } from './fitted-step-codec.ts'
import { fittedTargetCodec } from './target-scaling.ts'

const codec: t.Type<PreparationSpec, unknown> = strictRecord('a preparation', {
  columns: t.readonlyArray(
    strictRecord('a column', {
      name: textCodec,
      kind: choiceCodec('number', 'category', 'date', 'boolean', 'text', 'identifier'),
    }),
    'a list of columns',
  ),
  left: t.readonlyArray(
    strictRecord('a column left out', { column: textCodec, reason: textCodec }),
    'a list of columns left out',
  ),
  steps: t.readonlyArray(fittedStepCodec, 'a list of fitted steps'),
  features: t.readonlyArray(
    strictRecord(
      'a feature',
      {
        name: textCodec,
        column: textCodec,
        kind: choiceCodec('number', 'indicator', 'one-hot', 'code'),
      },
      { levels: settingCodec(count) },
    ),
    'a list of features',
  ),
  fallbacks: t.readonlyArray(settingCodec(finiteNumber), 'a list of finite numbers'),
  target: fittedTargetCodec,
  dtype: choiceCodec('float32', 'float64'),
})

const subject = 'preparation'

/** What no codec of a part can see: a feature without fallback, or that no step makes. */
const contradictions = (spec: PreparationSpec): readonly Problem[] => {
  const { features, fallbacks } = spec
  const unmade = new Set(unmadeFeatures(spec))
  return [
    ...(fallbacks.length === features.length
      ? []
      : [
          problemAt(
            subject,
            'fallbacks',
            `expected ${features.length} entries, one for each feature, got ${fallbacks.length}`,
          ),
        ]),
    ...features.flatMap(({ name }, i) =>
      unmade.has(name)
        ? [problemAt(subject, `features[${i}].name`, `no step makes ${showText(name, 60)} of the columns`)]
        : [],
    ),
  ]
}

/**
 * The preparation that a piece of data describes (see `Preparation.spec`), bit for bit as it was saved, or all that iswrong with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodePreparation } from 'puregrad/data'
 * const found = decodePreparation({ steps: [] })
 * E.isLeft(found) ? found.left.problems.length : 0 // => 6
 * ```
 * @category Preparation
 */
export const decodePreparation = (data: unknown): E.Either<DecodingError, Preparation> =>
  pipe(decodeWith(codec, subject, data, contradictions), E.map(preparationOf))
