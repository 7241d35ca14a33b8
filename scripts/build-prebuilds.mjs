// Makes the addons that are packed, for every platform on this one: prebuilds/<platform>-<architecture>[-musl]. Needs zig,
// a cross compiler (`pip install ziglang` or ziglang.org), on the path, in ZIG, or in Python; with names only these.
import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const all = [
  'linux-x64',
  'linux-x64-musl',
  'linux-arm64',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
]
const root = fileURLToPath(new URL('..', import.meta.url))
const targets = process.argv.length > 2 ? process.argv.slice(2) : all

const works = (file) => spawnSync(file, ['version']).status === 0
const ofPython = () => {
  const code = 'import ziglang, os; print(os.path.join(os.path.dirname(ziglang.__file__), "zig"))'
  return spawnSync('python3', ['-c', code], { encoding: 'utf8' }).stdout?.trim() ?? ''
}
const zig = [process.env.ZIG ?? '', 'zig', ofPython()].find((file) => file !== '' && works(file))
if (zig === undefined) {
  console.error('prebuilds: zig was not found: pip install ziglang, or name it in ZIG')
  process.exit(1)
}

for (const target of targets) {
  const script = fileURLToPath(new URL('build-native.mjs', import.meta.url))
  const { status } = spawnSync(process.execPath, [script, `--target=${target}`, `--zig=${zig}`, '--strict'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) process.exit(1)
  const { size } = statSync(new URL(`../prebuilds/${target}/puregrad.node`, import.meta.url))
  console.log(`prebuilds: ${target}: ${(size / 1e6).toFixed(2)} MB`)
}
