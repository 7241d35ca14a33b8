/**
 * Optimizers as composable transformations from the gradient to the step.
 *
 * @packageDocumentation
 */
export { adadelta, scaleByAdadelta, type AdadeltaOptions, type AdadeltaState } from './adadelta.ts'
export { adagrad, scaleByAdagrad, type AdagradOptions, type AdagradState } from './adagrad.ts'
export {
  adamW,
  amsGrad,
  nadam,
  rAdam,
  scaleByAmsGrad,
  scaleByNadam,
  scaleByRAdam,
  type AmsGradState,
} from './adam-family.ts'
export { adam, scaleByAdam, type AdamOptions, type AdamState } from './adam.ts'
export { applyStep } from './apply-step.ts'
export { clipByGlobalNorm, clipByValue, globalNorm } from './clip.ts'
export { descend, rateAt, type Schedule } from './descend.ts'
export { lamb, scaleByTrustRatio } from './lamb.ts'
export { lion, scaleByLion, type LionOptions, type LionState } from './lion.ts'
export { decodeOptimizer, type HyperParameterError, type OptimizerSpec } from './optimizer-spec.ts'
export { rmsProp, scaleByRms, type RmsPropOptions, type RmsPropState } from './rms-prop.ts'
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
export { decayWeights, type WeightDecayOptions } from './weight-decay.ts'
