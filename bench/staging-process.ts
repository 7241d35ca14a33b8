// What `bench/staging.ts` starts, bundled for the built package: stages a training step of a deep network so many times,
// each by a compiled function of its own, and prints what each time took, in milliseconds.
//
// A first call up to the program that is ready: the function is followed, differentiated, simplified, lowered, checked,
// encoded and loaded into its executor (which the first time loads the addon). Loading the package and making the network
// come before, running the program afterwards.
import { existsSync, readFileSync } from 'node:fs'
import { jit, precompile } from '../src/index.ts'
import { deepNetworkStep } from './deep-network.ts'

/** Of one time: by the clock, by the processor on the main thread (where the system tells), and on all threads. */
export interface StagingTimes {
  readonly wall: number
  readonly main: number | null
  readonly all: number
}

const schedule = '/proc/thread-self/schedstat'

const mainThread = (): number | null =>
  existsSync(schedule) ? Number(readFileSync(schedule, 'latin1').split(' ')[0]) / 1e6 : null

const [layers = 20, rounds = 1] = process.argv.slice(2).map(Number)
const { step, args } = deepNetworkStep(layers)
const times: StagingTimes[] = []
for (let round = 0; round < rounds; round++) {
  const staged = precompile(jit(step))
  const main = mainThread()
  const all = process.cpuUsage()
  const start = performance.now()
  await staged(...args)
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(all)
  const after = mainThread()
  times.push({
    wall,
    main: main === null || after === null ? null : after - main,
    all: (user + system) / 1e3,
  })
}
console.log(JSON.stringify(times))
