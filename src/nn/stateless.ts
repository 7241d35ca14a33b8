import { stage } from '../compile/program/stage.ts'
import { key, type Key } from '../core/numeric/index.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { ArgumentError } from '../core/tensor/errors.ts'
import type { Sizes } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths } from '../core/tensor/tree.ts'
import type { AnyLayer, Tap } from './layer.ts'
import type { Mode } from './mode.ts'
import type { Network, NetworkSpec } from './network.ts'

/**
 * A network whose layers keep nothing between calls.
 *
 * @category Networks
 */
export interface StatelessNetwork<P> {
  readonly spec: NetworkSpec
  readonly layers: readonly AnyLayer[]
  /** The shape of one input, and of one output. */
  readonly input: Sizes
  readonly output: Sizes
  /** Random parameters. */
  readonly init: (key: Key, options?: { readonly dtype?: FloatDType }) => P
  /** `x [rows, ...input]` → `[rows, ...output]`. */
  readonly apply: (mode: Mode, params: P, x: Tensor, tap?: Tap) => Tensor
}

/**
 * A network without state as a function of parameters and inputs alone: `init` gives the parameters and `apply` the output,
 * with no record of states going in or coming out.
 *
 * @throws ArgumentError for a network with a layer that has a state, such as `batchNorm`, which it names.
 * @example
 * ```ts
 * import { grad, key, ones, sum } from 'puregrad'
 * import { activation, dense, evalMode, network, stateless } from 'puregrad/nn'
 * const net = stateless(network(3, dense('hidden', 4), activation('tanh'), dense('output', 1)))
 * const params = net.init(key(0))
 * const slope = grad((p: typeof params) => sum(net.apply(evalMode, p, ones([2, 3]))))(params)
 * slope.hidden.weight.shape // => [3, 4]
 * ```
 * @category Networks
 */
export const stateless = <P, S>(net: Network<P, S>): StatelessNetwork<P> => {
  // Staged, so that no parameter is drawn: only the structure of the state is asked for.
  const { state } = stage((from: Key) => net.init(from))(key(0)).result
  const [kept] = leavesWithPaths(state)
  if (kept !== undefined)
    throw new ArgumentError(`stateless: expected a network without state, got one that keeps ${kept.path}`)
  return {
    spec: net.spec,
    layers: net.layers,
    input: net.input,
    output: net.output,
    init: (from, options) => net.init(from, options).params,
    apply: (mode, params, x, tap) => net.apply(mode, params, state, x, tap)[0],
  }
}
