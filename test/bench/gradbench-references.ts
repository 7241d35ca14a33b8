// The objectives of GradBench as loops over numbers, written from their definitions and independent of puregrad.

type Row = readonly number[]
type Rows = readonly Row[]

const total = (list: Row): number => list.reduce((sum, e) => sum + e, 0)
const logSumExp = (list: Row): number => {
  const most = Math.max(...list)
  return most + Math.log(total(list.map((e) => Math.exp(e - most))))
}

/** log Γ of halves and whole numbers: from Γ(1/2) = √π and Γ(1) = 1 by Γ(x + 1) = xΓ(x). */
const logGammaOfHalves = (x: number): number => {
  let found = Number.isInteger(x) ? 0 : Math.log(Math.PI) / 2
  for (let y = x - 1; y > 0; y--) found += Math.log(y)
  return found
}

export interface GmmInput {
  readonly d: number
  readonly k: number
  readonly n: number
  readonly m: number
  readonly gamma: number
  readonly x: Rows
  readonly mu: Rows
  readonly q: Rows
  readonly l: Rows
  readonly alpha: Row
}

export const gmmObjective = ({ d, k, n, m, gamma, x, mu, q, l, alpha }: GmmInput): number => {
  const factors = Array.from({ length: k }, (_, c) => {
    const matrix = Array.from({ length: d }, (_, i) =>
      Array.from({ length: d }, (_, j) => (i === j ? Math.exp(q[c]![i]!) : 0)),
    )
    let next = 0
    for (let column = 0; column < d; column++)
      for (let r = column + 1; r < d; r++) matrix[r]![column] = l[c]![next++]!
    return matrix
  })
  const likelihood = total(
    x.map((point) =>
      logSumExp(
        factors.map((matrix, c) => {
          const centred = matrix.map((row) => total(row.map((e, j) => e * (point[j]! - mu[c]![j]!))))
          return alpha[c]! + total(q[c]!) - total(centred.map((e) => e * e)) / 2
        }),
      ),
    ),
  )
  const freedom = d + m + 1
  const logGamma =
    ((d * (d - 1)) / 4) * Math.log(Math.PI) +
    total(Array.from({ length: d }, (_, j) => logGammaOfHalves((freedom - j) / 2)))
  const prior = total(
    factors.map(
      (matrix, c) =>
        m * total(q[c]!) -
        (gamma ** 2 / 2) * total(matrix.flat().map((e) => e * e)) +
        freedom * d * (Math.log(gamma) - Math.log(2) / 2) -
        logGamma,
    ),
  )
  return likelihood - n * logSumExp(alpha) - (n * d * Math.log(2 * Math.PI)) / 2 + prior
}

const squaredDistance = (a: Row, b: Row): number => total(a.map((e, i) => (e - b[i]!) ** 2))

export const kmeansCost = (points: Rows, centroids: Rows): number =>
  total(points.map((point) => Math.min(...centroids.map((centroid) => squaredDistance(point, centroid)))))

/** Newton's step leads from the mean of a cluster to its centroid: the gradient is 2Σ(c − p), the Hessian 2 for each point. */
export const kmeansDirection = (points: Rows, centroids: Rows): Rows => {
  const nearest = points.map((point) => {
    const distances = centroids.map((centroid) => squaredDistance(point, centroid))
    return distances.indexOf(Math.min(...distances))
  })
  return centroids.map((centroid, c) => {
    const own = points.filter((_, i) => nearest[i] === c)
    return centroid.map((e, j) => e - total(own.map((point) => point[j]!)) / own.length)
  })
}

export const odeSolution = (x: Row, s: number): Row => {
  const h = 2 / s
  const slope = (y: Row): Row => x.map((e, i) => (i === 0 ? e : e * y[i - 1]!))
  let y: Row = x.map(() => 0)
  for (let step = 0; step < s; step++) {
    const from = y
    const moved = (along: Row, by: number): Row => from.map((e, i) => e + by * along[i]!)
    const k1 = slope(from)
    const k2 = slope(moved(k1, h / 2))
    const k3 = slope(moved(k2, h / 2))
    const k4 = slope(moved(k3, h))
    y = from.map((e, i) => e + (h / 6) * (k1[i]! + 2 * k2[i]! + 2 * k3[i]! + k4[i]!))
  }
  return y
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x))

export const lstmLoss = (main: Rows, extra: Rows, state: Rows, sequence: Rows): number => {
  const b = sequence[0]!.length
  const cells = state.map((row) => [...row])
  let sum = 0
  for (let time = 0; time + 1 < sequence.length; time++) {
    let x: Row = sequence[time]!.map((e, i) => e * extra[0]![i]!)
    for (let layer = 0; layer < main.length / 2; layer++) {
      const [weights, biases] = [main[2 * layer]!, main[2 * layer + 1]!]
      const [hidden, cell] = [cells[2 * layer]!, cells[2 * layer + 1]!]
      for (let i = 0; i < b; i++) {
        const gate = (g: number, of: number): number => of * weights[g * b + i]! + biases[g * b + i]!
        const [forget, outgate] = [logistic(gate(0, x[i]!)), logistic(gate(2, x[i]!))]
        const [ingate, change] = [logistic(gate(1, hidden[i]!)), Math.tanh(gate(3, hidden[i]!))]
        cell[i] = cell[i]! * forget + ingate * change
        hidden[i] = outgate * Math.tanh(cell[i]!)
      }
      x = hidden
    }
    const predicted = x.map((e, i) => e * extra[1]![i]! + extra[2]![i]!)
    const normalizer = Math.log(2 + total(predicted.map(Math.exp)))
    sum += total(sequence[time + 1]!.map((e, i) => e * (predicted[i]! - normalizer)))
  }
  return -sum / (b * (sequence.length - 1))
}

/** The error of an observation: `block` is eleven numbers of a camera, three of a point and a weight. */
export const reprojectionError = (block: Row, seen: Row): Row => {
  const [a, b, c] = [block[0]!, block[1]!, block[2]!]
  const angle = Math.hypot(a, b, c)
  const [x, y, z] = [block[11]! - block[3]!, block[12]! - block[4]!, block[13]! - block[5]!]
  const [u, v, w] = angle === 0 ? [0, 0, 0] : [a / angle, b / angle, c / angle]
  const [s, k] = [Math.sin(angle), 1 - Math.cos(angle)]
  // R = I + sin θ·K + (1 − cos θ)·K², K the matrix of the cross product.
  const cross = ([p, q, r]: Row): Row => [v * r! - w * q!, w * p! - u * r!, u * q! - v * p!]
  const once = cross([x, y, z])
  const twice = cross(once)
  const turned = [x, y, z].map((e, i) => e + s * once[i]! + k * twice[i]!)
  const flat = [turned[0]! / turned[2]!, turned[1]! / turned[2]!]
  const radius = flat[0]! ** 2 + flat[1]! ** 2
  const scale = block[6]! * (1 + block[9]! * radius + block[10]! * radius ** 2)
  return flat.map((e, i) => block[14]! * (e * scale + block[7 + i]! - seen[i]!))
}

const times = (a: Rows, b: Rows): Rows =>
  a.map((row) => b[0]!.map((_, j) => total(row.map((e, k) => e * b[k]![j]!))))

export interface HandData {
  readonly model: {
    readonly parents: Row
    readonly base_relatives: readonly Rows[]
    readonly inverse_base_absolutes: readonly Rows[]
    readonly base_positions: Rows
    readonly weights: Rows
    readonly triangles: Rows
    readonly is_mirrored: boolean
  }
  readonly correspondences: Row
  readonly points: Rows
}

/** The angles of each bone about x, z and y: bones 2 to 4, 6 to 8, …, 18 to 20 are those of fingers that move. */
const anglesOf = (theta: Row, bone: number): Row => {
  const [finger, joint] = [Math.floor((bone - 2) / 4), (bone - 2) % 4]
  if (bone < 2 || finger > 4 || joint > 2) return [0, 0, 0]
  const own = theta.slice(6 + 4 * finger, 10 + 4 * finger)
  return joint === 0 ? [own[0]!, own[1]!, 0] : [own[1 + joint]!, 0, 0]
}

const eulerMatrix = ([tx, tz, ty]: Row): Rows => {
  const [cx, sx, cy, sy, cz, sz] = [
    Math.cos(tx!),
    Math.sin(tx!),
    Math.cos(ty!),
    Math.sin(ty!),
    Math.cos(tz!),
    Math.sin(tz!),
  ]
  const z = [
    [cz, -sz, 0],
    [sz, cz, 0],
    [0, 0, 1],
  ]
  const y = [
    [cy, 0, sy],
    [0, 1, 0],
    [-sy, 0, cy],
  ]
  const x = [
    [1, 0, 0],
    [0, cx, -sx],
    [0, sx, cx],
  ]
  return times(times(z, y), x)
}

const axisMatrix = (axis: Row): Rows => {
  const angle = Math.hypot(...axis)
  if (angle < 1e-4)
    return [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]
  const [x, y, z] = axis.map((e) => e / angle) as [number, number, number]
  const [s, c] = [Math.sin(angle), Math.cos(angle)]
  return [
    [x * x + (1 - x * x) * c, x * y * (1 - c) - z * s, x * z * (1 - c) + y * s],
    [x * y * (1 - c) + z * s, y * y + (1 - y * y) * c, y * z * (1 - c) - x * s],
    [x * z * (1 - c) - y * s, y * z * (1 - c) + x * s, z * z + (1 - z * z) * c],
  ]
}

export const handErrors = (theta: Row, us: Rows, { model, correspondences, points }: HandData): Row => {
  const absolutes: Rows[] = []
  model.parents.forEach((parent, bone) => {
    const turn = [...eulerMatrix(anglesOf(theta, bone)).map((row) => [...row, 0]), [0, 0, 0, 1]]
    const own = times(model.base_relatives[bone]!, turn)
    absolutes.push(parent === -1 ? own : times(absolutes[parent]!, own))
  })
  const transforms = absolutes.map((matrix, bone) => times(matrix, model.inverse_base_absolutes[bone]!))
  const turn = axisMatrix(theta.slice(0, 3))
  const vertices = model.base_positions.map((position, v) => {
    const skinned = [0, 1, 2].map((i) =>
      total(
        transforms.map(
          (matrix, bone) => model.weights[v]![bone]! * total(matrix[i]!.map((e, j) => e * position[j]!)),
        ),
      ),
    )
    const mirrored = skinned.map((e, i) => (i === 0 && model.is_mirrored ? -e : e))
    return turn.map((row, i) => total(row.map((e, j) => e * mirrored[j]!)) + theta[3 + i]!)
  })
  return correspondences.flatMap((place, p) => {
    const measured = points[p]!
    if (us.length === 0) return measured.map((e, i) => e - vertices[place]![i]!)
    const [a, b, c] = model.triangles[place]!.map((v) => vertices[v]!)
    const [u, v] = us[p]! as [number, number]
    return measured.map((e, i) => e - (u * a![i]! + v * b![i]! + (1 - u - v) * c![i]!))
  })
}
