/**
 * Studies: what is inside a network, sweeps over many trainings, ensembles, hyper-parameters and records of runs.
 *
 * @packageDocumentation
 */
export { activeAffine, type AffineMap } from './active-affine.ts'
export {
  bag,
  bootstrap,
  outOfBagEstimate,
  type BagMember,
  type Bootstrap,
  type OutOfBagEstimate,
} from './bagging.ts'
export {
  compareRuns,
  replay,
  type Difference,
  type MetricComparison,
  type RunComparison,
} from './compare-runs.ts'
export { capacitySweep } from './capacity-sweep.ts'
export { contourGrid, type ContourGrid, type ContourGridOptions } from './contour-grid.ts'
export { arithmeticMean, geometricMean } from './ensemble.ts'
export {
  decodeHyperParameters,
  hyperParametersCodec,
  layerWidths,
  parameterCount,
  type Ends,
  type Hyper,
  type HyperParameters,
  type Params,
  type Regularization,
} from './hyper-parameters.ts'
export { errorPair, type Classify, type ErrorPair, type MeasuredError, type StudyData } from './error-pair.ts'
export { labelNoiseSweep } from './label-noise-sweep.ts'
export { layerDrift, type LayerDrift } from './layer-drift.ts'
export { modelOf, type ConfiguredModel, type LayerParams } from './model-of.ts'
export { sampleSizeSweep } from './sample-size-sweep.ts'
export { multiStart, type Basin, type EndPoint } from './multi-start.ts'
export { logDensity, priorOf, type Prior, type PriorError } from './prior.ts'
export { layerOutputs, probe, type LayerProbe, type ProbeOptions } from './probe.ts'
export { rateBound, type RateBound, type RateBoundOptions } from './rate-bound.ts'
export { gainReport, signalReport, type GainOptions, type SignalReport } from './signal-report.ts'
export { sparsityReport, type SparsityReport, type ZeroCount } from './sparsity-report.ts'
export { submodels, type Submodels } from './submodels.ts'
export {
  decodeRunRecord,
  openRunJournal,
  runRecord,
  runRecordCodec,
  type RunContent,
  type RunRecord,
} from './run-record.ts'
export { sweep, type Sweep, type SweepPoint } from './sweep.ts'
export { trajectory, type TrajectoryOptions, type Waypoint } from './trajectory.ts'
