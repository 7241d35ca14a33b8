import { furtherFunctions } from './further-functions.ts'
import { functions } from './run-source.ts'
import type { Expression, Line, Literal, Pattern, Source, TensorType } from './source.ts'

const printNumber = (value: number): string => (Object.is(value, -0) ? '-0' : String(value))

const fieldName = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name))

const printFields = (fields: readonly (readonly [string, string])[]): string =>
  fields.length === 0
    ? '{}'
    : `{ ${fields.map(([name, text]) => (name === text ? name : `${fieldName(name)}: ${text}`)).join(', ')} }`

const printLiteral = (value: Literal): string =>
  typeof value === 'number'
    ? printNumber(value)
    : typeof value === 'string'
      ? `'${value}'`
      : typeof value !== 'object' || value === null
        ? String(value)
        : Array.isArray(value)
          ? `[${value.map(printLiteral).join(', ')}]`
          : printFields(Object.entries(value).map(([name, field]) => [name, printLiteral(field)]))

const printPattern = (pattern: Pattern): string =>
  typeof pattern === 'string' ? pattern : `[${pattern.map(printPattern).join(', ')}]`

const typeOfPattern = (pattern: Pattern): string =>
  typeof pattern === 'string' ? 'Tensor' : `readonly [${pattern.map(typeOfPattern).join(', ')}]`

const showType = ({ shape, dtype }: TensorType): string => `${dtype}[${shape.join(', ')}]`

const printLine = ({ pattern, types, value }: Line, indent: string): string =>
  `${indent}const ${printPattern(pattern)} = ${print(value, indent)}` +
  (types.length === 0 ? '' : ` // ${types.map(showType).join(', ')}`)

const printBody = (lines: readonly Line[], result: Expression, indent: string): string => {
  const deeper = `${indent}  `
  return lines.length === 0
    ? result.kind === 'record'
      ? `(${print(result, indent)})`
      : print(result, indent)
    : `{\n${lines.map((line) => `${printLine(line, deeper)}\n`).join('')}${deeper}return ${print(result, deeper)}\n${indent}}`
}

const print = (expression: Expression, indent: string): string => {
  switch (expression.kind) {
    case 'name':
      return expression.name
    case 'literal':
      return printLiteral(expression.value)
    case 'list':
      return `[${expression.items.map((item) => print(item, indent)).join(', ')}]`
    case 'record':
      return printFields(
        Object.entries(expression.fields).map(([name, value]) => [name, print(value, indent)]),
      )
    case 'item':
      return typeof expression.at === 'number'
        ? `${print(expression.of, indent)}[${String(expression.at)}]`
        : `${print(expression.of, indent)}.${expression.at}`
    case 'call': {
      const callee =
        typeof expression.callee === 'string' ? expression.callee : print(expression.callee, indent)
      return `${callee}(${expression.given.map((argument) => print(argument, indent)).join(', ')})`
    }
    case 'function': {
      const parameters = expression.parameters
        .map((parameter) => `${printPattern(parameter)}: ${typeOfPattern(parameter)}`)
        .join(', ')
      return `(${parameters}) => ${printBody(expression.lines, expression.result, indent)}`
    }
  }
}

/** The expressions directly inside an expression. */
const within = (expression: Expression): readonly Expression[] => {
  switch (expression.kind) {
    case 'name':
    case 'literal':
      return []
    case 'list':
      return expression.items
    case 'record':
      return Object.values(expression.fields)
    case 'item':
      return [expression.of]
    case 'call':
      return typeof expression.callee === 'string'
        ? expression.given
        : [expression.callee, ...expression.given]
    case 'function':
      return [...expression.lines.map(({ value }) => value), expression.result]
  }
}

/** The public functions an expression calls. */
const called = (expression: Expression): readonly string[] => [
  ...(expression.kind === 'call' &&
  typeof expression.callee === 'string' &&
  Object.hasOwn(functions, expression.callee)
    ? [expression.callee]
    : []),
  ...within(expression).flatMap(called),
]

/** The public functions a source calls, in alphabetical order. */
export const functionsOf = ({ inputs, lines }: Source): readonly string[] =>
  [...new Set([...inputs, ...lines].flatMap(({ value }) => called(value)))].sort()

/** The lines that import functions, each from its entry. */
const importsOf = (names: readonly string[]): readonly string[] => {
  const further = Object.entries(furtherFunctions).map(([entry, own]) => ({
    entry,
    own: names.filter((called) => Object.hasOwn(own, called)),
  }))
  const main = names.filter((called) => !further.some(({ own }) => own.includes(called)))
  return [
    `import { ${[...main, 'type Tensor'].join(', ')} } from 'puregrad'`,
    ...further.flatMap(({ entry, own }) =>
      own.length === 0 ? [] : [`import { ${own.join(', ')} } from 'puregrad/${entry}'`],
    ),
  ]
}

/**
 * A source as TypeScript that can be pasted into a file: the imports, the function `f`, and its `inputs`.
 *
 * @example
 * ```ts
 * import { printSource, type Source } from 'puregrad/testing'
 * const x = { name: 'x', shape: [2], dtype: 'float32' } as const
 * const source: Source = {
 *   inputs: [{ ...x, value: { kind: 'call', callee: 'tensor', given: [{ kind: 'literal', value: [1, 4] }] } }],
 *   lines: [{ pattern: 'y', types: [x], value: { kind: 'call', callee: 'sqrt', given: [{ kind: 'name', name: 'x' }] } }],
 *   results: ['y'],
 * }
 * printSource(source).split('\n')[0] // => "import { sqrt, tensor, type Tensor } from 'puregrad'"
 * printSource(source).split('\n')[3] // => '  const y = sqrt(x) // float32[2]'
 * ```
 * @category Random programs
 */
export const printSource = (source: Source): string =>
  [
    ...importsOf(functionsOf(source)),
    '',
    `const f = (${source.inputs.map(({ name }) => `${name}: Tensor`).join(', ')}) => {`,
    ...source.lines.map((line) => printLine(line, '  ')),
    `  return [${source.results.join(', ')}]`,
    '}',
    `const inputs: readonly [${source.inputs.map(() => 'Tensor').join(', ')}] = [`,
    ...source.inputs.map((input) => `  ${print(input.value, '  ')}, // ${input.name}: ${showType(input)}`),
    ']',
    '',
  ].join('\n')
