// Figures of whole processes: the time to a first trained step, and memory over many steps.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ContenderName, Launches } from './contenders.ts'
import { spreadOf, type Spread } from './statistics.ts'

const root = join(import.meta.dirname, '..')
const front = join(root, 'dist', 'node', 'node.js')

/** A step of the net 2-16-16-1 as a user writes it, from the built package. */
const training = (steps: number, every: number): string => `
  const { add, grad, jit, matmul, mean, mul, normal, key, square, sub, tanh, zeros } = await import(${JSON.stringify(front)})
  const sizes = [2, 16, 16, 1]
  let net = sizes.slice(1).map((out, l) => ({ w: normal(key(l), [sizes[l], out]), b: add(zeros([out]), 0) }))
  const [x, y] = [normal(key(8), [32, 2]), normal(key(9), [32, 1])]
  const forward = (params, input) =>
    params.reduce((h, { w, b }, l) => (l === 2 ? add(matmul(h, w), b) : tanh(add(matmul(h, w), b))), input)
  const loss = (params, input, target) => mean(square(sub(forward(params, input), target)))
  const step = jit((params, input, target) => {
    const gradient = grad(loss)(params, input, target)
    return params.map(({ w, b }, l) => ({ w: sub(w, mul(0.05, gradient[l].w)), b: sub(b, mul(0.05, gradient[l].b)) }))
  })
  const memory = []
  for (let i = 0; i < ${String(steps)}; i++) {
    net = step(net, x, y)
    if (i % ${String(every)} === ${String(every)} - 1) memory.push(process.memoryUsage().rss)
  }
  console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, memory }))
`
const empty = 'console.log(JSON.stringify({ peak: process.resourceUsage().maxRSS * 1024, memory: [] }))'

interface Run {
  readonly seconds: number
  readonly peak: number
  readonly memory: readonly number[]
}
const run = (script: string): Run => {
  const before = process.hrtime.bigint()
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  })
  const seconds = Number(process.hrtime.bigint() - before) / 1e9
  if (status !== 0) throw new Error(stderr)
  return { seconds, ...(JSON.parse(stdout) as Omit<Run, 'seconds'>) }
}

/** A process of another contender that trains the same net for the first time; `undefined` where it is not installed. */
const runOther = (name: ContenderName, launches: Launches): Run | undefined => {
  const launch = launches[name]()
  if (launch.kind === 'absent') return undefined
  const [program = '', ...args] = launch.command
  const before = process.hrtime.bigint()
  const { stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    input: 'prepare small-sgd 1\nrun 1\nmemory\n',
  })
  const seconds = Number(process.hrtime.bigint() - before) / 1e9
  const peak = /^memory (\d+)$/m.exec(stdout)?.[1]
  return peak === undefined ? undefined : { seconds, peak: Number(peak), memory: [] }
}

/** Times and the highest peak of processes of one kind. */
interface Summary {
  readonly time: Spread
  readonly peak: number
}

export interface Processes {
  readonly coldStart: Summary
  readonly emptyProcess: Summary
  readonly others: readonly (Summary & { readonly name: ContenderName })[]
  /** Bytes in use after every tenth of 100,000 steps. */
  readonly memory: readonly number[]
}

const otherNames = ['jax-js', 'tfjs-cpu'] as const

/** Empty and training processes in turn; `undefined` where the package is not built. */
export const measureProcesses = (rounds: number, launches: Launches): Processes | undefined => {
  if (!existsSync(front)) return undefined
  const runs = Array.from({ length: rounds }, () => ({
    empty: run(empty),
    training: run(training(1, 1)),
    others: otherNames.map((name) => runOther(name, launches)),
  }))
  const summary = (found: readonly Run[]): Summary => ({
    time: spreadOf(found.map(({ seconds }) => seconds)),
    peak: Math.max(...found.map(({ peak }) => peak)),
  })
  const others = otherNames.flatMap((name, i) => {
    const found = runs.flatMap((round) => round.others[i] ?? [])
    return found.length === 0 ? [] : [{ name, ...summary(found) }]
  })
  return {
    emptyProcess: summary(runs.map((round) => round.empty)),
    coldStart: summary(runs.map((round) => round.training)),
    others,
    memory: run(training(100_000, 10_000)).memory,
  }
}
