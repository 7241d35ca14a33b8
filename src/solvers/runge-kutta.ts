import { add, mul } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/** The right side of y' = f(y, t), of vectors. */
export type Slope = (y: Tensor, t: Tensor) => Tensor

/** Σ coefficient · vector, zeros left out. */
export const combined = (vectors: readonly Tensor[], coefficients: readonly number[]): Tensor => {
  const terms = vectors.flatMap((vector, i) =>
    (coefficients[i] ?? 0) === 0 ? [] : [mul(vector, coefficients[i] ?? 0)],
  )
  return terms.reduce((total, term) => add(total, term))
}

/** The classical step of order 4. Source: W. Kutta, 1901. */
export const rungeKutta4 = (f: Slope, y: Tensor, t: Tensor, h: Tensor): Tensor => {
  const half = mul(h, 0.5)
  const middle = add(t, half)
  const k1 = f(y, t)
  const k2 = f(add(y, mul(k1, half)), middle)
  const k3 = f(add(y, mul(k2, half)), middle)
  const k4 = f(add(y, mul(k3, h)), add(t, h))
  return add(y, mul(combined([k1, k2, k3, k4], [1 / 6, 1 / 3, 1 / 3, 1 / 6]), h))
}

const nodes = [1 / 5, 3 / 10, 4 / 5, 8 / 9, 1, 1]

const stages = [
  [1 / 5],
  [3 / 40, 9 / 40],
  [44 / 45, -56 / 15, 32 / 9],
  [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
  [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
  [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
]

/** The solution of order 5 less the one of order 4. */
const errors = [-71 / 57600, 0, 71 / 16695, -71 / 1920, 17253 / 339200, -22 / 525, 1 / 40]

/** The weights of the slopes at a share θ of the step: coefficients of θ, θ², θ³, θ⁴. */
const dense = [
  [1, -8048581381 / 2820520608, 8663915743 / 2820520608, -12715105075 / 11282082432],
  [0, 0, 0, 0],
  [0, 131558114200 / 32700410799, -68118460800 / 10900136933, 87487479700 / 32700410799],
  [0, -1754552775 / 470086768, 14199869525 / 1410260304, -10690763975 / 1880347072],
  [0, 127303824393 / 49829197408, -318862633887 / 49829197408, 701980252875 / 199316789632],
  [0, -282668133 / 205662961, 2019193451 / 616988883, -1453857185 / 822651844],
  [0, 40617522 / 29380423, -110615467 / 29380423, 69997945 / 29380423],
]

/** One step of Dormand and Prince. */
export interface DormandPrinceStep {
  readonly y: Tensor
  /** Its seven slopes; the last one is the first of the next step. */
  readonly slopes: readonly Tensor[]
  readonly error: Tensor
}

/**
 * A step of order 5 with an error of order 4 embedded.
 *
 * Source: J. R. Dormand, P. J. Prince, 1980.
 */
export const dormandPrince = (
  f: Slope,
  y: Tensor,
  slope: Tensor,
  t: Tensor,
  h: Tensor,
): DormandPrinceStep => {
  const { at, slopes } = stages.reduce<{ readonly at: Tensor; readonly slopes: readonly Tensor[] }>(
    ({ slopes: known }, row, i) => {
      const there = add(y, mul(combined(known, row), h))
      return { at: there, slopes: [...known, f(there, add(t, mul(h, nodes[i] ?? 1)))] }
    },
    { at: y, slopes: [slope] },
  )
  return { y: at, slopes, error: mul(combined(slopes, errors), h) }
}

/**
 * Between the ends of a step, of order 4: a polynomial in the share of the step, from 0 at its start.
 *
 * Source: L. F. Shampine, Mathematics of Computation 46, 1986.
 */
export const within = (y: Tensor, slopes: readonly Tensor[], h: Tensor, share: Tensor): Tensor => {
  const weighted = slopes.map((slope, i) => {
    const [a = 0, b = 0, c = 0, d = 0] = dense[i] ?? []
    const weight = mul(share, add(a, mul(share, add(b, mul(share, add(c, mul(share, d)))))))
    return mul(slope, weight)
  })
  return add(
    y,
    mul(
      weighted.reduce((total, term) => add(total, term)),
      h,
    ),
  )
}
