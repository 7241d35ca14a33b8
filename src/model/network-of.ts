import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { stage } from '../compile/program/stage.ts'
import { decodingError, problemsUnder } from '../core/codec/decoding-error.ts'
import { zeros } from '../core/numeric/index.ts'
import type { Typed } from '../core/primitive/primitive.ts'
import { outputTypes } from '../core/primitive/program.ts'
import type { FloatDType } from '../core/tensor/dtype.ts'
import { reasonOf } from '../core/tensor/reason-of.ts'
import { showShape } from '../core/tensor/shape.ts'
import { showText } from '../core/tensor/show-value.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesOf } from '../core/tensor/tree.ts'
import { decodeNetwork, type DecodedNetwork } from '../nn/decode-network.ts'
import type { LayerTree } from '../nn/layer.ts'
import { evalMode } from '../nn/mode.ts'
import { modelError, type ModelError } from './model-error.ts'
import type { PredictingModel } from './trained-model.ts'

/**
 * How a model is read: `kinds` are layers of one's own that its network may have, as `decodeNetwork` is told them.
 *
 * @category Models
 */
export type ModelOptions = NonNullable<Parameters<typeof decodeNetwork>[1]>

type LayerTrees = Readonly<Record<string, LayerTree>>

/**
 * The network of a model, and what it is applied with.
 *
 * @category Models
 */
export interface ModelNetwork {
  readonly network: DecodedNetwork
  readonly params: LayerTrees
  readonly state: LayerTrees
  /** The dtype of its parameters and of what goes in. */
  readonly dtype: FloatDType
}

/** The type of what it gives in evaluation for two rows. */
const outputOf = ({ network, params, state, dtype }: ModelNetwork): Typed =>
  outputTypes(
    stage((x: Tensor) => network.apply(evalMode, params, state, x)[0])(
      zeros([2, ...network.input], { dtype }),
    ).program,
  )[0]!

/** Inputs have the dtype of the parameters: float64 where one of them is. */
const dtypeOf = ({ params }: PredictingModel): FloatDType =>
  leavesOf(params).some(({ dtype }) => dtype === 'float64') ? 'float64' : 'float32'

/** What is wrong with the names of the features; nothing where each is one of the inputs. */
const oddFeatures = (
  { input: [width, ...rest] }: DecodedNetwork,
  { features }: PredictingModel,
): string | undefined =>
  rest.length > 0 || width === features.length
    ? undefined
    : `expected a name for each of the ${width} inputs of the network, got ${features.length}`

/** What is wrong with an output for these targets; nothing where it fits. */
const oddOutput = ({ shape: [, ...output] }: Typed, { targets }: PredictingModel): string | undefined => {
  const { kind, names } = targets
  const [width] = output
  const fits =
    output.length === 1 &&
    (width === names.length || (kind === 'classes' && width === 1 && names.length === 2))
  return fits
    ? undefined
    : `expected an output of shape [${names.length}] for the ${names.length} ${kind === 'classes' ? 'classes' : 'values'} of the targets, got ${showShape(output)}`
}

/**
 * The network of a model, with parameters and targets that fit it; otherwise a `Left` that says what does not.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { networkOf } from 'puregrad/model'
 * const net = network(2, dense('output', 3))
 * const { params, state } = net.init(key(0))
 * const model = {
 *   network: net.spec,
 *   params,
 *   state,
 *   targets: { kind: 'classes', names: ['a', 'b'] } as const,
 *   features: ['x0', 'x1'],
 * }
 * const found = networkOf(model)
 * E.isLeft(found) ? found.left.message : '' // => 'network: expected an output of shape [2] for the 2 classes of the targets, got [3]'
 * ```
 * @category Models
 */
export const networkOf = (
  model: PredictingModel,
  options: ModelOptions = {},
): E.Either<ModelError, ModelNetwork> =>
  pipe(
    decodeNetwork(model.network, options),
    E.mapLeft((error): ModelError => decodingError('model', problemsUnder('network', error))),
    E.flatMap((network) => {
      const found: ModelNetwork = {
        network,
        // What a network that was read is applied with only its names say; staging tries it.
        params: model.params as LayerTrees,
        state: model.state as LayerTrees,
        dtype: dtypeOf(model),
      }
      return pipe(
        E.tryCatch(
          () => outputOf(found),
          (error) => modelError('misfit', 'params', showText(reasonOf(error), 300)),
        ),
        E.flatMap((output) => {
          const [features, targets] = [oddFeatures(network, model), oddOutput(output, model)]
          return features !== undefined
            ? E.left(modelError('misfit', 'features', features))
            : targets !== undefined
              ? E.left(modelError('misfit', 'network', targets))
              : E.right(found)
        }),
      )
    }),
  )
