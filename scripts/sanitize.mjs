// Runs the native code under sanitizers, with the compiler of the system (or CXX); fails where anything is reported:
//
//   addon    the tests of the executors and of compiled functions, on an addon with the address and undefined-behaviour
//            sanitizers inside a plain Node
//   fuzz     native/test/vm_fuzz.cc with the same sanitizers: random words, and what loads runs
//   products native/test/gemm_check.cc with them: products in place and packed, against sums in double precision
//   threads  native/test/threads_check.cc with the thread sanitizer: programs from several threads at once
//
// sanitize.mjs [--only=addon,fuzz,products,threads] [--rounds=N] [--seed=N] [--quick]; --quick takes few rounds and the tests of
// the addon alone. What is built lies in build/sanitized and is never used unless PUREGRAD_ADDON names it.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const given = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3)
const quick = process.argv.includes('--quick')
const only = given('only')?.split(',') ?? ['fuzz', 'products', 'threads', 'addon']
const rounds = given('rounds') ?? (quick ? '300' : '3000')
const seed = given('seed') ?? '1'
const compiler = process.env.CXX || 'c++'
const folder = join(root, 'build', 'sanitized')
const reports = join(folder, 'reports')
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const changedAt = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0
const native = readdirSync(join(root, 'native'))
const newestHeader = Math.max(
  ...native.filter((name) => /\.(h|inc)$/.test(name)).map((name) => changedAt(join(root, 'native', name))),
)

/** A program of a test and all of the executor, compiled with sanitizers. */
const program = async (test, sanitizers) => {
  const objects = join(folder, `${test}-${sanitizers}`)
  mkdirSync(objects, { recursive: true })
  const flags = [
    '-std=c++17',
    ...['-O1', '-g', `-fsanitize=${sanitizers}`, '-fno-sanitize-recover=all', '-fno-omit-frame-pointer'],
    ...['-fno-math-errno', '-fno-trapping-math', '-pthread'],
  ]
  // The exponents of lanes that hold NaN wrap before they are discarded.
  const wrapping = (source) =>
    source.includes('step_kernels') && sanitizers.includes('undefined')
      ? ['-fno-sanitize=signed-integer-overflow']
      : []
  const sources = [
    ...native.filter((name) => name.endsWith('.cc') && name !== 'addon.cc' && name !== 'wasm.cc'),
    join('test', `${test}.cc`),
  ]
  const objectOf = (source) => join(objects, source.replaceAll(/[/\\]/g, '-').replace(/\.cc$/, '.o'))
  const queue = sources.filter(
    (source) => changedAt(objectOf(source)) < Math.max(newestHeader, changedAt(join(root, 'native', source))),
  )
  const compile = (source) =>
    new Promise((resolve) => {
      const fresh = `${objectOf(source)}.${process.pid}`
      const args = [...flags, ...wrapping(source), '-c', join('native', source), '-o', fresh]
      spawn(compiler, args, { cwd: root, stdio: 'inherit' }).on('close', (status) => {
        if (status === 0) renameSync(fresh, objectOf(source))
        resolve(status)
      })
    })
  const worker = async () => {
    for (let source = queue.shift(); source !== undefined; source = queue.shift())
      if ((await compile(source)) !== 0) throw new Error(`${source} does not compile with ${sanitizers}`)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  const path = join(objects, test)
  const linked = spawnSync(compiler, [...flags, ...sources.map(objectOf), '-o', path], {
    cwd: root,
    stdio: 'inherit',
  })
  if (linked.status !== 0) throw new Error(`${test} does not link with ${sanitizers}`)
  return path
}

const logged = `log_path=${join(reports, 'report')}`
const environment = {
  ...process.env,
  ASAN_OPTIONS: `detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=1024:${logged}`,
  UBSAN_OPTIONS: `print_stacktrace=1:${logged}`,
  TSAN_OPTIONS: `halt_on_error=1:${logged}`,
}
const run = (command, args, env = environment) =>
  spawnSync(command, args, { cwd: root, stdio: 'inherit', env }).status === 0

/** What has to be loaded before Node, which is not compiled with sanitizers itself. */
const preloaded = () =>
  ['libasan.so', 'libstdc++.so.6']
    .map((name) => spawnSync(compiler, [`-print-file-name=${name}`], { encoding: 'utf8' }).stdout?.trim())
    .filter((path) => path !== undefined && isAbsolute(path) && existsSync(path))

/** Shaders, and how much the compiler does, run no native code to speak of, and take longest where memory is watched. */
const isNotOfTheAddon = (name) => name.includes('/webgpu-') || name === 'test/program/cost.test.ts'

const steps = {
  fuzz: async () => run(await program('vm_fuzz', 'address,undefined'), [rounds, seed]),
  products: async () => run(await program('gemm_check', 'address,undefined'), []),
  threads: async () => run(await program('threads_check', 'thread'), [quick ? '30' : '200', seed]),
  addon: async () => {
    const sanitizers = 'address,undefined'
    if (!run(process.execPath, ['scripts/build-native.mjs', `--sanitize=${sanitizers}`], process.env))
      return false
    const tests = quick
      ? ['test/backend/addon.test.ts', 'test/backend/native.test.ts']
      : [
          'test/testing/random-laws.test.ts',
          ...['backend', 'program'].flatMap((part) =>
            readdirSync(join(root, 'test', part)).map((name) => `test/${part}/${name}`),
          ),
        ].filter((name) => name.endsWith('.test.ts') && !isNotOfTheAddon(name))
    return run(
      process.execPath,
      [
        join('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        ...tests,
        '--typecheck.enabled=false',
        '--testTimeout=600000',
      ],
      {
        ...environment,
        LD_PRELOAD: preloaded().join(' '),
        PUREGRAD_ADDON: join(folder, sanitizers, 'puregrad.node'),
        PUREGRAD_BACKEND: 'native',
      },
    )
  },
}

const unknown = only.find((name) => !Object.hasOwn(steps, name))
if (unknown !== undefined) {
  console.error(`sanitize: there is no step ${unknown}; there are ${Object.keys(steps).join(', ')}`)
  process.exit(2)
}

const failed = []
for (const name of only) {
  console.log(`--- ${name}`)
  const passed = await steps[name]().catch((error) => {
    console.error(error)
    return false
  })
  if (!passed) failed.push(name)
}
// A process that was stopped by a sanitizer may have been the child of one that went on.
// Memory that there is not is asked for on purpose, and refused with a warning.
const textOf = (name) =>
  readFileSync(join(reports, name), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !/WARNING: AddressSanitizer failed to allocate/.test(line))
    .join('\n')
const found = readdirSync(reports)
  .sort()
  .filter((name) => textOf(name) !== '')
for (const name of found) console.error(`--- ${name}\n${textOf(name)}`)
console.log(
  failed.length + found.length === 0
    ? `sanitize: nothing reported in ${only.join(', ')}`
    : `sanitize: ${found.length} reports; failed: ${failed.join(', ') || 'none'}`,
)
process.exitCode = failed.length + found.length === 0 ? 0 : 1
