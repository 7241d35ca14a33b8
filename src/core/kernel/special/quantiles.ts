/*
 * Written in the part of the language that scripts/special-math.ts turns into C++: functions of numbers, constants and
 * tables of coefficients. Polynomials are near-minimax fits of this project's own, made with mpmath.
 */
import { exp, log, log1p, pow } from '../portable-math.ts'
import { betaIncRest, betaPrefix } from './beta.ts'
import { ndtri } from './error-function.ts'
import { gammaPositive } from './gamma.ts'
import { gammaDensity, gammaP, gammaQ, gammaSeries, largeShape, logGammaPrefix } from './incomplete-gamma.ts'

/** A first guess of the quantile: Wilson and Hilferty's, or the lowest term of the series. */
const guessedGammaQuantile = (a: number, p: number): number => {
  const root = 1 - 1 / (9 * a) + ndtri(p) / (3 * Math.sqrt(a))
  if (a > 1 && root > 0.2) return a * root * root * root
  const bend = 1 - a * (0.253 + a * 0.12)
  if (a > 1 || p < bend) return pow(p * (a < 100 ? gammaPositive(a + 1) : 1), 1 / a)
  return 1 - log1p(-(p - bend) / (1 - bend))
}

/**
 * The x with P(a, x) = p far in the lower tail, by Newton's steps for log P by log x: that is concave, so that from any
 * guess the second step and all after it come from below.
 */
const gammaTailQuantile = (a: number, p: number, guess: number): number => {
  const target = log(p)
  let x = guess < a ? guess : a
  for (let k = 0; k < 40 && x > 0; k++) {
    const series = gammaSeries(a, x)
    const step = ((target - logGammaPrefix(a, x) - log(series)) * series) / a
    x *= exp(step)
    if (Math.abs(step) < 1e-13) return x
  }
  return x
}

/** Below this share guesses are so far off that steps by P itself do not come to the quantile. */
const farTail = 1e-20

/** Products, sums and differences of less come near the least numbers, which have few digits. */
const leastExact = 1e-290

/** The x with P(a, x) = p: Halley's steps from a guess, on the smaller of both tails. */
export const gammaPInv = (a: number, p: number): number => {
  if (!(a > 0 && a < Infinity && p >= 0 && p <= 1)) return NaN
  if (p === 0) return 0
  if (p === 1) return Infinity
  let x = guessedGammaQuantile(a, p)
  if (p < farTail && a <= largeShape) {
    x = gammaTailQuantile(a, p, x)
    if (p < leastExact) return x
  }
  for (let k = 0; k < 20; k++) {
    if (!(x > 0)) return 0
    const error = p < 0.5 ? gammaP(a, x) - p : 1 - p - gammaQ(a, x)
    const newton = error / gammaDensity(a, x)
    const bend = newton * ((a - 1) / x - 1)
    const step = newton / (1 - 0.5 * (bend < 1 ? bend : 1))
    const next = x - step
    // Beyond 0, or where the density is none, half the way.
    const value = next > 0 ? next : next <= 0 ? 0.5 * x : x
    const isClose = Math.abs(value - x) <= 1e-10 * x
    x = value
    if (isClose) return x
  }
  return x
}

/*
 * Quantiles of counts: a guess, at most so many steps from it by the probabilities of neighbours, as F(k ± 1) is F(k) and one of them,
 * and else, far in a tail where a guess is bad, where rounding hides what is left (of 10⁹ trials at u = 0 there would be 10⁹ steps) or
 * where chances are so small that they lose digits, a search by F itself with steps that double and then halve.
 */
const longestWalk = 32

/** What a walk downwards may leave of a share before it is computed anew: differences keep the error of what they began with. */
const lostDigits = 1e-5

/** A count by the normal distribution with Cornish and Fisher's term for the skewness. */
const guessedCount = (mean: number, deviation: number, skewness: number, u: number): number => {
  const z = u > 0 ? ndtri(u) : -9
  const guess = Math.floor(mean + deviation * (z + (skewness * (z * z - 1)) / 6) + 0.5)
  return guess > 0 ? guess : 0
}

/** F(k) of n trials, or of a Poisson distribution if n is infinite. */
const shareUpTo = (n: number, p: number, k: number): number =>
  k < 0 ? 0 : n === Infinity ? gammaQ(k + 1, p) : k >= n ? 1 : betaIncRest(k + 1, n - k, p)

/** The least k with F(k) > u, from a k of any distance. */
const searchedCount = (n: number, p: number, u: number, from: number): number => {
  let stride = longestWalk
  let low = from
  let high = from
  // F(low) <= u < F(high).
  while (high < n && shareUpTo(n, p, high) <= u) {
    low = high
    high += stride
    stride *= 2
  }
  if (low === high) low -= 1
  while (low >= 0 && shareUpTo(n, p, low) > u) {
    high = low
    low -= stride
    stride *= 2
  }
  if (low < 0) low = -1
  if (high > n) high = n
  while (high - low > 1) {
    const middle = Math.floor(0.5 * (low + high))
    const isAbove = shareUpTo(n, p, middle) > u
    high = isAbove ? middle : high
    low = isAbove ? low : middle
  }
  return high
}

/** The least k with F(k) > u for a Poisson distribution. */
export const poissonQuantile = (mean: number, u: number): number => {
  if (!(mean >= 0 && mean < 1e15 && u >= 0 && u < 1)) return NaN
  if (mean === 0) return 0
  const deviation = Math.sqrt(mean)
  const guess = guessedCount(mean, deviation, 1 / deviation, u)
  let below = gammaQ(guess + 1, mean)
  if (u < leastExact || below < leastExact) return searchedCount(Infinity, mean, u, guess)
  let k = guess
  let chance = gammaDensity(k + 1, mean)
  while (below <= u && k - guess < longestWalk) {
    k += 1
    chance *= mean / k
    below += chance
  }
  let sure = below
  while (k > 0 && below > u && guess - k < longestWalk) {
    let less = below - chance
    if (less < lostDigits * sure) {
      less = gammaQ(k, mean)
      sure = less
    }
    if (less <= u) return k
    below = less
    chance *= k / mean
    k -= 1
  }
  return Math.abs(k - guess) < longestWalk ? k : searchedCount(Infinity, mean, u, k)
}

/** The chance of k < n successes; by the logarithms of factorials it would have six digits of 10⁹ trials. */
const binomialChance = (n: number, p: number, k: number): number =>
  betaPrefix(k + 1, n - k, p, 1 - p) / (p * (n - k))

/** The least k with F(k) > u for a binomial distribution of n trials. */
export const binomialQuantile = (n: number, p: number, u: number): number => {
  if (!(n >= 0 && n < 1e9 && Math.floor(n) === n && p >= 0 && p <= 1 && u >= 0 && u < 1)) return NaN
  if (n === 0 || p === 0) return 0
  if (p === 1) return n
  const deviation = Math.sqrt(n * p * (1 - p))
  const guessed = guessedCount(n * p, deviation, (1 - 2 * p) / deviation, u)
  const guess = guessed < n ? guessed : n - 1
  let below = shareUpTo(n, p, guess)
  if (u < leastExact || below < leastExact) return searchedCount(n, p, u, guess)
  const odds = p / (1 - p)
  let k = guess
  let chance = binomialChance(n, p, k)
  while (below <= u && k < n && k - guess < longestWalk) {
    chance *= ((n - k) / (k + 1)) * odds
    k += 1
    below += chance
  }
  let sure = below
  while (k > 0 && below > u && guess - k < longestWalk) {
    let less = below - chance
    if (less < lostDigits * sure) {
      less = shareUpTo(n, p, k - 1)
      sure = less
    }
    if (less <= u) return k
    below = less
    chance *= k / ((n - k + 1) * odds)
    k -= 1
  }
  return Math.abs(k - guess) < longestWalk ? k : searchedCount(n, p, u, k)
}
