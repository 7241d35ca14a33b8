import * as t from 'io-ts'
import { add } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape, type Sizes } from '../core/tensor/shape.ts'
import { insideOf, type ParamsOf, type StateOf, type UniqueNames } from './composed.ts'
import { namedLayer } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { checkLayerList, innerLayers, layerName } from './layer-settings.ts'
import type { AnyLayer, Layer, LayerSpec } from './layer.ts'

/**
 * What {@link residual} adds to.
 *
 * @category Layers
 */
export interface ResidualOptions<P extends readonly AnyLayer[]> {
  /** A layer, in a list, that brings x to the shape of what is added to it; x itself unless there is one. */
  readonly projection?: P
}

type Residual<K extends string, L extends readonly AnyLayer[]> = Layer<K, ParamsOf<L>, StateOf<L>> & {
  readonly layers: L
}

/**
 * x + f(x), f layers one after another: `[rows, …]` → `[rows, …]`. Where f changes the shape, a projection of x takes the
 * place of x. Parameters and states are kept under the names of the layers, the projection's beside them.
 *
 * Source: K. He, X. Zhang, S. Ren, J. Sun, CVPR 2016.
 *
 * @throws ArgumentError for an empty name, another option, what is no layer and where two layers have one name; ShapeError
 * where the two shapes differ.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { activation, dense, network, residual } from 'puregrad/nn'
 * const same = residual('same', [dense('inner', 4), activation('relu')])
 * const wider = residual('wider', [dense('inner', 8)], { projection: [dense('match', 8, { bias: false })] })
 * const { params } = network(4, same, wider).init(key(0))
 * Object.keys(params.wider) // => ['inner', 'match']
 * ```
 * @category Layers
 */
export const residual = <
  const K extends string,
  const L extends readonly AnyLayer[],
  const P extends readonly AnyLayer[] = readonly [],
>(
  name: K & UniqueNames<readonly [...L, ...P]>,
  layers: L,
  options: ResidualOptions<P> = {},
): Residual<K, readonly [...L, ...P]> => {
  const where = `residual '${name as string}'`
  const own = namedLayer<K>('residual', name)
  checkOptions(where, options, { projection: true })
  checkLayerList(where, 'layers', layers)
  const { projection = [] as readonly AnyLayer[] } = options
  checkLayerList(where, 'projection', projection)
  const all: readonly AnyLayer[] = [...layers, ...projection]
  const inside = insideOf<ParamsOf<readonly [...L, ...P]>, StateOf<readonly [...L, ...P]>>(where, all)
  const between = (input: Sizes): readonly Sizes[] => inside.inTurn(input, layers.length)
  const projected = (input: Sizes): readonly Sizes[] =>
    projection.reduce<readonly Sizes[]>(
      (sofar, _, i) => [...sofar, inside.shapeOf(layers.length + i, sofar[i] ?? input)],
      [input],
    )
  const inputs = (input: Sizes): readonly Sizes[] => [
    ...between(input).slice(0, -1),
    ...projected(input).slice(0, -1),
  ]
  return {
    name: own,
    spec: {
      kind: 'residual',
      name,
      layers: layers.map(({ spec }) => spec),
      projection: projection.map(({ spec }) => spec),
    },
    layers: all as readonly [...L, ...P],
    inputs,
    shape: (input) => {
      const [change, kept] = [between(input).at(-1) ?? input, projected(input).at(-1) ?? input]
      if (!sameShape(change, kept))
        throw new ShapeError(
          `${where}: what is inside makes ${showShape(change)} of ${showShape(input)}, which is added to ${showShape(kept)}; expected the same shape, by a projection of x where it changes`,
        )
      return change
    },
    init: (key, input, dtype) => inside.init(key, inputs(input), dtype),
    apply: (mode, params, state, x, tap) => {
      const [change, after] = layers.reduce<ReturnType<typeof inside.applyOne>>(
        (sofar, _, i) => inside.applyOne(i, mode, params, sofar, tap),
        [x, state],
      )
      const [kept, last] = projection.reduce<ReturnType<typeof inside.applyOne>>(
        (sofar, _, i) => inside.applyOne(layers.length + i, mode, params, sofar, tap),
        [x, after],
      )
      return [add(kept, change), last]
    },
  }
}

/** As the setting of {@link residual}: no layers stand for x itself. */
const projectionLayers = (layer: t.Type<LayerSpec, unknown>): t.Type<readonly LayerSpec[], unknown> =>
  t.readonlyArray(layer, 'a list of layers, empty for none')

/** {@link residual} as data. */
export const residualKind = /* @__PURE__ */ layerKind(
  'residual',
  { name: layerName, layers: innerLayers, projection: projectionLayers },
  ({ name, layers, projection }, inside) =>
    residual(name, layers.map(inside), { projection: projection.map(inside) }),
)

/**
 * What describes {@link residual} as plain data.
 *
 * @category Layers
 */
export type ResidualSpec = SpecOfLayer<typeof residualKind>
