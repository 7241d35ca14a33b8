import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ModelError } from './model-error.ts'
import { networkOf, type ModelOptions } from './network-of.ts'
import type { Predictor } from './predicted-rows.ts'
import { predictionProgram } from './prediction-program.ts'
import { predictorOf } from './predictor-of.ts'
import type { PredictingModel } from './trained-model.ts'

/**
 * A model made ready to predict; a `Left` says which of its parts do not go together.
 *
 * @param options `kinds`: layers of one's own that the network may have, as `decodeNetwork` is told them.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { tensor, toArray } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { predictor } from 'puregrad/model'
 * const model = {
 *   network: network(1, dense('output', 2)).spec,
 *   params: { output: { weight: tensor([[0, 1]]), bias: tensor([0, 0]) } },
 *   state: { output: {} },
 *   targets: { kind: 'classes', names: ['small', 'large'] },
 *   features: ['size'],
 * } as const
 * const predict = predictor(model)
 * const said = E.isRight(predict) ? predict.right.ofFeatures(tensor([[0], [3]])) : undefined
 * said?.kind === 'classes' ? toArray(said.probabilities) : [] // => [[0.5, 0.5], [0.04742587, 0.95257413]]
 * ```
 * @category Predictions
 */
export const predictor = (
  model: PredictingModel,
  options: ModelOptions = {},
): E.Either<ModelError, Predictor> =>
  pipe(
    networkOf(model, options),
    E.bindTo('found'),
    E.bind('program', ({ found }) => predictionProgram(model, found)),
    E.flatMap(({ program }) => predictorOf(program, model)),
  )
