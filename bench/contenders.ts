import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { coresOf } from './cores.ts'

export type ContenderName =
  | 'puregrad'
  | 'puregrad-eager'
  | 'puregrad-wasm'
  | 'puregrad-typescript'
  | 'floor'
  | 'openblas'
  | 'torch'
  | 'jax'
  | 'jax-js'
  | 'tfjs-node'
  | 'tfjs-wasm'
  | 'tfjs-cpu'
  | 'by-hand'
  | 'onnxruntime'
  | 'puregrad-webgpu'
  | 'puregrad-software'
  | 'jax-js-webgpu'
  | 'jax-cuda'

/** How a contender is started, or why it is not there. */
export type Launch =
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'absent'; readonly why: string }

const here = import.meta.dirname
const built = join(here, '..', 'build', 'bench')
const absent = (why: string): Launch => ({ kind: 'absent', why })
const node = (script: string, ...more: readonly string[]): Launch => ({
  kind: 'command',
  command: [process.execPath, ...more, join(here, 'contenders', script)],
})

const typescript = (script: string, ...more: readonly string[]): Launch => ({
  kind: 'command',
  command: [process.execPath, '--import', 'tsx', join(here, 'contenders', script), ...more],
})
const own = (...more: readonly string[]): Launch => typescript('puregrad.ts', ...more)

const withPackage = (name: string, launch: Launch): Launch =>
  existsSync(join(here, 'node_modules', ...name.split('/')))
    ? launch
    : absent(`${name} is not installed: npm ci --prefix bench`)

const withArgument = (launch: Launch, argument: string): Launch =>
  launch.kind === 'command' ? { ...launch, command: [...launch.command, argument] } : launch

/** A program for the first of some Pythons that has a module, or that runs other lines. */
const python = (
  candidates: readonly string[],
  module: string,
  script: string,
  lines = `import ${module}`,
): Launch => {
  const found = candidates.find(
    (candidate) => spawnSync(candidate, ['-c', lines], { stdio: 'ignore' }).status === 0,
  )
  return found === undefined
    ? absent(`no Python with ${module}: see bench/README.md`)
    : { kind: 'command', command: [found, join(here, 'contenders', script)] }
}

/** JAX takes all cores there are for it whatever it is told. */
const boundToCores = (launch: Launch): Launch =>
  launch.kind === 'command' && coresOf(1) === undefined
    ? absent('it takes all cores, and no taskset is installed that would keep it to some')
    : launch

/** JAX on the GPU and nowhere else, its products in full float32 as ours are. */
const onCuda = (launch: Launch): Launch =>
  launch.kind === 'command'
    ? {
        ...launch,
        command: ['env', 'JAX_PLATFORMS=cuda', 'JAX_DEFAULT_MATMUL_PRECISION=highest', ...launch.command],
      }
    : launch

/** Compiles one of the C++ programs with the first compiler that can. */
const compiled = (name: string, flags: readonly string[]): Launch => {
  mkdirSync(built, { recursive: true })
  const [source, program] = [join(here, 'floor', `${name}.cc`), join(built, name)]
  const works = ['g++', 'clang++'].some((compiler) => {
    try {
      execFileSync(compiler, ['-std=c++17', source, '-o', program, ...flags], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
  return works
    ? { kind: 'command', command: [program] }
    : absent(`no C++ compiler here builds ${name}.cc with ${flags.join(' ')}`)
}

/** How each contender is started. */
export type Launches = Readonly<Record<ContenderName, () => Launch>>

/** Who takes part, ours first; `pythons` are the Pythons that JAX and PyTorch are looked for in. */
export const launchesWith = (pythons: readonly string[]): Launches => ({
  puregrad: () => own('native'),
  'puregrad-eager': () => own('native', 'eager'),
  'puregrad-wasm': () => own('wasm'),
  'puregrad-typescript': () => own('typescript'),
  floor: () => compiled('floor', ['-O3', '-march=native', '-ffast-math', '-fopenmp']),
  openblas: () => compiled('openblas', ['-O2', '-lopenblas']),
  torch: () => python(pythons, 'torch', 'torch_peer.py'),
  jax: () => boundToCores(python(pythons, 'jax', 'jax_peer.py')),
  'jax-js': () => withPackage('@jax-js/jax', node('jax-js.mjs')),
  'tfjs-node': () => withPackage('@tensorflow/tfjs-node', withArgument(node('tfjs.mjs'), 'tensorflow')),
  'tfjs-wasm': () => withPackage('@tensorflow/tfjs-backend-wasm', withArgument(node('tfjs.mjs'), 'wasm')),
  'tfjs-cpu': () => withPackage('@tensorflow/tfjs', withArgument(node('tfjs.mjs'), 'cpu')),
  'by-hand': () => node('by-hand.mjs'),
  onnxruntime: () => typescript('onnxruntime.ts'),
  'puregrad-webgpu': () => typescript('puregrad-webgpu.ts'),
  'puregrad-software': () => typescript('puregrad-webgpu.ts', 'software'),
  'jax-js-webgpu': () => withPackage('@jax-js/jax', withArgument(node('jax-js.mjs'), 'webgpu')),
  'jax-cuda': () => onCuda(python(pythons, 'JAX on CUDA', 'jax_peer.py', 'import jax; jax.devices("cuda")')),
})

/** A running contender. Every question has one line as its answer; none within the limit means it is given up. */
export interface Contender {
  readonly ask: (question: string, seconds: number) => Promise<string>
  readonly stop: () => void
}

/** Threads are bounded for every library that reads its bound at the start. */
const environment = (threads: number): NodeJS.ProcessEnv => ({
  ...process.env,
  ...Object.fromEntries(
    [
      'OMP_NUM_THREADS',
      'OPENBLAS_NUM_THREADS',
      'MKL_NUM_THREADS',
      'TF_NUM_INTRAOP_THREADS',
      'BENCH_THREADS',
    ].map((name) => [name, String(threads)]),
  ),
  // A waiting library must not take the processor from the one that is timed.
  OMP_WAIT_POLICY: 'passive',
  XLA_FLAGS: `--xla_cpu_multi_thread_eigen=${threads > 1 ? 'true' : 'false'} intra_op_parallelism_threads=${String(threads)}`,
  TF_CPP_MIN_LOG_LEVEL: '3',
})

/** A process that stands still does not see that the one which asks it has ended. */
const alive = new Set<ChildProcess>()
process.once('exit', () => alive.forEach((child) => child.kill('SIGKILL')))

/**
 * A contender on as many cores as threads, where the system can say so. Between its answers it stands still: threads of
 * ONNX Runtime wait awake for the next run, and jax-js goes on with what it has begun, both at the cost of whose turn it is.
 */
export const start = (command: readonly string[], threads: number): Contender => {
  const cores = coresOf(threads)
  const [program = '', ...args] =
    cores === undefined ? command : ['taskset', '-c', cores.join(','), ...command]
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'], env: environment(threads) })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`absent ${error.message}`))
    child.once('exit', (code) => resolve(`absent it ended with ${String(code)}`))
  })
  child.stdin.on('error', () => undefined)
  const signal = (name: 'SIGSTOP' | 'SIGCONT'): void => {
    if (process.platform !== 'win32') child.kill(name)
  }
  alive.add(child)
  return {
    ask: async (question, seconds) => {
      signal('SIGCONT')
      child.stdin.write(`${question}\n`)
      const late = new Promise<string>((resolve) =>
        setTimeout(() => resolve(`absent no answer within ${String(seconds)} s`), seconds * 1000).unref(),
      )
      const line = lines.next().then(({ value }) => (typeof value === 'string' ? value : ended))
      const answer = await Promise.race([line, late])
      signal('SIGSTOP')
      return answer
    },
    stop: () => child.kill('SIGKILL'),
  }
}
