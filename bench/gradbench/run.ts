// npm run bench:gradbench -- [--only MODULE]... [--quick] [--json] [--python PATH]... [--write docs/performance.md]
//
// Asks puregrad, JAX and PyTorch the questions of GradBench, on the same inputs, one after another and on one thread.

import { key } from '../../src/node.ts'
import { beginRun } from '../begin-run.ts'
import { kindOf, processor } from '../processor.ts'
import { readArguments, refuse } from '../read-arguments.ts'
import { keep, readAll, type Results, type StoredEvaluation } from '../results.ts'
import { showSeconds } from '../statistics.ts'
import { writePage } from '../write-page.ts'
import { askAll } from './ask-all.ts'
import { clusters, equation, hand, mixture, scene, text, type Question } from './inputs.ts'
import { startTools } from './tools.ts'

const at = key(31337)

/** Small and middle sizes of those that GradBench has. */
const questions: readonly Question[] = [
  mixture(at, { d: 10, k: 5, n: 1000 }),
  mixture(at, { d: 20, k: 25, n: 1000 }),
  mixture(at, { d: 64, k: 25, n: 1000 }),
  scene(at, { n: 10, m: 500, p: 2000 }),
  scene(at, { n: 49, m: 7776, p: 31843 }),
  text(at, { layers: 2, characters: 1024, bits: 14 }),
  text(at, { layers: 4, characters: 1024, bits: 14 }),
  hand(at, { vertices: 544, points: 100, inTriangles: false }),
  hand(at, { vertices: 544, points: 1000, inTriangles: true }),
  clusters(at, { k: 10, n: 1000, d: 8 }),
  clusters(at, { k: 100, n: 10_000, d: 16 }),
  equation(at, { n: 1000, s: 10 }),
  equation(at, { n: 10_000, s: 100 }),
]

const given = readArguments({
  json: { type: 'boolean', default: false },
  only: { type: 'string', multiple: true, default: [] },
  quick: { type: 'boolean', default: false },
  python: { type: 'string', multiple: true, default: ['python3', '/usr/bin/python3'] },
  write: { type: 'string' },
})
const names = [...new Set(questions.map(({ module }) => module))]
const odd = given.only.find((name) => !names.includes(name))
if (odd !== undefined) refuse(`there is no module ${JSON.stringify(odd)}; there are ${names.join(', ')}`)

const begun = beginRun('bench:gradbench')
const tools = startTools(given.python)
const settings = given.quick
  ? { rounds: 3, seconds: 0.05, patience: 60 }
  : { rounds: 9, seconds: 0.1, patience: 120 }
const evaluations: StoredEvaluation[] = []
for (const question of questions.filter(
  ({ module }) => given.only.length === 0 || given.only.includes(module),
))
  for (const name of question.functions) {
    const entries = await askAll(question, name, tools, settings)
    evaluations.push({
      module: question.module,
      function: name,
      description: question.description,
      run: begun.date,
      entries,
    })
    console.error(
      `${question.module} ${name}, ${question.description}: ${entries
        .map(
          (entry) => `${entry.name} ${entry.kind === 'timed' ? showSeconds(entry.time.median) : entry.why}`,
        )
        .join(', ')}`,
    )
  }
const versions = tools.versions
tools.stop()

const here = processor()
const found: Results = {
  processor: here,
  runs: [begun.ended(versions)],
  measurements: [],
  evaluations,
}
if (given.json) console.log(JSON.stringify(found))
if (given.write !== undefined) {
  await keep(kindOf(here), found)
  await writePage(given.write, readAll())
}
process.exit(0)
