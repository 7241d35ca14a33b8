/**
 * Optimizers as composable transformations from the gradient to the step.
 *
 * @packageDocumentation
 */
export { accumulateGradients, type AccumulationState } from './accumulate-gradients.ts'
export { adaBelief, scaleByAdaBelief } from './ada-belief.ts'
export {
  adafactor,
  clipByRms,
  scaleByFactoredRms,
  scaleByParameterRms,
  type AdafactorOptions,
  type FactoredState,
} from './adafactor.ts'
export { adaMax, scaleByAdaMax, type AdaMaxState } from './ada-max.ts'
export { adaptiveClip, type AdaptiveClipOptions } from './adaptive-clip.ts'
export { adadelta, scaleByAdadelta, type AdadeltaOptions, type AdadeltaState } from './adadelta.ts'
export { adagrad, scaleByAdagrad, type AdagradOptions, type AdagradState } from './adagrad.ts'
export { adamW } from './adam-w.ts'
export { amsGrad, scaleByAmsGrad, type AmsGradState } from './ams-grad.ts'
export { nAdam, scaleByNAdam } from './n-adam.ts'
export { rAdam, scaleByRAdam } from './r-adam.ts'
export { adam, scaleByAdam, type AdamOptions, type AdamState } from './adam.ts'
export { afterSteps, type AfterStep, type Projection, type ProximalStep } from './after-step.ts'
export { applyStep } from './apply-step.ts'
export { averagedParameters, averageParameters, type ParameterAverageState } from './average-parameters.ts'
export { byGroup, type Group } from './by-group.ts'
export { clipByGlobalNorm, clipByValue, globalNorm } from './clip.ts'
export { descend, learningRateOf } from './descend.ts'
export { rateAt, type Schedule } from './learning-rate.ts'
export { fuse } from './fuse.ts'
export type { Grouping } from './grouping.ts'
export { lamb, scaleByTrustRatio } from './lamb.ts'
export { lars, scaleByLayerRate, type LayerRateOptions } from './lars.ts'
export { lossScaleOf, scaleLoss, type LossScaleOptions, type LossScaleState } from './loss-scaling.ts'
export { muon, orthogonalize } from './muon.ts'
export { lion, scaleByLion, type LionOptions, type LionState } from './lion.ts'
export { minimizeConjugateGradient } from './minimize-conjugate-gradient.ts'
export { minimizeLbfgs, type LbfgsOptions } from './minimize-lbfgs.ts'
export type { Minimization, MinimizationStop, MinimizeOptions } from './minimization.ts'
export { minimizeLeastSquares, type LeastSquaresOptions } from './minimize-least-squares.ts'
export { minimizeNewton } from './minimize-newton.ts'
export { lookahead, type LookaheadState } from './lookahead.ts'
export { decodeOptimizer } from './decode-optimizer.ts'
export {
  optimizerKind,
  type OptimizerKind,
  type OptimizerSettings,
  type SpecOfOptimizer,
} from './optimizer-kind.ts'
export { optimizerKinds, type OptimizerSpec } from './optimizer-kinds.ts'
export { box, l1Ball, l2Ball, maxNorm, simplex, type ProjectionOptions } from './projections.ts'
export { reduceOnPlateau, type PlateauOptions, type PlateauState } from './reduce-on-plateau.ts'
export { rProp, scaleByTurns, type RPropOptions, type RPropState } from './r-prop.ts'
export { rmsProp, scaleByRms, type RmsPropOptions, type RmsPropState } from './rms-prop.ts'
export {
  cosineDecay,
  exponentialDecay,
  inverseSquareRoot,
  oneCycle,
  piecewiseConstant,
  polynomialDecay,
  triangularCycles,
  warmRestarts,
  warmUp,
  type ScheduleFunction,
} from './schedules.ts'
export {
  scheduleFree,
  scheduleFreeAdamW,
  scheduleFreeParameters,
  scheduleFreeSgd,
  type ScheduleFreeState,
} from './schedule-free.ts'
export { sharpnessAware } from './sharpness-aware.ts'
export { elasticNetShrink, groupSoftThreshold, shrink, softThreshold } from './shrinkage.ts'
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
export { cosineLogCycles } from './cosine-log-cycles.ts'
export { flatCosine } from './flat-cosine.ts'
export { decayWeights, type WeightDecayOptions } from './weight-decay.ts'
