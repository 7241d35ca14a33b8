// Tracking of a hand: a skeleton of bones moves the vertices of a mesh, which are compared with measured points.
//
// Source: F. Šrajer, Z. Kukelova, A. Fitzgibbon, arXiv:1807.10129, section 4.3. Where points lie inside triangles (`us`
// is not empty), each has two coordinates of its own there. No other point depends on them, so the Jacobian has two
// columns for all of them, which are those of a common shift of all such coordinates.

import * as t from 'io-ts'
import {
  add,
  concat,
  cos,
  div,
  einsum,
  expandDims,
  eye,
  jacobian,
  jit,
  less,
  matmul,
  mul,
  neg,
  ones,
  ravel,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  stack,
  sub,
  sum,
  take,
  tensor,
  transpose,
  where,
  zeros,
  type Tensor,
} from '../../src/node.ts'
import { ArgumentError } from '../../src/node.ts'
import { matrixOf, numbers, numbersOf, rows, rowsOf, task, vectorOf, type Tasks } from './task.ts'

const matrices = t.readonlyArray(rows)
const input = t.readonly(
  t.type({
    theta: numbers,
    data: t.type({
      model: t.type({
        bone_count: t.number,
        parents: numbers,
        base_relatives: matrices,
        inverse_base_absolutes: matrices,
        base_positions: rows,
        weights: rows,
        triangles: rows,
        is_mirrored: t.boolean,
      }),
      correspondences: numbers,
      points: rows,
    }),
    us: rows,
  }),
)
type Input = t.TypeOf<typeof input>

const float64 = { dtype: 'float64' } as const

interface Hand {
  readonly relatives: Tensor
  readonly inverses: Tensor
  readonly positions: Tensor
  readonly weights: Tensor
  readonly points: Tensor
  /** The vertices that are compared: `[points]`, or `[points, 3]` where they span triangles. */
  readonly vertices: Tensor
  readonly us: Tensor
}

/** What is fixed when a program is made. */
interface Skeleton {
  readonly parents: readonly number[]
  readonly isMirrored: boolean
}

const at = (x: Tensor, i: number): Tensor => take(x, i) as Tensor

/** A matrix from its elements, row after row. */
const squareOf = (elements: readonly Tensor[]): Tensor => reshape(stack(elements), [3, 3])

/** The matrix that turns about an axis by as much as the axis is long; below a length of 1e-4 it is constant. */
const rotation = (axis: Tensor): Tensor => {
  const squared = sum(square(axis))
  const isStill = less(squared, 1e-8)
  // A length of 1 in the place of none keeps the derivative of the branch that is not taken finite.
  const angle = sqrt(where(isStill, 1, squared))
  const unit = div(axis, angle) as Tensor
  const [s, c] = [sin(angle), cos(angle)]
  const [x, y, z] = [at(unit, 0), at(unit, 1), at(unit, 2)]
  const zero = mul(0, x) as Tensor
  const skew = squareOf([zero, neg(z), y, z, zero, neg(x), neg(y), x, zero] as readonly Tensor[])
  const outer = mul(expandDims(unit, { axis: 1 }), expandDims(unit, { axis: 0 }))
  const identity = eye(3, float64)
  const turned = add(add(mul(c, identity), mul(sub(1, c), outer)), mul(s, skew))
  return where(isStill, identity, turned) as Tensor
}

/** Three turns of one bone after another, `[bones, 3, 3]`, of angles about x, z and y, `[bones, 3]`. */
const eulerRotations = (angles: Tensor): Tensor => {
  const [bones = 0] = angles.shape
  const column = (i: number): Tensor => take(angles, i, { axis: 1 }) as Tensor
  const [zero, one] = [zeros([bones], float64), ones([bones], float64)]
  const matrix = (elements: readonly Tensor[]): Tensor => reshape(stack(elements, { axis: 1 }), [bones, 3, 3])
  const turn = (angle: Tensor) => ({ s: sin(angle), c: cos(angle), m: neg(sin(angle)) })
  const [x, z, y] = [turn(column(0)), turn(column(1)), turn(column(2))]
  const about = {
    x: matrix([one, zero, zero, zero, x.c, x.m, zero, x.s, x.c] as readonly Tensor[]),
    y: matrix([y.c, zero, y.s, zero, one, zero, y.m, zero, y.c] as readonly Tensor[]),
    z: matrix([z.c, z.m, zero, z.s, z.c, zero, zero, zero, one] as readonly Tensor[]),
  }
  return matmul(matmul(about.z, about.y), about.x) as Tensor
}

/** Where in `[0, theta…]` the three angles of each bone are: four for each of five fingers, two of them at its root. */
const placesOfAngles = (bones: number): Int32Array<ArrayBuffer> => {
  const places = new Int32Array(bones * 3)
  for (let finger = 0; finger < 5; finger++)
    for (let joint = 0; joint < 3; joint++) {
      const [bone, first] = [2 + 4 * finger + joint, 7 + 4 * finger]
      places[3 * bone] = joint === 0 ? first : first + 1 + joint
      if (joint === 0) places[3 * bone + 1] = first + 1
    }
  return places
}

/** Rotations of bones as matrices of 4 by 4. */
const homogeneous = (turns: Tensor): Tensor => {
  const [bones = 0] = turns.shape
  const above = concat([turns, zeros([bones, 3, 1], float64)], { axis: 2 })
  const below = tensor(
    Float64Array.from({ length: 4 * bones }, (_, i) => (i % 4 === 3 ? 1 : 0)),
    {
      shape: [bones, 1, 4],
    },
  )
  return concat([above, below], { axis: 1 })
}

const positionsOf = (theta: Tensor, hand: Hand, { parents, isMirrored }: Skeleton): Tensor => {
  const bones = parents.length
  const padded = concat([zeros([1], float64), theta])
  const angles = reshape(take(padded, tensor(placesOfAngles(bones))), [bones, 3])
  const posed = matmul(hand.relatives, homogeneous(eulerRotations(angles))) as Tensor
  const absolutes = parents.reduce<readonly Tensor[]>((before, parent, i) => {
    const above = before[parent]
    return [...before, above === undefined ? at(posed, i) : (matmul(above, at(posed, i)) as Tensor)]
  }, [])
  const transforms = matmul(stack(absolutes), hand.inverses) as Tensor
  const weighted = mul(
    expandDims(hand.weights, { axis: 2 }),
    expandDims(hand.positions, { axis: 1 }),
  ) as Tensor
  const skinned = einsum('vbj,bij->vi', weighted, slice(transforms, [0, 0], [bones, 3]))
  const mirrored = isMirrored ? (mul(skinned, tensor(Float64Array.of(-1, 1, 1))) as Tensor) : skinned
  const turned = matmul(mirrored, transpose(rotation(slice(theta, [0], [3])))) as Tensor
  return add(turned, slice(theta, [3], [6])) as Tensor
}

const objective = (theta: Tensor, us: Tensor, hand: Hand, skeleton: Skeleton): Tensor => {
  const compared = take(positionsOf(theta, hand, skeleton), hand.vertices)
  if (us.size === 0) return ravel(sub(hand.points, compared) as Tensor)
  const last = sub(1, sum(us, { axis: 1 })) as Tensor
  const shares = concat([us, expandDims(last, { axis: 1 })], { axis: 1 })
  return ravel(sub(hand.points, einsum('pk,pki->pi', shares, compared)) as Tensor)
}

const derivative = (theta: Tensor, hand: Hand, skeleton: Skeleton): Tensor => {
  if (hand.us.size === 0)
    return jacobian((a: Tensor) => objective(a, hand.us, hand, skeleton), { mode: 'forward' })(theta)
  const shifted = (a: Tensor): Tensor =>
    objective(slice(a, [2]), add(hand.us, slice(a, [0], [2])) as Tensor, hand, skeleton)
  return jacobian(shifted, { mode: 'forward' })(concat([zeros([2], float64), theta]))
}

const compiledObjective = jit(
  (theta: Tensor, hand: Hand, skeleton: Skeleton) => objective(theta, hand.us, hand, skeleton),
  {
    static: [2],
  },
)
const compiledJacobian = jit(derivative, { static: [2] })

const read = ({ theta, data, us }: Input): readonly [Tensor, Hand, Skeleton] => {
  const { model, correspondences, points } = data
  const [bones, vertices] = [model.parents.length, model.base_positions.length]
  const odd = model.parents.findIndex(
    (parent, i) => !(Number.isSafeInteger(parent) && parent >= -1 && parent < i),
  )
  if (odd >= 0)
    throw new ArgumentError(
      `parents[${String(odd)}]: expected a bone before it or -1, got ${String(model.parents[odd])}`,
    )
  const stacked = (name: string, list: Input['data']['model']['base_relatives']): Tensor =>
    reshape(
      matrixOf(
        name,
        list.map((matrix) => matrix.flat()),
        bones,
        16,
      ),
      [bones, 4, 4],
    )
  const places =
    us.length === 0
      ? correspondences
      : correspondences.flatMap((triangle) => model.triangles[triangle]?.slice(0, 3) ?? [])
  return [
    vectorOf(theta),
    {
      relatives: stacked('base_relatives', model.base_relatives),
      inverses: stacked('inverse_base_absolutes', model.inverse_base_absolutes),
      positions: matrixOf('base_positions', model.base_positions, vertices, 4),
      weights: matrixOf('weights', model.weights, vertices, bones),
      points: matrixOf('points', points, correspondences.length, 3),
      vertices: tensor(Int32Array.from(places), {
        shape: us.length === 0 ? [correspondences.length] : [correspondences.length, 3],
      }),
      us: us.length === 0 ? zeros([0, 2], float64) : matrixOf('us', us, correspondences.length, 2),
    },
    { parents: model.parents, isMirrored: model.is_mirrored },
  ]
}

export const ht: Tasks = {
  objective: task(
    input,
    (given) => {
      const args = read(given)
      return () => compiledObjective(...args)
    },
    numbersOf,
  ),
  jacobian: task(
    input,
    (given) => {
      const args = read(given)
      return () => compiledJacobian(...args)
    },
    rowsOf,
  ),
}
