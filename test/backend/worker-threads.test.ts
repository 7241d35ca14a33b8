import { spawn } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { encodeKernelProgram } from '../../src/compile/executors/encode-kernel-program.ts'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { nativeAddonFile, nativeExecutor } from '../../src/compile/executors/native.ts'

const addon = nativeAddonFile()

const n = 400
const matrix = (place: { readonly space: 'input'; readonly index: number } | { readonly space: 'output' }) =>
  ({ place: { ...place, offset: 0 }, outerStrides: [], rowStride: n, columnStride: 1 }) as const

/** A product large enough for the threads of the pool. */
const product: KernelProgram = {
  reproducible: false,
  arenaBytes: 0,
  constants: new Uint8Array(0),
  inputBytes: [4 * n * n],
  outputBytes: 4 * n * n,
  instructions: [
    {
      kind: 'matmul',
      dtype: 'float32',
      outer: [],
      m: n,
      n,
      k: n,
      a: matrix({ space: 'input', index: 0 }),
      b: matrix({ space: 'input', index: 0 }),
      c: matrix({ space: 'output' }),
    },
  ],
}

/** What a thread does with the addon, and how it ends. */
const endings = {
  'returns after a run': `step()`,
  'calls process.exit in the middle of runs': `step(); setTimeout(() => process.exit(0), 5); setInterval(step, 0)`,
  'throws with runs under way': `start(8); throw new Error('as it was asked to')`,
  'returns with runs under way that nobody awaits': `start(8)`,
  'calls process.exit with runs under way': `start(8); setTimeout(() => process.exit(0), 3)`,
  'is terminated in the middle of a run': `parentPort.postMessage('terminate'); for (;;) step()`,
  'is terminated with runs under way': `start(8); parentPort.postMessage('terminate'); for (;;) step()`,
  'changes the number of threads while it runs': `
    const wait = start(4)
    for (let i = 0; i < 20; i++) { addon.setThreads(1 + i % 5); step() }
    await wait`,
} as const

const worker = `
import { parentPort, workerData } from 'node:worker_threads'
import { createRequire } from 'node:module'
const { addonFile, words, bytes, ending } = workerData
const addon = createRequire(addonFile)(addonFile)
const table = new Float64Array(3)
const program = addon.load(words, new Uint8Array(0), table)
const input = new ArrayBuffer(bytes)
new Float32Array(input).fill(1)
const step = () => program.run(new ArrayBuffer(bytes), input)
const start = (count) => Promise.all(Array.from({ length: count }, () => program.runAsync(new ArrayBuffer(bytes), input)))
const AsyncFunction = (async () => {}).constructor
await new AsyncFunction('addon', 'step', 'start', 'parentPort', ending)(addon, step, start, parentPort)
`

/** A process whose own thread never loads the addon; its last word comes once all of its threads have ended. */
const script = `
import { Worker } from 'node:worker_threads'
const { addonFile, words, bytes, ending, rounds, workers, worker } = JSON.parse(process.argv[1])
const url = new URL('data:text/javascript,' + encodeURIComponent(worker))
for (let round = 0; round < rounds; round++)
  await Promise.all(Array.from({ length: workers }, () => new Promise((resolve) => {
    const thread = new Worker(url, { workerData: { addonFile, words: Int32Array.from(words), bytes, ending } })
    thread.on('message', () => setTimeout(() => thread.terminate(), 5))
    thread.on('error', (error) => { if (error.message !== 'as it was asked to') { console.log(error); process.exit(1) } })
    thread.on('exit', resolve)
  })))
await new Promise((resolve) => setTimeout(resolve, 5))
console.log('alive')
`

interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly text: string
}

const processWith = (ending: string, rounds: number, workers: number): Promise<Ended> =>
  new Promise((resolve) => {
    const words = [...encodeKernelProgram(product)]
    const options = { addonFile: addon, words, bytes: 4 * n * n, ending, rounds, workers, worker }
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(options)])
    const pieces: string[] = []
    child.stdout.on('data', (piece) => pieces.push(String(piece)))
    child.stderr.on('data', (piece) => pieces.push(String(piece)))
    child.on('close', (code, signal) => {
      resolve({ code, signal, text: pieces.join('').trim() })
    })
  })

/** More of them where somebody looks for a rare crash. */
const repeated = Number(process.env['PUREGRAD_TEST_REPEATS'] ?? 1)

describe.skipIf(nativeExecutor() === undefined)('a process whose own thread does not load the addon', () => {
  it.each(Object.entries(endings))(
    'survives a thread that %s',
    async (_, ending) => {
      for (let i = 0; i < repeated; i++) {
        expect(await processWith(ending, 2, 1)).toEqual({ code: 0, signal: null, text: 'alive' })
        expect(await processWith(ending, 1, 3)).toEqual({ code: 0, signal: null, text: 'alive' })
      }
    },
    60_000 * repeated,
  )

  it('ends well while its own runs are under way', async () => {
    const own = `
      import { createRequire } from 'node:module'
      const { addonFile, words, bytes } = JSON.parse(process.argv[1])
      const program = createRequire(addonFile)(addonFile).load(Int32Array.from(words), new Uint8Array(0), new Float64Array(3))
      for (let i = 0; i < 8; i++) program.runAsync(new ArrayBuffer(bytes), new ArrayBuffer(bytes))
      console.log('alive')
      setTimeout(() => process.exit(0), 5)`
    const ended = await new Promise<Ended>((resolve) => {
      const options = { addonFile: addon, words: [...encodeKernelProgram(product)], bytes: 4 * n * n }
      const child = spawn(process.execPath, ['--input-type=module', '-e', own, JSON.stringify(options)])
      const pieces: string[] = []
      child.stdout.on('data', (piece) => pieces.push(String(piece)))
      child.on('close', (code, signal) => {
        resolve({ code, signal, text: pieces.join('').trim() })
      })
    })
    expect(ended).toEqual({ code: 0, signal: null, text: 'alive' })
  })
})
