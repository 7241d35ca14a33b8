// Bundle adjustment: where cameras see points, against where they were seen, and a sparse Jacobian.
//
// Source: F. Šrajer, Z. Kukelova, A. Fitzgibbon, arXiv:1807.10129, section 4.2. An observation depends on the eleven
// numbers of its camera (rotation, centre, focal length, principal point, two of radial distortion), the three of its
// point and its weight, so two rows of the Jacobian hold a block of 2 by 15 and the rest of them is 0.

import * as t from 'io-ts'
import {
  ArgumentError,
  add,
  concat,
  cos,
  div,
  equal,
  full,
  grad,
  jit,
  leavesOf,
  mul,
  ravel,
  sin,
  sqrt,
  square,
  stack,
  sub,
  take,
  tensor,
  tile,
  vjp,
  vmap,
  where,
  type Tensor,
} from '../../src/node.ts'
import { matrixOf, numbers, numbersOf, task, type Tasks } from './task.ts'

const input = t.readonly(
  t.type({ n: t.number, m: t.number, p: t.number, cam: numbers, x: numbers, w: t.number, feat: numbers }),
)
type Input = t.TypeOf<typeof input>

const cameraSize = 11
const blockSize = cameraSize + 3 + 1

type Scalar = Tensor<readonly []>
type Vector = readonly [Scalar, Scalar, Scalar]

/**
 * What an observation depends on, number by number: rotation, centre, focal length, principal point and distortion of its
 * camera, its point and its weight. Scalars have no axis, so that a batch of observations is one loop.
 */
type Block = readonly [
  axis: Vector,
  centre: Vector,
  focal: Scalar,
  principal: readonly [Scalar, Scalar],
  distortion: readonly [Scalar, Scalar],
  point: Vector,
  weight: Scalar,
]

type Camera = readonly [...Vector, ...Vector, Scalar, Scalar, Scalar, Scalar, Scalar]

const dot = ([a, b, c]: Vector, [x, y, z]: Vector): Scalar => add(add(mul(a, x), mul(b, y)), mul(c, z))

const cross = ([a, b, c]: Vector, [x, y, z]: Vector): Vector => [
  sub(mul(b, z), mul(c, y)),
  sub(mul(c, x), mul(a, z)),
  sub(mul(a, y), mul(b, x)),
]

/** A point turned about an axis by as much as the axis is long (Rodrigues). */
const rotated = (axis: Vector, point: Vector): Vector => {
  const squared = dot(axis, axis)
  const isStill = equal(squared, 0)
  // A length of 1 in the place of 0 keeps the derivative of the branch that is not taken finite.
  const angle = sqrt(where(isStill, 1, squared) as Scalar)
  const unit: Vector = [div(axis[0], angle), div(axis[1], angle), div(axis[2], angle)]
  const [s, c] = [sin(angle), cos(angle)]
  const along = mul(dot(unit, point), sub(1, c))
  const [across, still] = [cross(unit, point), cross(axis, point)]
  const element = (i: 0 | 1 | 2): Scalar => {
    const turned = add(add(mul(point[i], c), mul(across[i], s)), mul(unit[i], along))
    return where(isStill, add(point[i], still[i]), turned) as Scalar
  }
  return [element(0), element(1), element(2)]
}

/** The weighted error of one observation across and down. */
const reprojection = (
  [axis, centre, focal, principal, distortion, point, weight]: Block,
  seen: readonly [Scalar, Scalar],
): readonly [Scalar, Scalar] => {
  const from: Vector = [sub(point[0], centre[0]), sub(point[1], centre[1]), sub(point[2], centre[2])]
  const [x, y, z] = rotated(axis, from)
  const [a, b] = [div(x, z), div(y, z)]
  const radius = add(square(a), square(b))
  const scale = mul(focal, add(1, add(mul(distortion[0], radius), mul(distortion[1], square(radius)))))
  const error = (flat: Scalar, i: 0 | 1): Scalar =>
    mul(weight, sub(add(mul(flat, scale), principal[i]), seen[i]))
  return [error(a, 0), error(b, 1)]
}

const weightError = (w: Scalar): Scalar => sub(1, square(w))

interface Scene {
  readonly cameras: Tensor
  readonly points: Tensor
  readonly weights: Tensor
  readonly features: Tensor
  /** Which camera and which point belong to an observation. */
  readonly cameraOf: Tensor
  readonly pointOf: Tensor
}

/** For each number of a block its values in all observations. */
const columnsOf = (x: Tensor): readonly Tensor[] =>
  Array.from({ length: x.shape[1] ?? 0 }, (_, i) => take(x, i, { axis: 1 }))

/** The numbers of a batch as what a function of one of them takes. */
const blocksOf = ({ cameras, points, weights, cameraOf, pointOf }: Scene): Block => {
  const [r1, r2, r3, c1, c2, c3, f, u, v, k1, k2] = columnsOf(take(cameras, cameraOf)) as unknown as Camera
  const [x, y, z] = columnsOf(take(points, pointOf)) as unknown as Vector
  return [[r1, r2, r3], [c1, c2, c3], f, [u, v], [k1, k2], [x, y, z], weights as Scalar]
}

const featuresOf = ({ features }: Scene): readonly [Scalar, Scalar] => columnsOf(features) as never

const objective = (scene: Scene): readonly [Tensor, Tensor] => [
  stack(vmap(reprojection)(blocksOf(scene), featuresOf(scene)), { axis: 1 }),
  vmap(weightError)(scene.weights as Scalar),
]

/** The values of the sparse Jacobian, row after row: first two rows of 15 for each observation, then one for each weight. */
const values = (scene: Scene): Tensor => {
  const rowsOfBlock = (block: Block, seen: readonly [Scalar, Scalar]): readonly Tensor[] => {
    const [, pullback] = vjp((b: Block) => reprojection(b, seen), block)
    const [one, none] = [tensor(1, { dtype: 'float64' }), tensor(0, { dtype: 'float64' })]
    return leavesOf([pullback([one, none]), pullback([none, one])])
  }
  return concat([
    ravel(stack(vmap(rowsOfBlock)(blocksOf(scene), featuresOf(scene)), { axis: 1 })),
    vmap(grad(weightError))(scene.weights as Scalar),
  ])
}

/** One camera, point, weight and feature stand for all of them; observation i has camera i mod n and point i mod m. */
const read = ({ n, m, p, cam, x, w, feat }: Input): Scene => {
  const odd = Object.entries({ n, m, p }).find(([, count]) => !(Number.isSafeInteger(count) && count > 0))
  if (odd !== undefined)
    throw new ArgumentError(`${odd[0]}: expected a whole number of 1 or more, got ${String(odd[1])}`)
  const repeated = (name: string, row: readonly number[], count: number, size: number): Tensor =>
    tile(matrixOf(name, [row], 1, size), [count, 1])
  const counted = (modulus: number): Tensor => tensor(Int32Array.from({ length: p }, (_, i) => i % modulus))
  return {
    cameras: repeated('cam', cam, n, cameraSize),
    points: repeated('x', x, m, 3),
    weights: full([p], w, { dtype: 'float64' }),
    features: repeated('feat', feat, p, 2),
    cameraOf: counted(n),
    pointOf: counted(m),
  }
}

/** Where the values of the sparse Jacobian are: the first of each row, and the column of each. */
export const sparsity = ({ n, m, p }: Pick<Input, 'n' | 'm' | 'p'>) => {
  const perBlock = 2 * blockSize
  const [ofPoints, ofWeights] = [cameraSize * n, cameraSize * n + 3 * m]
  return {
    rowStart: (row: number): number => (row <= 2 * p ? row * blockSize : perBlock * p + (row - 2 * p)),
    columnOf: (i: number): number => {
      if (i >= perBlock * p) return ofWeights + (i - perBlock * p)
      const [observation, k] = [Math.floor(i / perBlock), i % blockSize]
      if (k < cameraSize) return cameraSize * (observation % n) + k
      return k < cameraSize + 3
        ? ofPoints + 3 * (observation % m) + (k - cameraSize)
        : ofWeights + observation
    },
  }
}

/** All observations are alike here, so GradBench asks for the entries of the first block and for the last one. */
const sample = (all: readonly number[], given: Input) => {
  const { rowStart, columnOf } = sparsity(given)
  const some = (count: number, entry: (i: number) => number): readonly number[] => [
    ...Array.from({ length: Math.min(2 * blockSize, count) }, (_, i) => entry(i)),
    entry(count - 1),
  ]
  return {
    rows: some(3 * given.p + 1, rowStart),
    cols: some(all.length, columnOf),
    vals: some(all.length, (i) => all[i] ?? Number.NaN),
  }
}

const compiledObjective = jit(objective)
const compiledValues = jit(values)

export const ba: Tasks = {
  objective: task(
    input,
    (given) => {
      const scene = read(given)
      return () => compiledObjective(scene)
    },
    ([errors, weightErrors], { p }) => ({
      reproj_error: { elements: numbersOf(errors).slice(0, 2), repeated: p },
      w_err: { element: numbersOf(weightErrors)[0], repeated: p },
    }),
  ),
  jacobian: task(
    input,
    (given) => {
      const scene = read(given)
      return () => compiledValues(scene)
    },
    (found, given) => sample(numbersOf(found), given),
  ),
}
