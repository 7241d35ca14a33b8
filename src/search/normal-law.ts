/**
 * The complementary error function to a share of 1.2·10⁻⁷ of itself, however small it is.
 *
 * Source: W. H. Press, S. A. Teukolsky, W. T. Vetterling, B. P. Flannery, "Numerical Recipes", 2nd edition, section 6.2.
 */
const erfc = (x: number): number => {
  const t = 1 / (1 + Math.abs(x) / 2)
  const series = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ].reduceRight((sum, coefficient) => coefficient + t * sum, 0)
  const tail = t * Math.exp(-x * x + series)
  return x >= 0 ? tail : 2 - tail
}

/** The chance that a standard normal number is below. */
export const normalBelow = (x: number): number => erfc(-x * Math.SQRT1_2) / 2

/** The chance that it is between, from the side where nothing cancels. */
export const normalBetween = (from: number, to: number): number =>
  from > 0 ? normalBelow(-from) - normalBelow(-to) : normalBelow(to) - normalBelow(from)

const ratio = (x: number, above: readonly number[], below: readonly number[]): number => {
  const polynomial = (coefficients: readonly number[]): number =>
    coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
  return polynomial(above) / polynomial([...below, 1])
}

const centre = {
  above: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
    2.506628277459239,
  ],
  below: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572],
}
const tail = {
  above: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  below: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416],
}

/**
 * The number below which a standard normal one is with a chance, to a share of 1.15·10⁻⁹.
 *
 * Source: P. J. Acklam, "An algorithm for computing the inverse normal cumulative distribution function", 2003.
 */
export const normalQuantile = (p: number): number => {
  if (p <= 0) return -Infinity
  if (p >= 1) return Infinity
  if (p > 0.5) return -normalQuantile(1 - p)
  if (p < 0.02425) return ratio(Math.sqrt(-2 * Math.log(p)), tail.above, tail.below)
  const q = p - 0.5
  return q * ratio(q * q, centre.above, centre.below)
}
