/**
 * A model in use: one file with all that a prediction needs, and predictions from it.
 *
 * @packageDocumentation
 */
export { decodeModel, encodeModel, modelDigests, type ModelDigests } from './encode-model.ts'
export type { ModelError } from './model-error.ts'
export { loadModel, saveModel } from './model-file.ts'
export { networkOf, type ModelNetwork, type ModelOptions } from './network-of.ts'
export { predictor, type PredictedRows, type Predictor } from './predictor.ts'
export type { ModelFigure, PredictingModel, TrainedModel, TrainingRecord } from './trained-model.ts'
