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
const aboutPeers = ['./testing', './report']

const run = (cwd, command, ...args) => {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${stdout}${stderr}`)
  return stdout.trim()
}

/** Browser bundles take the ES modules of fp-ts and io-ts, which tree-shake; Node can only load the `lib` ones. */
const treeShakenFpTs = {
  name: 'fp-ts and io-ts as ES modules',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^(fp-ts|io-ts)\/lib\// }, ({ path, ...from }) =>
      resolve(path.replace('/lib/', '/es6/'), {
        importer: from.importer,
        kind: from.kind,
        resolveDir: from.resolveDir,
      }),
    )
  },
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
    plugins: [treeShakenFpTs],
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
    console.log(`smoke: node loads ${specifier}`)
  }
  const modules = Object.keys(entries).filter((name) => !name.endsWith('.json'))

  // First without the optional peers: all but the two entries that are about them must do without.
  run(folder, 'npm', ...install, `./${tarball.filename}`)
  for (const entry of modules.filter((name) => !aboutPeers.includes(name))) load(entry)
  console.log(`smoke: node: ${run(folder, process.execPath, 'check.mjs')}`)
  await bundle('browser', {})
  await bundle('neutral', { mainFields: ['module', 'main'] })
  commandStarts()

  run(folder, 'npm', ...install, ...peers)
  for (const entry of aboutPeers) load(entry)
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

try {
  await smoke()
} catch (error) {
  console.error(`smoke: ${error.message}`)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
