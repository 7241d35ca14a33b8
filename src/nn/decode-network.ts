import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { activationNames } from './activation-functions.ts'
import { initializerRanges, type InitializerSpec } from './initializers.ts'
import { layerChoices, layerRanges } from './layer-ranges.ts'
import { batchNorm } from './batch-norm.ts'
import { dropout } from './dropout.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { layerNorm } from './layer-norm.ts'
import { activation, dense, type LayerSpec } from './layer.ts'
import { leaky, prelu } from './leaky.ts'
import { linear } from './linear.ts'
import { maxout } from './maxout.ts'
import { network, type AnyLayer, type Network } from './network.ts'
import { oneKindOf } from '../core/codec/one-kind-of.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { refinedCodec } from '../core/codec/refined-codec.ts'
import { choiceCodec, settingCodec } from '../core/codec/setting-codec.ts'
import { showText, showValue } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** What is wrong with a network's description, and where. */
export interface NetworkSpecError {
  readonly kind: 'network-spec'
  readonly path: string
  readonly message: string
}

const width = settingCodec(layerRanges.width)
const layerName = refinedCodec('a name', (u): u is string => typeof u === 'string' && u !== '')
const functionName = choiceCodec(...activationNames)

const initializer = oneKindOf('an initializer', {
  zeros: {},
  constant: { value: settingCodec(initializerRanges.constant.value) },
  normal: { std: settingCodec(initializerRanges.normal.std) },
  uniform: { limit: settingCodec(initializerRanges.uniform.limit) },
  xavierNormal: {},
  xavierUniform: {},
  heNormal: {},
  heUniform: {},
  lecunNormal: {},
  lecunUniform: {},
  orthogonal: { gain: settingCodec(initializerRanges.orthogonal.gain) },
  scaledIdentity: { scale: settingCodec(initializerRanges.scaledIdentity.scale) },
}) as t.Type<InitializerSpec, unknown>

const epsilon = settingCodec(layerRanges.epsilon)
const slope = settingCodec(layerRanges.slope)

const layer = oneKindOf('a layer', {
  dense: { name: layerName, width, weight: initializer, bias: initializer },
  activation: { function: functionName },
  batchNorm: {
    name: layerName,
    form: choiceCodec(...layerChoices.form),
    track: choiceCodec(...layerChoices.track),
    momentum: settingCodec(layerRanges.momentum),
    epsilon,
  },
  dropout: {
    name: layerName,
    rate: settingCodec(layerRanges.rate),
    mask: choiceCodec(...layerChoices.mask),
    scaling: choiceCodec(...layerChoices.scaling),
  },
  gaussianNoise: { name: layerName, deviation: settingCodec(layerRanges.deviation) },
  layerNorm: { name: layerName, epsilon },
  leaky: { slope },
  linear: { name: layerName, width, weight: initializer },
  maxout: {
    name: layerName,
    width,
    pieces: settingCodec(layerRanges.pieces),
    weight: initializer,
    bias: initializer,
  },
  prelu: { name: layerName, slope },
})

const built = (spec: LayerSpec): AnyLayer => {
  switch (spec.kind) {
    case 'dense':
      return dense(spec.name, spec.width, { weight: spec.weight, bias: spec.bias })
    case 'activation':
      return activation(spec.function)
    case 'batchNorm': {
      const { form, track, momentum, epsilon: small } = spec
      return batchNorm(spec.name, { form, track, momentum, epsilon: small })
    }
    case 'dropout':
      return dropout(spec.name, spec.rate, { mask: spec.mask, scaling: spec.scaling })
    case 'gaussianNoise':
      return gaussianNoise(spec.name, spec.deviation)
    case 'layerNorm':
      return layerNorm(spec.name, { epsilon: spec.epsilon })
    case 'leaky':
      return leaky(spec.slope)
    case 'linear':
      return linear(spec.name, spec.width, { weight: spec.weight })
    case 'maxout':
      return maxout(spec.name, spec.width, { pieces: spec.pieces, weight: spec.weight, bias: spec.bias })
    case 'prelu':
      return prelu(spec.name, spec.slope)
  }
}

const codec = strictRecord('a network', { input: width, layers: t.readonlyArray(layer) })

const pathOf = (context: t.Context): string =>
  context
    .map(({ key }) => key)
    .filter((key) => key !== '')
    .join('.')

/**
 * The network a piece of data describes (see {@link Network.spec}), or what is wrong with it and where.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeNetwork, dense, network } from 'puregrad/nn'
 * const { spec } = network(2, dense('only', 3))
 * E.isRight(decodeNetwork(JSON.parse(JSON.stringify(spec)))) // => true
 * const wrong = decodeNetwork({ ...spec, input: 0 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'input: expected a whole number of 1 or more, got 0'
 * ```
 */
export const decodeNetwork = (
  spec: unknown,
): E.Either<
  NetworkSpecError,
  Network<
    Readonly<Record<string, Readonly<Record<string, Tensor>>>>,
    Readonly<Record<string, Readonly<Record<string, Tensor>>>>
  >
> =>
  pipe(
    codec.decode(spec),
    E.mapLeft((errors): NetworkSpecError => {
      const ours = errors.find(({ message }) => message !== undefined) ?? errors[0]
      const path = pathOf(ours?.context ?? [])
      return {
        kind: 'network-spec',
        path,
        message: `${path === '' ? 'the description' : showText(path)}: ${ours?.message ?? 'is not acceptable'}, got ${showValue(ours?.value)}`,
      }
    }),
    E.flatMap((valid) => {
      const names = valid.layers.flatMap((item) => ('name' in item ? [item.name] : []))
      const twice = names.find((name, i) => names.indexOf(name) !== i)
      return twice === undefined
        ? E.right(valid)
        : E.left<NetworkSpecError>({
            kind: 'network-spec',
            path: 'layers',
            message: `layers: two layers are named '${showText(twice)}'`,
          })
    }),
    E.map((valid) => {
      const layers: readonly AnyLayer[] = valid.layers.map(built)
      return network(valid.input, ...layers) as never
    }),
  )
