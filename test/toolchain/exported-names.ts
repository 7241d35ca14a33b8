import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { exports: doors } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
  readonly exports: Readonly<Record<string, { readonly types?: string }>>
}

/** What users import: `puregrad/nn` with its file in `src`. */
export const entries: readonly { readonly entry: string; readonly file: string }[] = Object.entries(doors)
  .filter(([, { types }]) => types !== undefined)
  .map(([door, { types }]) => ({
    entry: `puregrad${door.slice(1)}`,
    file: root + types!.replace('./dist/', 'src/').replace('.d.ts', '.ts'),
  }))

/** A name that an entry exports. */
export interface ExportedName {
  readonly entry: string
  readonly name: string
  /** A name may be a value and a type at once, which counts as a value. */
  readonly kind: 'value' | 'type'
  readonly callable: boolean
  /** The file that declares it, from the root of the project, and its name there. */
  readonly home: string
  /** The text of its documentation, without its tags. */
  readonly summary: string
  readonly tags: readonly { readonly name: string; readonly text: string }[]
}

const program = (): ts.Program => {
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config,
    ts.sys,
    root,
  )
  return ts.createProgram(
    entries.map(({ file }) => file),
    options,
  )
}

const isTypeOnly = (exported: ts.Symbol): boolean =>
  (exported.declarations ?? []).some(
    (declaration) =>
      ts.isExportSpecifier(declaration) && (declaration.isTypeOnly || declaration.parent.parent.isTypeOnly),
  )

const resolved = (checker: ts.TypeChecker, exported: ts.Symbol): ts.Symbol =>
  (exported.flags & ts.SymbolFlags.Alias) === 0 ? exported : checker.getAliasedSymbol(exported)

const described = (
  checker: ts.TypeChecker,
  entry: string,
  exported: ts.Symbol,
  within: string,
): ExportedName => {
  const symbol = resolved(checker, exported)
  const declaration = symbol.declarations?.[0]
  const isValue = (symbol.flags & ts.SymbolFlags.Value) !== 0 && !isTypeOnly(exported)
  return {
    entry,
    name: within + exported.name,
    kind: isValue ? 'value' : 'type',
    callable:
      isValue &&
      declaration !== undefined &&
      checker.getTypeOfSymbolAtLocation(symbol, declaration).getCallSignatures().length > 0,
    home: `${declaration?.getSourceFile().fileName.slice(root.length) ?? ''}:${symbol.name}`,
    summary: ts.displayPartsToString(symbol.getDocumentationComment(checker)),
    tags: symbol
      .getJsDocTags(checker)
      .map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })),
  }
}

/** A namespace stands for the values it holds. */
const namesOf = (
  checker: ts.TypeChecker,
  entry: string,
  module: ts.Symbol,
  within = '',
): readonly ExportedName[] =>
  checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = resolved(checker, exported)
    return symbol.flags & ts.SymbolFlags.ValueModule
      ? namesOf(checker, entry, symbol, `${exported.name}.`).filter(({ kind }) => kind === 'value')
      : [described(checker, entry, exported, within)]
  })

/** Everything the entries export, in their order and then by name, as the compiler sees it. */
export const exportedNames = (): readonly ExportedName[] => {
  const compiled = program()
  const checker = compiled.getTypeChecker()
  return entries.flatMap(({ entry, file }) => {
    const module = checker.getSymbolAtLocation(compiled.getSourceFile(file)!)
    return [...namesOf(checker, entry, module!)].sort((a, b) => (a.name < b.name ? -1 : 1))
  })
}
