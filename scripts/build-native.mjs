// Compiles native/*.cc with the system's C++ compiler (or CXX) into prebuilds/<platform>-<architecture>/puregrad.node,
// where something changed; with --unless-built only where there is none, as after an installation of the packed binary.
// For another machine: CXX=aarch64-linux-gnu-g++ node scripts/build-native.mjs --target=linux-arm64; all of prebuilds is
// packed, and a process takes the one of its own platform.
// Without a compiler one line says so and all goes on without the addon, unless --strict is given.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const native = join(root, 'native')
const host = `${process.platform}-${process.arch}`
const target = process.argv.find((word) => word.startsWith('--target='))?.slice('--target='.length) ?? host
const objects = join(root, 'build', target === host ? 'native' : `native-${target}`)
const output = join(root, 'prebuilds', target, 'puregrad.node')
const strict = process.argv.includes('--strict')
if (process.argv.includes('--unless-built') && existsSync(output)) process.exit(0)

const stop = (reason, details = '') => {
  console.log(
    `puregrad: compiled functions run on WebAssembly, as ${reason}; ` +
      'for the faster native addon install a C++17 compiler and run: npm rebuild puregrad',
  )
  if (strict) {
    if (details !== '') console.error(details)
    process.exit(1)
  }
  process.exit(0)
}

const include = [
  join(dirname(dirname(process.execPath)), 'include', 'node'),
  '/usr/include/node',
  '/usr/local/include/node',
].find((folder) => existsSync(join(folder, 'node_api.h')))
if (include === undefined) stop('the headers of Node (node_api.h) were not found')

const works = (compiler) => spawnSync(compiler, ['--version'], { encoding: 'utf8' }).status === 0
if (target !== host && !process.env.CXX) {
  console.error(`build-native: --target=${target} needs CXX, a compiler that makes code for it`)
  process.exit(1)
}
const candidates = target === host ? [process.env.CXX, 'c++', 'g++', 'clang++'] : [process.env.CXX]
const compiler = candidates.filter(Boolean).find(works)
if (compiler === undefined) stop('no C++ compiler was found')

const flags = [
  '-std=c++17',
  '-O3',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-pthread',
  `-I${include}`,
]
// What has to give the same bytes everywhere is compiled without fused roundings.
const contraction = (source) =>
  source === 'step_kernels_reproducible.cc' || source === 'vm.cc' ? '-ffp-contract=off' : '-ffp-contract=fast'
const linkFlags = [
  '-shared',
  '-pthread',
  ...(target.startsWith('darwin') ? ['-undefined', 'dynamic_lookup'] : []),
  // Threads sleep in its code: it stays in memory when the last worker that loaded it has ended.
  ...(target.startsWith('linux') ? ['-Wl,-z,nodelete', '-ldl'] : []),
]

const sources = readdirSync(native).filter((name) => name.endsWith('.cc') && name !== 'wasm.cc')
const headers = readdirSync(native).filter((name) => name.endsWith('.h') || name.endsWith('.inc'))
const newest = Math.max(...headers.map((name) => statSync(join(native, name)).mtimeMs))
// Objects of another compiler, Node or set of flags are kept apart by this.
const stamp = createHash('sha256')
  .update([compiler, ...flags, ...linkFlags, process.version, ...sources].join(' '))
  .digest('hex')
const stampFile = join(objects, 'stamp')
mkdirSync(objects, { recursive: true })
mkdirSync(dirname(output), { recursive: true })
const same = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
const objectOf = (source) => join(objects, source.replace(/\.cc$/, '.o'))
const stale = sources.filter((source) => {
  const object = objectOf(source)
  if (!same || !existsSync(object)) return true
  const { mtimeMs } = statSync(object)
  return mtimeMs < newest || mtimeMs < statSync(join(native, source)).mtimeMs
})
if (stale.length === 0 && existsSync(output)) process.exit(0)

const started = Date.now()
const run = (args) =>
  new Promise((resolve) => {
    const child = spawn(compiler, args, { cwd: root })
    let text = ''
    child.stderr.on('data', (piece) => (text += piece))
    child.on('error', (error) => resolve({ status: 1, text: String(error) }))
    child.on('close', (status) => resolve({ status, text }))
  })

const queue = [...stale].sort((a, b) => statSync(join(native, b)).size - statSync(join(native, a)).size)
// The step kernels and products take longest.
queue.sort((a, b) => Number(/_(avx|generic)/.test(b)) - Number(/_(avx|generic)/.test(a)))
const failures = []
const worker = async () => {
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    const { status, text } = await run([
      ...flags,
      contraction(source),
      '-c',
      join('native', source),
      '-o',
      objectOf(source),
    ])
    if (status !== 0) failures.push(`${source}:\n${text}`)
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker))
if (failures.length > 0) stop(`${compiler} failed on ${failures.length} files`, failures.join('\n'))
// Written beside and moved: a running process keeps the file it has loaded.
const fresh = `${output}.${process.pid}`
const linked = await run([...sources.map(objectOf), ...linkFlags, '-o', fresh])
if (linked.status !== 0) stop('linking failed', linked.text)
renameSync(fresh, output)
writeFileSync(stampFile, stamp)
console.log(
  `puregrad: compiled functions run on the native addon (built in ${((Date.now() - started) / 1000).toFixed(1)} s)`,
)
