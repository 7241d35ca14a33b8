/**
 * From a table to a model: recipes that prepare, train and judge.
 *
 * @packageDocumentation
 */
export { realMlp, type RealMlpOptions } from './real-mlp.ts'
