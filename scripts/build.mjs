// Fills an empty dist, so that no file of an earlier build is ever packed: declarations of every file of src, and what
// runs (bundle.mjs).
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bundleForNode, bundleModules } from './bundle.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('@typescript/native/package.json')))

const emitDeclarations = () =>
  spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { cwd: root, stdio: 'inherit' }).status ?? 1

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
process.exitCode = emitDeclarations()
if (process.exitCode === 0) {
  await bundleModules('dist')
  await bundleForNode('dist/node')
  await import('./write-code-cache.mjs')
}
