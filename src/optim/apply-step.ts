import { add } from '../numeric/index.ts'
import { zipTrees } from '../tensor/tree.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Step } from './transformation.ts'

/**
 * The parameters after a step.
 *
 * @throws TreeError where the structures differ.
 */
export const applyStep = <P>(params: P, step: Step<P>): P =>
  zipTrees(params, [step], ([p, s]) => add(p as Tensor, s as Tensor), 'applyStep')
