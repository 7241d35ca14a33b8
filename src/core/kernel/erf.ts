/**
 * The error function, (2/√π) ∫₀ˣ exp(−t²) dt, to a few units in the last place.
 *
 * Σ 2ⁿ x²ⁿ⁺¹ / (2n+1)!! · exp(−x²) has only positive terms, so nothing cancels; beyond 6 the value is 1.
 * Source: M. Abramowitz, I. A. Stegun, "Handbook of Mathematical Functions", 7.1.6.
 */
export const erf = (x: number): number => {
  const size = Math.abs(x)
  if (size >= 6) return Math.sign(x)
  let term = x
  let total = x
  for (let n = 1; term !== 0 && Math.abs(term) > Math.abs(total) * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
}
