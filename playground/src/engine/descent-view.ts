import {
  add,
  concat,
  foldIn,
  jit,
  key,
  leavesOf,
  mul,
  normal,
  reshape,
  slice,
  tensor,
  toTypedArray,
  vmap,
  withLeaves,
  zipTrees,
  type Tensor,
} from 'puregrad'
import { symmetricEigen } from 'puregrad/data'
import { evalMode, penaltyValue } from 'puregrad/nn'
import { stageNow, type Future } from './future.ts'
import type { Params } from './layers.ts'
import type { DescentView } from './messages.ts'
import type { Stage, State } from './stage.ts'
import { say } from './wordings.ts'

const mostPlaces = 60
/** The work of one picture: points × rows × parameters. */
const budget = 1.5e8

const flat = ({ params }: Pick<State, 'params'>): Float64Array =>
  Float64Array.from(leavesOf(params).flatMap((leaf) => Array.from(toTypedArray(leaf), Number)))

const dot = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0)

const scaledBy = (a: Float64Array, by: number): Float64Array => a.map((value) => value * by)

const minus = (a: Float64Array, b: Float64Array, times = 1): Float64Array =>
  a.map((value, i) => value - times * (b[i] ?? 0))

const unit = (a: Float64Array): Float64Array => {
  const length = Math.sqrt(dot(a, a))
  return length > 0 ? scaledBy(a, 1 / length) : a
}

/** At most so many states on the way, evenly spread, first and last among them. */
const wayOf = ({ kept, state, epochEnd }: Future): readonly State[] => {
  const ends = [...kept.states.values(), epochEnd].filter(({ epoch }) => epoch <= state.epoch)
  const all = [...new Map(ends.map((end) => [end.epoch, end])).values()].sort((a, b) => a.epoch - b.epoch)
  const every = Math.ceil(all.length / (mostPlaces - 1))
  const some = all.filter((_, i) => i % every === 0 || i === all.length - 1)
  return state.cursor === 0 ? some : [...some, state]
}

/** A direction drawn at random, without what it has of another. */
const besides = (first: Float64Array): Float64Array => {
  const drawn = Float64Array.from(
    toTypedArray(normal(foldIn(key(0), 'direction'), [first.length], { dtype: 'float64' })),
    Number,
  )
  return unit(minus(drawn, first, dot(drawn, first)))
}

/**
 * The two directions in which a way moves the most, seen from its end, and the share of its movement that they hold.
 *
 * Source: H. Li et al., "Visualizing the loss landscape of neural nets", NeurIPS 2018, section 7.
 */
const planeOf = (
  way: readonly Float64Array[],
  end: Float64Array,
): { readonly axes: readonly [Float64Array, Float64Array]; readonly share: number } => {
  const moves = way.map((place) => minus(place, end))
  const gram = tensor(
    moves.map((a) => moves.map((b) => dot(a, b))),
    { dtype: 'float64' },
  )
  const { values, vectors } = symmetricEigen(gram)
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0)
  const along = (which: number): Float64Array | undefined => {
    const value = values[which] ?? 0
    if (!(value > 1e-12 * total) || total === 0) return undefined
    const shares = vectors[which] ?? []
    return unit(
      moves.reduce((sum, move, i) => minus(sum, move, -(shares[i] ?? 0)), new Float64Array(end.length)),
    )
  }
  const first = along(0) ?? besides(new Float64Array(end.length))
  const second = along(1) ?? besides(first)
  const within = moves.reduce((sum, move) => sum + dot(move, first) ** 2 + dot(move, second) ** 2, 0)
  return { axes: [first, second], share: total > 0 ? within / total : 1 }
}

/** A flat list of numbers as parameters. */
const unflattened = (params: Params, numbers: Float64Array): Params => {
  const { filled } = leavesOf(params).reduce<{ readonly from: number; readonly filled: readonly Tensor[] }>(
    ({ from, filled }, leaf) => ({
      from: from + leaf.size,
      filled: [
        ...filled,
        tensor(numbers.slice(from, from + leaf.size), {
          shape: [...leaf.shape],
          dtype: leaf.dtype,
        }),
      ],
    }),
    { from: 0, filled: [] },
  )
  return withLeaves(params, filled)
}

type Height = (
  at: Tensor,
  base: Params,
  first: Params,
  second: Params,
  layers: Params,
  x: Tensor,
  y: Tensor,
) => Tensor

const heights = new WeakMap<Stage, Height>()

/** The objective at points of a plane of parameters, many at a time; compiled once for a stage. */
const heightOf = (stage: Stage): Height => {
  const made =
    heights.get(stage) ??
    jit((at: Tensor, base: Params, first: Params, second: Params, layers: Params, x: Tensor, y: Tensor) =>
      vmap((point: Tensor) => {
        const [a, b] = [slice(point, [0], [1]), slice(point, [1], [2])].map((part) =>
          reshape(part as Tensor, []),
        )
        const params: Params = zipTrees(base, [first, second], ([leaf, along, across]) =>
          add(leaf as Tensor, add(mul(along as Tensor, a as Tensor), mul(across as Tensor, b as Tensor))),
        )
        const value = stage.loss(stage.net.apply(evalMode, params, layers, x)[0], y)
        return stage.penalty === undefined ? value : add(value, penaltyValue(stage.penalty, params))
      })(at),
    )
  heights.set(stage, made)
  return made
}

const around = (values: readonly number[]): readonly [low: number, high: number] => {
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return [low, high]
}

/** Both ends so far from the middle that the way has room, and is not flattened to a line. */
const windowOf = (
  xs: readonly number[],
  ys: readonly number[],
): { readonly x: readonly [number, number]; readonly y: readonly [number, number] } => {
  const [x, y] = [around(xs), around(ys)]
  const longest = Math.max(x[1] - x[0], y[1] - y[0], 1e-6)
  const room = ([low, high]: readonly [number, number]): readonly [number, number] => {
    const half = Math.max((high - low) * 0.65, longest * 0.25)
    return [(low + high) / 2 - half, (low + high) / 2 + half]
  }
  return { x: room(x), y: room(y) }
}

/** The loss over the plane in which training moved the most, and its way through it. */
export const descentView = (future: Future, wanted: number): DescentView | undefined => {
  const { state, rows } = future
  const stage = stageNow(future)
  const way = wayOf(future)
  const places = way.map(flat)
  const end = flat(state)
  if (!end.every(Number.isFinite)) return undefined
  const { axes, share } = planeOf(places, end)
  const onPlane = places.map((place) => axes.map((axis) => dot(minus(place, end), axis)))
  const { x, y } = windowOf(
    onPlane.map(([a = 0]) => a),
    onPlane.map(([, b = 0]) => b),
  )
  const points = Math.max(9, Math.min(wanted, Math.floor(Math.sqrt(budget / (32 * end.length)))))
  const used = Math.max(16, Math.min(rows.train.n, 256, Math.floor(budget / (points * points * end.length))))
  const n = Math.min(used, rows.train.n)
  const at = (i: number, [low, high]: readonly [number, number]): number =>
    low + ((high - low) * i) / (points - 1)
  const dtype = stage.settings.precision
  const height = heightOf(stage)
  const [first, second] = axes.map((axis) => unflattened(state.params, axis)) as [Params, Params]
  const [inputs, labels] = [slice(rows.train.x, [0], [n]), slice(rows.train.y, [0], [n])] as [Tensor, Tensor]
  const lines = Array.from({ length: points }, (_, j) =>
    height(
      tensor(
        Array.from({ length: points }, (_, i) => [at(i, x), at(j, y)]),
        { dtype },
      ),
      state.params,
      first,
      second,
      state.layers,
      inputs,
      labels,
    ),
  )
  return {
    kind: 'descent',
    x,
    y,
    columns: points,
    rows: points,
    losses: Float32Array.from(toTypedArray(concat(lines))),
    path: Float32Array.from(onPlane.flatMap(([a = 0, b = 0], i) => [way[i]?.epoch ?? 0, a, b])),
    share,
    axes: [
      say('first principal direction of the way', 'първо главно направление на пътя'),
      say('second principal direction of the way', 'второ главно направление на пътя'),
    ],
  }
}
