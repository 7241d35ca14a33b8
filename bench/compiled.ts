// Compiled functions next to loops written by hand in JavaScript, interleaved, float32:
//   node --import tsx bench/compiled.ts [native|typescript] [threads]
// Prints the median time of each in microseconds and the ratio, hand-written / compiled.
import {
  add,
  backend,
  div,
  grad,
  jit,
  key,
  mul,
  normal,
  setThreads,
  slice,
  softmax,
  sqrt,
  square,
  sub,
  sum,
  tanh,
  toTypedArray,
  zeros,
  type BackendName,
  type Tensor,
} from '../src/index.ts'

const chosen = (process.argv[2] ?? backend()) as BackendName
const options = { backend: chosen }
setThreads(Number(process.argv[3] ?? 1))

const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[times.length >> 1] ?? Number.NaN

/** Medians of interleaved rounds, each long enough for the clock. */
const compare = (name: string, compiled: () => unknown, byHand: () => unknown): void => {
  const timed = (f: () => unknown, times: number): number => {
    const start = performance.now()
    for (let i = 0; i < times; i++) f()
    return ((performance.now() - start) / times) * 1000
  }
  const timesFor = (f: () => unknown): number => {
    timed(f, 3)
    return Math.max(1, Math.round(5000 / Math.max(0.01, timed(f, 3))))
  }
  const [countA, countB] = [timesFor(compiled), timesFor(byHand)]
  const rounds = Array.from({ length: 21 }, () => [timed(compiled, countA), timed(byHand, countB)] as const)
  const [a, b] = [median(rounds.map(([x]) => x)), median(rounds.map(([, y]) => y))]
  console.log(
    `${name.padEnd(28)} ${a.toFixed(2).padStart(10)} ${b.toFixed(2).padStart(10)} ${(b / a).toFixed(1).padStart(7)}`,
  )
}

console.log(
  `backend ${chosen}\n${'work'.padEnd(28)} ${'compiled'.padStart(10)} ${'by hand'.padStart(10)} ${'ratio'.padStart(7)}`,
)

const rosenbrock = (x: Tensor): Tensor => {
  const [a, b] = [slice(x, [0], [-1]), slice(x, [1])]
  return sum(add(mul(100, square(sub(b, square(a)))), square(sub(1, a))))
}
for (const n of [10, 1000, 100_000]) {
  const x = normal(key(1), [n])
  const elements = toTypedArray(x)
  const gradient = jit(grad(rosenbrock), options)
  compare(
    `Rosenbrock gradient ${String(n)}`,
    () => gradient(x),
    () => {
      const out = new Float32Array(n)
      for (let i = 0; i + 1 < n; i++) {
        const [a, b] = [elements[i] as number, elements[i + 1] as number]
        const t = b - a * a
        out[i] = (out[i] as number) - 400 * a * t - 2 * (1 - a)
        out[i + 1] = 200 * t
      }
      return out
    },
  )
}

const million = normal(key(2), [1_000_000])
const millionElements = toTypedArray(million)
const compiledTanh = jit((x: Tensor) => tanh(x), options)
compare(
  'tanh of 10⁶',
  () => compiledTanh(million),
  () => {
    const out = new Float32Array(millionElements.length)
    for (let i = 0; i < out.length; i++) out[i] = Math.tanh(millionElements[i] as number)
    return out
  },
)

const logits = normal(key(3), [128, 1024])
const logitElements = toTypedArray(logits)
const compiledSoftmax = jit((x: Tensor) => softmax(x), options)
compare(
  'softmax 128×1024',
  () => compiledSoftmax(logits),
  () => {
    const out = new Float32Array(logitElements.length)
    for (let r = 0; r < 128; r++) {
      let most = -Infinity
      for (let c = 0; c < 1024; c++) most = Math.max(most, logitElements[r * 1024 + c] as number)
      let total = 0
      for (let c = 0; c < 1024; c++) {
        const e = Math.exp((logitElements[r * 1024 + c] as number) - most)
        out[r * 1024 + c] = e
        total += e
      }
      for (let c = 0; c < 1024; c++) out[r * 1024 + c] = (out[r * 1024 + c] as number) / total
    }
    return out
  },
)

interface AdamState {
  readonly p: Tensor
  readonly m: Tensor
  readonly v: Tensor
}
const adamStep = jit(({ p, m, v }: AdamState, g: Tensor): AdamState => {
  const first = add(mul(0.9, m), mul(0.1, g))
  const second = add(mul(0.999, v), mul(0.001, square(g)))
  return { p: sub(p, mul(0.001, div(first, add(sqrt(second), 1e-8)))), m: first, v: second }
}, options)
// A state in memory of its own, as after any step.
const start = adamStep({ p: million, m: zeros([1_000_000]), v: zeros([1_000_000]) }, million)
compare(
  'Adam on 10⁶ parameters',
  () => adamStep(start, million),
  () => {
    const [p, m, v] = [0, 1, 2].map(() => new Float32Array(1_000_000)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ]
    for (let i = 0; i < p.length; i++) {
      const g = millionElements[i] as number
      m[i] = 0.1 * g
      v[i] = 0.001 * g * g
      p[i] = g - (0.001 * (m[i] as number)) / (Math.sqrt(v[i] as number) + 1e-8)
    }
    return [p, m, v]
  },
)
