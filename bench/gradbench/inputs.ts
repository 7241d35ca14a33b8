// Inputs of the size and kind that GradBench's own evaluations send, made from an explicit key. Numbers of files that it
// takes from ADBench (a text, a hand, a camera) are replaced by random ones of the same shapes.

import { foldIn, mul, normal, toTypedArray, uniform, type Key, type Tensor } from '../../src/node.ts'

type Row = readonly number[]
type Rows = readonly Row[]

const float64 = { dtype: 'float64' } as const

/** One evaluation: what is asked and how large it is. */
export interface Question {
  readonly module: string
  readonly functions: readonly string[]
  readonly description: string
  readonly input: Readonly<Record<string, unknown>>
}

const rowOf = (x: Tensor): Row => Array.from(toTypedArray(x), Number)
const rowsOf = (x: Tensor, columns: number): Rows => {
  const all = rowOf(x)
  return Array.from({ length: columns === 0 ? (x.shape[0] ?? 0) : all.length / columns }, (_, i) =>
    all.slice(i * columns, (i + 1) * columns),
  )
}
const normalRows = (key: Key, count: number, columns: number): Rows =>
  rowsOf(normal(key, [count, columns], float64), columns)
const uniformRows = (key: Key, count: number, columns: number): Rows =>
  rowsOf(uniform(key, [count, columns], float64), columns)

export interface MixtureSizes {
  readonly d: number
  readonly k: number
  readonly n: number
}

/** A mixture of `k` components in `d` dimensions and `n` points. */
export const mixture = (key: Key, { d, k, n }: MixtureSizes): Question => ({
  module: 'gmm',
  functions: ['objective', 'jacobian'],
  description: `${String(d)}_${String(k)}_${String(n)}`,
  input: {
    d,
    k,
    n,
    m: 0,
    gamma: 1,
    x: normalRows(foldIn(key, 0), n, d),
    mu: uniformRows(foldIn(key, 1), k, d),
    q: normalRows(foldIn(key, 2), k, d),
    l: normalRows(foldIn(key, 3), k, (d * (d - 1)) / 2),
    alpha: rowOf(normal(foldIn(key, 4), [k], float64)),
  },
})

/** Points of which the last `k` are the centroids, so that no cluster is empty. */
export const clusters = (key: Key, { k, n, d }: MixtureSizes): Question => {
  const points = uniformRows(key, n, d)
  return {
    module: 'kmeans',
    functions: ['cost', 'dir'],
    description: `k=${String(k)},n=${String(n)},d=${String(d)}`,
    input: { points, centroids: points.slice(-k) },
  }
}

/** A differential equation of `n` unknowns in `s` steps. */
export const equation = (key: Key, { n, s }: { readonly n: number; readonly s: number }): Question => ({
  module: 'ode',
  functions: ['primal', 'gradient'],
  description: `n=${String(n)},s=${String(s)}`,
  input: { x: rowOf(uniform(key, [n], float64)), s },
})

export interface TextSizes {
  readonly layers: number
  readonly characters: number
  readonly bits: number
}

/** A text of random bits. */
export const text = (key: Key, { layers, characters, bits }: TextSizes): Question => ({
  module: 'lstm',
  functions: ['objective', 'jacobian'],
  description: `l${String(layers)}_c${String(characters)}`,
  input: {
    main_params: uniformRows(foldIn(key, 0), 2 * layers, 4 * bits),
    extra_params: uniformRows(foldIn(key, 1), 3, bits),
    state: uniformRows(foldIn(key, 2), 2 * layers, bits),
    sequence: uniformRows(foldIn(key, 3), characters, bits).map((row) => row.map((e) => (e < 0.5 ? 0 : 1))),
  },
})

export interface SceneSizes {
  readonly n: number
  readonly m: number
  readonly p: number
}

/** A camera that looks at a point four units away, a little turned and distorted. */
export const scene = (key: Key, { n, m, p }: SceneSizes): Question => {
  const noise = (i: number, count: number, scale: number): Row =>
    rowOf(mul(scale, normal(foldIn(key, i), [count], float64)) as Tensor)
  const centre = noise(1, 3, 0.1)
  return {
    module: 'ba',
    functions: ['objective', 'jacobian'],
    description: `n${String(n)}_m${String(m)}_p${String(p)}`,
    input: {
      n,
      m,
      p,
      cam: [...noise(0, 3, 0.02), ...centre, 400, ...noise(2, 2, 1), ...noise(3, 2, 0.01)],
      x: noise(4, 3, 0.5).map((e, i) => (i === 2 ? e - 4 : e)),
      w: 1 + (noise(5, 1, 0.1)[0] ?? 0),
      feat: noise(6, 2, 50),
    },
  }
}

/** The bones of a hand: a wrist with the forearm, and four bones of each of five fingers, one after another. */
const parents: Row = [-1, ...Array.from({ length: 21 }, (_, i) => (i === 20 || i % 4 === 0 ? 0 : i))]

const cosSin = (angle: number): readonly [number, number] => [Math.cos(angle), Math.sin(angle)]

/** A turn about z and x by the first two numbers and a shift by the rest of them. */
const rigid = ([a = 0, b = 0, x = 0, y = 0, z = 0]: Row): Rows => {
  const [[c, s], [d, t]] = [cosSin(a), cosSin(b)]
  return [
    [c, -s * d, s * t, x],
    [s, c * d, -c * t, y],
    [0, t, d, z],
    [0, 0, 0, 1],
  ]
}

export interface HandSizes {
  readonly vertices: number
  readonly points: number
  /** Whether points lie inside triangles, with two coordinates of their own there. */
  readonly inTriangles: boolean
}

/** A hand of random bones, mesh and weights, and points near it. */
export const hand = (key: Key, { vertices, points, inTriangles }: HandSizes): Question => {
  const bones = parents.length
  const part = (i: number, count: number, columns: number): Rows =>
    uniformRows(foldIn(key, i), count, columns)
  const index = (i: number, count: number, columns: number): Rows =>
    part(i, count, columns).map((row) => row.map((e) => Math.floor(e * vertices)))
  const weights = part(3, vertices, bones).map((row) => {
    const total = row.reduce((sum, e) => sum + e ** 8, 0)
    return row.map((e) => e ** 8 / total)
  })
  return {
    module: 'ht',
    functions: ['objective', 'jacobian'],
    description: `${inTriangles ? 'complicated' : 'simple'}, ${String(vertices)} vertices, ${String(points)} points`,
    input: {
      theta: (part(0, 1, 26)[0] ?? []).map((e) => e - 0.5),
      data: {
        model: {
          bone_count: bones,
          bone_names: parents.map((_, i) => `bone ${String(i)}`),
          parents,
          base_relatives: part(1, bones, 5).map(rigid),
          inverse_base_absolutes: part(2, bones, 5).map(rigid),
          base_positions: part(4, vertices, 3).map((row) => [...row, 1]),
          weights,
          triangles: index(5, vertices, 3),
          is_mirrored: false,
        },
        correspondences: index(6, 1, points)[0] ?? [],
        points: part(7, points, 3),
      },
      us: inTriangles ? part(8, points, 2).map((row) => row.map((e) => e / 2)) : [],
    },
  }
}
