import { apply, operations as o } from '../autodiff/apply.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { argsort } from '../primitive/reduction.ts'
import { gather } from '../primitive/indexing.ts'
import { concat } from '../primitive/movement.ts'
import { viewOf } from '../tensor/concrete.ts'
import type { Tensor } from '../tensor/tensor.ts'

/* Work along the last axis of `[…rows, n]`, for functions that sort. */

/** The positions that sort each row: stable, NaN last. */
export const orderOfRows = (x: AnyValue): AnyValue => apply(argsort, [x], {})

/** The elements of each row at its positions. */
export const pickedFromRows = (x: AnyValue, positions: AnyValue): AnyValue =>
  o.bind(gather, [x, positions], { axis: x.rank - 1, batchDims: x.rank - 1 })

/** Positions `start` up to but not including `stop` of each row; a view. */
export const cutRows = (x: AnyValue, start: number, stop: number): AnyValue =>
  o.slice(x, {
    start: x.shape.map((_, axis) => (axis === x.rank - 1 ? start : 0)),
    step: x.shape.map(() => 1),
    shape: x.shape.map((n, axis) => (axis === x.rank - 1 ? stop - start : n)),
  })

export const joinedRows = (parts: readonly AnyValue[]): AnyValue =>
  o.bind(concat, parts, { axis: parts[0]!.rank - 1 })

/** 0, 1, … n − 1 as int32. */
export const countUp = (n: number): AnyValue =>
  viewOf(
    Int32Array.from({ length: n }, (_, i) => i),
    'int32',
    [n],
  )

/** One axis moved to the end; a view. */
export const rowsAlong = (x: Tensor, axis: number): AnyValue =>
  o.transpose(asValue(x), [...[...x.shape.keys()].filter((other) => other !== axis), axis])

/** The last axis moved to where it was; a view. */
export const backAlong = (x: Tensor, axis: number): AnyValue => {
  const others = [...x.shape.keys()].slice(0, -1)
  return o.transpose(asValue(x), [...others.slice(0, axis), x.rank - 1, ...others.slice(axis)])
}
