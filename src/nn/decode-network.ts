import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { decodingError, problemAt, type DecodingError } from '../core/codec/decoding-error.ts'
import { settingCodec } from '../core/codec/setting-codec.ts'
import { kindsCodec, type Settings } from '../core/codec/settings.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ArgumentError, PuregradError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { AnyLayerKind } from './layer-kind.ts'
import { layerKinds } from './layer-kinds.ts'
import type { AnyLayer, LayerSpec } from './layer.ts'
import { network, type Network } from './network.ts'

/**
 * Records of tensors, and of records of them where networks nest.
 *
 * @category Networks
 */
export type LayerTree = { readonly [name: string]: Tensor | LayerTree }

/**
 * A network that was read: what its parameters are only their names say.
 *
 * @category Networks
 */
export type DecodedNetwork = Network<Readonly<Record<string, LayerTree>>, Readonly<Record<string, LayerTree>>>

const width = settingCodec(count)
const sizes = t.readonlyArray(width, 'a width or a list of sizes')

/** A width, or the list of sizes of a shape. */
const inputCodec = new t.Type<number | Sizes, unknown>(
  'a width or a shape',
  (u): u is number | Sizes => (Array.isArray(u) ? sizes : width).is(u),
  (u, context) => (Array.isArray(u) ? sizes : width).validate(u, context),
  (a) => a,
)

/** By name; one name for two kinds is a mistake of the program. */
const byName = (kinds: readonly AnyLayerKind[]): ReadonlyMap<string, AnyLayerKind> => {
  const names = kinds.map(({ kind }) => kind)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new ArgumentError(`decodeNetwork: two kinds are named '${twice}'`)
  return new Map(kinds.map((kind) => [kind.kind, kind]))
}

/** What no codec of one layer can know: a name that is taken, a shape that the next layer cannot take. */
const refused = (error: unknown): DecodingError => {
  if (!(error instanceof PuregradError)) throw error
  return decodingError('network', [problemAt('network', 'layers', showText(error.message, 300))])
}

/**
 * The network a piece of data describes (see {@link Network.spec}), or all that is wrong with it and where.
 *
 * @param options `kinds`: layers of one's own, beside those of the library; see `layerKind`.
 * @throws ArgumentError for another option, or two kinds of one name.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { decodeNetwork, dense, network } from 'puregrad/nn'
 * const { spec } = network(2, dense('only', 3))
 * E.isRight(decodeNetwork(JSON.parse(JSON.stringify(spec)))) // => true
 * const wrong = decodeNetwork({ ...spec, input: 0 })
 * E.isLeft(wrong) ? wrong.left.message : '' // => 'input: expected a whole number of 1 or more, got 0'
 * ```
 * @category Networks
 */
export const decodeNetwork = (
  spec: unknown,
  options: { readonly kinds?: readonly AnyLayerKind[] } = {},
): E.Either<DecodingError, DecodedNetwork> => {
  checkOptions('decodeNetwork', options, { kinds: true })
  const kinds = byName([...layerKinds, ...(options.kinds ?? [])])
  const layer = kindsCodec(
    'a layer',
    [...kinds.values()].map(({ kind, settings }) => ({ kind, required: settings as Settings })),
  )
  const codec = strictRecord('a network', {
    input: inputCodec,
    layers: t.readonlyArray(layer, 'a list of layers'),
  })
  const built = (valid: LayerSpec): AnyLayer => (kinds.get(valid.kind) as AnyLayerKind).build(valid, built)
  return pipe(
    decodeWith(codec, 'network', spec),
    E.flatMap(({ input, layers }) =>
      E.tryCatch(() => network(input, ...layers.map(built)) as unknown as DecodedNetwork, refused),
    ),
  )
}
