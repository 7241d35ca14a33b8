/**
 * Pictures as plain data, drawn as SVG through vega-lite, and tables as text.
 *
 * @packageDocumentation
 */
export { columnFlagText } from './column-flag-text.ts'
export { describeTable } from './describe-table.ts'
export { errorCurves, type ErrorCurvesOptions } from './error-curves.ts'
export { learningCurves, type EpochRecord, type LearningCurvesOptions } from './learning-curves.ts'
export { nearestName } from '../core/tensor/nearest-name.ts'
export { toSvg, type DrawingError } from './svg.ts'
export { textTable, type Column } from './table.ts'
export type { BarsPicture } from './bars-picture.ts'
export type { BoundaryField, BoundaryPicture } from './boundary-picture.ts'
export type { ConfusionPicture } from './confusion-picture.ts'
export type { CurvesPicture, PictureSeries } from './curves-picture.ts'
export type { FrontPicture, ObjectiveAxis } from './front-picture.ts'
export type { HistogramBin, HistogramsPicture } from './histograms-picture.ts'
export type { ImagesPicture } from './images-picture.ts'
export type { ImportancePicture } from './importance-picture.ts'
export type { IsolinesPicture } from './isolines-picture.ts'
export type { LambdaFrontPicture } from './lambda-front-picture.ts'
export type { ParallelAxis, ParallelPicture } from './parallel-picture.ts'
export type { MeasuredValue, PictureAxis, PictureRule } from './picture-axis.ts'
export type { Chart } from './chart.ts'
export { pictureChart } from './picture-chart.ts'
export { pictureSvg } from './picture-svg.ts'
export { inLanguage, type PictureText } from './picture-text.ts'
export type { DrawingOptions } from './sheet.ts'
export type { Theme } from './theme.ts'
export type { Picture } from './picture.ts'
export type { ReliabilityBin, ReliabilityPicture } from './reliability-picture.ts'
export type { SignalsPicture } from './signals-picture.ts'
export type { Language, Wording } from './wording.ts'
export {
  activationHistograms,
  histogramBins,
  type ActivationHistogramsOptions,
} from './activation-histograms.ts'
export { confusionMatrix } from './confusion-matrix.ts'
export { inkImages, weightImages, type ImagesOptions } from './image-pictures.ts'
export { lambdaFront, type LambdaFrontOptions, type PenalizedMinimum } from './lambda-front.ts'
export { decimalText, numberText, powerOfTen } from './number-text.ts'
export {
  boundaryPicture,
  isolinesPicture,
  type BoundaryOptions,
  type IsolinesOptions,
  type PlaneOptions,
} from './plane-pictures.ts'
export { reliability } from './reliability.ts'
export { signalPicture, type SignalPictureOptions } from './signal-picture.ts'
export { htmlReport, type ReportPage, type ReportSection, type ReportTable } from './html-report.ts'
export { halfBudgetText } from './half-budget-text.ts'
export {
  hypervolumeHistory,
  importancePicture,
  parallelPicture,
  searchFront,
  searchHistory,
  settingSlices,
  trialCurves,
  type SearchPictureOptions,
} from './search-pictures.ts'
export { settingImportance, type SettingImportance } from './setting-importance.ts'
export {
  featureImportancePicture,
  precisionRecallPicture,
  residualPicture,
  rocPicture,
  type ThresholdCurveOptions,
} from './evaluation-pictures.ts'
export { measureWords } from './evaluation-words.ts'
export { findingText } from './finding-text.ts'
export { comparisonText, judgementText, type JudgementText } from './judgement-text.ts'
export { runsReport } from './runs-report.ts'
export { searchReport } from './search-report.ts'
export { trainingReport, type TrainingFacts } from './training-report.ts'
export { predictionCaseText } from './prediction-case-text.ts'
export { preparationFindingText } from './preparation-finding-text.ts'
