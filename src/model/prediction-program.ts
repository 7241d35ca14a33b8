import * as E from 'fp-ts/lib/Either.js'
import { freeBatch } from '../compile/program/free-batch.ts'
import { encodeFreeProgram } from '../compile/program/free-program-codec.ts'
import { atBatch, freeProgramOf } from '../compile/program/free-program.ts'
import { simplify } from '../compile/passes/simplify.ts'
import { cast, concat, div, neg, sigmoid, softmax, zeros } from '../core/numeric/index.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, withLeaves } from '../core/tensor/tree.ts'
import { evalMode } from '../nn/mode.ts'
import { modelError, type ModelError } from './model-error.ts'
import type { ModelNetwork } from './network-of.ts'
import type { PredictingModel } from './trained-model.ts'
import { weightsOf } from './weights-of.ts'

/** Numbers of rows that are no size of anything else. */
const samples = [1009, 1018, 1023] as const

/** What the outputs `[rows, outputs]` of a network say of targets: float64 `[rows, names]`. */
const meaningOf = (
  { targets: { kind, names }, temperature = 1 }: PredictingModel,
  outputs: Tensor,
): Tensor => {
  const wide = cast(outputs, 'float64')
  if (kind === 'values') return wide
  const logits = div(wide, temperature)
  return logits.shape[1] === names.length
    ? softmax(logits)
    : concat([sigmoid(neg(logits)), sigmoid(logits)], { axis: 1 })
}

/**
 * What a model says of features, written down for every number of rows, as JSON: the inputs are parameters and states in
 * the order of {@link weightsOf} and then `x [rows, ...input]`, the output is float64 `[rows, names]`, probabilities of
 * classes or what stands for values. Parameters are inputs, since what is computed of them alone would else be computed
 * while the program is written down, by whatever backend there is.
 */
export const predictionProgram = (
  model: PredictingModel,
  { network, params, state, dtype }: ModelNetwork,
): E.Either<ModelError, unknown> =>
  E.tryCatch(
    () => {
      const trees = { params, state }
      const paths = leavesWithPaths(trees).map(({ path }) => path)
      const sorted = [...paths].sort()
      const predict = (weights: readonly Tensor[], x: Tensor): Tensor => {
        const inside = withLeaves(
          trees,
          paths.map((path) => weights[sorted.indexOf(path)]),
        )
        return meaningOf(model, network.apply(evalMode, inside.params, inside.state, x)[0])
      }
      const free = freeBatch(predict, { in: [null, 0] })(
        weightsOf(model),
        zeros([1, ...network.input], { dtype }),
      )
      return encodeFreeProgram(
        freeProgramOf(
          samples.map((n) => simplify(atBatch(free, n))),
          samples,
        ),
      )
    },
    (error) => modelError('misfit', 'network', showText(reasonOf(error), 300)),
  )
