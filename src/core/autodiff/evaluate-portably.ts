import { elementwiseKernel } from '../kernel/elementwise.ts'
import { matmulKernel } from '../kernel/matmul.ts'
import { permuted, reshaped } from '../kernel/movement.ts'
import { reduceMaxKernel, sumKernel } from '../kernel/reduction.ts'
import { operationsOf } from '../primitive/operations.ts'
import type { Primitive } from '../primitive/primitive.ts'
import type { Program } from '../primitive/program.ts'
import type { ConcreteTensor } from '../tensor/concrete.ts'
import { isFloat } from '../tensor/dtype.ts'
import { sizeOf, withoutAxes } from '../tensor/shape.ts'
import type { Value } from '../tensor/tensor.ts'
import { evaluateBy } from './evaluate.ts'
import { concreteOf } from './read.ts'

/**
 * A reduction of the last axis of a matrix: kernels choose the order of a sum by shapes and strides, which for other axes
 * may change with the number of rows.
 */
const reduced =
  (kernel: typeof sumKernel) =>
  ([x]: readonly ConcreteTensor[], { axes }: { readonly axes: readonly number[] }): ConcreteTensor => {
    const { shape, rank } = x!
    const kept = withoutAxes(shape, axes)
    const order = [...Array(rank).keys()].filter((axis) => !axes.includes(axis)).concat(axes)
    const rows = [sizeOf(kept), sizeOf(axes.map((axis) => shape[axis]!))]
    return reshaped(kernel(reshaped(permuted(x!, order), rows), [1]), kept)
  }

type Kernel = (inputs: readonly ConcreteTensor[], params: never) => ConcreteTensor

/** Kernels whose order of summation is that of the shapes of one row alone. */
const ordered: Readonly<Record<string, Kernel>> = {
  matmul: ([a, b]) => matmulKernel(a!, b!, Infinity),
  sum: reduced(sumKernel),
  reduceMax: reduced(reduceMaxKernel),
}

/**
 * A primitive by arithmetic that every machine does alike. The kernels of this library round every step in one way; what
 * is left are functions that engines compute differently, which have a portable form, and the order of sums.
 */
const applied = <P>(primitive: Primitive<P>, inputs: readonly Value[], params: P): ConcreteTensor => {
  const { name, lowering } = primitive
  if (lowering.kind === 'decompose') return portably(lowering.into(portable, inputs, params))
  const known = inputs.map(portably)
  if (Object.hasOwn(ordered, name)) return ordered[name]!(known, params as never)
  const form = lowering.kind === 'step' ? lowering.step.portable : undefined
  return form !== undefined && isFloat(known[0]!.dtype)
    ? elementwiseKernel(`portable ${name}`, form, known, primitive.type(known, params).dtype)
    : primitive.kernel(known, params)
}

const portably = (value: Value): ConcreteTensor => concreteOf(value, 'evaluatePortably')

const portable = /* @__PURE__ */ operationsOf<ConcreteTensor>(applied)

const evaluate = /* @__PURE__ */ evaluateBy(applied)

/**
 * The outputs of a program for some inputs, the same bytes on every machine and in every engine: no executor takes part.
 * Each row of what rows alone decide is the same whatever rows are beside it.
 */
export const evaluatePortably = (
  program: Program,
  inputs: readonly ConcreteTensor[],
): readonly ConcreteTensor[] => evaluate(program, inputs).map(portably)
