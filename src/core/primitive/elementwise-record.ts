import { elementwiseKernel, type ElementFunction } from '../kernel/elementwise.ts'
import { isFloat, type DType } from '../tensor/dtype.ts'
import type { Value } from '../tensor/tensor.ts'
import type {
  Batch,
  Bounds,
  ElementTypes,
  Interval,
  Linear,
  Lowering,
  NoParameters,
  Operations,
  Primitive,
  Step,
  Traits,
  Typed,
} from './primitive.ts'
import {
  inputAt,
  requireComputing,
  requireDType,
  requireFloat,
  requireSameDType,
  requireSameShape,
} from './typing.ts'

/** What an elementwise primitive is, in its own words; see {@link Primitive} and {@link Step} for each of them. */
export interface ElementwiseLiteral<N extends string> {
  readonly name: N
  readonly arity: 1 | 2 | 3
  readonly of: ElementTypes
  /** The result is a boolean; otherwise it has the dtype of the inputs. */
  readonly gives?: 'bool'
  readonly element: ElementFunction
  readonly integer?: ElementFunction
  readonly portable?: ElementFunction
  readonly text?: Step['text']
  readonly chooses?: true
  /** The addon and the WebAssembly module have kernels for it. */
  readonly native?: true
  /** By other primitives, for executors that have no kernel for it. */
  readonly decompose?: (o: Operations, inputs: readonly Value[]) => Value
  /** Another primitive that does the same to elements, and is compiled alike. */
  readonly like?: Primitive<NoParameters>
  readonly traits?: Omit<Traits, 'elementwise'>
  readonly derivative: Primitive<NoParameters>['derivative']
  readonly linear?: Linear<NoParameters>
  readonly bounds?: Bounds
  readonly domain?: Interval
  readonly range?: 'between its ends' | Interval
}

const integers: readonly DType[] = ['int32', 'uint32']
const numbers: readonly DType[] = ['float32', 'float64', ...integers]

const typeOf = ({ name, of, gives }: ElementwiseLiteral<string>, inputs: readonly Typed[]): Typed => {
  requireSameDType(inputs, name)
  requireSameShape(inputs, name)
  const first = inputAt(inputs, 0, name)
  if (of === 'floats') requireFloat(first, name)
  else if (of === 'integers') requireDType(first, integers, name)
  else if (of === 'numbers') requireDType(first, numbers, name)
  else requireComputing(first, name)
  return gives === undefined ? first : { shape: first.shape, dtype: gives }
}

/** Inputs without the batch are repeated along it; elementwise work then needs nothing else. */
export const repeated = (
  o: Operations,
  inputs: readonly Value[],
  batched: readonly boolean[],
  size: number,
): readonly Value[] => inputs.map((x, i) => (batched[i] === true ? x : o.broadcastTo(x, [size, ...x.shape])))

const loweringOf = (literal: ElementwiseLiteral<string>): Lowering<NoParameters> => {
  const { name: operation, arity, of, gives = 'same', element, native = false, decompose, like } = literal
  if (like !== undefined) return like.lowering
  if (decompose !== undefined && !native) return { kind: 'decompose', into: decompose }
  const { integer, portable, text, chooses } = literal
  return {
    kind: 'step',
    step: { operation, arity, of, gives, element, integer, portable, text, chooses, native },
  }
}

/**
 * The record of an elementwise primitive without parameters: shapes agree, the kernel is a loop, a batch is one more
 * axis, and what is compiled is a step or a decomposition.
 *
 * @example log1p is `elementwise({ name: 'log1p', arity: 1, of: 'floats', element: Math.log1p, derivative: … })`
 */
export const elementwise = <const N extends string>(
  literal: ElementwiseLiteral<N>,
): Primitive<NoParameters, N> => {
  const { name, arity, element, integer, gives, derivative, linear, domain, range } = literal
  const batch: Batch<NoParameters> = (o, inputs, batched, size) =>
    o.bind(record, repeated(o, inputs, batched, size), {})
  const record: Primitive<NoParameters, N> = {
    name,
    arity,
    parameters: {},
    traits: { ...literal.traits, elementwise: true },
    type: (inputs) => typeOf(literal, inputs),
    kernel: (inputs) => {
      const dtype = inputs[0]?.dtype ?? 'float32'
      const f = integer === undefined || isFloat(dtype) ? element : integer
      return elementwiseKernel(name, f, inputs, gives ?? dtype)
    },
    derivative,
    ...(linear === undefined ? {} : { linear }),
    batch,
    lowering: loweringOf(literal),
    ...(literal.bounds === undefined ? {} : { bounds: literal.bounds }),
    ...(domain === undefined ? {} : { domain }),
    ...(range === undefined ? {} : { range }),
  }
  return record
}
