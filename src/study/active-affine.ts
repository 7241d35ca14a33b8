import { jacobian } from '../core/autodiff/jacobian.ts'
import { evalMode } from '../nn/mode.ts'
import type { Network } from '../nn/network.ts'
import { matmul, reshape, sub } from '../core/numeric/index.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * An affine map y = Mx + c.
 *
 * @category Inside a network
 */
export interface AffineMap {
  /** `[outputs, inputs]` */
  readonly matrix: Tensor
  /** `[outputs]` */
  readonly offset: Tensor
}

/**
 * The affine map that a piecewise linear network is at an input: the thinner network that is left when the units with
 * output 0 are taken away. It is the network wherever the same units are active.
 *
 * @param x one input, `[inputs]`.
 * @throws ShapeError unless x has one axis of the network's input width.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { activation, dense, network } from 'puregrad/nn'
 * import { activeAffine } from 'puregrad/study'
 * const net = network(1, dense('only', 2), activation('relu'))
 * const params = { only: { weight: tensor([[2, -1]]), bias: tensor([1, 0]) } }
 * const { matrix, offset } = activeAffine(net, params, { only: {} }, tensor([3]))
 * toArray(matrix) // => [[2], [0]]
 * toArray(offset) // => [1, 0]
 * ```
 * @category Inside a network
 */
export const activeAffine = <P, S>(net: Network<P, S>, params: P, state: S, x: Tensor): AffineMap => {
  if (net.input.length !== 1 || !sameShape(x.shape, net.input))
    throw new ShapeError(
      `activeAffine: expected one input ${showShape(net.input)}, got ${showShape(x.shape)}`,
    )
  const f = (at: Tensor): Tensor => {
    const [y] = net.apply(evalMode, params, state, reshape(at, [1, at.size]))
    return reshape(y, [y.size])
  }
  const matrix = jacobian(f)(x)
  return { matrix, offset: sub(f(x), matmul(matrix, x)) }
}
