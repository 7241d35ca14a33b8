import { div, mul, norm } from '../core/numeric/index.ts'
import { isTensor, type Tensor } from '../core/tensor/tensor.ts'
import type { LayerTree } from './layer.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { innerLayer } from './layer-settings.ts'
import { checkLayer, type AnyLayer, type Layer } from './layer.ts'

/**
 * What {@link weightNorm} learns in place of the parameters of the layer inside.
 *
 * @category Layers
 */
export interface WeightNormParams<P> {
  /** Parameters of the layer inside; of those with two axes or more only the direction counts. */
  readonly direction: P
  /** The lengths of these, one for each place of the last axis, under their names. */
  readonly gain: LayerTree
}

/** ‖v‖ for each place of the last axis. */
const lengths = (v: Tensor): Tensor => norm(v, { axis: [...v.shape.keys()].slice(0, -1) })

const gainsOf = (tree: LayerTree): LayerTree =>
  Object.fromEntries(
    Object.entries(tree).flatMap(([name, part]): readonly (readonly [string, LayerTree | Tensor])[] =>
      !isTensor(part) ? [[name, gainsOf(part)]] : part.rank < 2 ? [] : [[name, lengths(part)]],
    ),
  )

/** g·v/‖v‖ where there is a gain. */
const weighted = (tree: LayerTree, gains: LayerTree): LayerTree =>
  Object.fromEntries(
    Object.entries(tree).map(([name, part]) => {
      const gain = gains[name]
      if (gain === undefined) return [name, part]
      return [
        name,
        isTensor(part) && isTensor(gain)
          ? mul(part, div(gain, lengths(part)))
          : weighted(part as LayerTree, gain as LayerTree),
      ]
    }),
  )

/**
 * A layer whose weights are a length times a direction, g·v/‖v‖ for each unit: every parameter with two axes or more, units
 * along its last axis. It begins as the layer inside begins, whose name and state it has; blocks and recurrent layers are
 * layers too.
 *
 * Source: T. Salimans, D. P. Kingma, NeurIPS 2016.
 *
 * @throws ArgumentError for what is no layer.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { dense, evalMode, network, weightNorm } from 'puregrad/nn'
 * const net = network(2, weightNorm(dense('out', 1, { bias: false })))
 * const params = { out: { direction: { weight: tensor([[30], [40]]) }, gain: { weight: tensor([2]) } } }
 * toArray(net.apply(evalMode, params, { out: {} }, tensor([[1, 0]]))[0]) // => [[1.2]]
 * ```
 * @category Layers
 */
export const weightNorm = <const K extends string, P extends object, S>(
  inner: Layer<K, P, S>,
): Layer<K, WeightNormParams<P>, S> => {
  checkLayer('weightNorm', 'the layer inside', inner)
  return {
    ...inner,
    spec: { kind: 'weightNorm', layer: inner.spec },
    init: (key, input, dtype) => {
      const { params, state } = inner.init(key, input, dtype)
      return { params: { direction: params, gain: gainsOf(params as unknown as LayerTree) }, state }
    },
    apply: (mode, { direction, gain }, state, x, tap) =>
      inner.apply(mode, weighted(direction as unknown as LayerTree, gain) as unknown as P, state, x, tap),
  }
}

/** {@link weightNorm} as data. */
export const weightNormKind = /* @__PURE__ */ layerKind(
  'weightNorm',
  { layer: innerLayer },
  ({ layer }, inside): AnyLayer => weightNorm(inside(layer)),
)

/**
 * What describes {@link weightNorm} as plain data.
 *
 * @category Layers
 */
export type WeightNormSpec = SpecOfLayer<typeof weightNormKind>
