import { namesOf, type Expression, type Line, type Source } from './source.ts'

/** The names an expression uses that are not its own. */
export const namesIn = (expression: Expression): ReadonlySet<string> => {
  switch (expression.kind) {
    case 'name':
      return new Set([expression.name])
    case 'literal':
      return new Set()
    case 'list':
      return union(expression.items.map(namesIn))
    case 'record':
      return union(Object.values(expression.fields).map(namesIn))
    case 'item':
      return namesIn(expression.of)
    case 'call':
      return union([
        typeof expression.callee === 'string' ? new Set([expression.callee]) : namesIn(expression.callee),
        ...expression.given.map(namesIn),
      ])
    case 'function': {
      const own = new Set(expression.parameters.flatMap(namesOf))
      const free = freeIn(expression.lines, namesIn(expression.result))
      return new Set([...free].filter((name) => !own.has(name)))
    }
  }
}

const union = (sets: readonly ReadonlySet<string>[]): ReadonlySet<string> =>
  new Set(sets.flatMap((set) => [...set]))

/** The names that lines use from outside, where these are wanted after them. */
const freeIn = (lines: readonly Line[], wanted: ReadonlySet<string>): ReadonlySet<string> =>
  lines.reduceRight<ReadonlySet<string>>((sofar, { pattern, value }) => {
    const own = new Set(namesOf(pattern))
    return union([new Set([...sofar].filter((name) => !own.has(name))), namesIn(value)])
  }, wanted)

/** The lines that the wanted names need. */
const liveAmong = (lines: readonly Line[], wanted: ReadonlySet<string>): readonly Line[] =>
  lines.reduceRight<{ readonly live: readonly Line[]; readonly wanted: ReadonlySet<string> }>(
    (sofar, line) => {
      const own = namesOf(line.pattern)
      if (!own.some((name) => sofar.wanted.has(name))) return sofar
      const value = liveWithin(line.value)
      const rest = new Set([...sofar.wanted].filter((name) => !own.includes(name)))
      return { live: [{ ...line, value }, ...sofar.live], wanted: union([rest, namesIn(value)]) }
    },
    { live: [], wanted },
  ).live

/** An expression whose functions hold only the lines that their results need. */
const liveWithin = (expression: Expression): Expression => {
  switch (expression.kind) {
    case 'name':
    case 'literal':
      return expression
    case 'list':
      return { ...expression, items: expression.items.map(liveWithin) }
    case 'record':
      return {
        ...expression,
        fields: Object.fromEntries(
          Object.entries(expression.fields).map(([name, value]) => [name, liveWithin(value)]),
        ),
      }
    case 'item':
      return { ...expression, of: liveWithin(expression.of) }
    case 'call':
      return {
        ...expression,
        callee: typeof expression.callee === 'string' ? expression.callee : liveWithin(expression.callee),
        given: expression.given.map(liveWithin),
      }
    case 'function':
      return {
        ...expression,
        lines: liveAmong(expression.lines, namesIn(expression.result)),
        result: liveWithin(expression.result),
      }
  }
}

/** The source without lines that no result depends on. */
export const withoutDeadLines = (source: Source): Source => ({
  ...source,
  lines: liveAmong(source.lines, new Set(source.results)),
})
