import { cos, sin } from './portable-math.ts'
import type { FloatBuffer, Routine } from './routine.ts'

/*
 * Discrete Fourier transforms in double precision, of the same bytes on every executor: native/fft_reproducible.cc is the
 * same, step for step. Lengths without prime factors above 13 by J. W. Cooley and J. W. Tukey's splitting in the self-sorting
 * form (T. G. Stockham, 1966), others as a convolution (L. I. Bluestein, 1970).
 */

/** Complex numbers as two arrays. */
interface Complex {
  readonly re: Float64Array
  readonly im: Float64Array
}

const complexOf = (n: number): Complex => ({ re: new Float64Array(n), im: new Float64Array(n) })

/** What is known of a length before the numbers come. */
interface Plan {
  readonly n: number
  /** Of a length that splits. */
  readonly factors: readonly number[]
  /** e^(−2πik/n), of a length that splits. */
  readonly roots: Complex
  /** Of one that does not: the chirp e^(−πik²/n), and the transform of its conjugate, in a length that splits. */
  readonly chirp: { readonly at: Complex; readonly spectrum: Complex; readonly plan: Plan } | undefined
}

const largestFactor = 13

/** e^(−2πik/n) for 0 ≤ k < n, from the angle within an octant, which is exact where the whole angle is not. */
const root = (to: Complex, at: number, k: number, n: number): void => {
  const octant = Math.floor((8 * k) / n)
  const rest = 8 * k - octant * n
  const angle = ((octant % 2 === 0 ? rest : n - rest) * 0.7853981633974483) / n
  const c = cos(angle)
  const s = sin(angle)
  const isSteep = octant % 4 === 1 || octant % 4 === 2
  const x = isSteep ? s : c
  const y = isSteep ? c : s
  to.re[at] = octant >= 2 && octant < 6 ? -x : x
  to.im[at] = octant < 4 ? -y : y
}

/** All of e^(−2πik/n); where turns by a quarter or an eighth map some to others, sines are taken of a part of them only. */
const rootsOf = (n: number): Complex => {
  const all = complexOf(n)
  const { re, im } = all
  const known = n % 8 === 0 ? n / 8 : n % 4 === 0 ? n / 4 - 1 : Math.floor(n / 2)
  for (let k = 0; k <= known; k++) root(all, k, k, n)
  for (let k = known + 1; k < n / 4 && n % 8 === 0; k++) {
    re[k] = -im[n / 4 - k]!
    im[k] = -re[n / 4 - k]!
  }
  for (let k = n / 4; k < n && n % 4 === 0; k++) {
    re[k] = im[k - n / 4]!
    im[k] = -re[k - n / 4]!
  }
  for (let k = known + 1; k < n && n % 4 !== 0; k++) {
    re[k] = re[n - k]!
    im[k] = -im[n - k]!
  }
  return all
}

/** The factors of a length, fours first; the last one is above `largestFactor` where the length does not split. */
const factorsOf = (n: number): readonly number[] => {
  const factors: number[] = []
  let rest = n
  for (const factor of [4, 2, 3, 5, 7, 11, largestFactor])
    while (rest % factor === 0 && rest > 1) {
      factors.push(factor)
      rest /= factor
    }
  return rest > 1 ? [...factors, rest] : factors
}

const planOf = (n: number): Plan => {
  const factors = factorsOf(n)
  const splits = (factors[factors.length - 1] ?? 1) <= largestFactor
  return { n, factors, roots: splits ? rootsOf(n) : complexOf(0), chirp: splits ? undefined : chirpOf(n) }
}

const chirpOf = (n: number): Plan['chirp'] => {
  let length = 1
  while (length < 2 * n - 1) length *= 2
  const plan = planOf(length)
  const at = complexOf(n)
  const spectrum = complexOf(length)
  // k² modulo 2n, from one k to the next, stays a whole number whatever n is.
  for (let k = 0, square = 0; k < n; square = (square + 2 * k + 1) % (2 * n), k++) {
    root(at, k, square, 2 * n)
    spectrum.re[k] = at.re[k]!
    spectrum.im[k] = -at.im[k]!
    if (k > 0) {
      spectrum.re[length - k] = at.re[k]!
      spectrum.im[length - k] = -at.im[k]!
    }
  }
  transform(plan, spectrum)
  return { at, spectrum, plan }
}

/** One splitting into r parts: `length` is what is left to transform, in `stride` interleaved copies. */
const split = (plan: Plan, r: number, length: number, stride: number, x: Complex, y: Complex): void => {
  if (r === 2) splitByTwo(plan, length, stride, x, y)
  else if (r === 4) splitByFour(plan, length, stride, x, y)
  else splitByAny(plan, r, length, stride, x, y)
}

const splitByTwo = ({ roots }: Plan, length: number, stride: number, x: Complex, y: Complex): void => {
  const m = length / 2
  for (let p = 0; p < m; p++) {
    const c = roots.re[p * stride]!
    const s = roots.im[p * stride]!
    for (let q = 0; q < stride; q++) {
      const a = q + stride * p
      const b = a + stride * m
      const to = q + stride * 2 * p
      const re = x.re[a]! - x.re[b]!
      const im = x.im[a]! - x.im[b]!
      y.re[to] = x.re[a]! + x.re[b]!
      y.im[to] = x.im[a]! + x.im[b]!
      y.re[to + stride] = re * c - im * s
      y.im[to + stride] = re * s + im * c
    }
  }
}

const splitByFour = ({ roots }: Plan, length: number, stride: number, x: Complex, y: Complex): void => {
  const m = length / 4
  const part = stride * m
  for (let p = 0; p < m; p++) {
    const c1 = roots.re[p * stride]!
    const s1 = roots.im[p * stride]!
    const c2 = roots.re[2 * p * stride]!
    const s2 = roots.im[2 * p * stride]!
    const c3 = roots.re[3 * p * stride]!
    const s3 = roots.im[3 * p * stride]!
    for (let q = 0; q < stride; q++) {
      const a = q + stride * p
      const to = q + stride * 4 * p
      const evenRe = x.re[a]! + x.re[a + 2 * part]!
      const evenIm = x.im[a]! + x.im[a + 2 * part]!
      const evenRe2 = x.re[a]! - x.re[a + 2 * part]!
      const evenIm2 = x.im[a]! - x.im[a + 2 * part]!
      const oddRe = x.re[a + part]! + x.re[a + 3 * part]!
      const oddIm = x.im[a + part]! + x.im[a + 3 * part]!
      const oddRe2 = x.re[a + part]! - x.re[a + 3 * part]!
      const oddIm2 = x.im[a + part]! - x.im[a + 3 * part]!
      const re1 = evenRe2 + oddIm2
      const im1 = evenIm2 - oddRe2
      const re2 = evenRe - oddRe
      const im2 = evenIm - oddIm
      const re3 = evenRe2 - oddIm2
      const im3 = evenIm2 + oddRe2
      y.re[to] = evenRe + oddRe
      y.im[to] = evenIm + oddIm
      y.re[to + stride] = re1 * c1 - im1 * s1
      y.im[to + stride] = re1 * s1 + im1 * c1
      y.re[to + 2 * stride] = re2 * c2 - im2 * s2
      y.im[to + 2 * stride] = re2 * s2 + im2 * c2
      y.re[to + 3 * stride] = re3 * c3 - im3 * s3
      y.im[to + 3 * stride] = re3 * s3 + im3 * c3
    }
  }
}

const splitByAny = (
  { n, roots }: Plan,
  r: number,
  length: number,
  stride: number,
  x: Complex,
  y: Complex,
): void => {
  const m = length / r
  const part = stride * m
  const turn = n / r
  for (let p = 0; p < m; p++)
    for (let j = 0; j < r; j++) {
      const c = roots.re[p * j * stride]!
      const s = roots.im[p * j * stride]!
      for (let q = 0; q < stride; q++) {
        const from = q + stride * p
        let re = x.re[from]!
        let im = x.im[from]!
        for (let k = 1; k < r; k++) {
          const at = ((j * k) % r) * turn
          const a = x.re[from + k * part]!
          const b = x.im[from + k * part]!
          re += a * roots.re[at]! - b * roots.im[at]!
          im += a * roots.im[at]! + b * roots.re[at]!
        }
        const to = q + stride * (r * p + j)
        y.re[to] = re * c - im * s
        y.im[to] = re * s + im * c
      }
    }
}

/** Σⱼ xⱼ·e^(−2πijk/n) in the place of x. */
const transform = (plan: Plan, x: Complex): void => {
  if (plan.chirp !== undefined) {
    transformByChirp(plan.chirp, x)
    return
  }
  let [from, to] = [x, complexOf(plan.n)]
  let length = plan.n
  let stride = 1
  for (const r of plan.factors) {
    split(plan, r, length, stride, from, to)
    ;[from, to] = [to, from]
    length /= r
    stride *= r
  }
  if (from === x) return
  x.re.set(from.re)
  x.im.set(from.im)
}

/** With jk = (j² + k² − (k − j)²)/2 the sum is a convolution with the conjugate chirp. */
const transformByChirp = ({ at, spectrum, plan }: NonNullable<Plan['chirp']>, x: Complex): void => {
  const long = complexOf(plan.n)
  const n = at.re.length
  for (let k = 0; k < n; k++) {
    long.re[k] = x.re[k]! * at.re[k]! - x.im[k]! * at.im[k]!
    long.im[k] = x.re[k]! * at.im[k]! + x.im[k]! * at.re[k]!
  }
  transform(plan, long)
  for (let k = 0; k < plan.n; k++) {
    const re = long.re[k]!
    const im = long.im[k]!
    long.re[k] = re * spectrum.re[k]! - im * spectrum.im[k]!
    long.im[k] = re * spectrum.im[k]! + im * spectrum.re[k]!
  }
  // Back by the transform of what has real and imaginary parts exchanged.
  transform(plan, { re: long.im, im: long.re })
  for (let k = 0; k < n; k++) {
    const re = long.re[k]! / plan.n
    const im = long.im[k]! / plan.n
    x.re[k] = re * at.re[k]! - im * at.im[k]!
    x.im[k] = re * at.im[k]! + im * at.re[k]!
  }
}

let latest: Plan | undefined

/** The plan of a length; that of the latest is kept. */
const keptPlan = (n: number): Plan => (latest = latest?.n === n ? latest : planOf(n))

/**
 * Σⱼ xⱼ·e^(∓2πijk/n) of `[batch, 2, n]`, real parts over imaginary ones: sizes are batch, n, and 1 for the sign + of the
 * inverse, which is not divided by n.
 */
export const fftRoutine: Routine<'fft'> = {
  name: 'fft',
  reach: ([batch, n, inverse, ...others]) =>
    batch === undefined || n === undefined || inverse === undefined || inverse > 1 || others.length > 0
      ? undefined
      : { reads: [batch * 2 * n], writes: batch * 2 * n },
  work: ([batch = 0, n = 0]) => 5 * batch * n * Math.log2(Math.max(2, n)),
  run: ([batch = 0, n = 0, inverse = 0], [x], out) => {
    if (batch === 0 || n === 0) return
    const plan = keptPlan(n)
    const numbers = complexOf(n)
    // The inverse is the transform of what has real and imaginary parts exchanged.
    const [first, second] = inverse === 1 ? [numbers.im, numbers.re] : [numbers.re, numbers.im]
    for (let at = 0; at < batch * 2 * n; at += 2 * n) {
      load(first, x!, at)
      load(second, x!, at + n)
      transform(plan, numbers)
      out.set(first, at)
      out.set(second, at + n)
    }
  },
  native: true,
}

const load = (to: Float64Array, from: FloatBuffer, at: number): void => {
  for (let k = 0; k < to.length; k++) to[k] = from[at + k]!
}
