import {
  dot,
  foldIn,
  item,
  matmul,
  mul,
  normal,
  outer,
  sub,
  tensor,
  toTypedArray,
  transpose,
  uniform,
  type Key,
  type Tensor,
} from 'puregrad'

/** A convex quadratic ½(w − w*)ᵀH(w − w*) with known eigenvalues. */
export interface Quadratic {
  /** `[n, n]` */
  readonly hessian: Tensor
  readonly minimum: Tensor
  readonly largest: number
  readonly value: (w: Tensor) => Tensor
}

/** I − 2vvᵀ/vᵀv: a reflection. */
const reflected = (matrix: Tensor, v: Tensor): Tensor => {
  const scaled = mul(v, 2 / item(dot(v, v)))
  return sub(matrix, outer(scaled, matmul(v, matrix)))
}

/** Eigenvalues uniform in [0.05, 1] times a random scale, eigenvectors by three random reflections. */
export const randomQuadratic = (key: Key, n: number): Quadratic => {
  const vectors = [0, 1, 2].map((i) => normal(foldIn(key, i), [n], { dtype: 'float64' }))
  const scale = 10 ** item(uniform(foldIn(key, 'scale'), [], { low: -1, high: 1, dtype: 'float64' }))
  const eigenvalues = mul(
    uniform(foldIn(key, 'eigenvalues'), [n], { low: 0.05, high: 1, dtype: 'float64' }),
    scale,
  )
  const values = Array.from(toTypedArray(eigenvalues))
  const identity = tensor(
    values.map((_, i) => values.map((__, j) => (i === j ? 1 : 0))),
    { dtype: 'float64' },
  )
  const basis = vectors.reduce(reflected, identity)
  const hessian = matmul(mul(basis, eigenvalues), transpose(basis))
  const minimum = normal(foldIn(key, 'minimum'), [n], { dtype: 'float64' })
  return {
    hessian,
    minimum,
    largest: Math.max(...values),
    value: (w) => {
      const d = sub(w, minimum)
      return mul(0.5, dot(d, matmul(hessian, d)))
    },
  }
}
