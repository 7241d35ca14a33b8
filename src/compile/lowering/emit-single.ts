/** What stands for an equation that nothing is fused with: one entry a kind, from the shapes of what it reads. */

import type { Instruction, Place } from '../executors/kernel-program.ts'
import type { Equation } from '../../core/primitive/program.ts'
import type { Lowering } from '../../core/primitive/primitive.ts'
import { isPrimitiveName, primitiveOf } from '../../core/primitive/met.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { placeOf } from './arrange.ts'
import { accessOf, copyElementwise } from './emit-nest.ts'
import { dtypeOf, writtenStorage, type Reference, type Storage } from './graph.ts'
import { contiguousLayout, slicedLayout } from './layout.ts'

/** Memory an equation reads and writes, once it has its place. */
interface Operands {
  readonly reads: readonly Reference[]
  readonly out: Storage
  /** A zero of the dtype of the output. */
  readonly zero: Storage
}

const read = ({ reads }: Operands, i: number): Reference => {
  const found = reads[i]
  if (found === undefined) throw new PuregradError('unreachable: an operand that is not there')
  return found
}
const shapeAt = (operands: Operands, i: number): readonly number[] => read(operands, i).layout.shape
/** Everything but a pad reads its operands from the start of their memory. */
const at = (operands: Operands, i: number): Place => placeOf(writtenStorage(read(operands, i)), 0)
const target = ({ out }: Operands): Place => placeOf(out, 0)

const along = (
  shape: readonly number[],
  axis: number,
): { readonly outer: number; readonly n: number; readonly inner: number } => ({
  outer: sizeOf(shape.slice(0, axis)),
  n: shape[axis] ?? 1,
  inner: sizeOf(shape.slice(axis + 1)),
})

/** Zeros in all of a storage. */
export const fillZeros = (zero: Storage, to: Storage): readonly Instruction[] =>
  copyElementwise(
    [to.size],
    { storage: zero, strides: [0], offset: 0 },
    { storage: to, strides: [1], offset: 0 },
  )

type EquationOf<N extends Equation['operation']> = Extract<Equation, { readonly operation: N }>

const indexing = (
  { operation, params: { axis, batchDims }, outputs }: EquationOf<'gather' | 'scatterAdd'>,
  operands: Operands,
): readonly Instruction[] => {
  const indexed = operation === 'gather' ? shapeAt(operands, 0) : (outputs[0]?.shape ?? [])
  return [
    {
      kind: operation,
      dtype: dtypeOf(read(operands, 0)),
      indexDType: dtypeOf(read(operands, 1)) as 'int32' | 'uint32',
      batch: sizeOf(indexed.slice(0, batchDims)),
      outer: sizeOf(indexed.slice(batchDims, axis)),
      n: indexed[axis] ?? 0,
      inner: sizeOf(indexed.slice(axis + 1)),
      k: sizeOf(shapeAt(operands, 1).slice(batchDims)),
      x: at(operands, 0),
      indices: at(operands, 1),
      out: target(operands),
    },
  ]
}

/** Zeros everywhere, then the elements in their places. */
const pad = (
  { params: { start, step, shape } }: EquationOf<'pad'>,
  operands: Operands,
): readonly Instruction[] => {
  const { out, zero } = operands
  const x = read(operands, 0)
  const inner = x.layout.shape
  const layout = slicedLayout(contiguousLayout(shape), start, step, inner)
  return [
    ...fillZeros(zero, out),
    ...copyElementwise(inner, accessOf(writtenStorage(x), x.layout), accessOf(out, layout)),
  ]
}

/** The operations that are one instruction over contiguous memory, and `pad`, which is two. */
export type SingleName =
  'pad' | 'cumsum' | 'argmax' | 'argsort' | 'gather' | 'scatterAdd' | 'threefry' | 'randomBits'

type EmitEquation<N extends SingleName> = (
  equation: EquationOf<N>,
  operands: Operands,
) => readonly Instruction[]

const emitters: { readonly [N in SingleName]: EmitEquation<N> } = {
  pad,
  gather: indexing,
  scatterAdd: indexing,
  cumsum: ({ params: { axis, reverse } }, operands) => [
    {
      kind: 'cumsum',
      dtype: dtypeOf(read(operands, 0)),
      ...along(shapeAt(operands, 0), axis),
      reverse,
      x: at(operands, 0),
      out: target(operands),
    },
  ],
  argmax: ({ params: { axis } }, operands) => [
    {
      kind: 'argmax',
      dtype: dtypeOf(read(operands, 0)),
      ...along(shapeAt(operands, 0), axis),
      x: at(operands, 0),
      out: target(operands),
    },
  ],
  argsort: (_, operands) => {
    const shape = shapeAt(operands, 0)
    const n = shape[shape.length - 1] ?? 1
    const rows = n === 0 ? 0 : sizeOf(shape) / n
    const dtype = dtypeOf(read(operands, 0))
    return [{ kind: 'argsort', dtype, rows, n, x: at(operands, 0), out: target(operands) }]
  },
  threefry: (_, operands) => [
    {
      kind: 'threefry',
      count: sizeOf(shapeAt(operands, 0)) / 2,
      keys: at(operands, 0),
      counters: at(operands, 1),
      out: target(operands),
    },
  ],
  randomBits: ({ params: { shape } }, operands) => [
    {
      kind: 'randomBits',
      batch: sizeOf(shapeAt(operands, 0)) / 2,
      count: sizeOf(shape),
      keys: at(operands, 0),
      out: target(operands),
    },
  ],
}

const routineWay = ({ operation }: Equation): Extract<Lowering<never>, { kind: 'routine' }> | undefined => {
  const lowering = isPrimitiveName(operation) ? primitiveOf(operation).lowering : undefined
  return lowering?.kind === 'routine' ? lowering : undefined
}

/** The instruction of a routine; nothing where the equation is none. */
export const emitRoutine = (
  equation: Equation,
  { reads, out }: Pick<Operands, 'reads' | 'out'>,
): readonly Instruction[] | undefined => {
  const way = routineWay(equation)
  const { dtype } = out
  if (way === undefined || !isFloat(dtype)) return undefined
  const inputs = reads.map((operand) => ({ shape: operand.layout.shape, dtype: dtypeOf(operand) }))
  return [
    {
      kind: 'routine',
      name: way.routine.name,
      dtype,
      sizes: way.sizes(inputs, equation.params as never),
      reads: reads.map((operand) => placeOf(writtenStorage(operand), 0)),
      out: placeOf(out, 0),
    },
  ]
}

export const isSingle = (equation: Equation): equation is EquationOf<SingleName> =>
  Object.hasOwn(emitters, equation.operation)

/** The instructions of an equation that is not fused. */
export const emitSingle = (equation: EquationOf<SingleName>, operands: Operands): readonly Instruction[] =>
  (emitters[equation.operation] as EmitEquation<SingleName>)(equation, operands)
