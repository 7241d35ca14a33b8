// npm run bench:webgpu -- [--quick] [--software] [--work NAME]... [--python PATH]... [--json]
//
// Ours on the GPU of this machine beside jax-js on the same and JAX with CUDA. `--software` tries all of it on the device in
// software that tests use, with small sizes; its times mean nothing.

import { availableParallelism } from 'node:os'
import * as E from 'fp-ts/lib/Either.js'
import { closeDevice, requestWebGpu } from '../src/webgpu/index.ts'
import { launchesWith } from './contenders.ts'
import { contenders, measure, type Measurement } from './measure.ts'
import { readArguments, refuse } from './read-arguments.ts'
import type { Row } from './rows.ts'
import { showSeconds } from './statistics.ts'
import { oursOf, verdictsOf } from './verdict.ts'

const given = readArguments({
  quick: { type: 'boolean', default: false },
  software: { type: 'boolean', default: false },
  work: { type: 'string', multiple: true, default: [] },
  python: { type: 'string', multiple: true, default: ['python3', '/usr/bin/python3'] },
  json: { type: 'boolean', default: false },
})

const ours = given.software ? 'puregrad-software' : 'puregrad-webgpu'
const row = (name: string, title: string, targets: Row['targets'], operations?: number): Row => ({
  name,
  title,
  ours,
  others: ['puregrad', 'jax-js-webgpu', 'jax-cuda'],
  tolerance: 1e-3,
  ...(operations === undefined ? {} : { operations }),
  targets,
})
const mlp = (rows: number, kind: 'sgd' | 'adam'): Row =>
  row(`mlp-${String(rows)}-${kind}`, `MLP step, batch ${String(rows)}, ${kind}`, [
    { against: ['jax-js-webgpu'], must: 20 },
    { against: ['jax-cuda'], must: 1 / 3, aim: 1 },
  ])
const product = (side: number): Row =>
  row(
    `gemm-${String(side)}`,
    `product ${String(side)}³`,
    [{ against: ['jax-cuda'], must: 0.6, aim: 0.9 }],
    2 * side ** 3,
  )

const all = given.software
  ? [mlp(32, 'sgd'), mlp(32, 'adam'), product(64)]
  : [mlp(128, 'sgd'), mlp(128, 'adam'), mlp(1024, 'sgd'), mlp(1024, 'adam'), product(1024), product(4096)]
const odd = given.work.find((name) => !all.some((one) => one.name === name))
if (odd !== undefined)
  refuse(`there is no work ${JSON.stringify(odd)}; there is ${all.map(({ name }) => name).join(', ')}`)

const show = (measurement: Measurement): string => {
  const { row: of, entries } = measurement
  const time = oursOf(measurement)
  const rate =
    time === undefined || of.operations === undefined
      ? ''
      : ` (${(of.operations / time.median / 1e12).toPrecision(3)} TFLOP/s)`
  const each = entries.map((entry) =>
    entry.kind === 'timed'
      ? `${entry.name} ${showSeconds(entry.time.median)}`
      : `${entry.name} absent: ${entry.why === '' ? 'it does not say why' : entry.why}`,
  )
  const verdicts = verdictsOf(measurement).map(
    ({ target, must, best, met }) =>
      `against ${target.against.join(', ')} ${best === undefined ? '' : `${best.ratio.toPrecision(3)}× `}(must ${must.toPrecision(2)}×: ${best === undefined ? 'not measured' : met === true ? 'met' : 'not met'})`,
  )
  return `${of.title}${rate}: ${[...each, ...verdicts].join('; ')}`
}

if (!given.software) {
  const found = await requestWebGpu()()
  if (E.isLeft(found)) {
    console.error(`no GPU adapter: ${found.left.message}`)
    process.exit(1)
  }
  console.error(`on ${found.right.description}`)
  closeDevice(found.right)
}
const settings =
  given.quick || given.software
    ? { rounds: 3, part: 0.02, warm: 0.1, patience: 60 }
    : { rounds: 11, part: 0.2, warm: 1, patience: 120 }
const cores = availableParallelism()
const pool = contenders(cores, launchesWith(given.python))
const measurements: Measurement[] = []
for (const one of all.filter(({ name }) => given.work.length === 0 || given.work.includes(name))) {
  const measurement = await measure(one, [ours, ...(one.others ?? [])], cores, pool, settings)
  measurements.push(measurement)
  if (!given.json) console.log(show(measurement))
}
if (given.json) console.log(JSON.stringify({ versions: await pool.versions(), measurements }, undefined, 2))
pool.stop()
process.exit(0)
