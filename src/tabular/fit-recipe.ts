import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Preparation, PreparationPlan } from '../data/prepare/preparation.ts'
import { preparationError } from '../data/prepare/preparation-error.ts'
import { prepare } from '../data/prepare/prepare.ts'
import { predictor } from '../model/predictor.ts'
import type { FittedNetwork } from './fitted-network.ts'
import type { PreparedParts } from './network-plan.ts'
import type { FittedRecipe, RecipeError, RecipeParts } from './recipe.ts'

/** Parts as numbers, by a preparation fitted on the training part. */
export const prepareParts = (
  { train, dev }: RecipeParts,
  plan: PreparationPlan,
): E.Either<RecipeError, { readonly preparation: Preparation; readonly parts: PreparedParts }> =>
  pipe(
    prepare(plan)(train),
    E.bindTo('preparation'),
    E.bind('parts', ({ preparation }) =>
      pipe(
        E.Do,
        E.apS('train', preparation.applyLabelled(train)),
        E.apS('dev', preparation.applyLabelled(dev)),
      ),
    ),
    // Of a file, not of a function: its name says where to look.
    E.mapLeft(({ kind, problems }) => ({
      kind: 'preparation',
      message: preparationError(kind, train.features.file, problems).message,
    })),
  )

/** A network behind a preparation, as a recipe gives it. */
export const fittedRecipe = (
  { network, params, layers }: FittedNetwork,
  preparation: Preparation,
  { train }: Pick<RecipeParts, 'train'>,
  { settings, course }: Pick<FittedRecipe, 'settings' | 'course'>,
): FittedRecipe => {
  const model: FittedRecipe['model'] = {
    network: network.spec,
    params,
    state: layers,
    targets: train.targets,
    features: preparation.features.map(({ name }) => name),
    preparation: preparation.spec,
  }
  const made = predictor(model)
  // The network is that of the parameters, and the preparation was fitted a moment ago.
  if (E.isLeft(made)) throw new RangeError(`fittedRecipe: ${made.left.message}`)
  return { model, settings, predictor: made.right, ...(course === undefined ? {} : { course }) }
}
