import ts from 'typescript'
import { codeOf } from '../../test/documentation/examples-in.ts'

const boundNames = (name: ts.BindingName): readonly string[] =>
  ts.isIdentifier(name)
    ? [name.text]
    : name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : boundNames(element.name)))

/** The blocks of the guide as one module, which exports every constant for the pictures. */
export const programOf = (page: string): string => {
  const code = codeOf(page).join('\n\n')
  const names = ts
    .createSourceFile('guide.ts', code, ts.ScriptTarget.Latest)
    .statements.flatMap((statement) =>
      ts.isVariableStatement(statement)
        ? statement.declarationList.declarations.flatMap(({ name }) => boundNames(name))
        : [],
    )
  return [
    '// Made of docs/guide.md by `npm run guide`.',
    '/* oxlint-disable typescript/no-unused-expressions -- values that the page shows */',
    code,
    '',
    `export {\n${names.map((name) => `  ${name},\n`).join('')}}\n`,
  ].join('\n')
}
