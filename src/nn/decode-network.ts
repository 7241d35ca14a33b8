import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { activationFunctions, type ActivationName } from './activation-functions.ts'
import type { InitializerSpec } from './initializers.ts'
import { batchNorm } from './batch-norm.ts'
import { dropout } from './dropout.ts'
import { gaussianNoise } from './gaussian-noise.ts'
import { layerNorm } from './layer-norm.ts'
import { activation, dense, type LayerSpec } from './layer.ts'
import { leaky, prelu } from './leaky.ts'
import { linear } from './linear.ts'
import { maxout } from './maxout.ts'
import { network, type AnyLayer, type Network } from './network.ts'
import { numberCodec, refinedCodec } from '../tensor/refined-codec.ts'
import { showText, showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'

/** What is wrong with a network's description, and where. */
export interface NetworkSpecError {
  readonly kind: 'network-spec'
  readonly path: string
  readonly message: string
}

const finite = numberCodec('a finite number', Number.isFinite)
const width = numberCodec('a positive integer', (x) => Number.isInteger(x) && x > 0)
const layerName = refinedCodec('a name', (u): u is string => typeof u === 'string' && u !== '')
const functionName = refinedCodec(
  `one of ${Object.keys(activationFunctions).join(', ')}`,
  (u): u is ActivationName => typeof u === 'string' && Object.hasOwn(activationFunctions, u),
)

const plain = <K extends string>(kind: K): t.Type<{ readonly kind: K }> => t.type({ kind: t.literal(kind) })

const initializer: t.Type<InitializerSpec> = t.union([
  plain('zeros'),
  t.type({ kind: t.literal('constant'), value: finite }),
  t.type({ kind: t.literal('normal'), std: finite }),
  t.type({ kind: t.literal('uniform'), limit: finite }),
  plain('xavierNormal'),
  plain('xavierUniform'),
  plain('heNormal'),
  plain('heUniform'),
  plain('lecunNormal'),
  plain('lecunUniform'),
  t.type({ kind: t.literal('orthogonal'), gain: finite }),
  t.type({ kind: t.literal('scaledIdentity'), scale: finite }),
])

const fraction = numberCodec('a number in [0, 1)', (x) => x >= 0 && x < 1)
const positive = numberCodec('a finite number > 0', (x) => Number.isFinite(x) && x > 0)
const notNegative = numberCodec('a finite number ≥ 0', (x) => Number.isFinite(x) && x >= 0)

const oneOf = <A extends string>(...choices: readonly A[]): t.Type<A> =>
  refinedCodec(`one of ${choices.join(', ')}`, (u): u is A => choices.some((choice) => choice === u))

const layer = t.union([
  t.type({ kind: t.literal('dense'), name: layerName, width, weight: initializer, bias: initializer }),
  t.type({ kind: t.literal('activation'), function: functionName }),
  t.type({
    kind: t.literal('batchNorm'),
    name: layerName,
    form: oneOf('standard', 'slide'),
    track: oneOf('variance', 'sigma'),
    momentum: fraction,
    epsilon: positive,
  }),
  t.type({
    kind: t.literal('dropout'),
    name: layerName,
    rate: fraction,
    mask: oneOf('per-example', 'per-batch'),
    scaling: oneOf('inverted', 'slide'),
  }),
  t.type({ kind: t.literal('gaussianNoise'), name: layerName, deviation: notNegative }),
  t.type({ kind: t.literal('layerNorm'), name: layerName, epsilon: positive }),
  t.type({ kind: t.literal('leaky'), slope: finite }),
  t.type({ kind: t.literal('linear'), name: layerName, width, weight: initializer }),
  t.type({
    kind: t.literal('maxout'),
    name: layerName,
    width,
    pieces: width,
    weight: initializer,
    bias: initializer,
  }),
  t.type({ kind: t.literal('prelu'), name: layerName, slope: finite }),
])

const built = (spec: LayerSpec): AnyLayer => {
  switch (spec.kind) {
    case 'dense':
      return dense(spec.name, spec.width, spec)
    case 'activation':
      return activation(spec.function)
    case 'batchNorm':
      return batchNorm(spec.name, spec)
    case 'dropout':
      return dropout(spec.name, spec.rate, spec)
    case 'gaussianNoise':
      return gaussianNoise(spec.name, spec.deviation)
    case 'layerNorm':
      return layerNorm(spec.name, spec)
    case 'leaky':
      return leaky(spec.slope)
    case 'linear':
      return linear(spec.name, spec.width, spec)
    case 'maxout':
      return maxout(spec.name, spec.width, spec)
    case 'prelu':
      return prelu(spec.name, spec.slope)
  }
}

const codec = t.type({ input: width, layers: t.readonlyArray(layer) })

/** Union branches appear in io-ts paths as numbers below a tag-less type; only record keys and positions are kept. */
const pathOf = (context: t.Context): string =>
  context
    .filter(({ key }, i) => key !== '' && !(context[i - 1]?.type instanceof t.UnionType))
    .map(({ key }) => key)
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
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'input: expected a positive integer, got 0'
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
        message: `${path === '' ? 'the description' : path}: ${ours?.message ?? 'is not acceptable'}, got ${showValue(ours?.value)}`,
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
