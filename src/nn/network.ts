import type { Key } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { composed, type ParamsOf, type StateOf, type UniqueNames } from './composed.ts'
import type { AnyLayer, LayerSpec, LayerStart, Tap } from './layer.ts'
import type { Mode } from './mode.ts'

/**
 * A whole network as plain data.
 *
 * @category Networks
 */
export interface NetworkSpec {
  /** The width of vectors, or the shape of one input. */
  readonly input: number | Sizes
  readonly layers: readonly LayerSpec[]
}

/**
 * A composition of layers. Parameters and state are records keyed by layer name.
 *
 * @category Networks
 */
export interface Network<P, S> {
  readonly spec: NetworkSpec
  readonly layers: readonly AnyLayer[]
  /** The shape of one input, and of one output. */
  readonly input: Sizes
  readonly output: Sizes
  /** Random parameters; each layer draws from the key at its own name, so adding one changes no other. */
  readonly init: (key: Key, options?: { readonly dtype?: FloatDType }) => LayerStart<P, S>
  /**
   * `x [rows, ...input]` → `[rows, ...output]` and the state afterwards. `tap` is given the output of every layer that
   * none are inside of, with its position among these, and gives back what the next layer gets: the way to look at what
   * is inside, or to change it.
   */
  readonly apply: (mode: Mode, params: P, state: S, x: Tensor, tap?: Tap) => readonly [Tensor, S]
}

/** A width stands for the shape of vectors. */
const shapeOf = (input: number | Sizes): Sizes => {
  if (!Array.isArray(input)) {
    checkSetting('network', 'the input width', input, count)
    return [input as number]
  }
  input.forEach((size: unknown, axis) => checkSetting('network', `axis ${axis} of the input`, size, count))
  return Object.freeze([...(input as Sizes)])
}

/**
 * Layers one after another, each input shape inferred from the layer before.
 *
 * `apply` throws ShapeError naming the layer for an input of the wrong width, and TreeError for parameters or states
 * without an entry for a layer.
 *
 * @param input the width of vectors, or the shape of one input.
 * @throws ArgumentError where two layers have one name, for what is no layer, and for a width that is not a positive
 * integer; ShapeError naming a layer that cannot take what the layer before it gives.
 * @example
 * ```ts
 * import { key, zeros } from 'puregrad'
 * import { activation, dense, evalMode, network } from 'puregrad/nn'
 * const net = network(4, dense('hidden', 3), activation('relu'), dense('output', 2))
 * const { params, state } = net.init(key(0))
 * params.hidden.weight.shape // => [4, 3]
 * net.output // => [2]
 * net.apply(evalMode, params, state, zeros([5, 4]))[0].shape // => [5, 2]
 * ```
 * @category Networks
 */
export const network = <const L extends readonly AnyLayer[]>(
  input: (number | Sizes) & UniqueNames<L>,
  ...layers: L
): Network<ParamsOf<L>, StateOf<L>> => {
  const whole = composed<ParamsOf<L>, StateOf<L>>('network', layers)
  const sizes = shapeOf(input)
  const [width] = sizes
  return {
    spec: {
      input: width !== undefined && sizes.length === 1 ? width : sizes,
      layers: layers.map(({ spec }) => spec),
    },
    layers,
    input: sizes,
    output: whole.shape(sizes),
    init: (key, options = {}) => {
      checkOptions('network.init', options, { dtype: true })
      const { dtype = 'float32' } = options
      checkChoice('network.init', 'dtype', dtype, ['float32', 'float64'])
      return whole.init(key, sizes, dtype)
    },
    apply: whole.apply,
  }
}
