import type { ConcreteTensor } from '../core/tensor/concrete.ts'
import { concreteOf } from '../core/autodiff/read.ts'
import { leavesWithPaths } from '../core/tensor/tree.ts'
import type { PredictingModel } from './trained-model.ts'

/** The tensors of parameters and states in the order of their paths, which is the same however records were built. */
export const weightsOf = ({
  params,
  state,
}: Pick<PredictingModel, 'params' | 'state'>): readonly ConcreteTensor[] =>
  [...leavesWithPaths({ params, state })]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ leaf }) => concreteOf(leaf, 'predictor'))
