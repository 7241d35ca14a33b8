import type { DType } from '../../core/tensor/dtype.ts'
import { operator, mayBeNaN, workedAs, type Write } from './form.ts'
import type { Graph } from './graph.ts'
import { plain } from './movement-forms.ts'
import { converted, shapeOf } from './operand.ts'

const wideUnsigned = { uint32: 'int64' } as const
/** What orders numbers holds uint32 in float64: where int64 is read as int32, 2³¹ would come before 0. */
const ordering = { uint32: 'float64', bool: 'int32' } as const

interface Axes {
  readonly axes: readonly number[]
}

interface Axis {
  readonly axis: number
}

const reduced = (g: Graph, type: string, name: string, axes: readonly number[]): string =>
  g.op(type, [name, g.ints(axes)], { keepdims: { int: 0 }, noop_with_empty_axes: { int: 1 } })

/**
 * What was summed in a wider type, modulo 2³²: said outright, since onnxruntime leaves out a cast to uint32 between two of
 * int64, with what it cuts off.
 */
const narrowed = (g: Graph, name: string, dtype: DType): string =>
  dtype === 'uint32'
    ? converted(g, g.op('BitwiseAnd', [name, g.count({ rows: 0, plus: 2 ** 32 - 1 })]), 'int64', dtype)
    : name

const sum: Write<Axes> = (g, [x], { axes }) => {
  const { name, dtype } = x!
  if (axes.length === 0) return name
  const work = workedAs(dtype, wideUnsigned)
  return narrowed(g, reduced(g, 'ReduceSum', converted(g, name, dtype, work), plain(axes)), dtype)
}

/** 1 where a NaN is among the elements, 0 elsewhere: int32. */
const hasNaN = (g: Graph, name: string, axes: readonly number[]): string =>
  converted(
    g,
    reduced(g, 'ReduceMax', converted(g, g.op('IsNaN', [name]), 'bool', 'int32'), axes),
    'int32',
    'bool',
  )

const reduceMax: Write<Axes> = (g, [x], { axes }) => {
  const { name, dtype } = x!
  if (axes.length === 0) return name
  const work = workedAs(dtype, ordering)
  const largest = converted(
    g,
    reduced(g, 'ReduceMax', converted(g, name, dtype, work), plain(axes)),
    work,
    dtype,
  )
  return mayBeNaN(x!) ? g.op('Where', [hasNaN(g, name, plain(axes)), g.scalar(NaN, dtype), largest]) : largest
}

const first = (g: Graph, name: string, axis: number): string =>
  g.op('ArgMax', [name], { axis: { int: axis }, keepdims: { int: 0 } })

const argmax: Write<Axis> = (g, [x], { axis }) => {
  const { name, dtype } = x!
  const largest = first(g, converted(g, name, dtype, workedAs(dtype, ordering)), axis)
  if (!mayBeNaN(x!)) return converted(g, largest, 'int64', 'int32')
  const odd = first(g, converted(g, g.op('IsNaN', [name]), 'bool', 'int32'), axis)
  return converted(g, g.op('Where', [hasNaN(g, name, [axis]), odd, largest]), 'int64', 'int32')
}

const cumsum: Write<Axis & { readonly reverse: boolean }> = (g, [x], { axis, reverse }) => {
  const { name, dtype } = x!
  const work = workedAs(dtype, wideUnsigned)
  const sums = g.op('CumSum', [converted(g, name, dtype, work), g.scalar(axis, 'int32')], {
    reverse: { int: reverse ? 1 : 0 },
  })
  return narrowed(g, sums, dtype)
}

/** Positions by TopK, ascending; equal elements keep their order. */
const ordered = (g: Graph, name: string, count: string, axis: number): string =>
  g.ops('TopK', [name, count], 2, { axis: { int: axis }, largest: { int: 0 }, sorted: { int: 1 } })[1]!

/** NaN go last: first by the numbers, with ∞ in their place, then by whether they are NaN. */
const argsort: Write<object> = (g, [x]) => {
  const { name, dtype } = x!
  const shape = shapeOf(x!)
  const axis = shape.length - 1
  const count = g.sizes([shape[axis]!])
  if (!mayBeNaN(x!))
    return converted(
      g,
      ordered(g, converted(g, name, dtype, workedAs(dtype, ordering)), count, axis),
      'int64',
      'int32',
    )
  const odd = g.op('IsNaN', [name])
  const byNumber = ordered(g, g.op('Where', [odd, g.scalar(Infinity, dtype), name]), count, axis)
  const along = { axis: { int: axis } }
  const oddOf = g.op('GatherElements', [converted(g, odd, 'bool', 'int32'), byNumber], along)
  const last = ordered(g, oddOf, count, axis)
  return converted(g, g.op('GatherElements', [byNumber, last], along), 'int64', 'int32')
}

/** The primitives over axes, and the product of matrices. */
export const reductionForms = {
  sum: { operators: ['ReduceSum', 'BitwiseAnd'], note: 'uint32 in int64, modulo 2³²', write: sum },
  reduceMax: {
    operators: ['ReduceMax', 'IsNaN', 'Cast', 'Where'],
    note: 'a NaN among the elements is the result, which ReduceMax passes over; uint32 in float64',
    write: reduceMax,
  },
  argmax: {
    operators: ['ArgMax', 'IsNaN', 'ReduceMax', 'Cast', 'Where'],
    note: 'the first NaN counts as largest; uint32 in float64',
    write: argmax,
  },
  cumsum: { operators: ['CumSum', 'BitwiseAnd'], note: 'uint32 in int64, modulo 2³²', write: cumsum },
  argsort: {
    operators: ['TopK', 'IsNaN', 'Where', 'GatherElements', 'Cast'],
    note: 'equal elements keep their order and NaN go last; uint32 in float64',
    write: argsort,
  },
  matmul: { operators: ['MatMul'], write: operator('MatMul') },
} as const
