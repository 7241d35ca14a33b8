import type { DType } from '../../core/tensor/dtype.ts'
import type { ElementType } from '../format/element-types.ts'
import type { Extents } from './extent.ts'
import type { Graph } from './graph.ts'
import { converted, type Operand } from './operand.ts'

/** Parameters as a graph has them: lists of sizes and positions may depend on the number of rows. */
export type Lifted<P> = { readonly [K in keyof P]: P[K] extends readonly number[] ? Extents : P[K] }

/** The type of a result. */
export interface Result {
  readonly shape: Extents
  readonly dtype: DType
}

/** Writes a primitive into a graph: the name of the value that has its result. */
export type Write<P> = (g: Graph, inputs: readonly Operand[], params: Lifted<P>, output: Result) => string

/** What is known of a primitive in ONNX, side by side. */
export interface OnnxForm<P> {
  /** The operators it is written with. */
  readonly operators: readonly string[]
  /** Where it is more than the operator of its name, and why. */
  readonly note?: string
  readonly write: Write<P>
}

/** The dtypes that onnxruntime has kernels of an operator for; others go by way of one of these. */
export type Kernels = Partial<Readonly<Record<DType, ElementType>>>

/** The type in which an operator works on a dtype. */
export const workedAs = (dtype: DType, kernels: Kernels): ElementType => kernels[dtype] ?? dtype

/** One operator on the inputs, by way of the types that it has kernels for. */
export const operator =
  (type: string, kernels: Kernels = {}, gives?: 'bool'): Write<object> =>
  (g, inputs, _, output) => {
    const { dtype } = inputs[0]!
    const work = workedAs(dtype, kernels)
    const result = g.op(
      type,
      inputs.map(({ name }) => converted(g, name, dtype, work)),
    )
    return gives === 'bool' ? result : converted(g, result, work, output.dtype)
  }

/** Whether NaN may be among the elements: integers and booleans have none. */
export const mayBeNaN = ({ dtype }: { readonly dtype: DType }): boolean =>
  dtype === 'float32' || dtype === 'float64'
