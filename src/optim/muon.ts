import { add, div, equal, matmul, moveAxis, mul, norm, where } from '../core/numeric/index.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { count, fraction, notNegative } from '../core/tensor/setting-ranges.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { mapTree } from '../core/tensor/tree.ts'
import { descend } from './descend.ts'
import type { Schedule } from './learning-rate.ts'
import { optimizerKind } from './optimizer-kind.ts'
import { checkOptimizer } from './optimizer-settings.ts'
import { trace } from './trace.ts'
import { chain, type Gradient, type Optimizer, type Transformation } from './transformation.ts'
import { decayWeights, type WeightDecayOptions } from './weight-decay.ts'

/** An odd polynomial that brings singular values from (0, 1] near 1, fast rather than close: 0.68 to 1.13 in the limit. */
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315]

const swapped = (x: Tensor): Tensor => moveAxis(x, x.rank - 1, x.rank - 2)

const step = (x: Tensor): Tensor => {
  const gram = matmul(x, swapped(x))
  return add(mul(x, linear), matmul(add(mul(gram, cubic), mul(matmul(gram, gram), quintic)), x))
}

/** The nearest matrix with orthonormal rows or columns, about, of `[…, m, n]`; zeros stay zeros. */
const orthogonalized = (matrices: Tensor, steps: number): Tensor => {
  const [m = 1, n = 1] = matrices.shape.slice(-2)
  const wide = m > n ? swapped(matrices) : matrices
  const size = norm(wide, { axis: [-2, -1], keepDims: true })
  const none = equal(size, 0)
  const start = where(none, 0, div(wide, where(none, 1, size)))
  const end = Array.from({ length: steps }).reduce<Tensor>((x) => step(x), start)
  return m > n ? swapped(end) : end
}

/**
 * Every matrix `[inputs, units]` of a direction replaced by the nearest one whose singular values are all alike, times
 * √max(1, units / inputs): the steepest direction where the length of a matrix is its largest singular value. By
 * Newton–Schulz iterations on products, of which five are enough. Leading axes are a batch of matrices. A vector is one
 * column: its root mean square becomes 1.
 *
 * Source: K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; J. Bernstein, L. Newhouse,
 * "Old optimizer, new norm", 2024.
 *
 * @throws ArgumentError unless the number of iterations is an integer above 0.
 * @example
 * ```ts
 * import { tensor, toArray, type Tensor } from 'puregrad'
 * import { orthogonalize } from 'puregrad/optim'
 * const params = { w: tensor([[0, 0], [0, 0]]) }
 * const [direction] = orthogonalize<{ readonly w: Tensor }>().update({ w: tensor([[5, 0], [0, -5]]) }, {}, { params, step: 0, value: 0 })
 * const [[first, zero]] = toArray(direction.w) as [[number, number], [number, number]]
 * Math.abs(first - 1) < 0.35 && zero === 0 // => true
 * ```
 * @category Optimizers
 */
export const orthogonalize = <P>(
  steps = 5,
): Transformation<P, Gradient<P>, Gradient<P>, Readonly<Record<never, never>>> => {
  checkSetting('orthogonalize', 'steps', steps, count)
  return {
    name: 'orthogonalize',
    hyperParameters: { steps },
    init: () => ({}),
    update: (gradient, state) => [
      mapTree(gradient, (leaf) => {
        if (leaf.rank < 2) {
          const size = norm(leaf)
          return mul(
            leaf,
            where(equal(size, 0), 0, div(Math.sqrt(leaf.size), where(equal(size, 0), 1, size))),
          )
        }
        const [m = 1, n = 1] = leaf.shape.slice(-2)
        return mul(orthogonalized(leaf, steps), Math.sqrt(Math.max(1, n / m)))
      }),
      state,
    ],
  }
}

const settings = {
  beta: fraction,
  nesterov: [true, false],
  steps: count,
  weightDecay: notNegative,
} as const

/**
 * Muon: momentum (0.95, looking ahead, unless told otherwise), {@link orthogonalize}, decoupled weight decay, then
 * {@link descend}. Made for the matrices of hidden layers; give the rest to another optimizer by `byGroup`.
 *
 * @throws ArgumentError for another option, unless β lies in [0, 1) and the number of iterations is an integer above 0,
 * and for a rate or a decay that is negative or not finite.
 * @example
 * ```ts
 * import { muon } from 'puregrad/optim'
 * muon({ learningRate: 0.02 }).name // => 'trace → orthogonalize → decayWeights → descend'
 * ```
 * @category Optimizers
 */
export const muon = <P>(
  options: WeightDecayOptions & {
    readonly learningRate: Schedule
    readonly beta?: number
    readonly nesterov?: boolean
    readonly steps?: number
    readonly weightDecay?: number
  },
): Optimizer<P, readonly unknown[]> => {
  checkOptimizer('muon', options, settings, { rate: 'required', also: ['where'] })
  const { learningRate, beta = 0.95, nesterov = true, steps = 5, weightDecay = 0, where: decayed } = options
  return chain(
    trace<P>(beta, { nesterov }),
    orthogonalize<P>(steps),
    decayWeights<P>(weightDecay, decayed === undefined ? {} : { where: decayed }),
    descend<P>(learningRate),
  )
}

/** {@link muon} as data. */
export const muonKind = /* @__PURE__ */ optimizerKind('muon', settings, muon)
