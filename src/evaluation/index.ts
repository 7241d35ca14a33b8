/**
 * What a model is worth: metrics with their intervals, baselines beside them, cross-validation.
 *
 * @packageDocumentation
 */
export {}
