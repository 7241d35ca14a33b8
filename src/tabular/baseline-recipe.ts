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
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { key, toArray } from 'puregrad'
 * import { labelTable, parseTable, splitData } from 'puregrad/data'
 * import { baselineRecipe } from 'puregrad/tabular'
 * const rows = Array.from({ length: 40 }, (_, i) => `${i / 4},${i % 3},${i < 20 ? 'small' : 'large'}`)
 * const parts = pipe(
 *   parseTable(['size,noise,kind', ...rows].join('\n')),
 *   E.flatMap(({ table }) => labelTable(table, { target: 'kind' })),
 *   E.flatMap(splitData({ train: 0.8, dev: 0.2 }, { key: key(0) })),
 * )
 * const fitted = E.isRight(parts) ? await baselineRecipe().fit(parts.right, key(1))() : parts
 * E.isRight(fitted) ? fitted.right.model.features : [] // => ['size', 'noise']
 * ```
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
