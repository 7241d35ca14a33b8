// npm run bench -- [--json] [--only NAME]... [--threads 1,2] [--quick] [--list] [--python PATH]...
//                  [--write docs/performance.md]

import { beginRun } from './begin-run.ts'
import { launchesWith } from './contenders.ts'
import { contenders, measure, type Measurement } from './measure.ts'
import { measureProcesses } from './process.ts'
import { kindOf, processor } from './processor.ts'
import { readArguments, refuse, wholeNumbers } from './read-arguments.ts'
import { keep, readAll, type Results, type Run } from './results.ts'
import { others, rows } from './rows.ts'
import { showSeconds } from './statistics.ts'
import { oursOf, ratiosOf, verdictsOf } from './verdict.ts'
import { writePage } from './write-page.ts'

const given = readArguments({
  json: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
  threads: { type: 'string', default: '1' },
  quick: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  python: { type: 'string', multiple: true, default: ['python3', '/usr/bin/python3'] },
  write: { type: 'string' },
})
const processesName = 'processes'
const names = [...rows.map(({ name }) => name), processesName]

if (given.list) {
  for (const { name, title } of rows) console.log(`${name.padEnd(24)} ${title}`)
  console.log(`${processesName.padEnd(24)} cold start and memory over 100,000 steps`)
  process.exit(0)
}

const chosenNames = given.only.length === 0 ? names : given.only
const odd = chosenNames.find((name) => !names.includes(name))
if (odd !== undefined) refuse(`there is no row ${JSON.stringify(odd)}; there are ${names.join(', ')}`)
const threads = wholeNumbers('threads', given.threads, 1, 64)

const settings = given.quick
  ? { rounds: 3, part: 0.01, warm: 0.1, patience: 30 }
  : { rounds: 11, part: 0.03, warm: 0.4, patience: 60 }
const chosen = rows.filter(({ name }) => chosenNames.includes(name))

const launches = launchesWith(given.python)
const begun = beginRun('bench')
const measurements: Measurement[] = []
let versions: Run['versions'] = {}
for (const count of threads) {
  const pool = contenders(count, launches)
  for (const row of chosen) {
    const measurement = await measure(
      row,
      [row.ours ?? 'puregrad', ...(row.others ?? others)],
      count,
      pool,
      settings,
    )
    measurements.push(measurement)
    const ours = oursOf(measurement)
    console.error(
      `${row.name}, ${String(count)} thread${count === 1 ? '' : 's'}: ${ours === undefined ? 'absent' : showSeconds(ours.median)}; ` +
        [...ratiosOf(measurement)].map(([name, ratio]) => `${name} ${ratio.toPrecision(3)}`).join(', '),
    )
  }
  versions = { ...versions, ...(await pool.versions()) }
  pool.stop()
}
const processes = chosenNames.includes(processesName)
  ? measureProcesses(given.quick ? 3 : 11, launches)
  : undefined
if (chosenNames.includes(processesName) && processes === undefined)
  console.error('processes: the package is not built (npm run build)')

const here = processor()
const run = begun.ended(versions)
const found: Results = {
  processor: here,
  runs: [run],
  measurements: measurements.map(({ row, threads: count, entries }) => ({
    name: row.name,
    threads: count,
    run: begun.date,
    entries,
  })),
  evaluations: [],
  ...(processes === undefined ? {} : { processes: { ...processes, run: begun.date } }),
}
if (given.json)
  console.log(
    JSON.stringify({
      processor: here,
      run,
      processes,
      measurements: measurements.map((measurement) => ({
        name: measurement.row.name,
        title: measurement.row.title,
        threads: measurement.threads,
        seconds: oursOf(measurement),
        ratios: Object.fromEntries(ratiosOf(measurement)),
        verdicts: verdictsOf(measurement, here.vendor),
        entries: measurement.entries,
      })),
    }),
  )
if (given.write !== undefined) {
  await keep(kindOf(here), found)
  await writePage(given.write, readAll())
}
process.exit(0)
