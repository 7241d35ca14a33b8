import { add, matmul } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { initializerSetting } from './initializer-codec.ts'
import {
  checkInitializer,
  heNormal,
  initialize,
  zerosInitializer,
  type InitializerSpec,
} from './initializers.ts'
import { namedLayer, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * The parameters of a dense layer without biases.
 *
 * @category Layers
 */
export interface LinearParams {
  /** `[input width, width]` */
  readonly weight: Tensor
}

/**
 * The parameters of a dense layer.
 *
 * @category Layers
 */
export interface DenseParams extends LinearParams {
  /** `[width]` */
  readonly bias: Tensor
}

/**
 * How the parameters of {@link dense} start.
 *
 * @category Layers
 */
export interface DenseOptions {
  /** He's normal initializer unless told otherwise. */
  readonly weight?: InitializerSpec
  /** Zeros unless told otherwise; false for none, as before a batch normalization, whose shift takes their place. */
  readonly bias?: InitializerSpec | false
}

interface Dense {
  <const K extends string>(
    name: K,
    width: number,
    options: DenseOptions & { readonly bias: false },
  ): Layer<K, LinearParams, NoState>
  <const K extends string>(
    name: K,
    width: number,
    options?: DenseOptions & { readonly bias?: InitializerSpec },
  ): Layer<K, DenseParams, NoState>
}

/**
 * x·W + b along the last axis: `[rows, …, input width]` → `[rows, …, width]`, every step of a sequence and every place of an
 * image alike; the input width is inferred by the network.
 *
 * @throws ArgumentError for an empty name, another option, a width that is not a positive integer or an initializer that is
 * none; ShapeError for inputs without an axis and, when applied, naming the layer, its weight's shape and the input's.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * const { hidden, output } = network(3, dense('hidden', 4, { bias: false }), dense('output', 2)).init(key(0)).params
 * output.bias.shape // => [2]
 * Object.keys(hidden) // => ['weight']
 * ```
 * @category Layers
 */
export const dense: Dense = <const K extends string>(
  name: K,
  width: number,
  // oxlint-disable-next-line typescript/no-useless-default-assignment -- one of the signatures has no options
  options: DenseOptions = {},
): never => {
  const where = `dense '${name}'`
  namedLayer('dense', name)
  checkOptions(where, options, { weight: true, bias: true })
  const { weight = heNormal, bias = zerosInitializer } = options
  checkSetting(where, 'width', width, count)
  checkInitializer(where, 'weight', weight)
  if (bias !== false) checkInitializer(where, 'bias', bias)
  const layer: Layer<K, LinearParams & Partial<DenseParams>, NoState> = {
    name,
    // Without biases it is data by the name that it had when it was a layer of its own.
    spec:
      bias === false ? { kind: 'linear', name, width, weight } : { kind: 'dense', name, width, weight, bias },
    shape: (input) => {
      widthOf(where, input)
      return withWidth(input, width)
    },
    init: (key, input, dtype) => {
      const matrix = initialize(weight, key, [widthOf(where, input), width], dtype)
      return {
        params:
          bias === false
            ? { weight: matrix }
            : { weight: matrix, bias: initialize(bias, key, [width], dtype) },
        state: {},
      }
    },
    apply: (_, params, state, x) => {
      const expected = params.weight.shape[0]
      if (x.rank < 2 || x.shape.at(-1) !== expected)
        throw new ShapeError(
          `${where}: expected an input of shape [rows, …, ${String(expected)}] for its weight ` +
            `${showShape(params.weight.shape)}, got ${showShape(x.shape)}`,
        )
      const product = matmul(x, params.weight)
      return [params.bias === undefined ? product : add(product, params.bias), state]
    },
  }
  return layer as never
}

/** {@link dense} as data. */
export const denseKind = /* @__PURE__ */ layerKind(
  'dense',
  { name: layerName, width: count, weight: initializerSetting, bias: initializerSetting },
  ({ name, width, weight, bias }) => dense(name, width, { weight, bias }),
)

/** {@link dense} without biases as data. */
export const linearKind = /* @__PURE__ */ layerKind(
  'linear',
  { name: layerName, width: count, weight: initializerSetting },
  ({ name, width, weight }) => dense(name, width, { weight, bias: false }),
)

/**
 * What describes {@link dense} as plain data.
 *
 * @category Layers
 */
export type DenseSpec = SpecOfLayer<typeof denseKind>
/**
 * What describes {@link dense} without biases as plain data.
 *
 * @category Layers
 */
export type LinearSpec = SpecOfLayer<typeof linearKind>
