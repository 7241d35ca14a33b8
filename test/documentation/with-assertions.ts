import ts from 'typescript'
import type { Example } from './examples-in.ts'

/**
 * Turns `expression // => value` and `const name = ... // => value` into calls of `assertExample(actual, expected)`.
 * The comment belongs to the top-level statement that ends on its line; one that belongs to none is an error,
 * so that no assertion is ever silently skipped.
 */
export const withAssertions = ({ file, line, code }: Example): string => {
  const source = ts.createSourceFile('example.ts', code, ts.ScriptTarget.Latest, true)
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line
  const expectations = new Map(
    code.split('\n').flatMap((text, i) => {
      const match = /\/\/ =>(.*)$/.exec(text)
      return match === null ? [] : [[i, (match[1] ?? '').trim()] as const]
    }),
  )
  const asserted = source.statements.map((statement) => {
    const at = lineOf(statement.getEnd())
    const expected = expectations.get(at)
    if (expected === undefined) return statement.getText(source)
    expectations.delete(at)
    return assertion(source, statement, expected, `${file}:${line + at}`)
  })
  const orphan = [...expectations.keys()][0]
  if (orphan !== undefined)
    throw new Error(`${file}:${line + orphan}: "// =>" must end a top-level statement`)
  return asserted.join('\n')
}

const assertion = (
  source: ts.SourceFile,
  statement: ts.Statement,
  expected: string,
  place: string,
): string => {
  const against = `(${expected}), ${JSON.stringify(place)})`
  if (ts.isExpressionStatement(statement)) {
    return `assertExample((${statement.expression.getText(source)}), ${against}`
  }
  const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations[0] : undefined
  if (declared === undefined) throw new Error(`${place}: "// =>" needs an expression or a declared constant`)
  const value = ts.isIdentifier(declared.name)
    ? declared.name.text
    : ts.isArrayBindingPattern(declared.name)
      ? `[${declared.name.elements.map((element) => (ts.isOmittedExpression(element) ? '' : element.name.getText(source))).join(', ')}]`
      : undefined
  if (value === undefined) throw new Error(`${place}: "// =>" cannot follow an object pattern`)
  return `${statement.getText(source)}\nassertExample(${value}, ${against}`
}
