// Packs the built package, installs it in an empty project, and uses it there in every runtime it is for: Node from the
// oldest to the newest version, Bun and Deno, each the program that an npm package carries. They are 100 MB each, so this
// is no part of `npm test`; they are kept in build/runtimes. Words after it name some of them: `npm run runtimes -- bun`.
// Node also starts with the compiled code that it keeps, and with that of another version under its own name, which it must
// refuse without a word.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const cache = join(root, 'build', 'runtimes')
const windows = process.platform === 'win32'
const exe = windows ? '.exe' : ''
const place = `${windows ? 'win' : process.platform}-${process.arch}`
const denoPlace = `${windows ? 'win32' : process.platform}-${process.arch}${process.platform === 'linux' ? '-glibc' : ''}`
const bunPlace = `${windows ? 'windows' : process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`

const node = (version) => ({
  name: `node-${version}`,
  installs: `npm:node-${place}@${version}`,
  program: join('bin', `node${exe}`),
  args: ['check.mjs'],
  // Also by require, which Node 20 can from 20.19 on.
  alsoArgs: ['check.cjs'],
  keepsCode: true,
})
const runtimes = [
  ...['20.19', '22', '24', '26'].map(node),
  {
    name: 'bun',
    installs: `npm:@oven/bun-${bunPlace}@1`,
    program: join('bin', `bun${exe}`),
    args: ['check.mjs'],
    alsoArgs: ['check.cjs'],
  },
  {
    name: 'deno',
    installs: `npm:@deno/${denoPlace}@2`,
    program: `deno${exe}`,
    args: ['run', '--allow-read', '--allow-env', '--allow-ffi', '--allow-sys', 'check.mjs'],
  },
]

const run = (cwd, command, args, env = {}) =>
  spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    shell: windows && command === 'npm',
  })
const npm = (cwd, ...args) => {
  const { status, stdout, stderr } = run(cwd, 'npm', [...args, '--no-audit', '--no-fund', '--ignore-scripts'])
  if (status !== 0) throw new Error(`npm ${args.join(' ')} failed\n${stderr}`)
  return stdout
}

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !runtimes.some((runtime) => runtime.name === name))
if (unknown.length > 0) {
  console.error(
    `runtimes: no ${unknown.join(', ')}; there are ${runtimes.map(({ name }) => name).join(', ')}`,
  )
  process.exit(1)
}
if (!existsSync(join(root, 'dist', 'node', 'node.js'))) {
  console.error('runtimes: dist is missing: run `npm run build` first')
  process.exit(1)
}

const project = mkdtempSync(join(tmpdir(), 'puregrad-runtimes-'))
const installed = join(project, 'node_modules', 'puregrad')
const failed = []

/** Runs a program, and says what it printed, or that it failed or complained. */
const report = (what, file, words, env) => {
  const { status, stdout, stderr } = run(project, file, words, env)
  const isWell = status === 0 && stderr === ''
  console.log(`runtimes: ${what}: ${isWell ? stdout.trim() : 'failed'}`)
  if (!isWell) failed.push(`${what}\n${stdout}${stderr}`)
}

/** What an earlier version has kept. */
let foreign
const reportKept = (name, file) => {
  report(`${name} keeps its code`, file, [join(installed, 'scripts', 'write-code-cache.mjs'), '--strict'])
  const folder = join(installed, 'build', 'code-cache')
  const [kept] = existsSync(folder) ? readdirSync(folder) : []
  if (kept === undefined) return
  report(`${name} with its code`, file, ['check.mjs'])
  const own = readFileSync(join(folder, kept))
  if (foreign !== undefined) {
    writeFileSync(join(folder, kept), foreign)
    report(`${name} with the code of another version`, file, ['check.mjs'])
  }
  foreign = own
  rmSync(folder, { recursive: true })
}

try {
  const [{ filename }] = JSON.parse(npm(root, 'pack', '--json', '--pack-destination', project))
  writeFileSync(join(project, 'package.json'), '{"private":true,"type":"module"}')
  npm(project, 'install', '--prefer-offline', `./${filename}`)
  copyFileSync(join(root, 'test', 'smoke', 'check.mjs'), join(project, 'check.mjs'))
  copyFileSync(join(root, 'test', 'smoke', 'check.cjs'), join(project, 'check.cjs'))
  mkdirSync(cache, { recursive: true })
  writeFileSync(join(cache, 'package.json'), '{"private":true}')
  for (const { name, installs, program, args, alsoArgs, keepsCode } of runtimes) {
    if (asked.length > 0 && !asked.includes(name)) continue
    const file = join(cache, 'node_modules', name, program)
    if (!existsSync(file)) npm(cache, 'install', '--force', '--prefer-offline', `${name}@${installs}`)
    for (const words of [args, ...(alsoArgs === undefined ? [] : [alsoArgs])])
      for (const backend of ['', 'wasm', 'typescript'])
        report(`${name} ${words.at(-1)}${backend === '' ? '' : ` (${backend})`}`, file, words, {
          PUREGRAD_BACKEND: backend,
        })
    if (keepsCode === true) reportKept(name, file)
  }
} finally {
  rmSync(project, { recursive: true, force: true })
}
for (const text of failed) console.error(`runtimes: ${text}`)
process.exitCode = failed.length > 0 ? 1 : 0
