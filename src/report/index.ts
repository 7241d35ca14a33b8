/**
 * Charts as plain data for vega-lite, their pictures as SVG, and tables as text.
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
export type { CurvesPicture, Picture, PictureAxis, PictureSeries } from './picture.ts'
export { toSvg, type DrawingError } from './svg.ts'
export { textTable, type Column } from './table.ts'
export type { Language, Wording } from './wording.ts'
