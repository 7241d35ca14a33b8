import type { Key } from '../core/numeric/index.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { add, matmul } from '../core/numeric/index.ts'
import { activationFunctions, activationNames, type ActivationName } from './activation-functions.ts'
import type { BatchNormSpec } from './batch-norm.ts'
import type { DropoutSpec } from './dropout.ts'
import type { GaussianNoiseSpec } from './gaussian-noise.ts'
import {
  checkInitializer,
  heNormal,
  initialize,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
import { namedLayer } from './layer-checks.ts'
import { layerRanges } from './layer-ranges.ts'
import type { LayerNormSpec } from './layer-norm.ts'
import type { LeakySpec, PreluSpec } from './leaky.ts'
import type { LinearSpec } from './linear.ts'
import type { MaxoutSpec } from './maxout.ts'
import type { Mode } from './mode.ts'

/** A layer as plain data. */
export type LayerSpec =
  | {
      readonly kind: 'dense'
      readonly name: string
      readonly width: number
      readonly weight: InitializerSpec
      readonly bias: InitializerSpec
    }
  | { readonly kind: 'activation'; readonly function: ActivationName }
  | BatchNormSpec
  | DropoutSpec
  | GaussianNoiseSpec
  | LayerNormSpec
  | LeakySpec
  | LinearSpec
  | MaxoutSpec
  | PreluSpec

/** What a layer begins with. */
export interface LayerStart<P, S> {
  readonly params: P
  readonly state: S
  readonly width: number
}

/**
 * A function with parameters and state, both plain records. `K` is the name they are kept under in a network; a layer
 * without any has the empty name.
 */
export interface Layer<K extends string, P, S> {
  readonly name: K
  readonly spec: LayerSpec
  readonly init: (key: Key, inputWidth: number, dtype: FloatDType) => LayerStart<P, S>
  /** `x [rows, input width]` → `[rows, width]` and the state afterwards. */
  readonly apply: (mode: Mode, params: P, state: S, x: Tensor) => readonly [Tensor, S]
}

/** The state of a layer that has none. */
export type NoState = Readonly<Record<never, never>>

/** The parameters of a dense layer. */
export interface DenseParams {
  /** `[input width, width]` */
  readonly weight: Tensor
  /** `[width]` */
  readonly bias: Tensor
}

/** How the parameters of {@link dense} start. */
export interface DenseOptions {
  /** He's normal initializer unless told otherwise. */
  readonly weight?: InitializerSpec
  /** Zeros unless told otherwise. */
  readonly bias?: InitializerSpec
}

/**
 * x·W + b: `[rows, input width]` → `[rows, width]`; the input width is inferred by the network.
 *
 * @throws ArgumentError for an empty name, another option, a width that is not a positive integer or an initializer that is
 * none; when applied, ShapeError naming the layer, its weight's shape and the input's.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * network(3, dense('only', 2)).init(key(0)).params.only.bias.shape // => [2]
 * ```
 */
export const dense = <const K extends string>(
  name: K,
  width: number,
  options: DenseOptions = {},
): Layer<K, DenseParams, NoState> => {
  const where = `dense '${name}'`
  namedLayer('dense', name)
  checkOptions(where, options, { weight: true, bias: true })
  const { weight = heNormal, bias = zerosInitializer } = options
  checkSetting(where, 'width', width, layerRanges.width)
  checkInitializer(where, 'weight', weight)
  checkInitializer(where, 'bias', bias)
  return {
    name,
    spec: { kind: 'dense', name, width, weight, bias },
    init: (key, inputWidth, dtype) => ({
      params: {
        weight: initialize(weight, key, [inputWidth, width], dtype),
        bias: initialize(bias, key, [width], dtype),
      },
      state: {},
      width,
    }),
    apply: (_, params, state, x) => {
      const expected = params.weight.shape[0]
      if (x.rank !== 2 || x.shape[1] !== expected)
        throw new ShapeError(
          `${where}: expected an input of shape [rows, ${String(expected)}] for its weight ` +
            `${showShape(params.weight.shape)}, got ${showShape(x.shape)}`,
        )
      return [add(matmul(x, params.weight) as Tensor, params.bias), state]
    },
  }
}

/**
 * An activation function as a layer, by name; it has no parameters and the width stays.
 *
 * @throws ArgumentError for another name, with the nearest one.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { activation, evalMode, network } from 'puregrad/nn'
 * toArray(network(2, activation('relu')).apply(evalMode, {}, {}, tensor([[-1, 2]]))[0]) // => [[0, 2]]
 * ```
 */
export const activation = (name: ActivationName): Layer<'', NoState, NoState> => {
  checkChoice('activation', 'name', name, activationNames)
  return {
    name: '',
    spec: { kind: 'activation', function: name },
    init: (_, width) => ({ params: {}, state: {}, width }),
    apply: (_, __, state, x) => [activationFunctions[name](x), state],
  }
}
