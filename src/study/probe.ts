import { grad } from '../core/autodiff/grad.ts'
import { jvp } from '../core/autodiff/jvp.ts'
import { item } from '../core/autodiff/read.ts'
import { activationKind } from '../nn/activation.ts'
import { evalMode, type Mode } from '../nn/mode.ts'
import type { Network } from '../nn/network.ts'
import { places } from '../nn/places.ts'
import { abs, add, cast, equal, less, mean, norm, onesLike, std, zerosLike } from '../core/numeric/index.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { positive } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * What goes through one layer, forwards and backwards.
 *
 * @category Inside a network
 */
export interface LayerProbe {
  /** 0 for the first layer. */
  readonly position: number
  /** Its name, or the function of an activation, after the names of the blocks it is inside of. */
  readonly layer: string
  /** Mean and standard deviation of its outputs over rows and units. */
  readonly mean: number
  readonly deviation: number
  /** Share of outputs that are exactly 0. */
  readonly zeros: number
  /** Share of inputs at which an activation's slope is below the threshold; 0 for other layers. */
  readonly saturated: number
  /** ‖∂loss / ∂output‖: the signal that comes back to this layer. */
  readonly signal: number
}

/**
 * In which mode {@link probe} runs a network, and what it calls saturated.
 *
 * @category Inside a network
 */
export interface ProbeOptions {
  readonly mode?: Mode
  /** An activation is saturated where its slope is smaller than this; 0.01 unless told otherwise. */
  readonly saturation?: number
}

const shifted = (output: Tensor, by: Tensor | undefined): Tensor =>
  by === undefined ? output : add(output, by)

const share = (truth: Tensor): number => item(mean(cast(truth, 'float64')))

/**
 * Looks at every layer of a network at once: its outputs, and the signal that the loss sends back to them. All
 * signals come from one reverse pass, as the gradient with respect to zeros added to every output.
 *
 * Norms of weight gradients hide vanishing and exploding: they are products of a signal with an activation, and where
 * one grows with depth the other shrinks. So the signals themselves are reported.
 *
 * @throws ArgumentError for another option, and unless the saturation threshold is above 0.
 * @example
 * ```ts
 * import { key, sum, zeros } from 'puregrad'
 * import { activation, dense, network } from 'puregrad/nn'
 * import { probe } from 'puregrad/study'
 * const net = network(2, dense('first', 3), activation('relu'), dense('last', 1))
 * const { params, state } = net.init(key(0))
 * probe(net, params, state, zeros([4, 2]), (output) => sum(output)).map(({ layer }) => layer) // => ['first', 'relu', 'last']
 * ```
 * @category Inside a network
 */
export const probe = <P, S>(
  net: Network<P, S>,
  params: P,
  state: S,
  x: Tensor,
  loss: (output: Tensor) => Tensor,
  options: ProbeOptions = {},
): readonly LayerProbe[] => {
  checkOptions('probe', options, { mode: true, saturation: true })
  const { mode = evalMode, saturation = 0.01 } = options
  checkSetting('probe', 'saturation', saturation, positive)
  const outputs = layerOutputs(net, params, state, x, mode)
  const through = (shifts: readonly Tensor[]): Tensor =>
    loss(net.apply(mode, params, state, x, (output, position) => shifted(output, shifts[position]))[0])
  const signals = grad(through)(outputs.map((output) => zerosLike(output)))
  return places(net).map(({ layer, label }, position): LayerProbe => {
    const input = position === 0 ? x : outputs[position - 1]!
    const output = outputs[position]!
    const slopes = (): Tensor =>
      activationKind.is(layer.spec)
        ? jvp((z: Tensor) => layer.apply(evalMode, {}, {}, z)[0], [input], [onesLike(input)])[1]
        : onesLike(input)
    return {
      position,
      layer: label,
      mean: item(mean(output)),
      deviation: item(std(output)),
      zeros: share(equal(output, 0)),
      saturated: share(less(abs(slopes()), saturation)),
      signal: item(norm(signals[position]!)),
    }
  })
}

/**
 * The output of every layer, in order.
 *
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { activation, network } from 'puregrad/nn'
 * import { layerOutputs } from 'puregrad/study'
 * const net = network(2, activation('relu'), activation('identity'))
 * layerOutputs(net, {}, {}, tensor([[-1, 2]])).map(toArray) // => [[[0, 2]], [[0, 2]]]
 * ```
 * @category Inside a network
 */
export const layerOutputs = <P, S>(
  net: Network<P, S>,
  params: P,
  state: S,
  x: Tensor,
  mode: Mode = evalMode,
): readonly Tensor[] => {
  const seen: Tensor[] = []
  net.apply(mode, params, state, x, (output) => {
    // eslint-disable-next-line functional/immutable-data -- collects what passes by; nobody else sees the list
    seen.push(output)
    return output
  })
  return seen
}
