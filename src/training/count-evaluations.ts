import { add, tensor } from '../core/numeric/index.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { Model } from './objective.ts'

/**
 * The state of a model with the number of examples that it was applied to.
 *
 * @category Training
 */
export interface Counted<S> {
  readonly layers: S
  /** A scalar in float64: exact up to 2⁵³. */
  readonly evaluations: Tensor
}

/**
 * A model that counts its evaluations, and the state to start from.
 *
 * @category Training
 */
export interface CountedModel<P, S> extends Model<P, Counted<S>> {
  /** With nothing counted yet. */
  readonly start: (layers: S) => Counted<S>
}

/**
 * The same model, with a count of the examples it was applied to in its state: whatever a method does with it, compiled
 * or not, what the method costs is read from the state that it ends with. A derivative by reverse mode applies a model
 * once to each example; a numerical one applies it as often as it moves a parameter.
 *
 * The count is a part of the value that `apply` gives, so nothing is kept elsewhere: who leaves that state aside has not
 * counted.
 *
 * @throws ShapeError where the inputs have no rows.
 * @example
 * ```ts
 * import { item, key, ones, zeros } from 'puregrad'
 * import { dense, meanSquaredError, network } from 'puregrad/nn'
 * import { sgd } from 'puregrad/optim'
 * import { countEvaluations, supervisedStep } from 'puregrad/training'
 * const net = network(3, dense('line', 1))
 * const model = countEvaluations(net)
 * const { params, state } = net.init(key(0))
 * const optimizer = sgd<typeof params>({ learningRate: 0.1 })
 * const step = supervisedStep({ model, loss: (out, y) => meanSquaredError(out, y), optimizer })
 * const place = { params, layers: model.start(state), optimizer: optimizer.init(params), step: 0 }
 * const next = step(place, { x: ones([20, 3]), y: zeros([20, 1]) }, key(1))
 * item(next.layers.evaluations) // => 20
 * ```
 * @category Training
 */
export const countEvaluations = <P, S>(model: Model<P, S>): CountedModel<P, S> => ({
  ...(model.layers === undefined ? {} : { layers: model.layers }),
  ...(model.input === undefined ? {} : { input: model.input }),
  start: (layers) => ({ layers, evaluations: tensor(0, { dtype: 'float64' }) }),
  apply: (mode, params, { layers, evaluations }, x, tap) => {
    const [rows] = x.shape
    if (rows === undefined) throw new ShapeError('countEvaluations: expected inputs with rows, got a scalar')
    const [output, after] = model.apply(mode, params, layers, x, tap)
    return [output, { layers: after, evaluations: add(evaluations, rows) }]
  },
})
