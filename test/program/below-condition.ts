import type { Program } from '../../src/index.ts'
import type { Typed } from '../../src/core/primitive/primitive.ts'
import type { Equation } from '../../src/core/primitive/program.ts'
import { scalarOf } from '../../src/core/tensor/concrete.ts'
import { sizeOf } from '../../src/core/tensor/shape.ts'

/** Whether the largest element of one of the inputs is below a number: a condition for loops. True for no elements. */
export const belowCondition = (inputs: readonly Typed[], position: number, number: number): Program => {
  const { shape } = inputs[position]!
  const n = inputs.length
  const scalar: Typed = { shape: [], dtype: 'float32' }
  const axes = [...shape.keys()]
  const equations: readonly Equation[] = [
    {
      operation: 'cast',
      inputs: [position],
      params: { dtype: 'float32' },
      outputs: [{ shape, dtype: 'float32' }],
    },
    { operation: 'reduceMax', inputs: [n + 1], params: { axes }, outputs: [scalar] },
    { operation: 'less', inputs: [n + 2, n], params: {}, outputs: [{ shape: [], dtype: 'bool' }] },
  ]
  return sizeOf(shape) === 0
    ? { inputs, constants: [scalarOf(1, 'bool')], equations: [], outputs: [n] }
    : { inputs, constants: [scalarOf(number, 'float32')], equations, outputs: [n + 3] }
}
