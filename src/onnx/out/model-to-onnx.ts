import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { exp, expm1, stack, take } from '../../core/numeric/index.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import type { Targets } from '../../data/dataset.ts'
import type { FittedTarget } from '../../data/prepare/target-scaling.ts'
import { networkOf, type ModelNetwork } from '../../model/network-of.ts'
import type { PredictingModel } from '../../model/trained-model.ts'
import type { AnyLayerKind } from '../../nn/layer-kind.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import type { ElementType } from '../format/element-types.ts'
import { assembled, caught } from './assemble.ts'
import { extents, type Extents } from './extent.ts'
import { graph, valueInfo, type Graph } from './graph.ts'
import { converted } from './operand.ts'
import { changed } from './preparation/numbers.ts'
import { unscaled } from './preparation/number-steps.ts'
import { columnInputs, writePreparation } from './preparation/write-preparation.ts'
import { writeLayers } from './write-network.ts'

/**
 * How {@link modelToOnnx} writes a model.
 *
 * @category ONNX
 */
export interface ModelToOnnxOptions {
  /** Layers of one's own, beside those of the library; see `layerKind`. */
  readonly kinds?: readonly AnyLayerKind[]
  /** Texts that the file carries beside the graph. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** An output of a graph. */
interface Output {
  readonly name: string
  readonly type: ElementType
  readonly shape: Extents
  readonly value: string
}

const rows = { rows: 1, plus: 0 }

/** Probabilities of the classes, and the name of the likeliest. */
const classOutputs = (
  g: Graph,
  logits: string,
  width: number,
  dtype: FloatDType,
  { names }: Targets,
  temperature: number,
): readonly Output[] => {
  const cooled = temperature === 1 ? logits : g.op('Div', [logits, g.scalar(temperature, dtype)])
  const both =
    width === names.length
      ? cooled
      : // One logit z is that of the second class: softmax of [0, z] is [1 − σ(z), σ(z)].
        g.op('Concat', [g.op('Sub', [cooled, cooled]), cooled], { axis: { int: 1 } })
  const probabilities = g.op('Softmax', [both], { axis: { int: -1 } })
  const likeliest = g.op('ArgMax', [both], { axis: { int: 1 }, keepdims: { int: 0 } })
  return [
    {
      name: 'label',
      type: 'string',
      shape: [rows],
      value: g.op('Gather', [g.texts(names), likeliest], { axis: { int: 0 } }),
    },
    { name: 'probabilities', type: dtype, shape: [rows, ...extents([names.length])], value: probabilities },
  ]
}

/** Estimates in the units of the targets. */
const valueOutputs = (
  g: Graph,
  outputs: string,
  width: number,
  dtype: FloatDType,
  target: FittedTarget,
): readonly Output[] => {
  const shape = [rows, ...extents([width])]
  const wide = converted(g, outputs, dtype, 'float64')
  const value =
    target.kind === 'none'
      ? wide
      : changed(g, { name: wide, width }, (z) => {
          const columns = target.scales.map((scale, i) => {
            const linear = unscaled(take(z, i, { axis: 1 }), scale)
            return target.logarithm === 'none'
              ? linear
              : target.logarithm === 'log'
                ? exp(linear)
                : expm1(linear)
          })
          return stack(columns, { axis: 1 })
        })
  return [{ name: 'estimates', type: 'float64', shape, value }]
}

/** Another name where a column has it. */
const freeName = (name: string, taken: readonly string[]): string =>
  taken.includes(name) ? freeName(`${name}_`, taken) : name

const noScaling: FittedTarget = { kind: 'none' }

const written = (
  model: PredictingModel,
  { network, params, state, dtype }: ModelNetwork,
  metadata: Readonly<Record<string, string>>,
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  const { preparation, targets, temperature = 1 } = model
  const inputs =
    preparation === undefined
      ? [valueInfo('x', dtype, [rows, ...extents(network.input)])]
      : columnInputs(preparation)
  const inputNames = inputs.map(({ name = '' }) => name)
  const outputNames = ['label', 'probabilities', 'estimates'].map((name) => freeName(name, inputNames))
  const g = graph([...inputNames, ...outputNames])
  g.rowsAre(inputNames[0]!)
  const x = preparation === undefined ? 'x' : writePreparation(g, preparation, dtype)
  const y = writeLayers(g, network.layers, params, state, { name: x, shape: network.input }, dtype)
  const [width = 0] = y.shape
  const outputs =
    targets.kind === 'classes'
      ? classOutputs(g, y.name, width, dtype, targets, temperature)
      : valueOutputs(g, y.name, width, dtype, preparation?.target ?? noScaling)
  const proto = g.finish(
    'model',
    inputs,
    outputs.map(({ name, type, shape, value }) => ({
      info: valueInfo(freeName(name, inputNames), type, shape),
      value,
    })),
  )
  return assembled(proto, g.domains(), {
    kind: targets.kind,
    names: JSON.stringify(targets.names),
    columns: JSON.stringify(preparation?.columns ?? model.features),
    ...metadata,
  })
}

/**
 * A trained model as a file of ONNX, with its preparation: one input for each column of the table that it reads, `[batch,
 * 1]` — numbers of float64, NaN where a cell is missing, dates in milliseconds from 1970, and texts, the empty one where a
 * cell is missing. A model without a preparation has one input `x` `[batch, features]`.
 *
 * Classes: outputs `label` (a text for each row) and `probabilities` `[batch, classes]`, the names of the classes in the
 * metadata `names`. Values: `estimates` `[batch, targets]` of float64, in the units of the targets. Rows with a level that
 * the preparation refuses end the run with an error, as they do here.
 *
 * The left says what does not fit, as `networkOf` does.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { key } from 'puregrad'
 * import { dense, network } from 'puregrad/nn'
 * import { modelToOnnx } from 'puregrad/onnx'
 * const net = network(2, dense('output', 1))
 * const { params, state } = net.init(key(0))
 * const bytes = modelToOnnx({
 *   network: net.spec,
 *   params,
 *   state,
 *   targets: { kind: 'values', names: ['price'] },
 *   features: ['rooms', 'area'],
 * })
 * E.isRight(bytes) && bytes.right.length > 100 // => true
 * ```
 * @category ONNX
 */
export const modelToOnnx = (
  model: PredictingModel,
  options: ModelToOnnxOptions = {},
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  checkOptions('modelToOnnx', options, { kinds: true, metadata: true })
  const { kinds, metadata = {} } = options
  return pipe(
    networkOf(model, kinds === undefined ? {} : { kinds }),
    E.mapLeft((error) => onnxError([error.message])),
    E.flatMap((found) => caught(() => written(model, found, metadata))),
  )
}
