/**
 * The cost of a gradient against a forward pass: the 784-512-256-10 network with softmax cross-entropy, batch 128,
 * float32, medians of runs taken in turn. Run with `node --import tsx bench/gradient-cost.ts`.
 */
import {
  add,
  key,
  logSoftmax,
  matmul,
  mean,
  mul,
  neg,
  normal,
  oneHot,
  relu,
  sum,
  uniform,
  valueAndGrad,
  type Tensor,
} from '../src/index.ts'

type Layer = { readonly weight: Tensor; readonly bias: Tensor }

const widths = [784, 512, 256, 10]
const layers: readonly Layer[] = widths.slice(1).map((width, i) => ({
  weight: normal(key(i), [widths[i] ?? 0, width], { std: 0.05 }),
  bias: normal(key(10 + i), [width]),
}))
const x = uniform(key(99), [128, 784])
const y = oneHot(
  Array.from({ length: 128 }, (_, i) => i % 10),
  10,
)

const loss = (params: readonly Layer[]): Tensor => {
  const logits = params.reduce<Tensor>(
    (h, { weight, bias }, i) => add(matmul(i === 0 ? h : relu(h), weight), bias),
    x,
  )
  return mean(neg(sum(mul(y, logSoftmax(logits)), { axis: -1 })))
}

const timed = (f: () => unknown): number => {
  const start = performance.now()
  f()
  return performance.now() - start
}
const median = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN

const gradient = valueAndGrad(loss)
const rounds = Array.from({ length: 15 }, () => ({
  forward: timed(() => loss(layers)),
  both: timed(() => gradient(layers)),
})).slice(5)
const forward = median(rounds.map((round) => round.forward))
const both = median(rounds.map((round) => round.both))
const ratios = rounds.map((round) => round.both / round.forward)
console.log(
  `forward ${forward.toFixed(1)} ms, value and gradient ${both.toFixed(1)} ms, ` +
    `ratio ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
)
