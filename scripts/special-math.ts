// Writes native/special_math_reproducible.cc and native/special_math.h from src/core/kernel/special, so that both languages give the
// same bytes: node --import tsx scripts/special-math.ts. What the part of TypeScript below does not know is an error.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const folder = fileURLToPath(new URL('../src/core/kernel/special', import.meta.url))
/** `polynomial` has a twin that is written by hand. */
const byHand = 'polynomial.ts'

const mathFunctions: Readonly<Record<string, string>> = { abs: 'abs', floor: 'floor', sqrt: 'squareRoot' }
const names: Readonly<Record<string, string>> = { Infinity: 'infinity', NaN: 'nan' }
const operators: Readonly<Record<string, string>> = { '===': '==', '!==': '!=' }

const refuse = (node: ts.Node): never => {
  const { fileName } = node.getSourceFile()
  throw new SyntaxError(`${fileName}: no C++ for ${ts.SyntaxKind[node.kind]} ${node.getText()}`)
}

/** Numbers are doubles: 1 would be an integer. */
const literal = (text: string): string => (/[.e]/.test(text) ? text : `${text}.0`)

const called = (callee: ts.Expression): string =>
  ts.isIdentifier(callee)
    ? callee.text
    : ts.isPropertyAccessExpression(callee) && callee.expression.getText() === 'Math'
      ? (mathFunctions[callee.name.text] ?? refuse(callee))
      : refuse(callee)

const expression = (node: ts.Expression): string => {
  if (ts.isNumericLiteral(node)) return literal(node.text)
  if (ts.isIdentifier(node)) return names[node.text] ?? node.text
  if (ts.isParenthesizedExpression(node)) return `(${expression(node.expression)})`
  if (ts.isNonNullExpression(node)) return expression(node.expression)
  if (ts.isPrefixUnaryExpression(node))
    return `${ts.tokenToString(node.operator) ?? ''}${expression(node.operand)}`
  if (ts.isPostfixUnaryExpression(node))
    return `${expression(node.operand)}${ts.tokenToString(node.operator) ?? ''}`
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText()
    const known = operators[operator]
    // Compilers warn of comparisons that are compared.
    const operand = (side: ts.Expression): string =>
      known !== undefined && ts.isBinaryExpression(side) ? `(${expression(side)})` : expression(side)
    return `${operand(node.left)} ${known ?? operator} ${operand(node.right)}`
  }
  if (ts.isConditionalExpression(node))
    return `${expression(node.condition)} ? ${expression(node.whenTrue)} : ${expression(node.whenFalse)}`
  if (ts.isCallExpression(node))
    return `${called(node.expression)}(${node.arguments.map(expression).join(', ')})`
  if (ts.isElementAccessExpression(node))
    return `${expression(node.expression)}[static_cast<int>(${expression(node.argumentExpression)})]`
  return refuse(node)
}

const declarations = (list: ts.VariableDeclarationList): string => {
  const [only, ...rest] = list.declarations
  if (only?.initializer === undefined || rest.length > 0) return refuse(list)
  const constant = (list.flags & ts.NodeFlags.Const) !== 0
  return `${constant ? 'const auto' : 'double'} ${only.name.getText()} = ${expression(only.initializer)}`
}

const block = (node: ts.Statement, indent: string): string =>
  ts.isBlock(node)
    ? `{\n${node.statements.map((inner) => statement(inner, `${indent}  `)).join('')}${indent}}`
    : `{\n${statement(node, `${indent}  `)}${indent}}`

const statement = (node: ts.Statement, indent: string): string => {
  if (ts.isVariableStatement(node)) return `${indent}${declarations(node.declarationList)};\n`
  if (ts.isExpressionStatement(node)) return `${indent}${expression(node.expression)};\n`
  if (ts.isReturnStatement(node) && node.expression !== undefined)
    return `${indent}return ${expression(node.expression)};\n`
  if (ts.isIfStatement(node) && node.elseStatement === undefined)
    return `${indent}if (${expression(node.expression)}) ${block(node.thenStatement, indent)}\n`
  if (ts.isWhileStatement(node))
    return `${indent}while (${expression(node.expression)}) ${block(node.statement, indent)}\n`
  if (ts.isForStatement(node)) {
    const { initializer, condition, incrementor } = node
    if (initializer === undefined || !ts.isVariableDeclarationList(initializer)) return refuse(node)
    if (condition === undefined || incrementor === undefined) return refuse(node)
    const head = `${declarations(initializer)}; ${expression(condition)}; ${expression(incrementor)}`
    return `${indent}for (${head}) ${block(node.statement, indent)}\n`
  }
  return refuse(node)
}

const typeOf = (type: ts.TypeNode | undefined): string => (type?.getText() === 'boolean' ? 'bool' : 'double')

const signature = (name: string, f: ts.ArrowFunction): string => {
  const parameters = f.parameters.map((parameter) => `${typeOf(parameter.type)} ${parameter.name.getText()}`)
  return `${typeOf(f.type)} ${name}(${parameters.join(', ')})`
}

interface Definition {
  readonly name: string
  readonly exported: boolean
  /** That of a function, whose body follows; a constant has the whole of its definition as `text`. */
  readonly signature?: string
  readonly body?: string
  readonly text?: string
}

const definition = (node: ts.VariableStatement): Definition => {
  const [declared] = node.declarationList.declarations
  if (declared?.initializer === undefined) return refuse(node)
  const name = declared.name.getText()
  const exported = node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  const value = ts.isAsExpression(declared.initializer)
    ? declared.initializer.expression
    : declared.initializer
  if (ts.isArrayLiteralExpression(value)) {
    const elements = value.elements.map((element) => `  ${expression(element)},\n`).join('')
    return { name, exported, text: `constexpr double ${name}[] = {\n${elements}};\n` }
  }
  if (!ts.isArrowFunction(value))
    return { name, exported, text: `constexpr double ${name} = ${expression(value)};\n` }
  const head = signature(name, value)
  const body = ts.isBlock(value.body) ? block(value.body, '') : `{\n  return ${expression(value.body)};\n}`
  return { name, exported, signature: head, body }
}

const definitionsOf = (file: string): readonly Definition[] =>
  ts
    .createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true)
    .statements.filter((node) => !ts.isImportDeclaration(node))
    .map((node) => (ts.isVariableStatement(node) ? definition(node) : refuse(node)))

const made = '// Made by scripts/special-math.ts of src/core/kernel/special.\n'

const definitions = readdirSync(folder)
  .filter((name) => name !== byHand)
  .sort()
  .flatMap(definitionsOf)

/** The two files: what is declared, and how it is computed. All names share one space. */
export const specialMath = (): Readonly<
  Record<'special_math.h' | 'special_math_reproducible.cc', string>
> => {
  const twice = definitions.find(({ name }, i) => definitions.findIndex((one) => one.name === name) < i)
  if (twice !== undefined) throw new SyntaxError(`two definitions of ${twice.name}`)
  const constants = definitions.filter(({ signature: head }) => head === undefined)
  const functions = definitions.flatMap(({ signature: head, ...rest }) =>
    head === undefined ? [] : [{ ...rest, head: rest.exported ? head : `static ${head}` }],
  )
  const declared = (exported: boolean): string =>
    functions.flatMap((one) => (one.exported === exported ? [`${one.head};\n`] : [])).join('')
  return {
    'special_math.h': `${made}#pragma once

namespace puregrad {
namespace portable {

${declared(true)}
}  // namespace portable
}  // namespace puregrad
`,
    'special_math_reproducible.cc': `${made}// To be compiled without contraction of a · b + c.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif

#include "special_math.h"
#include "polynomial.h"
#include "portable_math.h"

namespace puregrad {
namespace portable {

${constants.map(({ text }) => text).join('')}
${declared(false)}${functions.map(({ head, body }) => `\n${head} ${body}\n`).join('')}
}  // namespace portable
}  // namespace puregrad
`,
  }
}

/** Where they are checked in. */
export const specialMathFolder = fileURLToPath(new URL('../native', import.meta.url))

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(specialMath())) writeFileSync(join(specialMathFolder, name), text)
