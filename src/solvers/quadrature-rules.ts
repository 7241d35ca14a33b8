/** Points in (0, 1) and their weights, which sum to 1. */
export interface QuadratureRule {
  readonly points: readonly number[]
  readonly weights: readonly number[]
}

const onUnit = (points: readonly number[], weights: readonly number[]): QuadratureRule => ({
  points: points.map((x) => (1 + x) / 2),
  weights: weights.map((w) => w / 2),
})

/** The Legendre polynomial of degree n and its derivative at x, by the recurrence of three terms. */
const legendre = (n: number, x: number): readonly [number, number] => {
  const [p, before] = Array.from({ length: n - 1 }, (_, i) => i + 2).reduce<readonly [number, number]>(
    ([now, last], k) => [((2 * k - 1) * x * now - (k - 1) * last) / k, now],
    [x, 1],
  )
  return [p, (n * (x * p - before)) / (x * x - 1)]
}

/** Exact for polynomials of degree 2n − 1. The points are roots of the Legendre polynomial, by Newton's method. */
export const gaussLegendreRule = (n: number): QuadratureRule => {
  const points = Array.from({ length: n }, (_, i) =>
    Array.from({ length: 100 }).reduce<number>(
      (x) => {
        const [p, slope] = legendre(n, x)
        return x - p / slope
      },
      -Math.cos((Math.PI * (i + 0.75)) / (n + 0.5)),
    ),
  )
  const exact = points.map((x, i) => (2 * i + 1 === n ? 0 : x))
  return onUnit(
    exact,
    exact.map((x) => 2 / ((1 - x * x) * legendre(n, x)[1] ** 2)),
  )
}

const half = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848,
]
const kronrod = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
]
const gauss = [0, 0.1294849661688697, 0, 0.27970539148927664, 0, 0.3818300505051189, 0, 0.4179591836734694]

const mirrored = (values: readonly number[], sign: 1 | -1): readonly number[] => [
  ...values,
  ...values
    .slice(0, 7)
    .reverse()
    .map((value) => sign * value),
]

/**
 * Fifteen points, of which every second is one of Gauss's seven: two integrals whose difference tells the error.
 *
 * Source: A. S. Kronrod, 1965; figures of QUADPACK, R. Piessens et al., 1983.
 */
export const gaussKronrod: QuadratureRule & { readonly coarse: readonly number[] } = {
  ...onUnit(mirrored([...half.map((x) => -x), 0], -1), mirrored(kronrod, 1)),
  coarse: mirrored(gauss, 1).map((w) => w / 2),
}
