import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { standardPreparation } from '../data/prepare/standard-preparation.ts'
import { fitBaseline } from './baseline-fit.ts'
import { fittedRecipe, prepareParts } from './fit-recipe.ts'
import type { Recipe } from './recipe.ts'

/**
 * What can be said without a look at the features: the shares of the classes in the training part, so that the most
 * frequent one is told, or the mean of each target. A model that is no better has learnt nothing.
 *
 * @category Recipes
 */
export const baselineRecipe = (): Recipe => ({
  name: 'baseline',
  fit: (parts) =>
    TE.fromEither(
      pipe(
        prepareParts(parts, { ...standardPreparation(), dtype: 'float64' }),
        E.map(({ preparation, parts: { train } }) =>
          fittedRecipe(fitBaseline(train), preparation, parts, { settings: { recipe: 'baseline' } }),
        ),
      ),
    ),
})
