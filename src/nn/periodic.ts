import {
  add,
  concat,
  cos,
  foldIn,
  matmul,
  mul,
  normal,
  reshape,
  take,
  transpose,
  uniform,
} from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { checkColumns, columnPositions, requireColumns } from './feature-columns.ts'
import { alongWidth, namedLayer, requireWidth, widthOf, withWidth } from './layer-checks.ts'
import { layerKind, type SpecOfLayer } from './layer-kind.ts'
import { layerName } from './layer-settings.ts'
import type { Layer, NoState } from './layer.ts'

/**
 * What {@link periodic} learns, of its columns one after another.
 *
 * @category Layers
 */
export interface PeriodicParams {
  /** `[columns, 1, frequencies]`: how often a wave comes back within a unit of the column. */
  readonly frequency: Tensor
  /** `[columns, 1, frequencies]`: where a wave begins, in radians. */
  readonly phase: Tensor
  /** `[columns, frequencies, width − 1]` */
  readonly weight: Tensor
  /** `[columns, 1, width − 1]` */
  readonly bias: Tensor
}

/**
 * Which columns {@link periodic} takes, and what it makes of them.
 *
 * @category Layers
 */
export interface PeriodicOptions {
  /** Positions of columns that are numbers. */
  readonly columns: readonly number[]
  /** Waves of each column; 16 unless told otherwise. */
  readonly frequencies?: number
  /** What stands for a column in the end, itself included; 4 unless told otherwise. */
  readonly width?: number
  /** Frequencies begin as N(0, deviation²); 0.1 unless told otherwise, for columns of about unit spread. */
  readonly deviation?: number
}

/** From width 2 on, as a column of width 1 is itself. */
const widths = { integer: true, min: 2 } as const

/**
 * Numbers become some more numbers: of each of these columns z, waves cos(2πfz + φ) with learned frequencies and phases,
 * and `width` − 1 sums of them with a bias, which follow after all columns of the input. The columns themselves stay.
 *
 * With the columns `[x, z]`, both chosen, and width 3: `[x, z, x₁, x₂, z₁, z₂]`.
 *
 * Source: Y. Gorishniy, I. Rubachev, A. Babenko, NeurIPS 2022; in this form, with phase, bias and the number itself,
 * D. Holzmüller, L. Grinsztajn, I. Steinwart, arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for an empty name, another option, columns that are none or named twice, and settings out of
 * range; ShapeError for an input without such a column.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { evalMode, network, periodic } from 'puregrad/nn'
 * const net = network(2, periodic('waves', { columns: [0], width: 3 }))
 * net.output // => [4]
 * const { params, state } = net.init(key(0))
 * toArray(net.apply(evalMode, params, state, tensor([[1, 5]]))[0])[0]?.slice(0, 2) // => [1, 5]
 * ```
 * @category Layers
 */
export const periodic = <const K extends string>(
  name: K,
  options: PeriodicOptions,
): Layer<K, PeriodicParams, NoState> => {
  const where = `periodic '${name}'`
  namedLayer('periodic', name)
  checkOptions(where, options, { columns: true, frequencies: true, width: true, deviation: true })
  const { columns, frequencies = 16, width = 4, deviation = 0.1 } = options
  checkColumns(where, columns)
  checkSetting(where, 'frequencies', frequencies, count)
  checkSetting(where, 'width', width, widths)
  checkSetting(where, 'deviation', deviation, positive)
  const chosen = columns.length
  return {
    name,
    spec: { kind: 'periodic', name, columns, frequencies, width, deviation },
    shape: (input) => {
      const before = widthOf(where, input)
      requireColumns(where, columns, before)
      return withWidth(input, before + chosen * (width - 1))
    },
    init: (key, _, dtype) => {
      const waves = [chosen, 1, frequencies]
      const limit = 1 / Math.sqrt(frequencies)
      const within = { dtype, low: -limit, high: limit }
      return {
        params: {
          frequency: normal(foldIn(key, 'frequency'), waves, { dtype, std: deviation }),
          phase: uniform(foldIn(key, 'phase'), waves, { dtype, low: -Math.PI, high: Math.PI }),
          weight: uniform(foldIn(key, 'weight'), [chosen, frequencies, width - 1], within),
          bias: uniform(foldIn(key, 'bias'), [chosen, 1, width - 1], within),
        },
        state: {},
      }
    },
    apply: (_, { frequency, phase, weight, bias }, state, x) => {
      const before = x.shape.at(-1) ?? 0
      requireWidth(where, x, before)
      requireColumns(where, columns, before)
      const widened = (z: Tensor): Tensor => {
        const [rows = 0] = z.shape
        // [columns, rows, 1], so that each column has a product of its own.
        const apart = reshape(transpose(take(z, columns, { axis: 1 })), [chosen, rows, 1])
        const waves = cos(add(mul(mul(apart, frequency), 2 * Math.PI), phase))
        const sums = transpose(add(matmul(waves, weight), bias), [1, 0, 2])
        return concat([z, reshape(sums, [rows, chosen * (width - 1)])], { axis: 1 })
      }
      return [alongWidth(x, widened), state]
    },
  }
}

/** {@link periodic} as data. */
export const periodicKind = /* @__PURE__ */ layerKind(
  'periodic',
  { name: layerName, columns: columnPositions, frequencies: count, width: widths, deviation: positive },
  ({ name, columns, frequencies, width, deviation }) =>
    periodic(name, { columns, frequencies, width, deviation }),
)

/**
 * What describes {@link periodic} as plain data.
 *
 * @category Layers
 */
export type PeriodicSpec = SpecOfLayer<typeof periodicKind>
