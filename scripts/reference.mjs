// Writes docs/reference: a page for each entry of the package, made of the documentation of what it exports, by category.
// Whatever is unclear in that documentation (a link to nothing, a tag nobody knows) fails.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Application, Converter, ReflectionKind } from 'typedoc'
import { load as asMarkdown } from 'typedoc-plugin-markdown'

const root = fileURLToPath(new URL('..', import.meta.url))
const { exports: doors } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

/** The file in src of each entry, with what users import. */
const entries = new Map(
  Object.entries(doors)
    .filter(([, { types }]) => types !== undefined)
    .map(([door, { types }]) => [
      root + types.replace('./dist/', 'src/').replace('.d.ts', '.ts'),
      `puregrad${door.slice(1)}`,
    ]),
)

const application = await Application.bootstrapWithPlugins({
  name: 'puregrad',
  tsconfig: `${root}tsconfig.json`,
  entryPoints: [...entries.keys()],
  plugin: [asMarkdown],
  router: 'module',
  readme: 'none',
  out: `${root}docs/reference`,
  entryFileName: 'README',
  excludeExternals: true,
  excludeInternal: true,
  disableSources: true,
  categorizeByGroup: false,
  defaultCategory: 'Other',
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  treatWarningsAsErrors: true,
  hidePageHeader: true,
  hideBreadcrumbs: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  useCodeBlocks: true,
  logLevel: 'Warn',
})

application.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
  if (!reflection.kindOf(ReflectionKind.Module)) return
  const file = context.getSymbolFromReflection(reflection)?.declarations?.[0]?.getSourceFile().fileName
  reflection.name = entries.get(file) ?? reflection.name
})

// What an error class has from Error is known.
application.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
  for (const reflection of project.getReflectionsByKind(ReflectionKind.Class))
    for (const child of [...(reflection.children ?? [])])
      if (child.inheritedFrom !== undefined) project.removeReflection(child)
})

const project = await application.convert()
if (project !== undefined) {
  application.validate(project)
  await application.generateOutputs(project)
}
process.exitCode =
  project === undefined || application.logger.hasErrors() || application.logger.hasWarnings() ? 1 : 0
