/**
 * From a table to a model: recipes that prepare, train and judge.
 *
 * @packageDocumentation
 */
export { baselineRecipe } from './baseline-recipe.ts'
export { crossValidateRecipes } from './cross-validate-recipes.ts'
export { judgeTable, type JudgedTable } from './judge-table.ts'
export type { LinearSettings } from './linear-fit.ts'
export { linearRecipe } from './linear-recipe.ts'
export type { NetworkSettings, OptimizerName } from './network-plan.ts'
export { networkRecipe } from './network-recipe.ts'
export { predictTable, type PredictedLines, type PredictTableOptions } from './predict-table.ts'
export { predictionHeader, predictionLines, type PredictionFormat } from './prediction-lines.ts'
export { readParts, type ReadParts } from './read-parts.ts'
export { realMlpRecipe, type RealMlpSettings } from './real-mlp-recipe.ts'
export { realMlp, type RealMlpOptions } from './real-mlp.ts'
export type { FittedRecipe, Recipe, RecipeError, RecipeParts } from './recipe.ts'
export type { Standing, TrainingCourse, TrainingHooks } from './run-network.ts'
export {
  networkSpace,
  searchNetwork,
  type SearchedNetwork,
  type SearchedTrial,
  type SearchNetworkOptions,
} from './search-network.ts'
export type { StreamFigures } from './judge-stream.ts'
export type { StreamQuestion, StreamReading } from './stream-question.ts'
export type { TableQuestion } from './table-question.ts'
export {
  standardRecipes,
  trainTable,
  type Contender,
  type TableTraining,
  type TrainTableOptions,
} from './train-table.ts'
export type { StreamedTable, TrainTableStreamOptions } from './stream-source.ts'
export { trainTableStream, type TableStreamTraining } from './train-table-stream.ts'
