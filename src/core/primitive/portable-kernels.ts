import { attentionRoutine, attentionSizes } from '../kernel/attention.ts'
import { convolutionRoutine, convolutionSizes } from '../kernel/convolution.ts'
import * as element from '../kernel/element-functions.ts'
import { elementwiseKernel, type ElementFunction } from '../kernel/elementwise.ts'
import { gatherKernel, scatterAddKernel } from '../kernel/indexing.ts'
import { matmulKernel } from '../kernel/matmul.ts'
import {
  broadcasted,
  castKernel,
  concatenated,
  padded,
  permuted,
  reshaped,
  sliced,
} from '../kernel/movement.ts'
import * as portable from '../kernel/portable-math.ts'
import { poolingSizes, windowArgmaxRoutine, windowTakeRoutine } from '../kernel/pooling.ts'
import { runRoutine } from '../kernel/routine.ts'
import { argsortKernel } from '../kernel/argsort.ts'
import { argmaxKernel, cumsumKernel, reduceMaxKernel, sumKernel } from '../kernel/reduction.ts'
import { roundHalfEven } from '../kernel/scalar-functions.ts'
import type { ConcreteTensor } from '../tensor/concrete.ts'
import { sizeOf, withoutAxes } from '../tensor/shape.ts'
import type { Typed } from './primitive.ts'
import type { Parameters, PrimitiveName } from './table.ts'

/** A primitive on concrete tensors; the type is that of its result. */
type PortableKernel<P> = (
  inputs: readonly [ConcreteTensor, ConcreteTensor, ...ConcreteTensor[]],
  params: P,
  type: Typed,
) => ConcreteTensor

const elementwise =
  (name: string, f: ElementFunction): PortableKernel<unknown> =>
  (inputs, _, { dtype }) =>
    elementwiseKernel(`portable ${name}`, f, inputs, dtype)

/** Integers are multiplied by a function of their own. */
const product: PortableKernel<unknown> = (inputs, _, { dtype }) =>
  dtype === 'int32' || dtype === 'uint32'
    ? elementwiseKernel('portable product', Math.imul, inputs, dtype)
    : elementwiseKernel('portable mul', element.mul, inputs, dtype)

/**
 * A reduction of the last axis of a matrix: kernels choose the order of a sum by shapes and strides, which for other axes
 * may change with the number of rows.
 */
const reduced =
  (kernel: typeof sumKernel): PortableKernel<{ readonly axes: readonly number[] }> =>
  ([x], { axes }) => {
    const { shape, rank } = x
    const kept = withoutAxes(shape, axes)
    const order = [...Array(rank).keys()].filter((axis) => !axes.includes(axis)).concat(axes)
    const rows = [sizeOf(kept), sizeOf(axes.map((axis) => shape[axis]!))]
    return reshaped(kernel(reshaped(permuted(x, order), rows), [1]), kept)
  }

/**
 * Primitives by arithmetic that every machine and every engine does alike, and that gives for each row the same whatever
 * rows are beside it: functions that engines compute differently have a portable form, sums an order that the shape of one
 * row decides. Here is what layers predict with: primitives that are made of others, random numbers, special functions,
 * factorizations and what only derivatives need have no place.
 */
export const portableKernels: { readonly [N in PrimitiveName]?: PortableKernel<Parameters[N]> } = {
  add: elementwise('add', element.add),
  sub: elementwise('sub', element.sub),
  neg: elementwise('neg', element.neg),
  mul: product,
  div: elementwise('div', element.div),
  pow: elementwise('pow', portable.pow),
  max: elementwise('max', element.max),
  min: elementwise('min', element.min),
  exp: elementwise('exp', portable.exp),
  log: elementwise('log', portable.log),
  log1p: elementwise('log1p', portable.log1p),
  expm1: elementwise('expm1', portable.expm1),
  sqrt: elementwise('sqrt', Math.sqrt),
  rootOfSquares: elementwise('rootOfSquares', Math.sqrt),
  rsqrt: elementwise('rsqrt', element.rsqrt),
  sin: elementwise('sin', portable.sin),
  cos: elementwise('cos', portable.cos),
  tanh: elementwise('tanh', portable.tanh),
  sigmoid: elementwise('sigmoid', portable.sigmoid),
  erf: elementwise('erf', portable.erf),
  abs: elementwise('abs', Math.abs),
  sign: elementwise('sign', Math.sign),
  floor: elementwise('floor', Math.floor),
  round: elementwise('round', roundHalfEven),
  equal: elementwise('equal', element.equal),
  less: elementwise('less', element.less),
  lessEqual: elementwise('lessEqual', element.lessEqual),
  select: elementwise('select', element.select),
  stopGradient: ([x]) => x,
  cast: ([x], { dtype }) => castKernel(x, dtype),
  broadcastTo: ([x], { shape }) => broadcasted(x, shape),
  reshape: ([x], { shape }) => reshaped(x, shape),
  transpose: ([x], { permutation }) => permuted(x, permutation),
  slice: ([x], { start, step, shape }) => sliced(x, start, step, shape),
  pad: ([x], { start, step, shape }) => padded(x, start, step, shape),
  concat: (inputs, { axis }, { shape }) => concatenated(inputs, axis, shape),
  sum: reduced(sumKernel),
  reduceMax: reduced(reduceMaxKernel),
  cumsum: ([x], { axis, reverse }) => cumsumKernel(x, axis, reverse),
  argmax: ([x], { axis }) => argmaxKernel(x, axis),
  argsort: ([x]) => argsortKernel(x),
  gather: ([x, indices], { axis, batchDims }) => gatherKernel(x, indices, axis, batchDims),
  scatterAdd: ([x, indices], { axis, batchDims, size }) =>
    scatterAddKernel(x, indices, axis, batchDims, size),
  matmul: ([a, b]) => matmulKernel(a, b, Infinity),
  attention: ([packed], params, { shape }) =>
    runRoutine(attentionRoutine, attentionSizes(packed, params), [packed], shape, true),
  convolution: ([x, kernel], params, { shape }) =>
    runRoutine(
      convolutionRoutine,
      convolutionSizes(x.shape, kernel.shape.slice(0, -2), shape[shape.length - 1]!, params),
      [x, kernel],
      shape,
      true,
    ),
  windowArgmax: ([x], params, { shape }) =>
    runRoutine(windowArgmaxRoutine, poolingSizes(x.shape, params), [x], shape, true),
  windowTake: ([x, taps], params, { shape }) =>
    runRoutine(windowTakeRoutine, poolingSizes(x.shape, params), [x, taps], shape, true),
}
