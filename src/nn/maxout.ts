import { add, matmul, max, reshape } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import {
  checkInitializer,
  heNormal,
  initialize,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
import { namedLayer, requireWidth } from './layer-checks.ts'
import { layerRanges } from './layer-ranges.ts'
import type { DenseParams, Layer, NoState } from './layer.ts'

/** A maxout layer as plain data. */
export interface MaxoutSpec {
  readonly kind: 'maxout'
  readonly name: string
  readonly width: number
  readonly pieces: number
  readonly weight: InitializerSpec
  readonly bias: InitializerSpec
}

/** How many pieces {@link maxout} takes the largest of, and how they start. */
export type MaxoutOptions = Partial<Pick<MaxoutSpec, 'pieces' | 'weight' | 'bias'>>

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
 */
export const maxout = <const K extends string>(
  name: K,
  width: number,
  options: MaxoutOptions = {},
): Layer<K, DenseParams, NoState> => {
  const where = `maxout '${name}'`
  checkOptions(where, options, { pieces: true, weight: true, bias: true })
  const { pieces = 2, weight = heNormal, bias = zerosInitializer } = options
  checkSetting(where, 'width', width, layerRanges.width)
  checkSetting(where, 'pieces', pieces, layerRanges.pieces)
  checkInitializer(where, 'weight', weight)
  checkInitializer(where, 'bias', bias)
  return {
    name: namedLayer('maxout', name),
    spec: { kind: 'maxout', name, width, pieces, weight, bias },
    init: (key, inputWidth, dtype) => ({
      params: {
        weight: initialize(weight, key, [inputWidth, width * pieces], dtype),
        bias: initialize(bias, key, [width * pieces], dtype),
      },
      state: {},
      width,
    }),
    apply: (_, params, state, x) => {
      requireWidth(where, x, params.weight.shape[0] ?? 0)
      const all = add(matmul(x, params.weight) as Tensor, params.bias)
      return [max(reshape(all, [x.shape[0] ?? 0, width, pieces]) as Tensor, { axis: 2 }) as Tensor, state]
    },
  }
}
