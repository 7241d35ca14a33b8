import { stage } from '../compile/program/stage.ts'
import { toArray, toTypedArray, zeros } from '../core/numeric/index.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { sameShape, sizeOf } from '../core/tensor/shape.ts'
import { withoutDeadLines, namesIn } from './live-lines.ts'
import { runSource, sourceInputs } from './run-source.ts'
import {
  call,
  literal,
  name as nameOf,
  namesOf,
  type Expression,
  type Line,
  type Literal,
  type Pattern,
  type Source,
  type TensorType,
} from './source.ts'
import { renamed } from './rename-source.ts'

/** A smaller thing to be tried; `undefined` where it turns out not to be well typed. */
interface Edit<T> {
  /** Whether every value keeps its type. */
  readonly keepsTypes: boolean
  readonly make: () => T
}

const mapped = <T, U>(edits: readonly Edit<T>[], f: (value: T) => U): readonly Edit<U>[] =>
  edits.map(({ keepsTypes, make }) => ({ keepsTypes, make: () => f(make()) }))

const safe = <T>(make: () => T): Edit<T> => ({ keepsTypes: true, make })

const unsure = <T>(make: () => T): Edit<T> => ({ keepsTypes: false, make })

const replacedAt = <T>(list: readonly T[], at: number, value: T): readonly T[] =>
  list.map((other, i) => (i === at ? value : other))

/** Applies a function to the expressions directly inside one. */
const mapWithin = (expression: Expression, f: (inner: Expression) => Expression): Expression => {
  switch (expression.kind) {
    case 'name':
    case 'literal':
      return expression
    case 'list':
      return { ...expression, items: expression.items.map(f) }
    case 'record':
      return {
        ...expression,
        fields: Object.fromEntries(
          Object.entries(expression.fields).map(([field, value]) => [field, f(value)]),
        ),
      }
    case 'item':
      return { ...expression, of: f(expression.of) }
    case 'call':
      return {
        ...expression,
        callee: typeof expression.callee === 'string' ? expression.callee : f(expression.callee),
        given: expression.given.map(f),
      }
    case 'function':
      return {
        ...expression,
        lines: expression.lines.map((line) => ({ ...line, value: f(line.value) })),
        result: f(expression.result),
      }
  }
}

/** Other names in the place of names. No function declares a name that is visible around it, so none is captured. */
const substituted = (expression: Expression, names: ReadonlyMap<string, string>): Expression =>
  expression.kind === 'name'
    ? nameOf(names.get(expression.name) ?? expression.name)
    : mapWithin(expression, (inner) => substituted(inner, names))

const renamedPattern = (pattern: Pattern, names: ReadonlyMap<string, string>): Pattern =>
  typeof pattern === 'string'
    ? (names.get(pattern) ?? pattern)
    : pattern.map((part) => renamedPattern(part, names))

interface Typed extends TensorType {
  readonly name: string
}

const sameType = (a: TensorType, b: TensorType): boolean => a.dtype === b.dtype && sameShape(a.shape, b.shape)

const typedNames = ({ pattern, types }: Line): readonly Typed[] =>
  namesOf(pattern).flatMap((name, i) => {
    const type = types[i]
    return type === undefined ? [] : [{ name, ...type }]
  })

const filler = ({ shape, dtype }: TensorType): Expression =>
  dtype === 'bool'
    ? call('cast', call('ones', literal(shape)), literal(dtype))
    : call('ones', literal(shape), literal({ dtype }))

const isFiller = (value: Expression): boolean =>
  value.kind === 'call' &&
  (value.callee === 'ones' || (value.callee === 'cast' && value.given.some(isFiller)))

/** What may stand for a name: what its line computes it from, the first and the last of its type. */
const standInsFor = (own: Typed, line: Line, scope: readonly Typed[]): readonly (string | undefined)[] => {
  if (line.value.kind === 'name') return [line.value.name]
  const alike = scope.filter((other) => sameType(other, own)).map(({ name }) => name)
  const used = namesIn(line.value)
  const operands = alike.filter((name) => used.has(name))
  const found = [...new Set([...operands.slice(-2), ...alike.slice(0, 1), ...alike.slice(-1)])]
  return found.length > 0 ? found : [undefined]
}

interface Rewritten {
  readonly lines: readonly Line[]
  /** What names of the lines are called now. */
  readonly names: ReadonlyMap<string, string>
}

/** Lines without the line at a position: its names give way to earlier ones of their types, or to ones. */
const withoutLine = (
  lines: readonly Line[],
  scope: readonly Typed[],
  at: number,
): readonly Edit<Rewritten>[] => {
  const line = lines[at]!
  const own = typedNames(line)
  if (line.types.length === 0) return []
  const rest = lines.slice(at + 1)
  const stand = own.map((type) => standInsFor(type, line, scope))
  const choices = Math.max(...stand.map(({ length }) => length))
  const missing = own.filter((_, i) => stand[i]?.[0] === undefined)
  if (missing.length > 0 && isFiller(line.value)) return []
  const standIns = missing.map((type): Line => ({
    pattern: type.name,
    types: [{ shape: type.shape, dtype: type.dtype }],
    value: filler(type),
  }))
  return Array.from({ length: choices }, (_, choice) =>
    safe(() => {
      const names = new Map(
        own.flatMap(({ name }, i) => {
          const all = stand[i]!
          const chosen = all[Math.min(choice, all.length - 1)]
          return chosen === undefined ? [] : [[name, chosen] as const]
        }),
      )
      return {
        lines: [
          ...lines.slice(0, at),
          ...standIns,
          ...rest.map((later) => ({ ...later, value: substituted(later.value, names) })),
        ],
        names,
      }
    }),
  )
}

const droppedAt = <T>(list: readonly T[], at: number): readonly T[] => list.filter((_, i) => i !== at)

/** Lists of one become what they hold. */
const alone = (items: readonly Expression[]): Expression =>
  items.length === 1 ? items[0]! : { kind: 'list', items }

const alonePattern = (patterns: readonly Pattern[]): Pattern =>
  patterns.length === 1 ? patterns[0]! : patterns

/** The functions of a call that return a list of this many, with one of the list left out. */
const withoutResult = (expression: Expression, count: number, at: number): Expression =>
  expression.kind === 'function'
    ? expression.result.kind === 'list' && expression.result.items.length === count
      ? { ...expression, result: alone(droppedAt(expression.result.items, at)) }
      : expression
    : expression.kind === 'call'
      ? {
          ...expression,
          callee:
            typeof expression.callee === 'string'
              ? expression.callee
              : withoutResult(expression.callee, count, at),
          given: expression.given.map((inner) => withoutResult(inner, count, at)),
        }
      : expression

/** A list of results without one of them. */
const resultDrops = (line: Line): readonly Edit<Line>[] => {
  const { pattern, types, value } = line
  if (typeof pattern === 'string' || !pattern.every((part) => typeof part === 'string')) return []
  return pattern.length < 2
    ? []
    : pattern.map((_, at) =>
        unsure(() => ({
          pattern: alonePattern(droppedAt(pattern, at)),
          types: droppedAt(types, at),
          value: withoutResult(value, pattern.length, at),
        })),
      )
}

const itemsOf = (expression: Expression | undefined): readonly Expression[] =>
  expression === undefined ? [] : expression.kind === 'list' ? expression.items : [expression]

const partsOf = (pattern: Pattern | undefined): readonly Pattern[] =>
  pattern === undefined ? [] : typeof pattern === 'string' ? [pattern] : pattern

/** A scan that carries, reads or stacks one value less. */
const scanDrops = (line: Line): readonly Edit<Line>[] => {
  const { pattern, types, value } = line
  if (value.kind !== 'call' || value.callee !== 'scan' || typeof pattern === 'string') return []
  const [step, initial, sequences, ...options] = value.given
  if (step?.kind !== 'function' || step.result.kind !== 'list') return []
  const [carried, along] = [partsOf(step.parameters[0]), partsOf(step.parameters[1])]
  const [last, stacked] = [partsOf(pattern[0]), partsOf(pattern[1])]
  const [next, ys] = [itemsOf(step.result.items[0]), itemsOf(step.result.items[1])]
  const rebuilt = (
    a: readonly Pattern[],
    b: readonly Pattern[],
    stepTypes: readonly TensorType[],
    results: readonly Expression[],
    stacks: readonly Expression[],
    start: readonly Expression[],
    over: readonly Expression[],
  ): Expression => ({
    ...value,
    given: [
      {
        ...step,
        parameters: [alonePattern(a), alonePattern(b)],
        types: stepTypes,
        result: { kind: 'list', items: [alone(results), alone(stacks)] },
      },
      alone(start),
      alone(over),
      ...options,
    ],
  })
  const [from, over] = [itemsOf(initial), itemsOf(sequences)]
  return [
    ...stacked.map((_, at) =>
      unsure(() => ({
        pattern: [alonePattern(last), alonePattern(droppedAt(stacked, at))],
        types: droppedAt(types, last.length + at),
        value: rebuilt(carried, along, step.types, next, droppedAt(ys, at), from, over),
      })),
    ),
    ...(carried.length < 2
      ? []
      : carried.map((_, at) =>
          unsure(() => ({
            pattern: [alonePattern(droppedAt(last, at)), alonePattern(stacked)],
            types: droppedAt(types, at),
            value: rebuilt(
              droppedAt(carried, at),
              along,
              droppedAt(step.types, at),
              droppedAt(next, at),
              ys,
              droppedAt(from, at),
              over,
            ),
          })),
        )),
    ...(along.length < 2
      ? []
      : along.map((_, at) =>
          unsure(() => ({
            ...line,
            value: rebuilt(
              carried,
              droppedAt(along, at),
              droppedAt(step.types, carried.length + at),
              next,
              ys,
              from,
              droppedAt(over, at),
            ),
          })),
        )),
  ]
}

/** The call of a function written there, `jit(f)(x)` or `checkpoint(f)(x)`, as lines of its own. */
const inlined = (lines: readonly Line[], at: number): readonly Edit<Rewritten>[] => {
  const line = lines[at]!
  const { value } = line
  if (value.kind !== 'call') return []
  const wrapped = typeof value.callee === 'string' ? undefined : value.callee
  const branches =
    value.callee === 'cond'
      ? value.given.slice(1, 3).map((f) => ({ f, args: value.given.slice(3) }))
      : wrapped?.kind === 'call' && (wrapped.callee === 'jit' || wrapped.callee === 'checkpoint')
        ? wrapped.given.slice(0, 1).map((f) => ({ f, args: value.given }))
        : []
  return branches.flatMap(({ f, args }) => {
    if (f.kind !== 'function') return []
    const parameters = f.parameters.flatMap(namesOf)
    const names = new Map(
      parameters.flatMap((parameter, i) => {
        const arg = args[i]
        return arg?.kind === 'name' ? [[parameter, arg.name] as const] : []
      }),
    )
    if (names.size < parameters.length) return []
    const fresh = (name: string): string => `${name}_${String(lines.length)}_${String(at)}`
    const own = f.lines.flatMap(({ pattern }) => namesOf(pattern)).map((name) => [name, fresh(name)] as const)
    const all = new Map([...names, ...own])
    return [
      unsure(() => ({
        lines: [
          ...lines.slice(0, at),
          ...f.lines.map((inner) => ({
            ...inner,
            pattern: renamedPattern(inner.pattern, all),
            value: substituted(inner.value, all),
          })),
          { ...line, value: substituted(f.result, all) },
          ...lines.slice(at + 1),
        ],
        names: new Map<string, string>(),
      })),
    ]
  })
}

const visibleAt = (lines: readonly Line[], scope: readonly Typed[], at: number): readonly Typed[] => [
  ...scope,
  ...lines.slice(0, at).flatMap(typedNames),
]

const bodyEdits = (lines: readonly Line[], scope: readonly Typed[]): readonly Edit<Rewritten>[] => {
  const unnamed = new Map<string, string>()
  return [
    ...[...lines.keys()].reverse().flatMap((at) => withoutLine(lines, visibleAt(lines, scope, at), at)),
    ...[...lines.keys()].flatMap((at) => inlined(lines, at)),
    ...lines.flatMap((line, at) =>
      mapped([...scanDrops(line), ...resultDrops(line)], (changed) => ({
        lines: replacedAt(lines, at, changed),
        names: unnamed,
      })),
    ),
    ...lines.flatMap((line, at) =>
      mapped(expressionEdits(line.value, visibleAt(lines, scope, at)), (value) => ({
        lines: replacedAt(lines, at, { ...line, value }),
        names: unnamed,
      })),
    ),
  ]
}

const numberEdits = (value: Literal): readonly Literal[] =>
  typeof value !== 'number'
    ? []
    : Number.isInteger(value)
      ? value > 1
        ? [1, value - 1]
        : []
      : [1, 0.5].filter((simple) => simple !== value)

/** The option without which a loop may never end. */
const bound = 'atMost'

const literalEdits = (value: Literal): readonly Literal[] =>
  Array.isArray(value)
    ? [
        ...(value.length > 1 ? value.map((_, i) => droppedAt(value as readonly Literal[], i)) : []),
        ...value.flatMap((part, i) =>
          numberEdits(part as Literal).map((smaller) => replacedAt(value as readonly Literal[], i, smaller)),
        ),
      ]
    : typeof value === 'object' && value !== null
      ? Object.keys(value)
          .filter((field) => field !== bound)
          .map((field) => Object.fromEntries(Object.entries(value).filter(([other]) => other !== field)))
      : numberEdits(value)

/** Smaller expressions in the place of one. */
const expressionEdits = (expression: Expression, scope: readonly Typed[]): readonly Edit<Expression>[] => {
  switch (expression.kind) {
    case 'name':
      return []
    case 'literal':
      return literalEdits(expression.value).map((value) => unsure(() => literal(value)))
    case 'list':
      return expression.items.flatMap((inner, i) =>
        mapped(expressionEdits(inner, scope), (value) => ({
          ...expression,
          items: replacedAt(expression.items, i, value),
        })),
      )
    case 'record':
      return Object.entries(expression.fields).flatMap(([field, inner]) =>
        mapped(expressionEdits(inner, scope), (value) => ({
          ...expression,
          fields: { ...expression.fields, [field]: value },
        })),
      )
    case 'item':
      return mapped(expressionEdits(expression.of, scope), (of) => ({ ...expression, of }))
    case 'call': {
      const { callee, given } = expression
      const operands = given.filter(({ kind }) => kind === 'name' || kind === 'call')
      return [
        ...operands.map((operand) => unsure(() => operand)),
        // Nor without its options, among which is its bound.
        ...(callee !== 'whileLoop' && given.length > 1 && given[given.length - 1]?.kind === 'literal'
          ? [unsure(() => ({ ...expression, given: given.slice(0, -1) }))]
          : []),
        ...(typeof callee === 'string'
          ? []
          : mapped(expressionEdits(callee, scope), (value) => ({ ...expression, callee: value }))),
        ...given.flatMap((inner, i) =>
          mapped(expressionEdits(inner, scope), (value) => ({
            ...expression,
            given: replacedAt(given, i, value),
          })),
        ),
      ]
    }
    case 'function': {
      const parameters = expression.parameters.flatMap(namesOf).flatMap((parameter, i) => {
        const type = expression.types[i]
        return type === undefined ? [] : [{ name: parameter, ...type }]
      })
      const inner = expression.closed === true ? parameters : [...scope, ...parameters]
      return [
        ...mapped(bodyEdits(expression.lines, inner), ({ lines, names }) => ({
          ...expression,
          lines,
          result: substituted(expression.result, names),
        })),
        ...mapped(
          expressionEdits(expression.result, visibleAt(expression.lines, inner, expression.lines.length)),
          (result) => ({
            ...expression,
            result,
          }),
        ),
      ]
    }
  }
}

const resultEdits = (source: Source): readonly Edit<Source>[] =>
  source.results.length < 2
    ? []
    : source.results.map((_, i) =>
        safe(() => ({ ...source, results: source.results.filter((__, j) => j !== i) })),
      )

const lineEditsOf = (source: Source): readonly Edit<Source>[] => {
  const scope = source.inputs.map(({ name, shape, dtype }) => ({ name, shape, dtype }))
  return mapped(bodyEdits(source.lines, scope), ({ lines, names }) => ({
    ...source,
    lines,
    results: [...new Set(source.results.map((result) => names.get(result) ?? result))],
  }))
}

/** An argument spelled out. */
const spelt = (x: Tensor, type: TensorType): Expression =>
  sizeOf(type.shape) === 0
    ? call('zeros', literal(type.shape), literal({ dtype: type.dtype }))
    : call('tensor', literal(toArray(x)), literal({ dtype: type.dtype }))

const elementsNested = (elements: readonly number[], shape: readonly number[], bool: boolean): Literal => {
  const [n, ...rest] = shape
  if (n === undefined) return bool ? elements[0] !== 0 : (elements[0] ?? 0)
  const size = sizeOf(rest)
  return Array.from({ length: n }, (_, i) =>
    elementsNested(elements.slice(i * size, (i + 1) * size), rest, bool),
  )
}

const withElements = (type: TensorType, elements: readonly number[]): Expression =>
  sizeOf(type.shape) === 0
    ? call('zeros', literal(type.shape), literal({ dtype: type.dtype }))
    : call(
        'tensor',
        literal(elementsNested(elements, type.shape, type.dtype === 'bool')),
        literal({ dtype: type.dtype }),
      )

const inputEdits = (source: Source): readonly Edit<Source>[] => {
  const used = new Set([...source.results, ...source.lines.flatMap(({ value }) => [...namesIn(value)])])
  const inputs = sourceInputs(source)
  const withValue = (i: number, value: Expression): Source => ({
    ...source,
    inputs: source.inputs.map((input, j) => (i === j ? { ...input, value } : input)),
  })
  return [
    ...source.inputs.flatMap(({ name }, i) =>
      used.has(name) || source.inputs.length < 2
        ? []
        : [safe(() => ({ ...source, inputs: source.inputs.filter((_, j) => j !== i) }))],
    ),
    ...source.inputs.flatMap((input, i) => {
      const x = inputs[i]!
      const elements = Array.from(toTypedArray(x))
      const isView = !(
        input.value.kind === 'call' && ['tensor', 'zeros'].includes(input.value.callee as string)
      )
      const ones = elements.map(() => 1)
      return [
        ...(isView ? [safe(() => withValue(i, spelt(x, input)))] : []),
        ...(elements.some((element) => element !== 1)
          ? [safe(() => withValue(i, withElements(input, ones)))]
          : []),
        ...elements.flatMap((element, at) =>
          [0, 1, 2, 0.5, Math.round(element)]
            .filter(
              (simple, j, all) =>
                complexity(simple) < complexity(element) &&
                all.indexOf(simple) === j &&
                (input.dtype.startsWith('float') || Number.isInteger(simple)),
            )
            .map((simple) => safe(() => withValue(i, withElements(input, replacedAt(elements, at, simple))))),
        ),
      ]
    }),
  ]
}

/** How odd a number looks. */
const complexity = (x: number): number =>
  x === 1 ? 0 : x === 0 ? 1 : Number.isInteger(x) ? 2 + Math.abs(x) : 1000 + String(x).length

const renumbered = (value: Literal, from: number, to: number): Literal =>
  value === from
    ? to
    : Array.isArray(value)
      ? value.map((part) => renumbered(part as Literal, from, to))
      : value

const isRecord = (value: Literal): value is { readonly [name: string]: Literal } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The dimension `from` as `to`, in every shape, in every list of numbers, and where so many numbers are spread. */
const resized = (expression: Expression, from: number, to: number): Expression => {
  const numbered = (value: Literal): Expression => literal(renumbered(value, from, to))
  if (expression.kind === 'literal') {
    const { value } = expression
    if (Array.isArray(value)) return numbered(value)
    return isRecord(value) && 'length' in value
      ? literal({ ...value, length: renumbered(value['length'], from, to) })
      : expression
  }
  if (expression.kind === 'function')
    return {
      ...expression,
      types: expression.types.map((type) => resizedType(type, from, to)),
      lines: expression.lines.map((line) => resizedLine(line, from, to)),
      result: resized(expression.result, from, to),
    }
  if (expression.kind === 'call' && expression.callee === 'tensor') return expression
  if (expression.kind === 'call' && expression.callee === 'linspace')
    return {
      ...expression,
      given: expression.given.map((inner, i) =>
        i === 2 && inner.kind === 'literal' ? numbered(inner.value) : inner,
      ),
    }
  return mapWithin(expression, (inner) => resized(inner, from, to))
}

const resizedType = <T extends TensorType>(type: T, from: number, to: number): T => ({
  ...type,
  shape: type.shape.map((n) => (n === from ? to : n)),
})

const resizedLine = (line: Line, from: number, to: number): Line => ({
  ...line,
  types: line.types.map((type) => resizedType(type, from, to)),
  value: resized(line.value, from, to),
})

const dimensionEdits = (source: Source): readonly Edit<Source>[] => {
  const all = [
    ...new Set(
      [...source.inputs, ...source.lines.flatMap(({ types }) => types)].flatMap(({ shape }) => shape),
    ),
  ]
  const inputs = sourceInputs(source)
  return all
    .filter((n) => n > 1)
    .sort((a, b) => b - a)
    .flatMap((from) =>
      [...new Set([1, 2, from - 1])]
        .filter((to) => to < from)
        .map((to) =>
          unsure(() => ({
            ...source,
            inputs: source.inputs.map((input, i) => {
              const type = resizedType(input, from, to)
              return type.shape.every((n, j) => n === input.shape[j])
                ? input
                : { ...type, value: withElements(type, Array.from(toTypedArray(inputs[i]!))) }
            }),
            lines: source.lines.map((line) => resizedLine(line, from, to)),
          })),
        ),
    )
}

/** Whether every value has the type its line says, by the rules of the primitives alone. */
export const isWellTyped = (source: Source): boolean => {
  try {
    stage(runSource(source))(...source.inputs.map(({ shape, dtype }): Tensor => zeros(shape, { dtype })))
    return true
  } catch {
    return false
  }
}

/** Smaller sources, those that drop most first; each is well typed if the source is. */
export const smallerSources = function* (source: Source): IterableIterator<Source> {
  const alive = withoutDeadLines(source)
  const count = (lines: Source): string => JSON.stringify(lines)
  if (count(alive) !== count(source)) yield alive
  const edits = [
    ...resultEdits(source),
    ...dimensionEdits(source).slice(0, 3),
    ...lineEditsOf(source),
    ...dimensionEdits(source),
    ...inputEdits(source),
  ]
  // eslint-disable-next-line functional/no-loop-statements -- a generator makes no more than is asked for
  for (const { keepsTypes, make } of edits) {
    const smaller = withoutDeadLines(make())
    if (keepsTypes || isWellTyped(smaller)) yield smaller
  }
}

/**
 * The smallest source found that still fails: the first smaller one that does, again and again.
 *
 * @example
 * ```ts
 * import fc from 'fast-check'
 * import { shrinkSource, sources } from 'puregrad/testing'
 * const [source] = fc.sample(sources(), { numRuns: 1, seed: 1 })
 * shrinkSource(source!, ({ results }) => results.length > 0).lines.length <= 1 // => true
 * ```
 * @category Random programs
 */
export const shrinkSource = (
  source: Source,
  stillFails: (source: Source) => boolean,
  steps = 500,
): Source => {
  const smaller = steps === 0 ? undefined : firstOf(smallerSources(source), stillFails)
  return smaller === undefined ? renamed(source) : shrinkSource(smaller, stillFails, steps - 1)
}

const firstOf = <T>(values: Iterable<T>, wanted: (value: T) => boolean): T | undefined => {
  // eslint-disable-next-line functional/no-loop-statements -- stops at the first
  for (const value of values) if (wanted(value)) return value
  return undefined
}
