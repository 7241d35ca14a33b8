import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'

import * as t from 'io-ts'
import { decodeWith } from '../core/codec/decode-with.ts'
import { decodingError, problemAt, type DecodingError, type Problem } from '../core/codec/decoding-error.ts'
import { kindsByName } from '../core/codec/kinds-by-name.ts'
import { settingCodec } from '../core/codec/setting-codec.ts'
import { kindsCodec, type Settings } from '../core/codec/settings.ts'
import { strictRecord } from '../core/codec/strict-record.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { separated } from '../core/codec/separated.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import { joinIndex, type Path } from '../core/tensor/tree.ts'
import type { AnyLayerKind } from './layer-kind.ts'
import { layerKinds } from './layer-kinds.ts'
import type { AnyLayer, LayerSpec, LayerTree } from './layer.ts'
import { network, type Network } from './network.ts'

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

const problem = (path: Path, error: unknown): Problem =>
  problemAt('network', path, showText(reasonOf(error), 300))

/**
 * The network of settings that are each what they may be, or what no codec of one layer can know: settings that do not
 * go together, a name that is taken, a shape that the next layer cannot take. What a layer of one's own throws belongs
 * to this, whatever it is: data can ask for what its author did not think of.
 */
const assembled = (
  input: number | Sizes,
  layers: readonly LayerSpec[],
  build: (spec: LayerSpec) => AnyLayer,
): E.Either<readonly Problem[], DecodedNetwork> =>
  pipe(
    E.tryCatch(
      () =>
        separated(
          layers.map((layer, i) =>
            E.tryCatch(
              () => build(layer),
              (error) => problem(joinIndex('layers', i), error),
            ),
          ),
        ),
      (error) => [problem('layers', error)],
    ),
    E.flatMap(({ left, right }) =>
      left.length > 0
        ? E.left(left)
        : E.tryCatch(
            () => network(input, ...right) as unknown as DecodedNetwork,
            (error) => [problem('layers', error)],
          ),
    ),
  )

/**
 * The network a piece of data describes (see {@link Network.spec}), or all that is wrong with it and where.
 *
 * @param options `kinds`: layers of one's own, beside those of the library; see `layerKind`.
 * @throws ArgumentError for another option, a kind that is none, or two kinds of one name.
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
  const kinds = kindsByName<AnyLayerKind>('decodeNetwork', 'layerKind', layerKinds, options.kinds)
  const layer = kindsCodec(
    'a layer',
    [...kinds.values()].map(({ kind, settings }) => ({ kind, required: settings as Settings })),
  )
  const codec = strictRecord('a network', {
    input: inputCodec,
    layers: t.readonlyArray(layer, 'a list of layers'),
  })
  const built = (valid: LayerSpec): AnyLayer => kinds.get(valid.kind)!.build(valid, built)
  return pipe(
    decodeWith(codec, 'network', spec),
    E.flatMap(({ input, layers }) =>
      pipe(
        assembled(input, layers, built),
        E.mapLeft((problems) => decodingError('network', problems)),
      ),
    ),
  )
}
