import * as E from 'fp-ts/lib/Either.js'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { nearestName } from '../../core/tensor/nearest-name.ts'
import { reasonOf } from '../../core/tensor/reason-of.ts'
import { showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import type { GraphProto } from '../format/messages.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import { settingsOf } from './attributes.ts'
import { controlOperators } from './control-operators.ts'
import { convolutionOperators } from './convolution-operators.ts'
import { elementwiseOperators } from './elementwise-operators.ts'
import type { Operators } from './operators.ts'
import { graphOf, readModel, type GraphInput, type Node, type ReadGraph } from './read-graph.ts'
import { reductionOperators } from './reduction-operators.ts'
import { shapeOperators } from './shape-operators.ts'

/** Every operator that is read. */
export const operators: Operators = {
  ...elementwiseOperators,
  ...shapeOperators,
  ...reductionOperators,
  ...controlOperators,
  ...convolutionOperators,
}

/**
 * A graph of ONNX as a function.
 *
 * @category ONNX
 */
export interface OnnxFunction {
  /** What it takes: a size that is undefined is free. */
  readonly inputs: readonly {
    readonly name: string
    readonly dtype: string
    readonly shape: readonly (number | undefined)[] | undefined
  }[]
  /** The names of what it gives. */
  readonly outputs: readonly string[]
  /**
   * From the inputs to the outputs, by their names. It is made of the functions of the library, so it has derivatives, is
   * batched and compiled like any other.
   *
   * @throws ArgumentError for an input that is missing or of another dtype or shape; what an operator throws names its node.
   */
  readonly apply: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>
}

type Values = ReadonlyMap<string, Tensor>

const named = <T>(label: string, make: () => T): T => {
  try {
    return make()
  } catch (error) {
    throw new ArgumentError(`${label}: ${reasonOf(error)}`)
  }
}

/** The graphs inside of a file are read once, when the file is. */
type Inner = ReadonlyMap<GraphProto, ReadGraph>

const runNode = (node: Node, values: Values, opset: number, inner: Inner): readonly Tensor[] =>
  named(node.label, () => {
    const inputs = node.inputs.map((name) => {
      const value = name === '' ? undefined : values.get(name)
      if (name !== '' && value === undefined)
        throw new ArgumentError(`nothing is named ${JSON.stringify(name)}`)
      return value
    })
    return operators[node.op]!(inputs, {
      settings: settingsOf(node),
      opset,
      outputs: node.outputs.length,
      run: (proto, given) => {
        const graph = inner.get(proto)!
        return runGraph(
          graph,
          new Map([...values, ...graph.inputs.map(({ name }, i) => [name, given[i]!] as const)]),
          opset,
          inner,
        )
      },
    })
  })

const runGraph = (graph: ReadGraph, given: Values, opset: number, inner: Inner): readonly Tensor[] => {
  const values = graph.nodes.reduce<Map<string, Tensor>>(
    (sofar, node) => {
      const results = runNode(node, sofar, opset, inner)
      return node.outputs.reduce((after, name, i) => {
        const result = results[i]
        return result === undefined ? after : after.set(name, result)
      }, sofar)
    },
    new Map<string, Tensor>([...graph.constants, ...given]),
  )
  return graph.outputs.map(({ name }) => {
    const value = values.get(name)
    if (value === undefined) throw new ArgumentError(`the output ${JSON.stringify(name)} is nowhere computed`)
    return value
  })
}

/** The graphs inside of the nodes, and inside of those. */
const innerGraphs = (graph: ReadGraph): E.Either<OnnxError, Inner> =>
  graph.nodes
    .flatMap(({ attributes }) => [...attributes.values()].flatMap(({ g }) => g ?? []))
    .reduce<E.Either<OnnxError, Inner>>((sofar, proto) => {
      if (E.isLeft(sofar)) return sofar
      const read = graphOf(proto)
      if (E.isLeft(read)) return read
      const within = innerGraphs(read.right)
      return E.isLeft(within)
        ? within
        : E.right(new Map([...sofar.right, ...within.right, [proto, read.right]]))
    }, E.right(new Map()))

/** A line for each node whose operator is not known. */
const unknownOperators = (graphs: readonly ReadGraph[]): readonly string[] =>
  graphs.flatMap(({ nodes }) =>
    nodes.flatMap(({ op, label }) => {
      if (Object.hasOwn(operators, op)) return []
      const near = nearestName(op, Object.keys(operators))
      return [`${label}: the operator is not read here${near === undefined ? '' : `; ${near} is`}`]
    }),
  )

const checkedInput = (
  { name, dtype, shape }: GraphInput,
  inputs: Readonly<Record<string, Tensor>>,
): Tensor => {
  const value = Object.hasOwn(inputs, name) ? inputs[name] : undefined
  if (value === undefined)
    throw new ArgumentError(
      `expected the input ${JSON.stringify(name)}, got those named ${Object.keys(inputs).join(', ')}`,
    )
  const fits =
    value.dtype === dtype &&
    (shape === undefined ||
      (shape.length === value.rank &&
        shape.every((size, axis) => size === undefined || size === value.shape[axis])))
  if (!fits)
    throw new ArgumentError(
      `the input ${JSON.stringify(name)}: expected ${dtype} of shape [${(shape ?? []).map((size) => size ?? 'any').join(', ')}], ` +
        `got ${value.dtype} of shape ${showShape(value.shape)}`,
    )
  return value
}

/**
 * A file of ONNX as a function of tensors, which can be differentiated, batched and compiled. The operators it may have
 * are listed in docs/onnx.md; int64 becomes int32. Sizes, axes and positions of slices have to follow from constants and
 * shapes.
 *
 * The left names every node that is not read, or says why the bytes are no such file.
 *
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { grad, item, mul, sin, stage, tensor, type Tensor } from 'puregrad'
 * import { onnxToFunction, programToOnnx } from 'puregrad/onnx'
 * const { program } = stage((x: Tensor) => mul(sin(x), 2))(tensor(0))
 * const bytes = programToOnnx(program, { inputs: ['x'], outputs: ['y'] })
 * const read = E.isRight(bytes) ? onnxToFunction(bytes.right) : bytes
 * E.isRight(read) ? item(grad((x: Tensor) => read.right.apply({ x }).y!)(tensor(0))) : read.left.message // => 2
 * ```
 * @category ONNX
 */
export const onnxToFunction = (bytes: Uint8Array): E.Either<OnnxError, OnnxFunction> => {
  const model = readModel(bytes)
  if (E.isLeft(model)) return model
  const { graph, opset } = model.right
  const inner = innerGraphs(graph)
  if (E.isLeft(inner)) return inner
  const problems = [
    ...unknownOperators([graph, ...inner.right.values()]),
    ...graph.inputs.flatMap(({ name, dtype }) =>
      dtype === undefined ? [`the input ${JSON.stringify(name)} is no tensor of numbers or booleans`] : [],
    ),
  ]
  if (problems.length > 0) return E.left(onnxError(problems))
  const outputs = graph.outputs.map(({ name }) => name)
  return E.right({
    inputs: graph.inputs.map(({ name, dtype, shape }) => ({ name, dtype: dtype!, shape })),
    outputs,
    apply: (inputs) => {
      const given = new Map(graph.inputs.map((input) => [input.name, checkedInput(input, inputs)]))
      const results = runGraph(graph, given, opset, inner.right)
      return Object.fromEntries(outputs.map((name, i) => [name, results[i]!]))
    },
  })
}
