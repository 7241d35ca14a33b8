// Plants faults in the sources, one at a time, and says which ones no test notices.
//
//   npm run mutate -- [--planted] [--field NAME] [--sample N] [--seed S] [--jobs N] [--json FILE]
//
// The faults with a meaning (scripts/mutate/planted.mjs) always run; besides them a sample of small changes of every
// field (scripts/mutate/fields.mjs): an operator exchanged, a number changed, a call forgotten. The sources stay as
// they are: a fault is put in while vitest loads the file.
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { fields } from './mutate/fields.mjs'
import { changesOf } from './mutate/operators.mjs'
import { planted } from './mutate/planted.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file) => readFileSync(`${root}${file}`, 'utf8')

const refuse = (message) => {
  console.error(`mutate: ${message}`)
  process.exit(2)
}
const readArguments = () => {
  try {
    return parseArgs({
      options: {
        planted: { type: 'boolean', default: false },
        field: { type: 'string', multiple: true },
        sample: { type: 'string', default: '12' },
        seed: { type: 'string', default: '0' },
        jobs: { type: 'string', default: '2' },
        json: { type: 'string' },
        timeout: { type: 'string', default: '300' },
      },
    }).values
  } catch (error) {
    return refuse(error.message)
  }
}
const values = readArguments()
for (const name of ['sample', 'seed', 'jobs', 'timeout'])
  if (!/^\d+$/.test(values[name]) || (name === 'jobs' && Number(values[name]) === 0))
    refuse(`--${name}: expected a whole number, got ${JSON.stringify(values[name])}`)
const unknown = (values.field ?? []).find((name) => !Object.hasOwn(fields, name))
if (unknown !== undefined) refuse(`no field ${unknown}; there are ${Object.keys(fields).join(', ')}`)

const filesIn = (source) =>
  statSync(`${root}${source}`).isDirectory()
    ? readdirSync(`${root}${source}`)
        .filter((name) => name.endsWith('.ts') && name !== 'index.ts')
        .map((name) => `${source}/${name}`)
    : [source]

/** A sequence that a seed decides: a linear congruence, of which the upper bits are used. */
const sequence = (seed) => {
  let state = BigInt(seed) * 2654435761n + 1n
  return (below) => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n)
    return Number((state >> 33n) % BigInt(below))
  }
}

const sampled = (all, count, next) => {
  const rest = [...all]
  return Array.from({ length: Math.min(count, rest.length) }, () => rest.splice(next(rest.length), 1)[0])
}

const plantOf = ({ name, file, from, to, tests }) => {
  const text = read(file)
  const start = text.indexOf(from)
  if (start < 0 || text.indexOf(from, start + 1) >= 0)
    throw new Error(`${file}: expected exactly one place of ${JSON.stringify(from)} (${name})`)
  return { field: 'planted', name, change: { file, start, end: start + from.length, text: to }, tests }
}

const lineOf = (file, at) => read(file).slice(0, at).split('\n').length

const sampleOf = (field) => {
  const { sources, tests } = fields[field]
  const all = sources.flatMap(filesIn).flatMap((file) => changesOf(file, read(file)))
  return sampled(all, Number(values.sample), sequence(values.seed)).map((change) => ({
    field,
    name: `${change.file}:${lineOf(change.file, change.start)}: ${JSON.stringify(read(change.file).slice(change.start, change.end).slice(0, 60))} → ${JSON.stringify(change.text.slice(0, 60))}`,
    change,
    tests,
  }))
}

/** Whether the tests fail with a change; a run that does not end is noticed as well. */
const isNoticed = ({ change, tests }) =>
  new Promise((resolve) => {
    const known = tests.filter((test) => existsSync(`${root}${test}`))
    const child = spawn(
      process.execPath,
      [
        `${root}node_modules/vitest/vitest.mjs`,
        'run',
        ...known,
        '--bail',
        '1',
        '--typecheck.enabled=false',
        '--no-file-parallelism',
        '--reporter=dot',
      ],
      {
        cwd: root,
        env: { ...process.env, ...(change === undefined ? {} : { PUREGRAD_MUTANT: JSON.stringify(change) }) },
        stdio: 'ignore',
      },
    )
    const timer = setTimeout(() => child.kill('SIGKILL'), Number(values.timeout) * 1000)
    child.on('exit', (code) => {
      clearTimeout(timer)
      resolve(code !== 0)
    })
  })

const chosen = values.field ?? (values.planted ? [] : Object.keys(fields))
const mutants = [...(values.field === undefined ? planted.map(plantOf) : []), ...chosen.flatMap(sampleOf)]

const unharmed = [...new Set(mutants.map(({ tests }) => tests.join(' ')))]
for (const tests of unharmed)
  if (await isNoticed({ tests: tests.split(' ') })) {
    console.error(`mutate: these tests fail without any fault: ${tests}`)
    process.exit(1)
  }

const results = []
const waiting = [...mutants]
const lane = async () => {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const noticed = await isNoticed(mutant)
    results.push({ ...mutant, noticed })
    console.log(`${noticed ? 'noticed ' : 'SURVIVED'} [${mutant.field}] ${mutant.name}`)
  }
}
await Promise.all(Array.from({ length: Number(values.jobs) }, lane))

const score = (list) => `${list.filter(({ noticed }) => noticed).length} of ${list.length}`
console.log('')
for (const field of new Set(mutants.map((mutant) => mutant.field)))
  console.log(`${field.padEnd(12)} ${score(results.filter((result) => result.field === field))}`)
const survivors = results.filter(({ noticed }) => !noticed)
console.log(
  `${'all'.padEnd(12)} ${score(results)}  (seed ${values.seed}, sample ${values.sample} of each field)`,
)
if (values.json !== undefined)
  writeFileSync(values.json, JSON.stringify({ seed: values.seed, results }, undefined, 2))
process.exitCode = survivors.some(({ field }) => field === 'planted') ? 1 : 0
