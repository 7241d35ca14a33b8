// Compiles the native sources and native/test/vm_fuzz.cc with the address and undefined-behaviour sanitizers and runs
// it: sanitize-native.mjs [rounds] [seed].
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const objects = join(root, 'build', 'sanitized')
mkdirSync(objects, { recursive: true })
const compiler = process.env.CXX ?? 'c++'
const flags = [
  '-std=c++17',
  '-O1',
  '-g',
  '-fsanitize=address,undefined',
  '-fno-sanitize-recover=all',
  '-fno-omit-frame-pointer',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-pthread',
]
const sources = [
  ...readdirSync(join(root, 'native'))
    .filter((name) => name.endsWith('.cc') && name !== 'addon.cc' && name !== 'wasm.cc')
    .map((name) => join('native', name)),
  join('native', 'test', 'vm_fuzz.cc'),
]
const objectOf = (source) => join(objects, source.replaceAll(/[/\\]/g, '-').replace(/\.cc$/, '.o'))
// The exponents of lanes that hold NaN wrap before they are discarded.
const wrapping = (source) =>
  source.includes('step_kernels') ? ['-fno-sanitize=signed-integer-overflow'] : []
const compile = (source) =>
  new Promise((resolve) => {
    const args = [...flags, ...wrapping(source), '-c', source, '-o', objectOf(source)]
    spawn(compiler, args, { cwd: root, stdio: 'inherit' }).on('close', resolve)
  })
const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const headers = readdirSync(join(root, 'native')).filter((name) => /\.(h|inc)$/.test(name))
const newest = Math.max(...headers.map((name) => changedAt(join(root, 'native', name))))
const queue = sources.filter(
  (source) => changedAt(objectOf(source)) < Math.max(newest, changedAt(join(root, source))),
)
const statuses = []
const worker = async () => {
  for (let source = queue.shift(); source !== undefined; source = queue.shift())
    statuses.push(await compile(source))
}
await Promise.all(Array.from({ length: availableParallelism() }, worker))
if (statuses.some((status) => status !== 0)) process.exit(1)
const program = join(objects, 'vm_fuzz')
const linked = spawnSync(compiler, [...flags, ...sources.map(objectOf), '-o', program], {
  cwd: root,
  stdio: 'inherit',
})
if (linked.status !== 0) process.exit(1)
const { status } = spawnSync(program, process.argv.slice(2), {
  stdio: 'inherit',
  env: { ...process.env, ASAN_OPTIONS: 'allocator_may_return_null=1:max_allocation_size_mb=512' },
})
process.exit(status ?? 1)
