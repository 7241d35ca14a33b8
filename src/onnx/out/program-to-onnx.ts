import * as E from 'fp-ts/lib/Either.js'
import type { Program } from '../../core/primitive/program.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import { showText } from '../../core/tensor/show-value.ts'
import { simplify } from '../../compile/passes/simplify.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import { assembled, caught } from './assemble.ts'
import { graph, valueInfo } from './graph.ts'
import { shapeOf, whole } from './operand.ts'
import { unpaired, type Paired } from './paired-programs.ts'
import { inputResults, writeProgram } from './write-program.ts'

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

/** A program of a pair as bytes. */
export const pairToOnnx = (
  pair: Paired<Program>,
  options: OnnxOptions,
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  const types = inputResults(pair)
  const inputs = namesFor(options.inputs, types.length, 'input')
  const outputs = namesFor(options.outputs, pair.programs[0].outputs.length, 'output')
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
  const results = writeProgram(g, pair, operands)
  const proto = g.finish(
    'program',
    operands.map(({ name, dtype, shape }) => valueInfo(name, dtype, shape)),
    results.map((x, i) => ({ info: valueInfo(outputs.right[i]!, x.dtype, shapeOf(x)), value: whole(g, x) })),
  )
  return assembled(proto, g.domains(), options.metadata ?? {})
}

/**
 * A staged program as a file of ONNX: the bytes that onnxruntime and other tools load. Every operation of the library can
 * be written; docs/onnx.md says as what. Float32, float64, int32, uint32 and booleans keep their types, and shapes are those
 * that the program was staged with; see {@link functionToOnnx} for a free number of rows.
 *
 * The left says what is wrong with the names, or that the constants are larger than such a file holds.
 *
 * @throws ArgumentError for another option.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { mul, stage, sum, tensor, toArray, type Tensor } from 'puregrad'
 * import { onnxToFunction, programToOnnx } from 'puregrad/onnx'
 * const { program } = stage((x: Tensor) => sum(mul(x, x)))(tensor([1, 2]))
 * const bytes = programToOnnx(program, { inputs: ['x'], outputs: ['square'] })
 * const again = E.isRight(bytes) ? onnxToFunction(bytes.right) : bytes
 * E.isRight(again) ? toArray(again.right.apply({ x: tensor([3, 4]) }).square!) : again.left.message // => 25
 * ```
 * @category ONNX
 */
export const programToOnnx = (
  program: Program,
  options: OnnxOptions = {},
): E.Either<OnnxError, Uint8Array<ArrayBuffer>> => {
  checkOptions('programToOnnx', options, { inputs: true, outputs: true, metadata: true })
  return caught(() => pairToOnnx(unpaired(simplify(program)), options))
}
