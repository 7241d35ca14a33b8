// npm run soak -- --minutes 30 [--seed 1] [--workers 2]
// Draws random cases of the laws until the time is over or one fails; the same seed draws the same cases.

import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { addReports, type Report } from '../../test/laws/random-laws.ts'
import type { Batch, Start } from './messages.ts'

const refused = (message: string): never => {
  console.error(`soak: ${message}`)
  process.exit(2)
}

const readArguments = () => {
  try {
    return parseArgs({
      options: {
        minutes: { type: 'string', default: '5' },
        seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
        workers: { type: 'string', default: String(Math.min(availableParallelism(), 8)) },
      },
    }).values
  } catch (error) {
    return refused(error instanceof Error ? error.message : String(error))
  }
}

const numberOf = (name: string, text: string, suits: (x: number) => boolean, expected: string): number =>
  text.trim() !== '' && suits(Number(text))
    ? Number(text)
    : refused(`--${name}: expected ${expected}, got '${text}'`)

const given = readArguments()
const minutes = numberOf('minutes', given.minutes, (x) => x > 0 && x < 1e6, 'a number of minutes above 0')
const seed = numberOf(
  'seed',
  given.seed,
  (x) => Number.isInteger(x) && x >= 0 && x < 2 ** 31,
  'a whole number below 2^31',
)
const workers = numberOf(
  'workers',
  given.workers,
  (x) => Number.isInteger(x) && x > 0 && x <= 64,
  'a whole number from 1 to 64',
)

/** Seconds between two lines. */
const pace = 30

const started = Date.now()
let reports: ReadonlyMap<string, Report> = new Map()
let failed: Batch | undefined
let largest = 0

const seconds = (): number => (Date.now() - started) / 1000

const all = (): Report =>
  [...reports.values()].reduce(addReports, {
    runs: 0,
    comparisons: 0,
    nonFinite: 0,
    illConditioned: 0,
    skipped: 0,
  })

const summary = ({ runs, comparisons, nonFinite, illConditioned, skipped }: Report): string =>
  `${String(runs)} cases, ${String(comparisons)} comparisons, of which ${String(nonFinite)} not finite and ` +
  `${String(illConditioned)} ill-conditioned; ${String(skipped)} cases skipped`

const line = (): void => {
  console.log(`${seconds().toFixed(0)} s: ${summary(all())}; ${(largest / 2 ** 20).toFixed(0)} MB`)
}

console.log(`soak: seed ${String(seed)}, ${String(minutes)} minutes, ${String(workers)} workers`)

/** Far above what the laws hold on to, in MB: a leak ends the run. */
const heap = 512

const children = Array.from({ length: workers }, () =>
  fork(fileURLToPath(new URL('worker.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', `--max-old-space-size=${String(heap)}`],
  }),
)
const ticker = setInterval(line, pace * 1000)

const finish = (): void => {
  clearInterval(ticker)
  clearTimeout(timer)
  for (const child of children) {
    child.removeAllListeners()
    child.kill()
  }
  line()
  for (const [law, report] of reports) console.log(`  ${law}: ${summary(report)}`)
  if (failed === undefined) return
  const { law, seed: failing, runs, report } = failed
  console.log(
    `\nsoak: '${law}' fails, seed ${String(seed)} (batch of ${String(runs)} with seed ${String(failing)}):\n`,
  )
  console.log(report.failure)
  process.exitCode = 1
}

const timer = setTimeout(finish, minutes * 60_000)

children.forEach((child, i) => {
  child.on('message', (batch: Batch) => {
    const known = reports.get(batch.law)
    reports = new Map([
      ...reports,
      [batch.law, known === undefined ? batch.report : addReports(known, batch.report)],
    ])
    largest = Math.max(largest, batch.memory)
    if (batch.report.failure === undefined || failed !== undefined) return
    failed = batch
    finish()
  })
  child.on('exit', (code, signal) => {
    console.error(`soak: a worker ended by itself (${String(code ?? signal)}), seed ${String(seed)}`)
    process.exitCode = 1
    finish()
  })
  const start: Start = { first: seed + i, every: workers }
  child.send(start)
})
