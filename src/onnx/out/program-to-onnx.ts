import * as E from 'fp-ts/lib/Either.js'
import type { Program } from '../../core/primitive/program.ts'
import { freeProgramOf, type FreeProgram } from '../../compile/program/free-program.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { isRecord } from '../../core/tensor/tree.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { simplify } from '../../compile/passes/simplify.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import { assembled, caught } from './assemble.ts'
import { graph, valueInfo } from './graph.ts'
import { shapeOf, whole } from './operand.ts'
import { resultOf, writeProgram } from './write-program.ts'

/**
 * What the values of a graph are called, and what is said of it.
 *
 * @category ONNX
 */
export interface OnnxOptions {
  /** A name for each input; `input_0`, `input_1`, … unless told otherwise. */
  readonly inputs?: readonly string[]
  /** A name for each output; `output_0`, … unless told otherwise. */
  readonly outputs?: readonly string[]
  /** Texts that the file carries beside the graph. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** Names for so many values, or what is wrong with those given. */
const namesFor = (
  given: readonly string[] | undefined,
  count: number,
  what: 'input' | 'output',
): E.Either<string, readonly string[]> => {
  if (given === undefined) return E.right(Array.from({ length: count }, (_, i) => `${what}_${i}`))
  return given.length !== count
    ? E.left(`expected a name for each of the ${count} ${what}s, got ${given.length}`)
    : E.right(given)
}

const repeatedName = (names: readonly string[]): string | undefined =>
  names.find((name, i) => name === '' || names.indexOf(name) !== i)

const encoded = (
  program: FreeProgram,
  options: OnnxOptions,
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  const types = program.inputs.map(resultOf)
  const inputs = namesFor(options.inputs, types.length, 'input')
  const outputs = namesFor(options.outputs, program.outputs.length, 'output')
  if (E.isLeft(inputs)) return E.left(onnxError([inputs.left]))
  if (E.isLeft(outputs)) return E.left(onnxError([outputs.left]))
  const twice = repeatedName([...inputs.right, ...outputs.right])
  if (twice !== undefined)
    return E.left(
      onnxError([
        `names of inputs and outputs are different texts, and "${showText(twice)}" is no name or stands twice`,
      ]),
    )
  const g = graph([...inputs.right, ...outputs.right])
  const batched = types.findIndex(({ shape }) => shape[0]?.rows === 1 && shape[0].plus === 0)
  if (batched >= 0) g.rowsAre(inputs.right[batched]!)
  const operands = types.map((type, i) => ({ name: inputs.right[i]!, ...type }))
  const results = writeProgram(g, program, operands)
  const proto = g.finish(
    'program',
    operands.map(({ name, dtype, shape }) => valueInfo(name, dtype, shape)),
    results.map((x, i) => ({ info: valueInfo(outputs.right[i]!, x.dtype, shapeOf(x)), value: whole(g, x) })),
  )
  return assembled(proto, g.domains(), options.metadata ?? {})
}

/** Whether a program is one of `freeBatch`: its constants say what they are stretched to, its sizes may be free. */
const isFree = (program: Program | FreeProgram): program is FreeProgram =>
  program.constants.some((constant) => 'tensor' in constant) ||
  [...program.inputs, ...program.equations.flatMap(({ outputs }) => outputs)].some(({ shape }) =>
    shape.some((size) => typeof size !== 'number'),
  ) ||
  program.equations.some(({ params }) =>
    Object.values(params).some((value: unknown) => isProgram(value) && isFree(value)),
  )

const isProgram = (value: unknown): value is Program | FreeProgram => isRecord(value) && 'equations' in value

/**
 * A staged program as a file of ONNX: the bytes that onnxruntime and other tools load. Every operation of the library can
 * be written; docs/onnx.md says as what. Float32, float64, int32, uint32 and booleans keep their types, and shapes are those
 * that the program was staged with. A program of `freeBatch` has a free number of rows: its shapes are `[batch, …]`.
 *
 * The left says what is wrong with the names, what a graph cannot say, or that the constants are larger than such a file
 * holds.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { freeBatch, matmul, tanh, tensor, zeros, type Tensor } from 'puregrad'
 * import { onnxToFunction, programToOnnx } from 'puregrad/onnx'
 * const weight = tensor([[1, 0], [0, 2]])
 * const program = freeBatch((x: Tensor) => tanh(matmul(x, weight)))(zeros([1, 2]))
 * const bytes = programToOnnx(program, { inputs: ['x'], outputs: ['y'] })
 * const again = E.isRight(bytes) ? onnxToFunction(bytes.right) : bytes
 * E.isRight(again) ? again.right.apply({ x: zeros([3, 2]) }).y?.shape : again.left.message // => [3, 2]
 * ```
 * @category ONNX
 */
export const programToOnnx = (
  program: Program | FreeProgram,
  options: OnnxOptions = {},
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  checkOptions('programToOnnx', options, { inputs: true, outputs: true, metadata: true })
  return caught(() => encoded(isFree(program) ? program : freeProgramOf([simplify(program)], [1]), options))
}
