import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { refinedCodec } from '../../core/tensor/refined-codec.ts'
import { settingCodec } from '../../core/tensor/setting-codec.ts'
import { finiteNumber, positive as aboveNone } from '../../core/tensor/setting-ranges.ts'
import { showText, showValue } from '../../core/tensor/show-value.ts'
import {
  scalerOf,
  type ColumnScalerSpec,
  type Scaler,
  type ScalerSpec,
  type WhiteningSpec,
} from './scaler.ts'

/** What is wrong with a scaler's description, and where. */
export interface ScalerSpecError {
  readonly kind: 'scaler-spec'
  readonly path: string
  readonly message: string
}

const finite = t.readonlyArray(settingCodec(finiteNumber))
const positive = t.readonlyArray(settingCodec(aboveNone))
const names = t.readonlyArray(refinedCodec('a name', (u): u is string => typeof u === 'string'))
const oneOf = <A extends string>(...choices: readonly A[]): t.Type<A> =>
  refinedCodec(`one of ${choices.join(', ')}`, (u): u is A => choices.some((choice) => choice === u))

const columns = { features: names, centre: finite, remainder: finite, scale: positive }

const columnSpec: t.Type<ColumnScalerSpec> = t.type({
  ...columns,
  kind: oneOf('standard', 'minMax', 'robust', 'maxAbs', 'whitening') as t.Type<ColumnScalerSpec['kind']>,
  constantFeatures: names,
})

const whiteningSpec: t.Type<WhiteningSpec> = t.type({
  ...columns,
  kind: t.literal('whitening'),
  form: oneOf('pca', 'zca'),
  axes: t.readonlyArray(finite),
  deviations: positive,
})

const wrong = (path: string, problem: string): ScalerSpecError => ({
  kind: 'scaler-spec',
  path,
  message: `${path === '' ? 'the description' : showText(path)}: ${problem}`,
})

const isWhitening = (u: unknown): boolean =>
  typeof u === 'object' && u !== null && 'kind' in u && u.kind === 'whitening'

/** The first key that this kind of scaler does not have. */
const unknownKey = (spec: ScalerSpec): ScalerSpecError | undefined => {
  const keys = [
    'kind',
    ...Object.keys(columns),
    ...(spec.kind === 'whitening' ? ['form', 'axes', 'deviations'] : ['constantFeatures']),
  ]
  const odd = Object.keys(spec).find((key) => !keys.includes(key))
  return odd === undefined ? undefined : wrong(odd, `${spec.kind} has no such key; it has ${keys.join(', ')}`)
}

/** The first list that has not one entry for each feature. */
const ragged = (spec: ScalerSpec): ScalerSpecError | undefined => {
  const n = spec.features.length
  const lists: readonly (readonly [string, readonly unknown[]])[] = [
    ['centre', spec.centre],
    ['remainder', spec.remainder],
    ['scale', spec.scale],
    ...(spec.kind === 'whitening'
      ? [
          ['axes', spec.axes] as const,
          ...spec.axes.map((axis, i) => [`axes.${i}`, axis] as const),
          ['deviations', spec.deviations] as const,
        ]
      : []),
  ]
  const odd = lists.find(([, list]) => list.length !== n)
  return odd === undefined
    ? undefined
    : wrong(odd[0], `expected ${n} entries, one for each feature, got ${odd[1].length}`)
}

/**
 * The scaler a piece of data describes (see `Scaler.spec`), bit for bit as it was saved, or what is wrong with it and
 * where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { decodeScaler, regressionDataset, standardize } from 'puregrad/data'
 * const raw = regressionDataset({ x: tensor([[1], [3]]), y: tensor([0, 1]) })
 * const fitted = standardize({ ...raw, role: 'train' })
 * const saved = JSON.stringify(E.isRight(fitted) ? fitted.right.spec : undefined)
 * const scaler = decodeScaler(JSON.parse(saved))
 * E.isRight(scaler) ? toArray(scaler.right.apply(tensor([[5]]))) : [] // => [[3]]
 * const broken = decodeScaler({ ...JSON.parse(saved), scale: [0] })
 * E.isLeft(broken) ? broken.left.message : '' // => 'scale.0: expected a finite number above 0, got 0'
 * ```
 */
export const decodeScaler = (u: unknown): E.Either<ScalerSpecError, Scaler> =>
  pipe(
    (isWhitening(u) ? whiteningSpec : columnSpec).decode(u) as t.Validation<ScalerSpec>,
    E.mapLeft(([first]) => {
      return wrong(
        (first?.context ?? [])
          .map(({ key }) => key)
          .filter((key) => key !== '')
          .join('.'),
        `${first?.message ?? 'expected a record or a list'}, got ${showValue(first?.value)}`,
      )
    }),
    E.flatMap((spec) => {
      const odd = unknownKey(spec) ?? ragged(spec)
      return odd === undefined ? E.right(scalerOf(spec)) : E.left(odd)
    }),
  )
