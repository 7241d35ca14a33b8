import { toTypedArray } from '../core/autodiff/read.ts'
import { argmax } from '../core/numeric/index.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * The name of the class with the largest output, for each row; the first among equals. Logits and probabilities give
 * the same, as softmax keeps the order.
 *
 * @param outputs `[rows, classes]`
 * @param names the name each output stands for.
 * @throws ShapeError unless there is one name per output.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { predictClass } from 'puregrad/nn'
 * predictClass(tensor([[0.1, 2], [3, -1]]), ['cat', 'dog']) // => ['dog', 'cat']
 * ```
 * @category Losses
 */
export const predictClass = <Name extends string>(
  outputs: Tensor,
  names: readonly Name[],
): readonly Name[] => {
  if (outputs.rank !== 2 || outputs.shape[1] !== names.length)
    throw new ShapeError(
      `predictClass: expected outputs [rows, ${names.length}] for ${names.length} names, got ${showShape(outputs.shape)}`,
    )
  return Array.from(toTypedArray(argmax(outputs, { axis: 1 })), Number).map((label) => names[label]!)
}
