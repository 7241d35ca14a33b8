import { bernoulli, div, foldIn, where } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { fraction } from '../core/tensor/setting-ranges.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { innerLayer } from './layer-settings.ts'
import { checkLayer, type AnyLayer, type Layer } from './layer.ts'

/**
 * A layer whose weights, instead of its units, are dropped in training: each element of a parameter with two axes or more is
 * 0 with probability `rate`, once for the batch, and divided by 1 − rate otherwise. In evaluation it is the layer itself. It
 * has the name of the layer inside, and its parameters and state.
 *
 * Source: L. Wan et al., ICML 2013; of the recurrent weights, S. Merity, N. S. Keskar, R. Socher, ICLR 2018.
 *
 * @throws ArgumentError for what is no layer, or a rate outside [0, 1).
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { dense, dropConnect, network } from 'puregrad/nn'
 * network(2, dropConnect(dense('hidden', 3), 0.5)).init(key(0)).params.hidden.weight.shape // => [2, 3]
 * ```
 * @category Layers
 */
export const dropConnect = <const K extends string, P, S>(
  inner: Layer<K, P, S>,
  rate: number,
): Layer<K, P, S> => {
  checkLayer('dropConnect', 'the layer inside', inner)
  checkSetting(`dropConnect '${inner.name}'`, 'rate', rate, fraction)
  return {
    ...inner,
    spec: { kind: 'dropConnect', layer: inner.spec, rate },
    apply: (mode, params, state, x, tap) => {
      if (rate === 0 || mode.kind !== 'train') return inner.apply(mode, params, state, x, tap)
      const masks = foldIn(mode.key, 'dropConnect')
      const kept = mapTree(params, (leaf, path) =>
        leaf.rank < 2
          ? leaf
          : div(where(bernoulli(foldIn(masks, path), 1 - rate, leaf.shape), leaf, 0), 1 - rate),
      )
      return inner.apply(mode, kept, state, x, tap)
    },
  }
}

/** {@link dropConnect} as data. */
export const dropConnectKind = /* @__PURE__ */ layerKind(
  'dropConnect',
  { layer: innerLayer, rate: fraction },
  ({ layer, rate }, inside): AnyLayer => dropConnect(inside(layer), rate),
)

/**
 * What describes {@link dropConnect} as plain data.
 *
 * @category Layers
 */
export type DropConnectSpec = SpecOfLayer<typeof dropConnectKind>
