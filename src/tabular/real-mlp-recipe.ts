import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { count } from '../core/tensor/setting-ranges.ts'
import { realMlpPreparation } from '../data/prepare/real-mlp-preparation.ts'
import { batchCount } from '../data/stream/minibatches.ts'
import { fittedRecipe, prepareParts } from './fit-recipe.ts'
import { trainingPlan } from './network-plan.ts'
import { realMlp } from './real-mlp.ts'
import type { Recipe } from './recipe.ts'
import { courseOf, runNetwork } from './run-network.ts'

/**
 * How {@link realMlpRecipe} trains; its other settings were tuned once for all tables.
 *
 * @category Recipes
 */
export interface RealMlpSettings {
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[]
  /** Rows of a mini-batch. */
  readonly batch: number
  /** All of them are trained: the course of the rate is laid over them. */
  readonly epochs: number
  readonly dtype: FloatDType
}

const defaults = { hidden: [256, 256, 256], batch: 256, epochs: 256, dtype: 'float32' } as const

const checkSettings = (settings: Partial<RealMlpSettings>): void => {
  checkOptions('realMlpRecipe', settings, { hidden: true, batch: true, epochs: true, dtype: true })
  const { hidden, batch, epochs, dtype } = { ...defaults, ...settings }
  hidden.forEach((width, i) => checkSetting('realMlpRecipe', `hidden[${i}]`, width, count))
  checkSetting('realMlpRecipe', 'batch', batch, count)
  checkSetting('realMlpRecipe', 'epochs', epochs, count)
  checkChoice('realMlpRecipe', 'dtype', dtype, ['float32', 'float64'])
}

/**
 * {@link realMlp} on its own preparation: robust scales with smooth clipping, one column a value up to nine values, learned
 * vectors for columns of more, periodic features of numbers. 256 epochs of mini-batches of 256 rows; the parameters with
 * the smallest dev loss are kept. Meant for a thousand rows and more, at many times the cost of `networkRecipe`.
 *
 * Source: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by default", arXiv:2407.04491, 2024.
 *
 * @throws ArgumentError for another setting, or one outside its range.
 * @example
 * ```ts
 * import { realMlpRecipe, standardRecipes } from 'puregrad/tabular'
 * const recipes = [...standardRecipes(), realMlpRecipe({ epochs: 64 })]
 * recipes.map(({ name }) => name) // => ['baseline', 'linear', 'network', 'realMlp']
 * ```
 * @category Recipes
 */
export const realMlpRecipe = (settings: Partial<RealMlpSettings> = {}): Recipe => {
  checkSettings(settings)
  const { hidden, batch, epochs, dtype } = { ...defaults, ...settings }
  return {
    name: 'realMlp',
    fit: (parts, key, hooks = {}) =>
      pipe(
        TE.fromEither(prepareParts(parts, { ...realMlpPreparation(), dtype })),
        TE.flatMap(({ preparation, parts: prepared }) => {
          const { targets, n } = prepared.train
          const { network, optimizer } = realMlp({
            features: preparation.features,
            task: targets.kind === 'classes' ? 'classification' : 'regression',
            outputs: targets.names.length,
            steps: epochs * batchCount(n, batch),
            hidden,
          })
          const planned = trainingPlan(
            prepared,
            {
              network,
              optimizer,
              labelSmoothing: targets.kind === 'classes' ? 0.1 : 0,
              batch,
              epochs,
              patience: epochs,
              dtype,
              setup: { optimizer: { kind: 'realMlp' }, settings: { batch, epochs, dtype } },
            },
            key,
          )
          return pipe(
            runNetwork(planned, prepared, hooks),
            TE.mapLeft((message) => ({ kind: 'checkpoint' as const, message })),
            TE.map((ran) =>
              fittedRecipe(
                { network, params: ran.outcome.best.params, layers: ran.outcome.best.layers },
                preparation,
                parts,
                { settings: { recipe: 'realMlp', hidden, batch, epochs, dtype }, course: courseOf(ran) },
              ),
            ),
          )
        }),
      ),
  }
}
