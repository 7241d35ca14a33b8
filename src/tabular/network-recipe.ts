import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { standardPreparation } from '../data/prepare/standard-preparation.ts'
import { checkNetworkSettings } from './check-network-settings.ts'
import { fittedRecipe, prepareParts } from './fit-recipe.ts'
import { networkPlan, type NetworkSettings } from './network-plan.ts'
import type { Recipe } from './recipe.ts'
import { courseOf, runNetwork } from './run-network.ts'

/** Rows of a training part from which larger mini-batches are as good. */
const manyRows = 2000

export const networkDefaults = {
  hidden: [64],
  initializer: 'xavierUniform',
  optimizer: 'adam',
  learningRate: 1e-3,
  l1: 0,
  l2: 1e-4,
  dropout: 0,
  epochs: 300,
  patience: 20,
  dtype: 'float32',
} as const

/** The settings with what suits so many training rows where nothing is told. */
export const wholeSettings = (settings: Partial<NetworkSettings>, rows: number): NetworkSettings => ({
  ...networkDefaults,
  batch: rows > manyRows ? 128 : 32,
  ...settings,
})

/**
 * A network of dense layers with ReLU between, on the standard preparation: 64 hidden units, Adam with rate 0.001, L2 of
 * 0.0001, mini-batches of 32 (128 from 2000 rows on), at most 300 epochs; training ends after 20 epochs without a smaller
 * dev loss, and the parameters with the smallest one are kept.
 *
 * @throws ArgumentError for another setting, or one outside its range.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { pipe } from 'fp-ts/lib/function.js'
 * import { key, toArray } from 'puregrad'
 * import { labelTable, parseTable, splitData } from 'puregrad/data'
 * import { networkRecipe } from 'puregrad/tabular'
 * const rows = Array.from({ length: 40 }, (_, i) => `${i / 4},${i % 3},${i < 20 ? 'small' : 'large'}`)
 * const parts = pipe(
 *   parseTable(['size,noise,kind', ...rows].join('\n')),
 *   E.flatMap(({ table }) => labelTable(table, { target: 'kind' })),
 *   E.flatMap(splitData({ train: 0.8, dev: 0.2 }, { key: key(0) })),
 * )
 * const fitted = E.isRight(parts) ? await networkRecipe({ hidden: [8], epochs: 5 }).fit(parts.right, key(1))() : parts
 * E.isRight(fitted) ? fitted.right.model.features : [] // => ['size', 'noise']
 * ```
 * @category Recipes
 */
export const networkRecipe = (settings: Partial<NetworkSettings> = {}): Recipe => {
  checkNetworkSettings('networkRecipe', settings)
  return {
    name: 'network',
    fit: (parts, key, hooks = {}) =>
      pipe(
        TE.fromEither(
          prepareParts(parts, {
            ...standardPreparation(),
            dtype: settings.dtype ?? networkDefaults.dtype,
          }),
        ),
        TE.flatMap(({ preparation, parts: prepared }) => {
          const whole = wholeSettings(settings, parts.train.n)
          const planned = networkPlan(prepared, whole, key)
          return pipe(
            runNetwork(planned, prepared, hooks),
            TE.mapLeft((message) => ({ kind: 'checkpoint' as const, message })),
            TE.flatMapEither((ran) => {
              const { best } = ran.outcome
              return E.right(
                fittedRecipe(
                  { network: planned.network, params: best.params, layers: best.layers },
                  preparation,
                  parts,
                  { settings: { recipe: 'network', ...whole }, course: courseOf(ran) },
                ),
              )
            }),
          )
        }),
      ),
  }
}
