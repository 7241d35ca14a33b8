import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { installPackage } from './install-package.ts'

const { folder, remove } = await installPackage()
afterAll(remove)

const { exports: entries } = JSON.parse(
  readFileSync(join(folder, 'node_modules', 'puregrad', 'package.json'), 'utf8'),
) as { exports: Record<string, string | { node: { module: string; default: string }; default: string }> }
const modules = Object.values(entries).flatMap((entry) =>
  typeof entry === 'string'
    ? []
    : [{ node: entry.node.default, bundler: entry.node.module, default: entry.default }],
)

/** Everything a process shares that a module could change, before and after each import and a first use. */
const watch = `
  import { readFileSync } from 'node:fs'
  const compiled = new WebAssembly.Module(readFileSync('node_modules/puregrad/dist/compile/executors/puregrad.wasm'))
  const [relaxed] = WebAssembly.Module.customSections(compiled, 'fused')
  const shared = { Object, Array, Function, Promise, Error, Math, JSON, Float32Array, WebAssembly, Symbol }
  const keys = (x) => Reflect.ownKeys(x).map(String)
  const listeners = (emitter) => emitter.eventNames().map((name) => [String(name), emitter.listenerCount(name)])
  const snapshot = () => ({
    globals: keys(globalThis),
    shared: Object.entries(shared).map(([name, x]) => [name, keys(x), keys(x.prototype ?? {})]),
    listeners: [process, process.stdout, process.stderr].map(listeners),
    environment: process.env,
    flags: [process.execArgv, WebAssembly.validate(relaxed)],
    directory: process.cwd(),
    // Timers, threads and sockets; pipes and requests to the file system are those of the process and its loader.
    waiting: process.getActiveResourcesInfo().filter((name) => !/Pipe|TTY|Req/.test(name)),
    traces: [Error.stackTraceLimit, typeof Error.prepareStackTrace],
  })
  const before = snapshot()
  const changes = {}
  for (const module of process.argv.slice(1)) {
    const { backend, jit, tensor } = await import(module)
    if (jit !== undefined) jit((x) => x)(tensor([backend().length]))
    for (const [name, value] of Object.entries(snapshot()))
      if (JSON.stringify(value) !== JSON.stringify(before[name])) changes[\`\${name} by \${module}\`] = [before[name], value]
  }
  console.log(JSON.stringify(changes))`

test.each(['node', 'bundler', 'default'] as const)(
  'no entry changes anything global when it is imported, nor at its first use (%s)',
  (condition) => {
    const files = modules.map((entry) => join(folder, 'node_modules', 'puregrad', entry[condition]))
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', watch, ...files], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, PUREGRAD_BACKEND: 'wasm' },
    })
    expect(JSON.parse(printed)).toEqual({})
  },
  60_000,
)
