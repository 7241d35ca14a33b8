/**
 * Optimizers as composable transformations from the gradient to the step.
 *
 * @packageDocumentation
 */
export { adam, scaleByAdam, type AdamOptions, type AdamState } from './adam.ts'
export { applyStep } from './apply-step.ts'
export { descend, rateAt, type Schedule } from './descend.ts'
export { decodeOptimizer, type HyperParameterError, type OptimizerSpec } from './optimizer-spec.ts'
export { momentum, sgd } from './sgd.ts'
export { trace, type TraceOptions, type TraceState } from './trace.ts'
export {
  chain,
  identity,
  transformationMonoid,
  type Gradient,
  type Optimizer,
  type Step,
  type Transformation,
  type UpdateContext,
} from './transformation.ts'
