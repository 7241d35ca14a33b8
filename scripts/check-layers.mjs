// Checks the layering of src, by default this project's. A check that looked at fewer modules than there are
// files (as happens when no usable compiler is found) fails instead of passing.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('..', import.meta.url))
const root = process.argv[2] ?? project
const cruiser = join(project, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
const config = join(project, '.dependency-cruiser.cjs')

const { stdout, stderr } = spawnSync(
  process.execPath,
  [cruiser, 'src', '--config', config, '--output-type', 'json'],
  { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 },
)
if (!stdout.startsWith('{')) {
  console.error(`layers: the check did not run\n${stdout}${stderr}`)
  process.exit(1)
}

const { modules, summary } = JSON.parse(stdout)
const cruised = modules.filter(({ source }) => source.startsWith('src/')).length
const present = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.ts'),
).length

for (const { rule, from, to } of summary.violations) console.error(`layers: ${rule.name}: ${from} -> ${to}`)
if (cruised === 0 || cruised < present)
  console.error(`layers: only ${cruised} of ${present} files were looked at`)

const failed = summary.error > 0 || cruised === 0 || cruised < present
if (!failed) console.log(`layers: ${cruised} modules, no violations`)
process.exitCode = failed ? 1 : 0
