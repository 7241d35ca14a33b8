import { bernoulli, div, mul, where } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { namedLayer } from './layer-checks.ts'
import { layerChoices, layerRanges } from './layer-ranges.ts'
import type { Layer, NoState } from './layer.ts'
import type { NetworkSpec } from './network.ts'

/** A dropout layer as plain data. */
export interface DropoutSpec {
  readonly kind: 'dropout'
  readonly name: string
  /** The share of units dropped, in [0, 1). */
  readonly rate: number
  readonly mask: 'per-example' | 'per-batch'
  readonly scaling: 'inverted' | 'slide'
}

/** What {@link dropout} drops together, and when it scales. */
export type DropoutOptions = Partial<Pick<DropoutSpec, 'mask' | 'scaling'>>

/**
 * In training every unit is dropped with probability `rate`, anew for each row or once for the batch; the mask follows
 * from the training key and the layer's name alone. What is dropped is 0, were it infinite. In evaluation nobody drops.
 *
 * `scaling` inverted: what is kept is divided by 1 − rate in training, evaluation is the identity. Slide: nothing is
 * scaled in training, evaluation multiplies by 1 − rate. {@link convertDropout} turns one into the other.
 *
 * Source: N. Srivastava et al., JMLR 15, 2014.
 *
 * @throws ArgumentError for an empty name, another option or a rate outside [0, 1).
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { dropout, evalMode, network, trainMode } from 'puregrad/nn'
 * const net = network(2, dropout('drop', 0.5))
 * const { params, state } = net.init(key(0))
 * const x = tensor([[1, 1]])
 * toArray(net.apply(evalMode, params, state, x)[0]) // => [[1, 1]]
 * net.apply(trainMode(key(0)), params, state, x)[0].shape // => [1, 2]
 * ```
 */
export const dropout = <const K extends string>(
  name: K,
  rate: number,
  options: DropoutOptions = {},
): Layer<K, NoState, NoState> => {
  const at = `dropout '${name}'`
  checkOptions(at, options, { mask: true, scaling: true })
  const { mask = 'per-example', scaling = 'inverted' } = options
  checkSetting(at, 'rate', rate, layerRanges.rate)
  checkChoice(at, 'mask', mask, layerChoices.mask)
  checkChoice(at, 'scaling', scaling, layerChoices.scaling)
  return {
    name: namedLayer('dropout', name),
    spec: { kind: 'dropout', name, rate, mask, scaling },
    init: (_, width) => ({ params: {}, state: {}, width }),
    apply: (mode, _, state, x) => {
      if (rate === 0) return [x, state]
      if (mode.kind !== 'train') return [scaling === 'slide' ? mul(x, 1 - rate) : x, state]
      const shape = mask === 'per-batch' ? [1, ...x.shape.slice(1)] : x.shape
      const kept = where(bernoulli(mode.key, 1 - rate, shape), x, 0)
      return [scaling === 'slide' ? kept : div(kept, 1 - rate), state]
    },
  }
}

/**
 * The same function in the other scaling, in training and in evaluation: the weights that leave a dropout layer are
 * divided by 1 − rate on the way to slide and multiplied on the way back; no other weight changes.
 *
 * @throws ArgumentError where a dropout layer to convert is not directly followed by a dense or linear layer.
 * @example
 * ```ts
 * import { key, toArray } from 'puregrad'
 * import { constant, convertDropout, dense, dropout, network } from 'puregrad/nn'
 * const net = network(1, dropout('drop', 0.5), dense('out', 1, { weight: constant(3) }))
 * const converted = convertDropout(net.spec, net.init(key(0)).params, 'slide')
 * toArray(converted.params.out.weight) // => [[6]]
 * ```
 */
export const convertDropout = <P>(
  spec: NetworkSpec,
  params: P,
  to: DropoutSpec['scaling'],
): { readonly spec: NetworkSpec; readonly params: P } => {
  checkChoice('convertDropout', 'to', to, layerChoices.scaling)
  const factors: ReadonlyMap<string, number> = new Map(
    spec.layers.flatMap((layer, i) => {
      if (layer.kind !== 'dropout' || layer.scaling === to || layer.rate === 0) return []
      const next = spec.layers[i + 1]
      if (next?.kind !== 'dense' && next?.kind !== 'linear')
        throw new ArgumentError(
          `convertDropout: '${layer.name}' has to be followed by a dense or linear layer, got ${next?.kind ?? 'nothing'}`,
        )
      return [[`${next.name}.weight`, to === 'slide' ? 1 / (1 - layer.rate) : 1 - layer.rate] as const]
    }),
  )
  return {
    spec: {
      ...spec,
      layers: spec.layers.map((layer) => (layer.kind === 'dropout' ? { ...layer, scaling: to } : layer)),
    },
    params: mapTree(params, (leaf, path) => {
      const factor = factors.get(path)
      return factor === undefined ? leaf : mul(leaf, factor)
    }),
  }
}
