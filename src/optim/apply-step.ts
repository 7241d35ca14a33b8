import { add } from '../core/numeric/index.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import { zipTrees } from '../core/tensor/tree.ts'
import type { Step } from './transformation.ts'

/**
 * The parameters after a step.
 *
 * @throws TreeError where the structures differ; ShapeError naming the parameter whose step has another shape.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { applyStep, descend } from 'puregrad/optim'
 * const params = { w: tensor([1]) }
 * const [step] = descend<typeof params>(0.5).update({ w: tensor([4]) }, {}, { params, step: 0, value: 0 })
 * toArray(applyStep(params, step).w) // => [-1]
 * ```
 * @category Transformations
 */
export const applyStep = <P>(params: P, step: Step<P>): P =>
  zipTrees(
    params,
    [step],
    ([p, s], path) => {
      // A sum would broadcast, and the parameters would move without a word.
      if (!sameShape(p.shape, s.shape))
        throw new ShapeError(
          `applyStep: ${path === '' ? 'the step' : path}: expected a step of shape ${showShape(p.shape)}, as the parameter has, got ${showShape(s.shape)}`,
        )
      return add(p, s)
    },
    'applyStep',
  )
