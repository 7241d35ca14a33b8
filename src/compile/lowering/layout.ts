import { sizeOf } from '../../core/tensor/shape.ts'

/*
 * Views by strides. For a buffer of 6 elements as x [2, 3]: strides [3, 1], offset 0.
 *
 *   transpose                     [3, 2], strides [1, 3]
 *   broadcast to [4, 2, 3]        strides [0, 3, 1]: the added axis repeats
 *   slice of the last column      [2, 1], strides [3, 0], offset 2: an axis of one element has stride 0
 *   the same reversed, x[::-1]    strides [-3, 1], offset 3
 *   reshape to [6]                strides [1], since 3 = 3 · 1: both axes are one
 *   transpose, then to [6]        undefined: 1 and 3 are not one stride, the elements have to be copied
 */

/** How the elements of a value lie in a buffer; strides in elements, 0 along axes of size 1. */
export interface Layout {
  readonly shape: readonly number[]
  readonly strides: readonly number[]
  readonly offset: number
}

const normal = (shape: readonly number[], strides: readonly number[], offset: number): Layout => ({
  shape,
  strides: strides.map((stride, axis) => (shape[axis] === 1 ? 0 : stride)),
  offset,
})

/** Row-major over the axes that vary; the others repeat. */
export const compactLayout = (shape: readonly number[], varies: (axis: number) => boolean): Layout => {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis]!
    const moves = n !== 1 && varies(axis)
    strides[axis] = moves ? step : 0
    if (moves) step *= n
  }
  return { shape, strides, offset: 0 }
}

const everyAxis = (): boolean => true

/** Row-major order without gaps. */
export const contiguousLayout = (shape: readonly number[]): Layout => compactLayout(shape, everyAxis)

/** Whether all elements lie in row-major order from offset 0. */
export const isContiguousLayout = ({ shape, strides, offset }: Layout): boolean => {
  if (offset !== 0) return false
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const n = shape[axis]!
    if (strides[axis] !== (n === 1 ? 0 : step)) return false
    step *= n
  }
  return true
}

export const transposedLayout = (layout: Layout, permutation: readonly number[]): Layout => ({
  shape: permutation.map((axis) => layout.shape[axis]!),
  strides: permutation.map((axis) => layout.strides[axis]!),
  offset: layout.offset,
})

export const broadcastLayout = (layout: Layout, shape: readonly number[]): Layout => {
  const added = shape.length - layout.shape.length
  return {
    shape,
    strides: shape.map((n, axis) =>
      axis < added || layout.shape[axis - added] !== n ? 0 : layout.strides[axis - added]!,
    ),
    offset: layout.offset,
  }
}

export const slicedLayout = (
  layout: Layout,
  start: readonly number[],
  step: readonly number[],
  shape: readonly number[],
): Layout =>
  normal(
    shape,
    layout.strides.map((stride, axis) => stride * step[axis]!),
    sizeOf(shape) === 0
      ? layout.offset
      : layout.strides.reduce((sum, stride, axis) => sum + stride * start[axis]!, layout.offset),
  )

/** Axes of one size in two memories, the same elements in both. */
interface Run {
  readonly n: number
  readonly from: number
  readonly to: number
}

/** The axes that elements vary along in `from`, outermost first, as few as one stride in each memory allows. */
const runsOf = (from: Layout, to: Layout): readonly Run[] =>
  from.shape.reduce<readonly Run[]>((runs, n, axis) => {
    const run = { n, from: from.strides[axis]!, to: to.strides[axis]! }
    if (n === 1 || run.from === 0) return runs
    const last = runs.at(-1)
    return last !== undefined && last.from === run.from * n && last.to === run.to * n
      ? [...runs.slice(0, -1), { ...run, n: last.n * n }]
      : [...runs, run]
  }, [])

/**
 * A view of what lies as `from`, compact, as a view of what it was computed from one by one, which lies as `to`; undefined
 * where no strides say that. Of a computed from x [3, 4], x lying transposed, the row a[1] has strides [1] and offset 4, and
 * is x at strides [3] from offset 1 on.
 */
export const layoutBehind = (view: Layout, from: Layout, to: Layout): Layout | undefined => {
  if (sizeOf(view.shape) === 0) return undefined
  const runs = runsOf(from, to)
  const digits = (offset: number): readonly number[] =>
    runs.reduce<{ readonly rest: number; readonly found: readonly number[] }>(
      ({ rest, found }, run) => ({ rest: rest % run.from, found: [...found, Math.floor(rest / run.from)] }),
      { rest: offset, found: [] },
    ).found
  const start = digits(view.offset)
  // The run that each axis of the view moves along, and by how many of its elements.
  const moves = view.strides.map((stride, axis) => {
    if (stride === 0 || view.shape[axis] === 1) return { run: -1, by: 0 }
    const run = runs.findIndex(({ from: own }) => Math.abs(stride) >= own)
    return { run, by: stride / (runs[run]?.from ?? NaN) }
  })
  const stays = runs.every(({ n }, run) => {
    const ends = moves.map((move, axis) => (move.run === run ? move.by * (view.shape[axis]! - 1) : 0))
    const least = ends.reduce((sum, end) => sum + Math.min(0, end), start[run]!)
    const most = ends.reduce((sum, end) => sum + Math.max(0, end), start[run]!)
    return least >= 0 && most < n
  })
  if (!stays || moves.some(({ by }) => !Number.isInteger(by))) return undefined
  return {
    shape: view.shape,
    strides: moves.map(({ run, by }) => (run < 0 ? 0 : by * runs[run]!.to)),
    offset: runs.reduce((sum, run, i) => sum + start[i]! * run.to, to.offset),
  }
}

/**
 * The same elements in the same order under another shape, where strides can say that without a copy. Old and new axes
 * are matched in groups of equal size: [4, 6] to [2, 2, 3, 2] is 4 = 2 · 2 and 6 = 3 · 2. Old axes of a group have to be
 * one axis in memory; new ones are cut from its stride.
 */
export const reshapedLayout = (layout: Layout, shape: readonly number[]): Layout | undefined => {
  if (sizeOf(shape) === 0) return { ...contiguousLayout(shape), offset: layout.offset }
  const old = layout.shape.map((n, axis) => ({ n, stride: layout.strides[axis]! })).filter(({ n }) => n !== 1)
  const strides = shape.map(() => 0)
  let from = 0
  let to = 0
  while (from < old.length) {
    while (shape[to] === 1) to++
    let oldEnd = from + 1
    let newEnd = to + 1
    let oldSize = (old[from] as { n: number }).n
    let newSize = shape[to]!
    while (oldSize !== newSize) {
      if (oldSize < newSize) {
        const previous = old[oldEnd - 1]!
        const next = old[oldEnd]!
        if (previous.stride !== next.n * next.stride) return undefined
        oldSize *= next.n
        oldEnd++
      } else {
        newSize *= shape[newEnd]!
        newEnd++
      }
    }
    let stride = (old[oldEnd - 1] as { stride: number }).stride
    for (let axis = newEnd - 1; axis >= to; axis--) {
      strides[axis] = shape[axis] === 1 ? 0 : stride
      stride *= shape[axis]!
    }
    from = oldEnd
    to = newEnd
  }
  return { shape, strides, offset: layout.offset }
}
