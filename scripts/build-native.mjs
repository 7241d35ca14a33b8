// Compiles native/*.cc with the system's C++ compiler (or CXX) into prebuilds/<platform>-<architecture>/puregrad.node,
// where something changed; with --unless-built only where there is none, as after an installation of the packed binary.
// For another machine: CXX=aarch64-linux-gnu-g++ node scripts/build-native.mjs --target=linux-arm64, or --zig=PATH
// (scripts/build-prebuilds.mjs); all of prebuilds is packed, and a process takes the one of its own platform.
//
// An addon older than its sources is removed before anything else, so that a build that fails leaves none that is used.
// Without a compiler one line says so and all goes on without the addon, unless --strict is given. A compiler that fails
// fails the build; only an installation (--unless-built) goes on without the addon then too.
//
// --unoptimized compiles in a quarter of the time what is slow, but the same otherwise: to try whether it builds.
//
// --sanitize=address,undefined compiles with these sanitizers into build/sanitized/<list>/puregrad.node, where no process
// finds it by itself: PUREGRAD_ADDON names it (scripts/sanitize.mjs).
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const native = join(root, 'native')
const host = `${process.platform}-${process.arch}`
const given = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
const target = given('target') ?? host
const sanitizers = given('sanitize')
const objects = sanitizers
  ? join(root, 'build', 'sanitized', sanitizers)
  : join(root, 'build', given('zig') ? `zig-${target}` : target === host ? 'native' : `native-${target}`)
const output = sanitizers ? join(objects, 'puregrad.node') : join(root, 'prebuilds', target, 'puregrad.node')
const installing = process.argv.includes('--unless-built')
const strict = process.argv.includes('--strict') || sanitizers !== undefined
if (installing && existsSync(output)) process.exit(0)

const sources = readdirSync(native).filter((name) => name.endsWith('.cc') && name !== 'wasm.cc')
const headers = readdirSync(native).filter((name) => name.endsWith('.h') || name.endsWith('.inc'))
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const newest = Math.max(...headers.map((name) => changedAt(join(native, name))))
const newestOfAll = Math.max(newest, ...sources.map((name) => changedAt(join(native, name))))
if (existsSync(output) && changedAt(output) < newestOfAll) rmSync(output)

/** Goes on without the addon, which is where nobody can be blamed for it. */
const goOnWithout = (reason) => {
  console.log(
    `puregrad: compiled functions run on WebAssembly, as ${reason}; ` +
      'for the faster native addon install a C++17 compiler and run: npm rebuild puregrad',
  )
  process.exit(strict ? 1 : 0)
}
const fail = (reason, details) => {
  if (installing && !strict) goOnWithout(reason)
  console.error(`puregrad: the native addon was not built, as ${reason}`)
  if (details !== '') console.error(details)
  process.exit(1)
}

// The headers of Node: those it came with, else those of the package node-api-headers.
const headersPackage = (() => {
  try {
    return dirname(fileURLToPath(import.meta.resolve('node-api-headers/package.json')))
  } catch {
    return undefined
  }
})()
const zig = given('zig')
const include = [
  ...(zig === undefined ? [] : [join(headersPackage ?? '', 'include')]),
  join(dirname(dirname(process.execPath)), 'include', 'node'),
  '/usr/include/node',
  '/usr/local/include/node',
  join(headersPackage ?? '', 'include'),
].find((folder) => existsSync(join(folder, 'node_api.h')))
if (include === undefined) goOnWithout('the headers of Node (node_api.h) were not found')

const works = (compiler) => spawnSync(compiler, ['--version'], { encoding: 'utf8' }).status === 0
if (target !== host && !process.env.CXX && zig === undefined) {
  console.error(`build-native: --target=${target} needs CXX, a compiler that makes code for it, or --zig`)
  process.exit(1)
}
/** What zig calls the targets: glibc from 2.17 on, macOS from 11 on. */
const triples = {
  'linux-x64': 'x86_64-linux-gnu.2.17',
  'linux-x64-musl': 'x86_64-linux-musl',
  'linux-arm64': 'aarch64-linux-gnu.2.17',
  'linux-arm64-musl': 'aarch64-linux-musl',
  'darwin-x64': 'x86_64-macos.11.0',
  'darwin-arm64': 'aarch64-macos.11.0',
  'win32-x64': 'x86_64-windows-gnu',
}
if (zig !== undefined && !Object.hasOwn(triples, target)) {
  console.error(`build-native: --target=${target} is none of ${Object.keys(triples).join(', ')}`)
  process.exit(1)
}
const named = zig ?? process.env.CXX
if (named && zig === undefined && !works(named)) fail(`CXX names ${named}, which does not run`, '')
const compiler = named || ['c++', 'g++', 'clang++'].find(works)
if (compiler === undefined) goOnWithout('no C++ compiler was found')
const windows = target.startsWith('win32')
/** Words between the compiler and everything else. */
const prefix = zig === undefined ? [] : ['c++', '-target', triples[target], '-fno-sanitize=undefined']

const flags = [
  '-std=c++17',
  ...(sanitizers === undefined
    ? [process.argv.includes('--unoptimized') ? '-O0' : '-O3']
    : ['-O1', '-g', `-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all', '-fno-omit-frame-pointer']),
  ...(windows ? [] : ['-fPIC']),
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
  source.endsWith('_reproducible.cc') || source === 'vm.cc' ? '-ffp-contract=off' : '-ffp-contract=fast'
const linkFlags = [
  '-shared',
  ...(sanitizers === undefined ? [] : [`-fsanitize=${sanitizers}`]),
  '-pthread',
  ...(target.startsWith('darwin') ? ['-undefined', 'dynamic_lookup'] : []),
  ...(zig === undefined ? [] : ['-s']),
  // What Node offers is found in the process.
  ...(windows ? [join(objects, 'node.lib')] : []),
  // Threads sleep in its code: it stays in memory when the last worker that loaded it has ended.
  ...(target.startsWith('linux') ? ['-Wl,-z,nodelete', '-ldl'] : []),
]

// Objects of another compiler, Node or set of flags are kept apart by this.
const stamp = createHash('sha256')
  .update([compiler, ...prefix, ...flags, ...linkFlags, process.version, ...sources].join(' '))
  .digest('hex')
const stampFile = join(objects, 'stamp')
mkdirSync(objects, { recursive: true })
mkdirSync(dirname(output), { recursive: true })
const same = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp
const objectOf = (source) => join(objects, source.replace(/\.cc$/, '.o'))
const stale = sources.filter((source) => {
  const made = changedAt(objectOf(source))
  return !same || made < newest || made < changedAt(join(native, source))
})
if (stale.length === 0 && existsSync(output)) process.exit(0)
rmSync(output, { force: true })
rmSync(stampFile, { force: true })

const started = Date.now()
const run = (args) =>
  new Promise((resolve) => {
    const child = spawn(compiler, [...prefix, ...args], { cwd: root })
    let text = ''
    child.stderr.on('data', (piece) => (text += piece))
    child.on('error', (error) => resolve({ status: 1, text: String(error) }))
    child.on('close', (status) => resolve({ status, text }))
  })

/** The names that node.exe exports, as a library to link with. */
const importLibrary = () => {
  const names = ['js_native_api.def', 'node_api.def'].flatMap((file) =>
    readFileSync(join(headersPackage ?? '', 'def', file), 'utf8').match(/^(napi|node_api)_\w+/gm),
  )
  const definition = join(objects, 'node.def')
  writeFileSync(definition, `NAME node.exe\nEXPORTS\n${names.join('\n')}\n`)
  const library = join(objects, 'node.lib')
  const args = ['dlltool', '-m', 'i386:x86-64', '-d', definition, '-l', library]
  const { status, stderr } = spawnSync(compiler, args, { encoding: 'utf8' })
  if (status !== 0) fail('no library of what node.exe exports could be made', stderr)
}
if (windows) importLibrary()

const queue = [...stale].sort((a, b) => statSync(join(native, b)).size - statSync(join(native, a)).size)
// The step kernels and products take longest.
queue.sort((a, b) => Number(/_(avx|generic)/.test(b)) - Number(/_(avx|generic)/.test(a)))
// Whatever is written is written beside and moved, so that nothing half-written is ever found, and a running process
// keeps the file it has loaded.
const made = async (args, path) => {
  const fresh = `${path}.${process.pid}`
  const { status, text } = await run([...args, '-o', fresh])
  if (status === 0) renameSync(fresh, path)
  else rmSync(fresh, { force: true })
  return status === 0 ? undefined : text
}
const failures = []
// The exponents of lanes that hold NaN wrap before they are discarded.
const wrapping = (source) =>
  sanitizers !== undefined && source.includes('step_kernels') ? ['-fno-sanitize=signed-integer-overflow'] : []
const worker = async () => {
  for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
    const args = [...flags, ...wrapping(source), contraction(source), '-c', join('native', source)]
    const text = await made(args, objectOf(source))
    if (text !== undefined) failures.push(`${source}:\n${text}`)
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, worker))
if (failures.length > 0) fail(`${compiler} failed on ${failures.length} files`, failures.join('\n'))
const linkError = await made([...sources.map(objectOf), ...linkFlags], output)
if (linkError !== undefined) fail('linking failed', linkError)
// What would link with the addon, which nothing does.
if (windows)
  for (const file of readdirSync(dirname(output)))
    if (file.endsWith('.lib')) rmSync(join(dirname(output), file))
if (target === host && sanitizers === undefined) {
  const load = `require(${JSON.stringify(output)}).threads()`
  const { status, stderr } = spawnSync(process.execPath, ['-e', load], { encoding: 'utf8' })
  if (status !== 0) {
    rmSync(output, { force: true })
    fail('it does not load', stderr)
  }
}
writeFileSync(stampFile, stamp)
console.log(
  sanitizers === undefined
    ? `puregrad: compiled functions run on the native addon (built in ${((Date.now() - started) / 1000).toFixed(1)} s)`
    : `puregrad: the addon with ${sanitizers} sanitizers is ${output}`,
)
