/**
 * What a model is worth: metrics with their intervals, baselines beside them, cross-validation.
 *
 * @packageDocumentation
 */
export { accuracy, balancedAccuracy, cohenKappa, matthews } from './agreement.ts'
export {
  baselineOf,
  baselinePredictions,
  type Baseline,
  type ClassBaseline,
  type ValueBaseline,
} from './baseline.ts'
export {
  calibrationError,
  reliabilityTable,
  type CalibrationBin,
  type CalibrationOptions,
} from './calibration.ts'
export {
  classRates,
  type AveragedRate,
  type ClassRate,
  type ClassRates,
  type ZeroDivision,
} from './class-rates.ts'
export { confusionCounts, confusionOfClasses, type ConfusionCounts } from './confusion-counts.ts'
export { explainedVariance, rSquared } from './explained.ts'
export { judge, type Judge, type JudgeOptions } from './judge.ts'
export type {
  AgainstBaseline,
  ClassDecider,
  ClassJudgement,
  Judgement,
  JudgementNote,
  ValueDecider,
  ValueJudgement,
  ValueMetrics,
  Verdict,
} from './judgement.ts'
export type { Measured } from './measured.ts'
export { medianAbsoluteError } from './median-error.ts'
export { mcNemar, type PairedDifference } from './paired-difference.ts'
export { averagePrecision, precisionRecallCurve, type PrecisionRecallPoint } from './precision-recall.ts'
export {
  classPredictions,
  decidedClasses,
  valuePredictions,
  type ClassPredictions,
  type Predictions,
  type ValuePredictions,
} from './predictions.ts'
export { brierScore, logLoss, topAccuracy } from './probability-losses.ts'
export { meanRocArea, rocArea, rocCurve, type OneClassOptions, type RocPoint } from './roc.ts'
export type { WeightedRows } from './row-weights.ts'
export { studentReach } from './student.ts'
export { fitTemperature, withTemperature } from './temperature.ts'
export {
  meanAbsoluteError,
  meanPercentageError,
  meanSquaredError,
  quantileLoss,
  rootMeanSquaredError,
} from './value-losses.ts'
