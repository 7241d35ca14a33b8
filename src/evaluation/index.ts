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
export { bootstrapInterval } from './bootstrap-interval.ts'
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
export { compareModels, type ComparedModel, type ModelComparison } from './compare-models.ts'
export { comparePredictions, type ComparedPredictions } from './compare-predictions.ts'
export { confusionCounts, confusionOfClasses, type ConfusionCounts } from './confusion-counts.ts'
export {
  crossValidate,
  type CrossValidation,
  type CrossValidationOptions,
  type FoldFit,
  type FoldingOptions,
  type FoldModel,
  type FoldOutcome,
  type FoldParts,
  type FoldResult,
  type PredictionProblem,
} from './cross-validate.ts'
export { explainedVariance, rSquared } from './explained.ts'
export type { Splitter } from './fold-rows.ts'
export { foldSpread, type FoldSpread } from './fold-spread.ts'
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
export type { ClassMeasure, Measure, Measures, ValueMeasure } from './measures.ts'
export { medianAbsoluteError } from './median-error.ts'
export { nestedCrossValidate, type NestedOptions, type NoCandidate } from './nested-cross-validate.ts'
export { mcNemar, type PairedDifference } from './paired-difference.ts'
export {
  permutationImportance,
  type FeatureImportance,
  type ImportanceOptions,
  type RowLoss,
} from './permutation-importance.ts'
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
export type { Divisible, FeaturesOf, PartOf } from './rows-by-role.ts'
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
