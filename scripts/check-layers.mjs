// Checks the layering of src, by default this project's. A check that looked at fewer modules than there are
// files (as happens when no usable compiler is found) fails instead of passing.
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { argv } from 'node:process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { cruise } from 'dependency-cruiser'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'

const project = fileURLToPath(new URL('..', import.meta.url))
const rules = createRequire(import.meta.url)('../.dependency-cruiser.cjs')

/** What is wrong with the layers of a project, and how many modules were looked at. */
export const checkLayers = async (root) => {
  const fileName = join(root, rules.options.tsConfig.fileName)
  const options = { ...rules.options, tsConfig: { fileName } }
  const { output } = await cruise(
    ['src'],
    { ...options, ruleSet: { ...rules, options }, validate: true, baseDir: root },
    options.enhancedResolveOptions,
    { tsConfig: extractTSConfig(fileName) },
  )
  const { modules, summary } = output
  const cruised = modules.filter(({ source }) => source.startsWith('src/')).length
  const present = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  ).length
  const violations = summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`)
  const left =
    cruised === 0 || cruised < present ? [`only ${cruised} of ${present} files were looked at`] : []
  return { modules: cruised, problems: [...violations, ...left] }
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const { modules, problems } = await checkLayers(argv[2] ?? project)
  for (const problem of problems) console.error(`layers: ${problem}`)
  if (problems.length === 0) console.log(`layers: ${modules} modules, no violations`)
  process.exitCode = problems.length === 0 ? 0 : 1
}
