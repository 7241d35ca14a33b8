/**
 * Training as events over a state that is a value, early stopping, checkpoints, evaluation with intervals, diagnosis.
 *
 * @packageDocumentation
 */
export {
  encodeCheckpoint,
  parseCheckpoint,
  type Checkpoint,
  type CheckpointError,
  type TrainingSetup,
} from './checkpoint.ts'
export { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts'
export { countEvaluations, type Counted, type CountedModel } from './count-evaluations.ts'
export { compareTrainings, type EpochDifference, type TrainingComparison } from './compare-trainings.ts'
export {
  differenceInterval,
  meanInterval,
  wilsonInterval,
  type Interval,
  type Proportion,
} from './confidence.ts'
export { opposedActions, type Action } from './advice.ts'
export { diagnose, diagnoseRegression, type Finding } from './diagnose.ts'
export { errorGaps, type DiagnosisOptions, type ErrorReport } from './error-gaps.ts'
export type { ErrorGap, ErrorsByPart } from './gap.ts'
export type { Problem } from './problem.ts'
export { meanError, regressionGaps, type MeanError, type RegressionReport } from './regression-gaps.ts'
export {
  notStarted,
  observe,
  patienceSpent,
  type StoppingRule,
  type StoppingState,
} from './early-stopping.ts'
export { errorRate, evaluate, type EvaluateOptions, type Evaluation } from './evaluate.ts'
export { evaluateRegression, type RegressionEvaluation } from './evaluate-regression.ts'
export {
  fit,
  outcomeOf,
  type FitOptions,
  type Outcome,
  type Plan,
  type StepInput,
  type StepOutput,
  type StopReason,
  type TrainingEvent,
  type TrainingEvents,
  type TrainingStep,
} from './fit.ts'
export { deviceBatches } from './device-batches.ts'
export { fitOnDevice, type DevicePlan } from './fit-on-device.ts'
export { deviceStep, type DeviceStepOutput, type DeviceTrainingStep } from './step-on-device.ts'
export { evaluateRegressionStream, evaluateStream } from './evaluate-stream.ts'
export { fitStream, type StreamFailure, type StreamPlan, type StreamTrainingEvent } from './fit-stream.ts'
export type { NonFiniteLoss, NonFiniteOrigin } from './non-finite.ts'
export {
  learningRateRange,
  type LearningRateRange,
  type RangeOptions,
  type RatePoint,
} from './learning-rate-range.ts'
export type { Batch, Model, Objective } from './objective.ts'
export { paceOf, type Pace } from './pace.ts'
export { restoreTraining } from './restore-training.ts'
export {
  descendStep,
  type DescendOptions,
  type DescendStep,
  type Descent,
  type DescentStep,
} from './descend-step.ts'
export { supervisedStep } from './step.ts'
export { startTraining, type Snapshot, type TrainingState } from './training-state.ts'
export { withCheckpoints, type CheckpointEvent, type CheckpointInterval } from './with-checkpoints.ts'
