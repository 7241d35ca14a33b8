/** (√5 − 1) / 2 */
const golden = 0.6180339887498949

interface Bracket {
  readonly low: number
  readonly high: number
  /** The inner points, the lower first, with the values there. */
  readonly inner: readonly [number, number]
  readonly values: readonly [number, number]
}

/**
 * The place between two ends where a function of one valley is least, to within a width. Source: J. Kiefer, "Sequential
 * minimax search for a maximum", Proc. AMS 4, 1953.
 */
export const leastBetween = (f: (x: number) => number, low: number, high: number, width: number): number => {
  const inner = [high - golden * (high - low), low + golden * (high - low)] as const
  const step = ({ low, high, inner: [a, b], values: [atA, atB] }: Bracket): Bracket => {
    if (atA <= atB) {
      const next = b - golden * (b - low)
      return { low, high: b, inner: [next, a], values: [f(next), atA] }
    }
    const next = a + golden * (high - a)
    return { low: a, high, inner: [b, next], values: [atB, f(next)] }
  }
  const steps = Math.ceil(Math.log(width / (high - low)) / Math.log(golden))
  const { inner: found, values } = Array.from({ length: steps }).reduce<Bracket>(step, {
    low,
    high,
    inner,
    values: [f(inner[0]), f(inner[1])],
  })
  return values[0] <= values[1] ? found[0] : found[1]
}
