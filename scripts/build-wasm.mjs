// Compiles native/*.cc to WebAssembly with Clang and lld into src/backend/wasm-module.ts, which is checked in.
// --hash only prints the hash of the sources, which is written there too.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const native = join(root, 'native')
const output = join(root, 'src', 'backend', 'wasm-module.ts')

const flags = [
  '--target=wasm32',
  '-std=c++17',
  '-msimd128',
  '-mbulk-memory',
  '-mnontrapping-fptoint',
  '-msign-ext',
  '-nostdlib',
  '-nostdinc++',
  '-ffreestanding',
  '-fno-exceptions',
  '-fno-rtti',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fvisibility=hidden',
]
// Where speed does not matter much, or whole vectors are not to be had, the smaller code is taken.
const level = (source) =>
  /reproducible|verify|^wasm/.test(source) ? '-Os' : source.startsWith('step_kernels') ? '-O2' : '-O3'
const linkFlags = ['--no-entry', '--strip-all', '--gc-sections', '-z', 'stack-size=1048576']

// Other instruction sets and the hosted parts are empty for WebAssembly, or left out.
const sources = readdirSync(native)
  .filter((name) => name.endsWith('.cc') && !/^(addon|memory)\.cc$|_(avx2|avx512|neon)\.cc$/.test(name))
  .sort()
const headers = readdirSync(native)
  .filter((name) => name.endsWith('.h') || name.endsWith('.inc'))
  .sort()

const hash = createHash('sha256').update([...flags, ...sources.map(level), ...linkFlags].join(' '))
for (const name of [...sources, ...headers]) hash.update(name).update(readFileSync(join(native, name)))
const sourceHash = hash.digest('hex')

if (process.argv.includes('--hash')) {
  console.log(sourceHash)
  process.exit(0)
}

const find = (...names) => names.find((name) => spawnSync(name, ['--version']).status === 0)
const clang = find(process.env.CLANG ?? 'clang++-14', 'clang++-14', 'clang++')
const linker = find(process.env.WASM_LD ?? 'wasm-ld-14', 'wasm-ld-14', 'wasm-ld')
if (clang === undefined || linker === undefined) {
  console.error('wasm: Clang with wasm-ld is needed')
  process.exit(1)
}

const folder = mkdtempSync(join(tmpdir(), 'puregrad-wasm-'))
const run = (command, args) => {
  const { status, stderr } = spawnSync(command, args, { cwd: root, encoding: 'utf8' })
  if (status === 0) return
  console.error(stderr)
  rmSync(folder, { recursive: true })
  process.exit(1)
}
// The C++ headers the sources name, without a C++ library.
const include = join(folder, 'include')
mkdirSync(include)
writeFileSync(join(include, 'cstdint'), '#include <stdint.h>\n')
writeFileSync(join(include, 'cstddef'), '#include <stddef.h>\n')
writeFileSync(
  join(include, 'cstring'),
  `#include <stddef.h>
extern "C" {
void *memcpy(void *, const void *, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
}
`,
)
const objects = sources.map((source) => {
  const object = join(folder, source.replace(/\.cc$/, '.o'))
  // WebAssembly has no fused multiply-add: contraction changes nothing, and stays off.
  run(clang, [
    ...flags,
    level(source),
    '-ffp-contract=off',
    `-I${include}`,
    '-c',
    join('native', source),
    '-o',
    object,
  ])
  return object
})
const module = join(folder, 'puregrad.wasm')
run(linker, [...objects, ...linkFlags, '-o', module])
const bytes = readFileSync(module)
rmSync(folder, { recursive: true })
writeFileSync(
  output,
  `// Made by scripts/build-wasm.mjs of the sources in native.

/** The hash of the sources the module was made of. */
export const wasmSourceHash = '${sourceHash}'

/** The module in base64. */
export const wasmModule =
  '${bytes.toString('base64')}'
`,
)
console.log(`wasm: ${bytes.length} bytes`)
