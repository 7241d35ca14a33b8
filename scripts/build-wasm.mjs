// Compiles native/*.cc to WebAssembly with Clang and lld (16 or later) into src/compile/executors/puregrad.wasm, which is
// checked in. Two custom sections of it hold the fused tiles of the matrix product, a module of its own for engines with
// relaxed SIMD ('fused'), and the hash of the sources ('sources'), which --hash only prints.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const native = join(root, 'native')
const output = join(root, 'src', 'compile', 'executors', 'puregrad.wasm')

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
  /^(special_math|step_kernels)_reproducible|verify|^wasm/.test(source)
    ? '-Os'
    : /^(step_kernels|small_products|indexing)/.test(source)
      ? '-O2'
      : '-O3'
const fused = 'fused_tiles.cc'
const commonLinkFlags = ['--no-entry', '--strip-all', '--gc-sections']
// The fused tiles are entered into the table of functions.
const linkFlags = [...commonLinkFlags, '-z', 'stack-size=1048576', '--export-table', '--growable-table']
const fusedFlags = ['-mrelaxed-simd']
// They work in the memory of the module. Should the compiler want a stack for them, it lies in the first 1024 bytes, which
// the linker leaves free there too.
const fusedLinkFlags = [...commonLinkFlags, '--import-memory', '-z', 'stack-size=0']

// Other instruction sets and the hosted parts are empty for WebAssembly, or left out.
const sources = readdirSync(native)
  .filter(
    (name) => name.endsWith('.cc') && !/^(addon|memory|fused_tiles)\.cc$|_(avx2|avx512|neon)\.cc$/.test(name),
  )
  .sort()
const headers = readdirSync(native)
  .filter((name) => name.endsWith('.h') || name.endsWith('.inc'))
  .sort()

const hash = createHash('sha256').update(
  [...flags, ...sources.map(level), ...linkFlags, ...fusedFlags, ...fusedLinkFlags].join(' '),
)
for (const name of [...sources, fused, ...headers]) hash.update(name).update(readFileSync(join(native, name)))
const sourceHash = hash.digest('hex')

if (process.argv.includes('--hash')) {
  console.log(sourceHash)
  process.exit(0)
}

const find = (...names) => names.find((name) => spawnSync(name, ['--version']).status === 0)
const clang = find(process.env.CLANG ?? 'clang++-16', 'clang++-16', 'clang++')
const linker = find(process.env.WASM_LD ?? 'wasm-ld-16', 'wasm-ld-16', 'wasm-ld')
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
const compile = (source, ...more) => {
  const object = join(folder, source.replace(/\.cc$/, '.o'))
  // Nothing is fused but where the source says so.
  const all = [...flags, ...more, level(source), '-ffp-contract=off', `-I${include}`]
  run(clang, [...all, '-c', join('native', source), '-o', object])
  return object
}
const link = (name, objects, given) => {
  const module = join(folder, name)
  run(linker, [...objects, ...given, '-o', module])
  return readFileSync(module)
}
const bytes = link(
  'puregrad.wasm',
  sources.map((source) => compile(source)),
  linkFlags,
)
const fusedBytes = link('fused.wasm', [compile(fused, ...fusedFlags)], fusedLinkFlags)
rmSync(folder, { recursive: true })

/** Unsigned LEB128, as all sizes in a module. */
const leb = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...leb(n >>> 7)])
const customSection = (name, payload) => {
  const content = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), payload])
  return Buffer.concat([Buffer.from([0, ...leb(content.length)]), content])
}
writeFileSync(
  output,
  Buffer.concat([
    bytes,
    customSection('fused', fusedBytes),
    customSection('sources', Buffer.from(sourceHash)),
  ]),
)
console.log(`wasm: ${bytes.length} and ${fusedBytes.length} bytes`)
