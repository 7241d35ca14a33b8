import { zerosLike } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { calibrateMode } from './mode.ts'
import type { Network } from './network.ts'

/**
 * The state whose statistics are those of a whole set: layer after layer, each on what the layers before give with
 * their own new statistics. The parameters stay.
 *
 * @throws ShapeError for a set of one row.
 * @example
 * ```ts
 * import { key, tensor, toArray } from 'puregrad'
 * import { batchNorm, evalMode, network, recalibrate } from 'puregrad/nn'
 * const net = network(1, batchNorm('norm', { epsilon: 1e-12, track: 'sigma' }))
 * const { params, state } = net.init(key(0))
 * const x = tensor([[1], [3]])
 * toArray(net.apply(evalMode, params, recalibrate(net, params, state, x), x)[0]) // => [[-1], [1]]
 * ```
 * @category Layers
 */
export const recalibrate = <P, S>(net: Network<P, S>, params: P, state: S, x: Tensor): S =>
  net.apply(
    calibrateMode,
    params,
    mapTree(state, (leaf) => zerosLike(leaf)),
    x,
  )[1]
