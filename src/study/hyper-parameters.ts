import type * as E from 'fp-ts/lib/Either.js'
import type * as t from 'io-ts'
import { activationNames, type ActivationName } from '../nn/activation-functions.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { choiceCodec, settingCodec } from '../core/codec/setting-codec.ts'
import {
  count as atLeastOne,
  countOrNone as noneOrMore,
  fraction as share,
  notNegative,
  positive as aboveNone,
} from '../core/tensor/setting-ranges.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import type { DecodingError } from '../core/codec/decoding-error.ts'

/**
 * What training estimates: records and lists with tensors at their leaves. No setting is one.
 *
 * @category Hyper-parameters
 */
export type Params = Tensor | readonly Params[] | { readonly [name: string]: Params }

/**
 * What is set before the data is seen: records and lists of plain values. No tensor is one.
 *
 * @category Hyper-parameters
 */
export type Hyper = number | string | boolean | readonly Hyper[] | { readonly [name: string]: Hyper }

/**
 * How strongly large weights are penalized and units dropped.
 *
 * @category Hyper-parameters
 */
export type Regularization = {
  /** The weight λ of Σ|w|. */
  readonly l1: number
  /** The weight λ of Σw²: no ½ and no 1/m. */
  readonly l2: number
  /** The share p of hidden units dropped in training. */
  readonly dropout: number
}

/**
 * The seven settings of the lecture, of a network whose hidden layers are alike.
 *
 * @category Hyper-parameters
 */
export type HyperParameters = {
  readonly learningRate: number
  readonly epochs: number
  /** The number of hidden layers. */
  readonly layers: number
  /** The number of units of a hidden layer. */
  readonly units: number
  readonly activation: ActivationName
  readonly batchSize: number
  readonly regularization: Regularization
}

const positive = settingCodec(aboveNone)
const weight = settingCodec(notNegative)
const fraction = settingCodec(share)
const count = settingCodec(atLeastOne)
const countOrNone = settingCodec(noneOrMore)
const activationName = choiceCodec(...activationNames)

/**
 * A codec of {@link HyperParameters}: total, strict about names, and `decode` after `encode` changes nothing.
 *
 * @category Hyper-parameters
 */
export const hyperParametersCodec: t.Type<HyperParameters, unknown> = strictRecord('hyper-parameters', {
  learningRate: positive,
  epochs: count,
  layers: countOrNone,
  units: count,
  activation: activationName,
  batchSize: count,
  regularization: strictRecord('regularization', { l1: weight, l2: weight, dropout: fraction }),
})

/**
 * The hyper-parameters a piece of data describes, or everything that is wrong with it: missing and misspelt names, and
 * values outside of what they may be.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeHyperParameters } from 'puregrad/study'
 * const wrong = decodeHyperParameters({
 *   learningRate: NaN, epochs: 10, layers: 2, unit: 32, activation: 'relu', batchSize: 32,
 *   regularization: { l1: 0, l2: -1, dropout: 0 },
 * })
 * E.isLeft(wrong) ? wrong.left.problems.map(({ path }) => path) : [] // => ['unit', 'learningRate', 'units', 'regularization.l2']
 * E.isLeft(wrong) ? wrong.left.problems[3]?.message : '' // => 'regularization.l2: expected a finite number of 0 or more, got -1'
 * ```
 * @category Hyper-parameters
 */
export const decodeHyperParameters = (data: unknown): E.Either<DecodingError, HyperParameters> =>
  decodeWith(hyperParametersCodec, 'hyper-parameters', data)

/**
 * The two widths that the data decides.
 *
 * @category Hyper-parameters
 */
export interface Ends {
  readonly inputs: number
  readonly outputs: number
}

/**
 * The width of every layer: the inputs, the hidden layers, the outputs.
 *
 * @example
 * ```ts
 * import { layerWidths } from 'puregrad/study'
 * layerWidths({ layers: 2, units: 8 }, { inputs: 4, outputs: 3 }) // => [4, 8, 8, 3]
 * ```
 * @category Hyper-parameters
 */
export const layerWidths = (
  { layers, units }: Pick<HyperParameters, 'layers' | 'units'>,
  { inputs, outputs }: Ends,
): readonly number[] => [inputs, ...Array.from({ length: layers }, () => units), outputs]

/**
 * The number of weights and biases of dense layers of these widths: Σ (n_{l−1} + 1) · n_l.
 *
 * @throws ArgumentError for a width that is not a positive integer.
 * @example
 * ```ts
 * import { layerWidths, parameterCount } from 'puregrad/study'
 * parameterCount([256, 64, 10]) // => 17098
 * parameterCount(layerWidths({ layers: 2, units: 3 }, { inputs: 4, outputs: 1 })) // => 31
 * ```
 * @category Hyper-parameters
 */
export const parameterCount = (widths: readonly number[]): number => {
  const odd = widths.find((width) => !Number.isInteger(width) || width < 1)
  if (odd !== undefined) throw new ArgumentError(`parameterCount: a width is a positive integer, got ${odd}`)
  return widths.slice(1).reduce((total, width, i) => total + ((widths[i] ?? 0) + 1) * width, 0)
}
