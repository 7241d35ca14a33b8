import type * as TE from 'fp-ts/lib/TaskEither.js'
import type { Key } from '../core/numeric/index.ts'
import type { Targets } from '../data/dataset.ts'
import type { LabelledTable } from '../data/table/table.ts'
import type { Predictor } from '../model/predicted-rows.ts'
import type { PredictingModel } from '../model/trained-model.ts'
import type { TrainingCourse, TrainingHooks } from './run-network.ts'

/**
 * What a recipe is fitted on: rows to learn from, and rows to choose by, such as the epoch to stop at.
 *
 * @category Recipes
 */
export interface RecipeParts<T extends Targets = Targets> {
  readonly train: LabelledTable<'train', T>
  readonly dev: LabelledTable<'dev', T>
}

/**
 * Why a recipe cannot be fitted; one line for each problem.
 *
 * @category Recipes
 */
export interface RecipeError {
  readonly kind: 'preparation' | 'checkpoint' | 'non-finite'
  readonly message: string
}

/**
 * What a recipe comes to: a model, as data and ready to predict.
 *
 * @category Recipes
 */
export interface FittedRecipe {
  /** All that a prediction needs; `trainTable` adds the schema and the record. */
  readonly model: PredictingModel
  /** What the recipe was told and what it chose, as plain data: for the record of the model. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What the model says of tables with the columns it was fitted with. */
  readonly predictor: Predictor
  /** How a training in epochs went, where there was one. */
  readonly course?: TrainingCourse
}

/**
 * A way from rows of a table to a model, as a value. The key is the only source of randomness: the same parts and the same
 * key give the same model.
 *
 * @category Recipes
 */
export interface Recipe {
  readonly name: string
  readonly fit: (
    parts: RecipeParts,
    key: Key,
    hooks?: TrainingHooks,
  ) => TE.TaskEither<RecipeError, FittedRecipe>
}
