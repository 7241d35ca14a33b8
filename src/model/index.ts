/**
 * A model in use: one file with all that a prediction needs, and predictions from it.
 *
 * @packageDocumentation
 */
export { decodePredictor } from './decode-predictor.ts'
export type { ModelDigests } from './digests.ts'
export { decodeModel, encodeModel, modelDigests } from './encode-model.ts'
export type { ModelError } from './model-error.ts'
export { loadModel, saveModel } from './model-file.ts'
export { namedParameters, withNamedParameters } from './named-parameters.ts'
export { networkOf, type ModelNetwork, type ModelOptions } from './network-of.ts'
export { predictParts } from './predict-parts.ts'
export type { PredictedRows, PredictionError, Predictor } from './predicted-rows.ts'
export { predictor } from './predictor.ts'
export type { ModelFigure, PredictingModel, TrainedModel, TrainingRecord } from './trained-model.ts'
