import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeWith } from '../../core/codec/decode-with.ts'
import { problemAt, type DecodingError, type Problem } from '../../core/codec/decoding-error.ts'
import { oneKindOf } from '../../core/codec/one-kind-of.ts'
import { textCodec } from '../../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../../core/codec/setting-codec.ts'
import { finiteNumber, positive as aboveNone } from '../../core/tensor/setting-ranges.ts'
import { scalerOf, type Scaler, type ScalerSpec } from './scaler.ts'

const finite = t.readonlyArray(settingCodec(finiteNumber), 'a list of finite numbers')
const positive = t.readonlyArray(settingCodec(aboveNone), 'a list of finite numbers above 0')
const names = t.readonlyArray(textCodec, 'a list of names')

const columns = { features: names, centre: finite, remainder: finite, scale: positive }
const byColumn = { ...columns, constantFeatures: names }

const codec: t.Type<ScalerSpec, unknown> = oneKindOf('a scaler', {
  standard: byColumn,
  minMax: byColumn,
  robust: byColumn,
  maxAbs: byColumn,
  whitening: {
    ...columns,
    form: choiceCodec('pca', 'zca'),
    axes: t.readonlyArray(finite, 'a list of axes'),
    deviations: positive,
  },
})

const subject = 'scaler'

/** The lists that have not one entry for each feature. */
const ragged = (spec: ScalerSpec): readonly Problem[] => {
  const n = spec.features.length
  const lists: readonly (readonly [string, readonly unknown[]])[] = [
    ['centre', spec.centre],
    ['remainder', spec.remainder],
    ['scale', spec.scale],
    ...(spec.kind === 'whitening'
      ? [
          ['axes', spec.axes] as const,
          ...spec.axes.map((axis, i) => [`axes[${i}]`, axis] as const),
          ['deviations', spec.deviations] as const,
        ]
      : []),
  ]
  return lists
    .filter(([, list]) => list.length !== n)
    .map(([path, list]) =>
      problemAt(subject, path, `expected ${n} entries, one for each feature, got ${list.length}`),
    )
}

/**
 * The scaler a piece of data describes (see `Scaler.spec`), bit for bit as it was saved, or all that is wrong
 * with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { allForTraining, decodeScaler, regressionDataset, standardize } from 'puregrad/data'
 * const raw = regressionDataset({ x: tensor([[1], [3]]), y: tensor([0, 1]) })
 * const fitted = standardize(allForTraining(raw))
 * const saved = JSON.stringify(E.isRight(fitted) ? fitted.right.spec : undefined)
 * const scaler = decodeScaler(JSON.parse(saved))
 * E.isRight(scaler) ? toArray(scaler.right.apply(tensor([[5]]))) : [] // => [[3]]
 * const broken = decodeScaler({ ...JSON.parse(saved), scale: [0] })
 * E.isLeft(broken) ? broken.left.message : '' // => 'scale[0]: expected a finite number above 0, got 0'
 * ```
 * @category Scaling
 */
export const decodeScaler = (data: unknown): E.Either<DecodingError, Scaler> =>
  pipe(decodeWith(codec, subject, data, ragged), E.map(scalerOf))
