import type { Tensor } from '../../core/tensor/tensor.ts'
import type { NodeSettings } from './attributes.ts'
import type { GraphProto } from '../format/messages.ts'

/** What an operator is applied with. */
export interface Applied {
  readonly settings: NodeSettings
  /** The version of the operators of the file. */
  readonly opset: number
  /** How many outputs the node has. */
  readonly outputs: number
  /** The outputs of a graph inside of the node, for its inputs; it can use all values around it. */
  readonly run: (graph: GraphProto, inputs: readonly Tensor[]) => readonly Tensor[]
}

/** An operator as a function of tensors; an input that is left out is undefined. */
export type Operator = (inputs: readonly (Tensor | undefined)[], applied: Applied) => readonly Tensor[]

/** Operators by their names. */
export type Operators = Readonly<Record<string, Operator>>
