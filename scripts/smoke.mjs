// Packs the built package, installs the tarball in an empty project, loads every entry point with plain Node,
// computes a gradient there, and does the same with a browser bundle. Needs `npm run build` first.
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))
const {
  bin,
  exports: entries,
  peerDependencies,
} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'puregrad-smoke-'))
const aboutPeers = ['./testing', './claims', './report']

const run = (cwd, command, ...args) => runIn({}, cwd, command, ...args)

const runIn = (env, cwd, command, ...args) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`)
  return stdout.trim()
}

const bundle = async (platform, conditions) => {
  const outfile = join(folder, `bundle-${platform}.mjs`)
  const { metafile } = await build({
    entryPoints: [join(folder, 'check.mjs')],
    absWorkingDir: folder,
    bundle: true,
    minify: true,
    format: 'esm',
    platform,
    ...conditions,
    outfile,
    metafile: true,
    logLevel: 'error',
  })
  const external = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter((i) => i.external))
  if (external.length > 0)
    throw new Error(`the ${platform} bundle imports ${external.map((i) => i.path).join(', ')}`)
  const size = Math.round(readFileSync(outfile).length / 1024)
  console.log(`smoke: ${platform} bundle (${size} kB): ${run(folder, process.execPath, outfile)}`)
}

const smoke = async () => {
  if (!existsSync(join(root, 'dist/index.js')))
    throw new Error('dist/index.js is missing: run `npm run build` first')
  const tarball = JSON.parse(
    run(root, 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
  )[0]
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  )
  copyFileSync(join(root, 'test/smoke/check.mjs'), join(folder, 'check.mjs'))
  const peers = Object.entries(peerDependencies).map(([name, range]) => `${name}@${range}`)
  const install = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts']

  const load = (entry) => {
    const specifier = entry.replace('.', 'puregrad')
    run(folder, process.execPath, '--input-type=module', '--eval', `await import('${specifier}')`)
    const loads = ['imports', ...(requires(specifier) ? ['requires'] : [])].join(' and ')
    console.log(`smoke: node ${loads} ${specifier}`)
  }
  const modules = Object.keys(entries).filter((name) => entries[name].default !== undefined)

  // First without the optional peers: all but the two entries that are about them must do without.
  run(folder, 'npm', ...install, `./${tarball.filename}`)
  for (const entry of modules.filter((name) => !aboutPeers.includes(name))) load(entry)
  console.log(`smoke: node: ${run(folder, process.execPath, 'check.mjs')}`)
  await bundle('browser', {})
  await bundle('neutral', { mainFields: ['module', 'main'] })
  commandStarts()
  backendsFollow()

  run(folder, 'npm', ...install, ...peers)
  for (const entry of aboutPeers) load(entry)
}

/** Engines that load ES modules by `require` do so with every entry. */
const requires = (specifier) => {
  if (!process.features.require_module) return false
  run(folder, process.execPath, '--eval', `require('${specifier}')`)
  return true
}

/** The help text may end with any status, but every module it needs has to be there. */
const commandStarts = () => {
  const main = join(folder, 'node_modules/puregrad', bin.puregrad)
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, '--help'], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (stdout === '' || /\bERR_|^\s+at /m.test(stderr)) {
    throw new Error(`puregrad --help ended with ${status}\n${stdout}${stderr}`)
  }
  console.log('smoke: puregrad --help answers without the optional packages')
}

/** Without the packed addon: no compiler leaves WebAssembly and a line that says so; a compiler makes the addon. */
const backendsFollow = () => {
  rmSync(join(folder, 'node_modules/puregrad/prebuilds'), { recursive: true, force: true })
  const expect = (what, text, pattern) => {
    if (!pattern.test(text)) throw new Error(`${what} said ${JSON.stringify(text)}, expected ${pattern}`)
    console.log(`smoke: ${what}: ${text.split('\n').find((line) => pattern.test(line))}`)
  }
  const script = join('node_modules', 'puregrad', 'scripts', 'build-native.mjs')
  expect(
    'install without a compiler',
    runIn({ PATH: '', CXX: '' }, folder, process.execPath, script, '--unless-built'),
    /run on WebAssembly, as no C\+\+ compiler was found; .*npm rebuild puregrad/,
  )
  expect('without the addon', run(folder, process.execPath, 'check.mjs'), /\[2,4,6\] on wasm$/)
  for (const backend of ['wasm', 'typescript'])
    expect(
      `PUREGRAD_BACKEND=${backend}`,
      runIn({ PUREGRAD_BACKEND: backend }, folder, process.execPath, 'check.mjs'),
      new RegExp(`on ${backend}$`),
    )
  const refused = spawnSync(process.execPath, ['check.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, PUREGRAD_BACKEND: 'native' },
  })
  expect(
    'PUREGRAD_BACKEND=native without the addon',
    refused.stderr,
    /ArgumentError: backend: "native" is not available here; there is wasm, typescript; .*npm rebuild puregrad/,
  )
  const built = run(folder, process.execPath, script, '--unoptimized')
  expect('install', built, /compiled functions run on/)
  if (built.includes('native addon (built'))
    expect('with the addon', run(folder, process.execPath, 'check.mjs'), /\[2,4,6\] on native$/)
}

try {
  await smoke()
} catch (error) {
  console.error(`smoke: ${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
