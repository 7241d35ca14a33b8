import { add, matmul, max, reshape } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { DenseParams } from './dense.ts'
import { initializerSetting } from './initializer-codec.ts'
import {
  checkInitializer,
  heNormal,
  initialize,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
import { namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * How many pieces {@link maxout} takes the largest of, and how they start.
 *
 * @category Layers
 */
export interface MaxoutOptions {
  /** How many affine functions a unit has; 2 unless told otherwise. */
  readonly pieces?: number
  /** He's normal initializer unless told otherwise. */
  readonly weight?: InitializerSpec
  /** Zeros unless told otherwise. */
  readonly bias?: InitializerSpec
}

/**
 * The largest of some affine functions per unit: a learned convex activation, of which ReLU, leaky ReLU and |z| are
 * cases with two pieces. Parameters are those of a dense layer of width·pieces.
 *
 * Source: I. J. Goodfellow et al., ICML 2013.
 *
 * @throws ArgumentError for an empty name, another option, a width or number of pieces that is not a positive integer, or an
 * initializer that is none.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { evalMode, maxout, network } from 'puregrad/nn'
 * const params = { abs: { weight: tensor([[1, -1]]), bias: tensor([0, 0]) } }
 * toArray(network(1, maxout('abs', 1)).apply(evalMode, params, { abs: {} }, tensor([[-3], [2]]))[0]) // => [[3], [2]]
 * ```
 * @category Layers
 */
export const maxout = <const K extends string>(
  name: K,
  width: number,
  options: MaxoutOptions = {},
): Layer<K, DenseParams, NoState> => {
  const where = `maxout '${name}'`
  checkOptions(where, options, { pieces: true, weight: true, bias: true })
  const { pieces = 2, weight = heNormal, bias = zerosInitializer } = options
  checkSetting(where, 'width', width, count)
  checkSetting(where, 'pieces', pieces, count)
  checkInitializer(where, 'weight', weight)
  checkInitializer(where, 'bias', bias)
  return {
    name: namedLayer('maxout', name),
    spec: { kind: 'maxout', name, width, pieces, weight, bias },
    shape: (input) => {
      widthOf(where, input)
      return withWidth(input, width)
    },
    init: (key, input, dtype) => ({
      params: {
        weight: initialize(weight, key, [widthOf(where, input), width * pieces], dtype),
        bias: initialize(bias, key, [width * pieces], dtype),
      },
      state: {},
    }),
    apply: (_, params, state, x) => {
      requireWidth(where, x, params.weight.shape[0] ?? 0)
      const all = add(matmul(x, params.weight), params.bias)
      return [max(reshape(all, [...x.shape.slice(0, -1), width, pieces]), { axis: -1 }), state]
    },
  }
}

/** {@link maxout} as data. */
export const maxoutKind = /* @__PURE__ */ layerKind(
  'maxout',
  { name: layerName, width: count, pieces: count, weight: initializerSetting, bias: initializerSetting },
  ({ name, width, pieces, weight, bias }) => maxout(name, width, { pieces, weight, bias }),
)

/**
 * What describes {@link maxout} as plain data.
 *
 * @category Layers
 */
export type MaxoutSpec = SpecOfLayer<typeof maxoutKind>
