import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { notNegative } from '../core/tensor/setting-ranges.ts'
import { standardPreparation } from '../data/prepare/standard-preparation.ts'
import { fittedRecipe, prepareParts } from './fit-recipe.ts'
import { fitLinear, type LinearSettings } from './linear-fit.ts'
import type { Recipe } from './recipe.ts'

/**
 * Logistic regression for classes, ridge regression for numbers, on the standard preparation. It is fitted on the training
 * part alone to the end, so neither the dev part nor the key makes a difference. On small tables it often equals a network.
 *
 * @throws ArgumentError for another setting, or a negative penalty.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { key, toArray } from 'puregrad'
 * import { labelTable, parseTable, splitData } from 'puregrad/data'
 * import { linearRecipe } from 'puregrad/tabular'
 * const rows = Array.from({ length: 40 }, (_, i) => `${i / 4},${i % 3},${i < 20 ? 'small' : 'large'}`)
 * const parts = pipe(
 *   parseTable(['size,noise,kind', ...rows].join('\n')),
 *   E.flatMap(({ table }) => labelTable(table, { target: 'kind' })),
 *   E.flatMap(splitData({ train: 0.8, dev: 0.2 }, { key: key(0) })),
 * )
 * const fitted = E.isRight(parts) ? await linearRecipe().fit(parts.right, key(1))() : parts
 * E.isRight(fitted) ? fitted.right.model.features : [] // => ['size', 'noise']
 * ```
 * @category Recipes
 */
export const linearRecipe = (settings: Partial<LinearSettings> = {}): Recipe => {
  checkOptions('linearRecipe', settings, { l2: true })
  const { l2 = 1 } = settings
  checkSetting('linearRecipe', 'l2', l2, notNegative)
  return {
    name: 'linear',
    fit: (parts) =>
      TE.fromEither(
        pipe(
          prepareParts(parts, { ...standardPreparation(), dtype: 'float64' }),
          E.map(({ preparation, parts: { train } }) =>
            fittedRecipe(fitLinear(train, { l2 }), preparation, parts, {
              settings: { recipe: 'linear', l2 },
            }),
          ),
        ),
      ),
  }
}
