import {
  adaptiveAveragePool as adaptiveAverages,
  adaptiveMaxPool as adaptiveMaxima,
  averagePool as averages,
  maxPool as maxima,
  type AveragePoolOptions,
  type MaxPoolOptions,
  type PerAxis,
} from '../core/numeric/index.ts'
import { windowsOver } from '../core/numeric/pooling.ts'
import { windowArgmax } from '../core/primitive/pooling.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import type { Layer, LayerSpec, NoState } from './layer.ts'
import {
  alongAxes,
  checkPadding,
  checkPerAxis,
  imageOf,
  paddingSetting,
  perAxisSetting,
} from './window-settings.ts'

/** A layer without parameters. */
const plain = (
  spec: LayerSpec,
  shape: (input: Sizes) => Sizes,
  f: (x: Tensor) => Tensor,
): Layer<'', NoState, NoState> => ({
  name: '',
  spec,
  shape,
  init: () => ({ params: {}, state: {} }),
  apply: (_, __, state, x) => [f(x), state],
})

const pooledShape =
  (where: string, options: MaxPoolOptions) =>
  (input: Sizes): Sizes => {
    imageOf(where, input)
    const x = { shape: [1, ...input], dtype: 'float32' } as const
    return windowArgmax.type([x], windowsOver(where, x, options)).shape.slice(1)
  }

const checkWindows = (
  where: string,
  { window, stride = window, padding = 'valid' }: MaxPoolOptions,
): void => {
  checkPerAxis(where, 'window', window)
  checkPerAxis(where, 'stride', stride)
  checkPadding(where, padding)
}

/**
 * The largest element of each window, as the function of this name: `[rows, …space, channels]` → `[rows, …space, channels]`.
 *
 * @throws ArgumentError for another option or one out of range; ShapeError for inputs that are no images.
 * @example
 * ```ts
 * import { maxPool, network } from 'puregrad/nn'
 * network([8, 8, 3], maxPool({ window: 2 })).output // => [4, 4, 3]
 * ```
 * @category Layers
 */
export const maxPool = (options: MaxPoolOptions): Layer<'', NoState, NoState> => {
  checkOptions('maxPool', options, { window: true, stride: true, padding: true, dilation: true })
  const { window, stride = window, padding = 'valid', dilation = 1 } = options
  checkWindows('maxPool', options)
  checkPerAxis('maxPool', 'dilation', dilation)
  const settings = { window, stride, padding, dilation }
  return plain({ kind: 'maxPool', ...settings }, pooledShape('maxPool', settings), (x) => maxima(x, settings))
}

/** {@link maxPool} as data. */
export const maxPoolKind = /* @__PURE__ */ layerKind(
  'maxPool',
  { window: perAxisSetting, stride: perAxisSetting, padding: paddingSetting, dilation: perAxisSetting },
  ({ window, stride, padding, dilation }) => maxPool({ window, stride, padding, dilation }),
)

/**
 * The mean of each window, as the function of this name: `[rows, …space, channels]` → `[rows, …space, channels]`.
 *
 * @throws ArgumentError for another option or one out of range; ShapeError for inputs that are no images.
 * @example
 * ```ts
 * import { averagePool, network } from 'puregrad/nn'
 * network([7, 7, 3], averagePool({ window: 3, stride: 2, padding: 'same' })).output // => [4, 4, 3]
 * ```
 * @category Layers
 */
export const averagePool = (options: AveragePoolOptions): Layer<'', NoState, NoState> => {
  checkOptions('averagePool', options, { window: true, stride: true, padding: true, countPadding: true })
  const { window, stride = window, padding = 'valid', countPadding = false } = options
  checkWindows('averagePool', { window, stride, padding })
  checkChoice('averagePool', 'countPadding', countPadding, [true, false])
  const settings = { window, stride, padding, countPadding }
  const shape = pooledShape('averagePool', { window, stride, padding })
  return plain({ kind: 'averagePool', ...settings }, shape, (x) => averages(x, settings))
}

/** {@link averagePool} as data. */
export const averagePoolKind = /* @__PURE__ */ layerKind(
  'averagePool',
  { window: perAxisSetting, stride: perAxisSetting, padding: paddingSetting, countPadding: [true, false] },
  ({ window, stride, padding, countPadding }) => averagePool({ window, stride, padding, countPadding }),
)

const adaptive =
  (kind: string, f: (x: Tensor, size: PerAxis) => Tensor) =>
  (size: PerAxis = 1): Layer<'', NoState, NoState> => {
    checkPerAxis(kind, 'size', size)
    return plain(
      { kind, size },
      (input) => {
        const { space, channels } = imageOf(kind, input)
        return [...alongAxes(kind, 'size', size, space.length), channels]
      },
      (x) => f(x, size),
    )
  }

/**
 * Means over a grid of this size, over all of space unless told otherwise: `[rows, …space, channels]` →
 * `[rows, …size, channels]`. `flatten` makes a vector of them.
 *
 * @throws ArgumentError for a size that is none; ShapeError for inputs that are no images.
 * @example
 * ```ts
 * import { adaptiveAveragePool, flatten, network } from 'puregrad/nn'
 * network([7, 5, 3], adaptiveAveragePool(), flatten()).output // => [3]
 * ```
 * @category Layers
 */
export const adaptiveAveragePool = /* @__PURE__ */ adaptive('adaptiveAveragePool', adaptiveAverages)

/** {@link adaptiveAveragePool} as data. */
export const adaptiveAveragePoolKind = /* @__PURE__ */ layerKind(
  'adaptiveAveragePool',
  { size: perAxisSetting },
  ({ size }) => adaptiveAveragePool(size),
)

/**
 * The largest elements over a grid of this size, over all of space unless told otherwise: `[rows, …space, channels]` →
 * `[rows, …size, channels]`.
 *
 * @throws ArgumentError for a size that is none; ShapeError for inputs that are no images.
 * @example
 * ```ts
 * import { adaptiveMaxPool, network } from 'puregrad/nn'
 * network([7, 5, 3], adaptiveMaxPool(2)).output // => [2, 2, 3]
 * ```
 * @category Layers
 */
export const adaptiveMaxPool = /* @__PURE__ */ adaptive('adaptiveMaxPool', adaptiveMaxima)

/** {@link adaptiveMaxPool} as data. */
export const adaptiveMaxPoolKind = /* @__PURE__ */ layerKind(
  'adaptiveMaxPool',
  { size: perAxisSetting },
  ({ size }) => adaptiveMaxPool(size),
)

/**
 * What describes {@link maxPool} as plain data.
 *
 * @category Layers
 */
export type MaxPoolSpec = SpecOfLayer<typeof maxPoolKind>
/**
 * What describes {@link averagePool} as plain data.
 *
 * @category Layers
 */
export type AveragePoolSpec = SpecOfLayer<typeof averagePoolKind>
/**
 * What describes {@link adaptiveAveragePool} as plain data.
 *
 * @category Layers
 */
export type AdaptiveAveragePoolSpec = SpecOfLayer<typeof adaptiveAveragePoolKind>
/**
 * What describes {@link adaptiveMaxPool} as plain data.
 *
 * @category Layers
 */
export type AdaptiveMaxPoolSpec = SpecOfLayer<typeof adaptiveMaxPoolKind>
