/**
 * Pictures as plain data, drawn as SVG through vega-lite, and tables as text.
 *
 * @packageDocumentation
 */
export { errorCurveChart, type ErrorCurveOptions } from './error-curve-chart.ts'
export {
  learningCurveChart,
  type Chart,
  type EpochRecord,
  type LearningCurveOptions,
} from './learning-curve-chart.ts'
export { paretoFrontChart, type MethodOutcomes, type ParetoFrontOptions } from './pareto-front-chart.ts'
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
export type { PictureText } from './picture-text.ts'
export type { Picture } from './picture.ts'
export type { ReliabilityBin, ReliabilityPicture } from './reliability-picture.ts'
export type { SignalsPicture } from './signals-picture.ts'
export type { Language, Wording } from './wording.ts'
