import { foldIn, mul, normal, sum, type Key } from '../core/numeric/index.ts'
import type { ActivationName } from '../nn/activation-functions.ts'
import { activation } from '../nn/activation.ts'
import { dense } from '../nn/dense.ts'
import type { InitializerSpec } from '../nn/initializers.ts'
import { network } from '../nn/network.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { probe, type LayerProbe } from './probe.ts'

/**
 * How the sizes of activations and signals change with depth.
 *
 * @category Charts
 */
export interface SignalReport {
  /** By how much the signal is multiplied on its way back through one layer, fitted over all layers. */
  readonly signalFactor: number
  /** By how much the deviation of activations is multiplied by one layer, fitted likewise. */
  readonly activationFactor: number
  /** ‖δ‖ at the first layer over ‖δ‖ at the last. */
  readonly firstToLast: number
  /**
   * The number of layers after which a signal has shrunk or grown by the tolerance, so that training stalls or
   * breaks; Infinity where the factor is 1.
   */
  readonly stallDepth: number
}

/** The slope of the least-squares line through points (i, valueᵢ). */
const slopeOf = (values: readonly number[]): number => {
  const middle = (values.length - 1) / 2
  const spread = values.reduce((total, _, i) => total + (i - middle) ** 2, 0)
  return values.reduce((total, value, i) => total + (i - middle) * value, 0) / spread
}

/**
 * The trend over a list of probes of like layers, first layer first. A layer nothing comes back to makes the signal
 * factor 0.
 *
 * @throws ArgumentError for fewer than two probes, or a tolerance that is not between 0 and 1.
 * @example
 * ```ts
 * import { signalReport } from 'puregrad/study'
 * const layer = { layer: 'tanh', mean: 0, zeros: 0, saturated: 0, deviation: 1 }
 * const probes = [1e-4, 1e-3, 1e-2].map((signal, position) => ({ ...layer, position, signal }))
 * Math.round(signalReport(probes).stallDepth) // => 7
 * ```
 * @category Charts
 */
export const signalReport = (
  probes: readonly LayerProbe[],
  options: {
    /**
     * By what ratio a signal may differ from its start before training is said to stall; 1e-7, the resolution of
     * float32, unless told otherwise.
     */
    readonly tolerance?: number
  } = {},
): SignalReport => {
  checkOptions('signalReport', options, { tolerance: true })
  const { tolerance = 1e-7 } = options
  const [first, last] = [probes[0], probes.at(-1)]
  if (first === undefined || last === undefined || probes.length < 2)
    throw new ArgumentError(`signalReport: a trend needs at least 2 probes, got ${probes.length}`)
  checkSetting('signalReport', 'tolerance', tolerance, { above: 0, below: 1 })
  const factor = (sizes: readonly number[]): number =>
    sizes.includes(0) ? 0 : Math.exp(slopeOf(sizes.map(Math.log)))
  // Probes run forwards and signals backwards.
  const signalFactor = first.signal === 0 ? 0 : 1 / factor(probes.map(({ signal }) => signal))
  return {
    signalFactor,
    activationFactor: factor(probes.map(({ deviation }) => deviation)),
    firstToLast: first.signal / last.signal,
    stallDepth: Math.log(tolerance) / -Math.abs(Math.log(signalFactor)),
  }
}

/**
 * The size of the network {@link gainReport} sends noise through.
 *
 * @category Charts
 */
export interface GainOptions {
  readonly key: Key
  readonly depth?: number
  readonly width?: number
  readonly rows?: number
}

/**
 * What an initializer does to a deep network of one activation before any training: the probes of its dense
 * layers (what their activations get, and δ) and their trend, for normal inputs and a random linear loss (which sends a signal of equal size to all rows).
 *
 * Source: X. Glorot, Y. Bengio, AISTATS 2010; K. He et al., ICCV 2015.
 *
 * @throws ArgumentError for a depth below 2.
 * @example
 * ```ts
 * import { key } from 'puregrad'
 * import { heNormal } from 'puregrad/nn'
 * import { gainReport } from 'puregrad/study'
 * const { signalFactor } = gainReport(heNormal, 'relu', { key: key(0), depth: 20 })
 * Math.abs(signalFactor - 1) < 0.1 // => true
 * ```
 * @category Charts
 */
export const gainReport = (
  weight: InitializerSpec,
  activationName: ActivationName,
  options: GainOptions,
): SignalReport & { readonly probes: readonly LayerProbe[] } => {
  checkOptions('gainReport', options, { key: true, depth: true, width: true, rows: true })
  const { key, depth = 50, width = 64, rows = 64 } = options
  checkSetting('gainReport', 'depth', depth, { min: 2, whole: true })
  checkSetting('gainReport', 'width', width, count)
  checkSetting('gainReport', 'rows', rows, count)
  const net = network(
    width,
    ...Array.from({ length: depth }, (_, l) => [
      dense(`layer${l + 1}`, width, { weight }),
      activation(activationName),
    ]).flat(),
  )
  const { params, state } = net.init(foldIn(key, 'parameters'), { dtype: 'float64' })
  const x = normal(foldIn(key, 'inputs'), [rows, width], { dtype: 'float64' })
  const direction = normal(foldIn(key, 'loss'), [rows, width], { dtype: 'float64' })
  // δ is the signal at an activation's input, so the dense layers are what is looked at.
  const probes = probe(net, params, state, x, (output) => sum(mul(output, direction))).filter(
    ({ position }) => position % 2 === 0,
  )
  return { ...signalReport(probes), probes }
}
