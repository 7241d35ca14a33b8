import { sizeOf } from '../../core/tensor/shape.ts'
import {
  call,
  literal,
  namesOf,
  type Expression,
  type Line,
  type Pattern,
  type Source,
  type SourceInput,
} from '../source.ts'
import { withoutDeadLines } from '../live-lines.ts'
import { arrayRules } from './arrays.ts'
import { drawAround, spelledCuts } from './cuts.ts'
import { elementwiseRules } from './elementwise.ts'
import { furtherRules } from './further.ts'
import { nameAt } from '../name-at.ts'
import { functionalRules } from './functional.ts'
import { attentionRules } from './attention.ts'
import { imageRules } from './images.ts'
import { indexingRules } from './indexing.ts'
import { movementRules } from './movement.ts'
import { reductionRules } from './reduction.ts'
import {
  chance,
  drawShape,
  isPlainFloat,
  pick,
  pickLate,
  type Draw,
  type DrawLines,
  type Drawn,
  type Known,
  type Results,
  type Rule,
  type Scope,
  type Variable,
} from './scope.ts'

/** Rules, each as often as its weight. */
type Bag = readonly Rule[]

const filled = (rules: readonly (readonly [number, Rule])[], times: number): Bag =>
  rules.flatMap(([weight, rule]) => Array.from({ length: weight * times }, () => rule))

/** The results with names: a pattern, and the variables in it. */
const named = (
  results: Results,
  from: number,
): { readonly pattern: Pattern; readonly variables: readonly Variable[] } => {
  if (!Array.isArray(results)) {
    const name = nameAt(from)
    return { pattern: name, variables: [{ ...(results as Known), name }] }
  }
  return (results as readonly Results[]).reduce<{
    readonly pattern: readonly Pattern[]
    readonly variables: readonly Variable[]
  }>(
    (sofar, part) => {
      const next = named(part, from + sofar.variables.length)
      return {
        pattern: [...sofar.pattern, next.pattern],
        variables: [...sofar.variables, ...next.variables],
      }
    },
    { pattern: [], variables: [] },
  )
}

/** The first of several tries that suits the scope. */
const tried = (draw: Draw, scope: Scope, bag: Bag, tries: number): Drawn | undefined =>
  tries === 0 ? undefined : (pick(draw, bag)(draw, scope) ?? tried(draw, scope, bag, tries - 1))

const after = (
  sofar: { readonly lines: readonly Line[]; readonly scope: Scope },
  drawn: Drawn,
): { readonly lines: readonly Line[]; readonly scope: Scope } => {
  const { scope } = sofar
  const before = drawn.before ?? []
  const from = scope.named + before.reduce((n, { pattern }) => n + namesOf(pattern).length, 0)
  const { pattern, variables } = named(drawn.results, from)
  const types = variables.map(({ shape, dtype }) => ({ shape, dtype }))
  return {
    lines: [...sofar.lines, ...before, { pattern, types, value: drawn.value }],
    scope: {
      ...scope,
      variables: [...scope.variables, ...variables],
      named: from + variables.length,
    },
  }
}

const writer = (makeBag: (drawLines: DrawLines) => (scope: Scope) => Bag): DrawLines => {
  const drawLines: DrawLines = (draw, scope, count) =>
    Array.from({ length: count }).reduce<{ readonly lines: readonly Line[]; readonly scope: Scope }>(
      (sofar) => {
        const drawn = tried(draw, sofar.scope, bagIn(sofar.scope), 12)
        return drawn === undefined ? sofar : after(sofar, drawn)
      },
      { lines: [], scope },
    )
  const bagIn = makeBag(drawLines)
  return drawLines
}

/** Elements of small size: quarters for floats, which hit kinks and ties at times. */
const elementsFor = (draw: Draw, { shape, dtype, high }: Known): readonly (number | boolean)[] =>
  Array.from({ length: sizeOf(shape) }, () =>
    dtype === 'bool'
      ? draw.integer(0, 1) === 1
      : dtype === 'int32'
        ? draw.integer(0, 2)
        : dtype === 'uint32'
          ? draw.integer(0, 2)
          : high === Infinity && chance(draw, 40)
            ? pick(draw, odd)
            : draw.integer(-32, 32) / 16,
  )

/** Numbers at which identities of real arithmetic fail. */
const odd = [0, -0, 1, Infinity, -Infinity, NaN, 1e-40, 1e4, -3e3] as const

type NestedElements = number | boolean | readonly NestedElements[]

const nest = (elements: readonly (number | boolean)[], shape: readonly number[]): NestedElements => {
  const [n, ...rest] = shape
  if (n === undefined) return elements[0]!
  const size = sizeOf(rest)
  return Array.from({ length: n }, (_, i) => nest(elements.slice(i * size, (i + 1) * size), rest))
}

const spelled = (draw: Draw, type: Known): Expression => {
  const { shape, dtype } = type
  return sizeOf(shape) === 0
    ? call('zeros', literal(shape), literal({ dtype }))
    : call('tensor', literal(nest(elementsFor(draw, type), shape)), literal({ dtype }))
}

/** An argument: as it is spelled, or a view, or a view of that, of something larger or ordered otherwise. */
const inputValue = (draw: Draw, type: Known): Expression => {
  const { shape, dtype } = type
  const [kind, size] = [draw.integer(0, 9), sizeOf(shape)]
  if (kind === 0 && shape.length > 1 && size > 0)
    return call('transpose', inputValue(draw, { ...type, shape: [...shape].reverse() }))
  if (kind === 1 && shape.length > 0 && size > 0) return call('flip', inputValue(draw, type))
  if ((kind === 2 || kind === 3) && shape.length > 0) {
    const cuts = shape.slice(0, draw.integer(1, shape.length)).map((count) => drawAround(draw, count))
    const whole = shape.map((n, axis) => cuts[axis]?.n ?? n)
    if (sizeOf(whole) <= 64 + 2 * size)
      return call('slice', inputValue(draw, { ...type, shape: whole }), ...spelledCuts(draw, cuts))
  }
  if (kind === 4 && shape.length > 0 && dtype !== 'bool')
    return call('broadcastTo', inputValue(draw, { ...type, shape: shape.slice(1) }), literal(shape))
  return spelled(draw, type)
}

const drawInput = (draw: Draw, scope: Scope, position: number, isOdd: boolean): SourceInput & Variable => {
  const kind = position === 0 ? 0 : draw.integer(0, 10)
  const shape = drawShape(draw, scope)
  const type: Known =
    kind < 6
      ? { shape, dtype: chance(draw, 90) ? scope.float : 'float32', low: -2, high: 2 }
      : kind < 8
        ? { shape, dtype: 'int32', low: 0, high: 2 }
        : kind === 8
          ? { shape: chance(draw, 70) ? [2] : [2, 2], dtype: 'uint32', low: 0, high: 2 ** 32 - 1 }
          : kind === 9
            ? { shape: chance(draw, 60) ? [] : shape, dtype: 'bool', low: 0, high: 1 }
            : { shape, dtype: pick(draw, ['float16', 'bfloat16']), low: -2, high: 2 }
  const elements: Known = isOdd ? { ...type, low: -Infinity, high: Infinity } : type
  return { ...type, name: nameAt(position), value: inputValue(draw, elements) }
}

/**
 * How long and deep random sources are.
 *
 * @category Random programs
 */
export interface SourceOptions {
  /** The most lines of the outermost function; 9 unless told otherwise. */
  readonly maxLines?: number
  /** How deep functions may be nested; 3 unless told otherwise. */
  readonly maxDepth?: number
  /** In how many of a hundred sources NaN, infinities and numbers near them are among the inputs; 5 by default. */
  readonly odds?: number
}

/** Beyond this many lines a source is drawn again. */
const mostLines = 40

const lineCount = (source: Source): number =>
  source.lines.reduce(
    (total, { value }) => total + 1 + JSON.stringify(value).split('"pattern"').length - 1,
    0,
  )

/** A random source. */
export const drawSource = (draw: Draw, options: SourceOptions = {}): Source => {
  const source = drawAny(draw, options)
  return lineCount(source) <= mostLines ? source : drawSource(draw, options)
}

const drawAny = (draw: Draw, { maxLines = 9, maxDepth = 3, odds = 5 }: SourceOptions = {}): Source => {
  const wide = chance(draw, 6)
  const base: Scope = {
    variables: [],
    named: 0,
    depth: Math.min(maxDepth, pick(draw, [1, 2, 2, 3])),
    dimensions: [
      pick(draw, [2, 3, 4]),
      pick(draw, [2, 3]),
      pick(draw, [1, 2, 3]),
      ...(chance(draw, 12) ? [0] : []),
      ...(wide ? [pick(draw, [17, 33, 40])] : []),
    ],
    float: pick(draw, ['float32', 'float64']),
    largest: wide ? 1600 : 64,
  }
  const isOdd = chance(draw, odds)
  const inputs = Array.from({ length: draw.integer(1, 4) }, (_, i) => drawInput(draw, base, i, isOdd))
  // Each source has its own mixture of rules, so that rare combinations come up too.
  const times = Array.from({ length: 6 }, () => pick(draw, [0, 1, 1, 2]))
  const drawLines = writer((again) => {
    const flat = [
      ...filled(elementwiseRules, 1 + draw.integer(0, 1)),
      ...filled(movementRules, times[0]!),
      ...filled(reductionRules, times[1]!),
      ...filled(indexingRules, 2 * times[2]!),
      ...filled(arrayRules, 2 * times[2]!),
      ...filled(imageRules, times[4]!),
      ...filled(attentionRules, times[4]!),
      ...filled(furtherRules, times[5]!),
    ]
    const deep = [...flat, ...filled(functionalRules(again), 1 + 2 * times[3]!)]
    return ({ depth }) => (depth > 0 ? deep : flat)
  })
  const long = chance(draw, 8)
  const start: Scope = { ...base, variables: inputs, named: inputs.length }
  const { lines, scope } = drawLines(
    draw,
    long ? { ...start, depth: 1 } : start,
    long ? draw.integer(2, 3 * maxLines) : draw.integer(1, maxLines),
  )
  const fresh = scope.variables.slice(inputs.length)
  const results = [
    ...new Set(
      Array.from({ length: draw.integer(1, 4) }, (_, i): Variable | undefined =>
        i === 0
          ? (pickLate(draw, fresh.filter(isPlainFloat)) ?? pickLate(draw, scope.variables))
          : chance(draw, 85)
            ? pickLate(draw, scope.variables)
            : pick(draw, inputs),
      ).flatMap((variable) => (variable === undefined ? [] : [variable.name])),
    ),
  ]
  const source: Source = {
    inputs: inputs.map(({ name, shape, dtype, value }) => ({ name, shape, dtype, value })),
    lines,
    results,
  }
  return chance(draw, 90) ? withoutDeadLines(source) : source
}
