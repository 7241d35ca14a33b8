import { mul, reshape, tensor, where } from '../core/numeric/index.ts'
import { dropoutKind } from '../nn/dropout.ts'
import { evalMode } from '../nn/mode.ts'
import type { Network } from '../nn/network.ts'
import { places } from '../nn/places.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import { sizeOf, type Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * The networks that dropout trains: one for every set of kept units, all with one set of parameters.
 *
 * @category Ensembles
 */
export interface Submodels<P, S> {
  /** M, the number of units that can be dropped. */
  readonly units: number
  /** 2^M. */
  readonly count: bigint
  /** The outputs of a submodel: unit i of the first dropout layer, then of the next, is kept where bit i of the number is 1. */
  readonly apply: (mask: bigint, params: P, state: S, x: Tensor) => Tensor
  /** How probable a mask is in training. */
  readonly probability: (mask: bigint) => number
}

/** The units that one dropout layer can drop, among all that can be dropped. */
interface Dropped {
  readonly first: number
  readonly shape: Sizes
  readonly rate: number
  /** What a unit that is kept is multiplied by. */
  readonly by: number
}

/**
 * The submodels of a network with dropout layers, by number. What is kept is divided by 1 − rate in the inverted
 * scaling and left as it is in the slide's, as in training.
 *
 * @throws ArgumentError for a network without dropout; `apply` and `probability` for a number that is no mask.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { constant, dense, dropout, network } from 'puregrad/nn'
 * import { submodels } from 'puregrad/study'
 * const net = network(2, dropout('drop', 0.5, { scaling: 'slide' }), dense('out', 1, { weight: constant(1) }))
 * const { params, state } = net.init(key(0))
 * const models = submodels(net)
 * models.count // => 4n
 * toArray(models.apply(2n, params, state, tensor([[3, 5]]))) // => [[5]]
 * ```
 * @category Ensembles
 */
export const submodels = <P, S>(net: Network<P, S>): Submodels<P, S> => {
  const { units, found } = places(net).reduce<{
    readonly units: number
    readonly found: ReadonlyMap<number, Dropped>
  }>(
    (sofar, { layer: { spec }, input: shape }, position) => {
      if (!dropoutKind.is(spec)) return sofar
      const { rate } = spec
      // In evaluation the slide's scaling multiplies by 1 − rate, which is taken back.
      const dropped = { first: sofar.units, shape, rate, by: rate === 0 ? 1 : 1 / (1 - rate) }
      return {
        units: sofar.units + sizeOf(shape),
        found: new Map([...sofar.found, [position, dropped]]),
      }
    },
    { units: 0, found: new Map() },
  )
  if (units === 0) throw new ArgumentError('submodels: the network has no dropout layer')
  const count = 1n << BigInt(units)
  const bits = (mask: bigint): readonly boolean[] => {
    if (mask < 0n || mask >= count)
      throw new ArgumentError(
        `submodels: masks of ${units} units are numbers from 0 to 2^${units} − 1, got ${mask}`,
      )
    const digits = mask.toString(2).padStart(units, '0')
    return Array.from({ length: units }, (_, i) => digits[units - 1 - i] === '1')
  }
  return {
    units,
    count,
    apply: (mask, params, state, x) => {
      const kept = bits(mask)
      return net.apply(evalMode, params, state, x, (output, position) => {
        const place = found.get(position)
        if (place === undefined) return output
        const { first, shape, by } = place
        const mask = tensor(kept.slice(first, first + sizeOf(shape)).map(Number), { dtype: 'bool' })
        return where(reshape(mask, [...shape]), mul(output, by), 0)
      })[0]
    },
    probability: (mask) => {
      const kept = bits(mask)
      return [...found.values()].reduce(
        (total, { first, shape, rate }) =>
          kept
            .slice(first, first + sizeOf(shape))
            .reduce((product, keep) => product * (keep ? 1 - rate : rate), total),
        1,
      )
    },
  }
}
