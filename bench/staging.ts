// npm run build && node --import tsx bench/staging.ts [--layers 5,10,20,40] [--processes 9] [--rounds 3]
//
// What it costs to stage a training step of a deep network (see deep-network.ts) as users have it: in processes of their
// own, which load what was built and no compiler of TypeScript. The first time is a cold start, later ones find code that
// the engine has warmed. Times are the least and the median of all processes, by the clock and by the processor: on a machine
// with other work the least time of the main thread says most. Where the time goes is from one process more, by samples of
// the engine's profiler, which slows it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { readArguments, wholeNumber, wholeNumbers } from './read-arguments.ts'
import type { StagingTimes } from './staging-process.ts'
import { quantile, showSeconds } from './statistics.ts'

const root = join(import.meta.dirname, '..')

const given = readArguments({
  layers: { type: 'string', default: '20' },
  processes: { type: 'string', default: '9' },
  rounds: { type: 'string', default: '3' },
})

const layerCounts = wholeNumbers('layers', given.layers, 1, 1000)
const processCount = wholeNumber('processes', given.processes, 1, 1000)
const rounds = wholeNumber('rounds', given.rounds, 1, 1000)

/** The script of a process as one file that imports the built entries. */
const bundled = async (folder: string): Promise<string> => {
  const outfile = join(folder, 'staging.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'staging-process.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile,
    plugins: [
      {
        name: 'built entries',
        setup: ({ onResolve }) => {
          onResolve({ filter: /^\.\.\/src\/(\w+\/)?index\.ts$/ }, ({ path }) => {
            const entry = path === '../src/index.ts' ? 'node.js' : path.slice(7).replace(/ts$/, 'js')
            return { path: pathToFileURL(join(root, 'dist', 'node', entry)).href, external: true }
          })
        },
      },
    ],
  })
  return outfile
}

const run = (options: readonly string[]): readonly StagingTimes[] => {
  const { status, stdout, stderr } = spawnSync(process.execPath, options, { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as readonly StagingTimes[]
}

const showSpread = (times: readonly number[]): string => {
  const sorted = times.toSorted((a, b) => a - b)
  return `${showSeconds(sorted[0]! / 1e3)} (median ${showSeconds(quantile(sorted, 0.5) / 1e3)})`
}

const showTimes = (times: readonly StagingTimes[]): string => {
  const main = times.flatMap((time) => (time.main === null ? [] : [time.main]))
  const onMain = main.length === 0 ? '' : `, processor of the main thread ${showSpread(main)}`
  return `${showSpread(times.map(({ wall }) => wall))}${onMain}, of all threads ${showSpread(times.map(({ all }) => all))}`
}

interface Profile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: { readonly functionName: string }
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

/** Phases by the functions that they are; what lies in an inner one counts there. A bundler may number names. */
const phaseOf: readonly (readonly [function_: RegExp, phase: string])[] = [
  [/^stageFlat\d*$/, 'follow'],
  [/^transposeLinear\d*$/, 'transpose'],
  [/^simplify\d*$/, 'simplify'],
  [/^joinPads\d*$/, 'pads'],
  [/^lower\d*$/, 'lower'],
  [/^requireWellFormed\d*$/, 'check'],
  [/^encodeKernelProgram\d*$/, 'encode'],
  [/^loadProgram\d*$/, 'load'],
  [/^precompile\d*$/, 'else'],
  [/^\(garbage collector\)$/, 'collect garbage'],
]

/** Between two samples there is no more, but where another process had the processor. */
const longest = 1

/** Milliseconds of each phase, from the first sample of the call to its last. */
const phasesIn = ({ nodes, samples, timeDeltas }: Profile): ReadonlyMap<string, number> => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const phases = new Map<number, string | undefined>()
  const enter = (id: number, around: string | undefined): void => {
    const { callFrame, children = [] } = byId.get(id)!
    const own = phaseOf.find(([name]) => name.test(callFrame.functionName))?.[1] ?? around
    phases.set(id, own)
    for (const child of children) enter(child, own)
  }
  enter(nodes[0]!.id, undefined)
  const isInCall = (id: number): boolean => ![undefined, 'collect garbage'].includes(phases.get(id))
  const total = new Map<string, number>()
  for (let i = samples.findIndex(isInCall); i <= samples.findLastIndex(isInCall); i++) {
    const phase = phases.get(samples[i]!) ?? 'else'
    total.set(phase, (total.get(phase) ?? 0) + Math.min((timeDeltas[i + 1] ?? 0) / 1e3, longest))
  }
  return total
}

const folder = mkdtempSync(join(root, 'build', 'staging-'))
try {
  const script = await bundled(folder)
  for (const layers of layerCounts) {
    const processes = Array.from({ length: processCount }, () =>
      run([script, String(layers), String(rounds)]),
    )
    console.log(`${layers} layers, ${processCount} processes`)
    for (let round = 0; round < rounds; round++)
      console.log(`  time ${String(round + 1)}: ${showTimes(processes.map((times) => times[round]!))}`)
    run(['--cpu-prof', '--cpu-prof-interval', '100', '--cpu-prof-dir', folder, script, String(layers), '1'])
    const profile = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'))!
    const phases = phasesIn(JSON.parse(readFileSync(join(folder, profile), 'utf8')) as Profile)
    rmSync(join(folder, profile))
    const parts = phaseOf.map(([, phase]) => `${phase} ${showSeconds((phases.get(phase) ?? 0) / 1e3)}`)
    console.log(`  the first time, profiled: ${parts.join(', ')}`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
