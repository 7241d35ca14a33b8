import * as E from 'fp-ts/lib/Either.js'
import { valuesOf } from '../../core/autodiff/leaves.ts'
import { checkOptions } from '../../core/tensor/check-options.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { withLeaves } from '../../core/tensor/tree.ts'
import { onnxError, type OnnxError } from '../onnx-error.ts'
import { caught } from './assemble.ts'
import { pairedFunction } from './paired-function.ts'
import { pairToOnnx, type OnnxOptions } from './program-to-onnx.ts'

/**
 * How {@link functionToOnnx} writes a function.
 *
 * @category ONNX
 */
export interface FunctionToOnnxOptions extends OnnxOptions {
  /** Positions, among the tensors of the arguments, of those that have a free number of rows along their first axis. */
  readonly batched: readonly number[]
}

/**
 * A function of tensors as a file of ONNX with a free number of rows: inputs `[batch, …]`. Tensors that the function closes
 * over, such as parameters, are constants of the graph. Arguments and result may be trees; their tensors are the inputs
 * and outputs, in order.
 *
 * The function is staged for two numbers of rows, and every size of the graph is what both agree on. The left says where it
 * cannot be so: where a result depends on how many rows there are, as a mean over the rows does.
 *
 * @throws ArgumentError for another option; what the function itself throws while it is staged is a left.
 * @example
 * ```ts
 * import * as E from 'fp-ts/lib/Either.js'
 * import { matmul, tanh, tensor, toArray, zeros, type Tensor } from 'puregrad'
 * import { functionToOnnx, onnxToFunction } from 'puregrad/onnx'
 * const weight = tensor([[1, 0], [0, 2]])
 * const f = (x: Tensor) => tanh(matmul(x, weight))
 * const bytes = functionToOnnx(f, { batched: [0], inputs: ['x'], outputs: ['y'] })(zeros([1, 2]))
 * const again = E.isRight(bytes) ? onnxToFunction(bytes.right) : bytes
 * const y = E.isRight(again) ? again.right.apply({ x: zeros([3, 2]) }).y : undefined
 * y?.shape // => [3, 2]
 * ```
 * @category ONNX
 */
export const functionToOnnx =
  <A extends readonly unknown[]>(
    f: (...args: A) => unknown,
    options: FunctionToOnnxOptions,
  ): ((...args: A) => E.Either<OnnxError, Uint8Array<ArrayBuffer>>) =>
  (...args) => {
    checkOptions('functionToOnnx', options, { batched: true, inputs: true, outputs: true, metadata: true })
    const types = valuesOf(args)
    const odd = options.batched.find((position) => types[position]?.shape[0] === undefined)
    if (odd !== undefined)
      return E.left(
        onnxError([
          `batched: expected positions of tensors with rows among the ${types.length} of the arguments, got ${odd}`,
        ]),
      )
    return caught(() =>
      pairToOnnx(
        pairedFunction(
          (...inputs: readonly Tensor[]) => f(...withLeaves(args, inputs)),
          types,
          options.batched,
        ),
        options,
      ),
    )
  }
