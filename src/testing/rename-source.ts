import { nameAt } from './name-at.ts'
import { name, namesOf, type Expression, type Line, type Pattern, type Source } from './source.ts'

/** Old names with their new ones; how many new ones are taken. */
interface Names {
  readonly of: ReadonlyMap<string, string>
  readonly taken: number
}

const declared = (names: Names, pattern: Pattern): Names => {
  const own = namesOf(pattern)
  return {
    of: new Map([...names.of, ...own.map((old, i) => [old, nameAt(names.taken + i)] as const)]),
    taken: names.taken + own.length,
  }
}

const patternWith = (pattern: Pattern, { of }: Names): Pattern =>
  typeof pattern === 'string'
    ? (of.get(pattern) ?? pattern)
    : pattern.map((part) => patternWith(part, { of, taken: 0 }))

const linesWith = (
  lines: readonly Line[],
  names: Names,
): { readonly lines: readonly Line[]; readonly names: Names } =>
  lines.reduce<{ readonly lines: readonly Line[]; readonly names: Names }>(
    (sofar, line) => {
      const next = declared(sofar.names, line.pattern)
      const value = expressionWith(line.value, sofar.names)
      return {
        lines: [...sofar.lines, { ...line, pattern: patternWith(line.pattern, next), value }],
        names: next,
      }
    },
    { lines: [], names },
  )

const expressionWith = (expression: Expression, names: Names): Expression => {
  const inner = (part: Expression): Expression => expressionWith(part, names)
  switch (expression.kind) {
    case 'name':
      return name(names.of.get(expression.name) ?? expression.name)
    case 'literal':
      return expression
    case 'list':
      return { ...expression, items: expression.items.map(inner) }
    case 'record':
      return {
        ...expression,
        fields: Object.fromEntries(
          Object.entries(expression.fields).map(([field, value]) => [field, inner(value)]),
        ),
      }
    case 'item':
      return { ...expression, of: inner(expression.of) }
    case 'call':
      return {
        ...expression,
        callee:
          typeof expression.callee === 'string'
            ? (names.of.get(expression.callee) ?? expression.callee)
            : inner(expression.callee),
        given: expression.given.map(inner),
      }
    case 'function': {
      const own = declared(names, expression.parameters)
      const body = linesWith(expression.lines, own)
      return {
        ...expression,
        parameters: expression.parameters.map((parameter) => patternWith(parameter, own)),
        lines: body.lines,
        result: expressionWith(expression.result, body.names),
      }
    }
  }
}

/** The source with its names in alphabetical order, a name of an inner function never one that is seen there. */
export const renamed = (source: Source): Source => {
  const start = declared(
    { of: new Map(), taken: 0 },
    source.inputs.map((input) => input.name),
  )
  const { lines, names } = linesWith(source.lines, start)
  return {
    inputs: source.inputs.map((input) => ({ ...input, name: start.of.get(input.name) ?? input.name })),
    lines,
    results: source.results.map((result) => names.of.get(result) ?? result),
  }
}
