/** c₀ + c₁x + c₂x² + …, the highest first. native/special_math.h has its twin. */
export const polynomial = (coefficients: readonly number[], x: number): number => {
  let sum = coefficients[coefficients.length - 1]!
  for (let i = coefficients.length - 2; i >= 0; i--) sum = coefficients[i]! + x * sum
  return sum
}
