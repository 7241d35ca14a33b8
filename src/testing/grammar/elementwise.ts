import * as O from 'fp-ts/lib/Option.js'
import type { AnyPrimitive, Interval } from '../../core/primitive/primitive.ts'
import { primitives } from '../../core/primitive/table.ts'
import { scalarOf } from '../../core/tensor/concrete.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import { functions } from '../run-source.ts'
import { call, literal, name, type Expression, type TensorType } from '../source.ts'
import {
  anythingOf,
  chance,
  fits,
  isFloating,
  isInteger,
  isModerate,
  isNumeric,
  isPlainFloat,
  isStored,
  known,
  moderate,
  pick,
  variableThat,
  wrapped,
  type Known,
  type Rule,
  type Scope,
  type Variable,
} from './scope.ts'

/** The values of a monotonic function at the ends, in order. */
const ends =
  (f: (x: number) => number) =>
  ({ low, high }: Interval2): Interval => {
    const [a, b] = [f(low), f(high)]
    return [Math.min(a, b), Math.max(a, b)]
  }

interface Interval2 {
  readonly low: number
  readonly high: number
}

const magnitude = ({ low, high }: Interval2): number => Math.max(Math.abs(low), Math.abs(high))

const squares = (x: Interval2): Interval => [0, magnitude(x) ** 2]

const wavy = ({ low, high }: Interval2): Interval => [Math.min(-0.5, low), Math.max(0, high)]

/** A function of floats: where the elements have to lie, and where the results do. */
interface Drawn {
  readonly from?: Interval | undefined
  readonly to: Interval | ((x: Interval2) => Interval)
}

const valueAt = ({ kernel }: AnyPrimitive, x: number): number => {
  const { view } = kernel([scalarOf(x, 'float64')], {} as never)
  return view.data[view.offset]!
}

/** What a primitive gives for inputs of one type; `undefined` where it takes none of it. */
const resultOf = ({ type, arity }: AnyPrimitive, input: TensorType): TensorType | undefined =>
  O.toUndefined(
    O.tryCatch(() =>
      type(
        Array.from({ length: Number(arity) }, () => input),
        {} as never,
      ),
    ),
  )

/** The primitives that are to be drawn, in an order that does not depend on how the records were bundled. */
const ranged: readonly AnyPrimitive[] = Object.values<AnyPrimitive>(primitives)
  .filter(({ name: f, range }) => range !== undefined && Object.hasOwn(functions, f))
  .sort((a, b) => (a.name < b.name ? -1 : 1))

const isOfOneFloat = (primitive: AnyPrimitive): boolean =>
  primitive.arity === 1 && resultOf(primitive, { shape: [], dtype: 'float64' })?.dtype === 'float64'

/** The functions of primitives, by what their records say. */
const ofPrimitives: Readonly<Record<string, Drawn>> = Object.fromEntries(
  ranged.filter(isOfOneFloat).map((primitive) => {
    const { name: f, domain, range } = primitive
    const to =
      range === undefined || range === 'between its ends' ? ends((x) => valueAt(primitive, x)) : range
    return [f, { from: domain, to }] as const
  }),
)

/** The functions of floats, in an order that does not depend on how the records were bundled. */
const ofFloats: readonly (readonly [name: string, drawn: Drawn])[] = Object.entries<Drawn>({
  ...ofPrimitives,
  abs: { to: (x) => [0, magnitude(x)] },
  square: { from: [-8, 8], to: squares },
  relu: { to: ({ low, high }) => [Math.max(0, low), Math.max(0, high)] },
  leakyRelu: { to: ({ low, high }) => [Math.min(low, 0), Math.max(0, high)] },
  elu: { to: ({ high }) => [-1, Math.max(0, high)] },
  selu: { to: ({ high }) => [-2, 1.1 * Math.max(0, high)] },
  gelu: { from: [-8, 8], to: wavy },
  silu: { to: wavy },
  softplus: { to: ({ high }) => [0, Math.max(0, high) + 1] },
  mish: { to: wavy },
  hardTanh: { to: [-1, 1] },
  hardSigmoid: { to: [0, 1] },
  softsign: { to: [-1, 1] },
  stopGradient: { to: ({ low, high }) => [low, high] },
}).sort(([a], [b]) => (a < b ? -1 : 1))

const lies = ({ low, high }: Interval2, [from, to]: Interval): boolean => low >= from && high <= to

/** A function of one float tensor; what lies outside its domain is brought there first. */
const ofOneFloat: Rule = (draw, scope) => {
  const [f, { from, to }] = pick(draw, ofFloats)
  const squashing = from === undefined && typeof to !== 'function'
  const x = variableThat(draw, scope, squashing ? isFloating : isPlainFloat)
  if (x === undefined) return undefined
  const direct = from === undefined || lies(x, from)
  const positive = from !== undefined && from[0] > -1 && from[1] === Infinity && !direct
  const least = from === undefined || from[0] <= 0.25 ? 0 : from[0]
  const narrow = from !== undefined && from[1] < 1
  const argument = direct
    ? name(x.name)
    : positive
      ? call('add', call('abs', name(x.name)), literal(least + pick(draw, [0.5, 1, 0.25])))
      : narrow
        ? call('mul', call('tanh', name(x.name)), literal(0.9))
        : call(pick(draw, ['sin', 'tanh']), name(x.name))
  const inside: Interval2 = direct
    ? x
    : positive
      ? { low: least + 0.25, high: least + magnitude(x) + 1 }
      : narrow
        ? { low: -0.9, high: 0.9 }
        : { low: -1, high: 1 }
  const [low, high] = typeof to === 'function' ? to(inside) : to
  return { value: call(f, argument), results: known(x.shape, x.dtype, low, high) }
}

const ofOneInteger: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isInteger)
  if (x === undefined) return undefined
  const f = pick(draw, ['neg', 'abs', 'sign', 'square', 'stopGradient'])
  const [low, high]: Interval =
    f === 'neg'
      ? [-x.high, -x.low]
      : f === 'abs'
        ? [x.low >= 0 ? x.low : 0, magnitude(x)]
        : f === 'sign'
          ? [x.low >= 0 ? 0 : -1, 1]
          : f === 'square'
            ? squares(x)
            : [x.low, x.high]
  return { value: call(f, name(x.name)), results: wrapped(known(x.shape, x.dtype, low, high)) }
}

export const broadcast = (a: readonly number[], b: readonly number[]): readonly number[] | undefined => {
  const rank = Math.max(a.length, b.length)
  const at = (shape: readonly number[], i: number): number => shape[i - (rank - shape.length)] ?? 1
  const shape = Array.from({ length: rank }, (_, i) => (at(a, i) === 1 ? at(b, i) : at(a, i)))
  const meets = shape.every(
    (n, i) => (at(a, i) === n || at(a, i) === 1) && (at(b, i) === n || at(b, i) === 1),
  )
  return meets ? shape : undefined
}

const corners = (f: (a: number, b: number) => number, a: Interval2, b: Interval2): Interval => {
  const values = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)].map((v) =>
    Number.isNaN(v) ? 0 : v,
  )
  return [Math.min(...values), Math.max(...values)]
}

const ofTwo: Readonly<Record<string, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  maximum: Math.max,
  minimum: Math.min,
}

interface Operand extends Interval2 {
  readonly shape: readonly number[]
  readonly text: Expression
}

const operand = (x: Variable): Operand => ({ ...x, text: name(x.name) })

/** A second operand for x: a variable that broadcasts with it, or a number. */
const partner = (draw: Parameters<Rule>[0], scope: Scope, x: Variable): Operand => {
  const other = variableThat(
    draw,
    scope,
    (y) => y.dtype === x.dtype && isModerate(y) && broadcast(x.shape, y.shape) !== undefined,
  )
  if (other !== undefined && chance(draw, 80)) return operand(other)
  const value = isFloating(x)
    ? pick(draw, [0.5, 1, 2, 0.25, -1, 0, 1.5, 0.1])
    : x.dtype === 'int32'
      ? pick(draw, [1, 2, 3, 0, -1])
      : pick(draw, [1, 2, 3, 0])
  return { low: value, high: value, shape: [], text: literal(value) }
}

const swappedAtTimes = <T>(draw: Parameters<Rule>[0], pair: readonly [T, T]): readonly [T, T] =>
  chance(draw, 50) ? pair : [pair[1], pair[0]]

const binary: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isNumeric(v) && (!isFloating(v) || isModerate(v)))
  if (x === undefined) return undefined
  const [a, b] = swappedAtTimes(draw, [operand(x), partner(draw, scope, x)])
  const shape = broadcast(a.shape, b.shape)
  if (shape === undefined || !fits(scope, shape)) return undefined
  const f = pick(draw, Object.keys(ofTwo))
  const [low, high] = corners(ofTwo[f]!, a, b)
  const result = known(shape, x.dtype, low, high)
  if (isFloating(x) && !isModerate(result))
    return { value: call('tanh', call(f, a.text, b.text)), results: known(shape, x.dtype, -1, 1) }
  return { value: call(f, a.text, b.text), results: wrapped(result) }
}

/** Quotients and powers: the divisor and the base keep away from 0. */
const divided: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isPlainFloat)
  if (x === undefined) return undefined
  const y = partner(draw, scope, x)
  const shape = broadcast(x.shape, y.shape)
  if (shape === undefined || !fits(scope, shape)) return undefined
  const safe =
    y.low >= 0.25 || y.high <= -0.25
      ? y
      : y.text.kind === 'literal'
        ? { ...y, text: literal(0.5), low: 0.5, high: 0.5 }
        : { ...y, text: call('add', call('abs', y.text), literal(0.5)), low: 0.5, high: magnitude(y) + 0.5 }
  const negative = safe.text.kind === 'literal' && safe.text.value === -1
  if (chance(draw, 60)) {
    const [low, high] = corners((a, b) => a / b, x, safe)
    const quotient = known(shape, x.dtype, low, high)
    const text = call('div', name(x.name), safe.text)
    return isModerate(quotient)
      ? { value: text, results: quotient }
      : { value: call('sin', text), results: known(shape, x.dtype, -1, 1) }
  }
  if (negative || safe.low < 0 || safe.text.kind === 'literal' || magnitude(x) > 3) {
    const power = pick(draw, [2, 3, 1, 0.5, -1])
    const base = call('add', call('sigmoid', name(x.name)), literal(0.5))
    return { value: call('pow', base, literal(power)), results: known(x.shape, x.dtype, 0, 4) }
  }
  const high = Math.max(safe.high, 1 / safe.low) ** magnitude(x)
  return high <= moderate
    ? { value: call('pow', safe.text, name(x.name)), results: known(shape, x.dtype, 0, high) }
    : undefined
}

const comparison: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isNumeric)
  if (x === undefined) return undefined
  const [a, b] = swappedAtTimes(draw, [operand(x), partner(draw, scope, x)])
  const shape = broadcast(a.shape, b.shape)
  if (shape === undefined || !fits(scope, shape)) return undefined
  const f = pick(draw, ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'])
  return { value: call(f, a.text, b.text), results: known(shape, 'bool', 0, 1) }
}

const classified: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isFloating)
  return x === undefined
    ? undefined
    : {
        value: call(pick(draw, ['isNaN', 'isFinite']), name(x.name)),
        results: known(x.shape, 'bool', 0, 1),
      }
}

const logical: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, ({ dtype }) => dtype === 'bool')
  if (x === undefined) return undefined
  if (chance(draw, 30)) return { value: call('logicalNot', name(x.name)), results: x }
  const y = variableThat(draw, scope, (v) => v.dtype === 'bool' && broadcast(v.shape, x.shape) !== undefined)
  const shape = broadcast(x.shape, y?.shape ?? [])
  if (y === undefined || shape === undefined || !fits(scope, shape)) return undefined
  return {
    value: call(pick(draw, ['logicalAnd', 'logicalOr']), name(x.name), name(y.name)),
    results: known(shape, 'bool', 0, 1),
  }
}

const chosen: Rule = (draw, scope) => {
  const test = variableThat(draw, scope, ({ dtype }) => dtype === 'bool')
  const x = variableThat(
    draw,
    scope,
    (v) =>
      isNumeric(v) && isModerate(v) && test !== undefined && broadcast(v.shape, test.shape) !== undefined,
  )
  if (test === undefined || x === undefined) return undefined
  const y = partner(draw, scope, x)
  const shape = broadcast(x.shape, y.shape)
  const all = shape === undefined ? undefined : broadcast(shape, test.shape)
  if (all === undefined || !fits(scope, all)) return undefined
  const [a, b] = swappedAtTimes(draw, [operand(x), y])
  return {
    value: call('where', name(test.name), a.text, b.text),
    results: known(all, x.dtype, Math.min(a.low, b.low), Math.max(a.high, b.high)),
  }
}

const clipped: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => isFloating(v) || v.dtype === 'int32')
  if (x === undefined) return undefined
  const [low, high] = pick(draw, [
    [-1, 1],
    [0, 2],
    [-2, 3],
  ])
  return {
    value: call('clip', name(x.name), literal(low), literal(high)),
    results: known(x.shape, x.dtype, low, high),
  }
}

/** Another dtype; towards integers only what they hold. */
const converted: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, (v) => !isFloating(v) || isModerate(v))
  if (x === undefined) return undefined
  const dtype = pick(draw, [
    scope.float,
    scope.float,
    'float32',
    'float64',
    'int32',
    'uint32',
    'bool',
  ] as const)
  const range = anythingOf([], dtype)
  if (dtype !== 'bool' && (x.low < range.low || x.high > range.high)) return undefined
  const results: Known =
    dtype === 'bool'
      ? known(x.shape, dtype, 0, 1)
      : dtype === 'int32' || dtype === 'uint32'
        ? known(x.shape, dtype, Math.trunc(x.low), Math.trunc(x.high))
        : known(x.shape, dtype, x.low, x.high)
  return { value: call('cast', name(x.name), literal(dtype)), results }
}

/** What is kept in 16 bits, as numbers to compute with. */
const widened: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isStored)
  return x === undefined
    ? undefined
    : {
        value: call('cast', name(x.name), literal(scope.float)),
        results: known(x.shape, scope.float, x.low, x.high),
      }
}

/** Rounded to 16 bits, to be moved about and widened again. */
const narrowed: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isPlainFloat)
  if (x === undefined) return undefined
  const dtype = pick(draw, ['float16', 'bfloat16'] as const)
  return {
    value: call('cast', name(x.name), literal(dtype)),
    results: known(x.shape, dtype, x.low, x.high),
  }
}

/** One value through several functions in a row: what fusion joins. */
const chain: Rule = (draw, scope) => {
  const x = variableThat(draw, scope, isFloating)
  if (x === undefined) return undefined
  const value = Array.from({ length: draw.integer(2, 6) }).reduce<Expression>(
    (text) =>
      pick<Expression>(draw, [
        call('sin', text),
        call('tanh', text),
        call('mul', text, literal(pick(draw, [0.5, 1.5, -1]))),
        call('add', literal(0.25), text),
        call('sigmoid', text),
        call('square', text),
      ]),
    call('tanh', name(x.name)),
  )
  return { value: call('tanh', value), results: known(x.shape, x.dtype, -1, 1) }
}

const constant: Rule = (draw, scope) => {
  const like = variableThat(draw, scope, isFloating)
  const [low, high] = [0, 1]
  if (like === undefined) return undefined
  const f = pick(draw, ['zerosLike', 'onesLike'])
  return { value: call(f, name(like.name)), results: known(like.shape, like.dtype, low, high) }
}

/** Numbers that a source spells out: a constant of the program. */
const spelled: Rule = (draw, scope) => {
  const n = pick(
    draw,
    scope.dimensions.filter((d) => d > 0 && d < 8),
  )
  const elements = Array.from({ length: n }, () => draw.integer(-8, 8) / 4)
  return {
    value: call('tensor', literal(elements), literal({ dtype: scope.float })),
    results: known([n], scope.float, -2, 2),
  }
}

/** Primitives of several inputs, of integers, or that give booleans, and no function above writes. */
const others = ranged.filter((primitive) => !isOfOneFloat(primitive))

/** A primitive on variables and numbers that it takes, where its record says where the results lie. */
const ofRecord: Rule = (draw, scope) => {
  const primitive = pick(draw, others)
  const { name: f, arity, domain, range } = primitive
  const suits = (v: Variable): boolean =>
    (!isFloating(v) || isModerate(v)) &&
    resultOf(primitive, v) !== undefined &&
    (domain === undefined || lies(v, domain))
  const x = variableThat(draw, scope, suits)
  if (x === undefined) return undefined
  const isLike = ({ dtype, shape }: Variable): boolean => dtype === x.dtype && sameShape(shape, x.shape)
  // Two broadcast with each other, more are alike.
  const more =
    arity === 2
      ? [partner(draw, scope, x)]
      : Array.from({ length: Number(arity) - 1 }, () =>
          operand(variableThat(draw, scope, (v) => isLike(v) && isModerate(v)) ?? x),
        )
  const shape = more.reduce<readonly number[] | undefined>(
    (sofar, y) => (sofar === undefined ? undefined : broadcast(sofar, y.shape)),
    x.shape,
  )
  const result = shape === undefined ? undefined : resultOf(primitive, { shape, dtype: x.dtype })
  if (result === undefined || !fits(scope, result.shape)) return undefined
  const whole = anythingOf(result.shape, result.dtype)
  const [low, high] = range === undefined || range === 'between its ends' ? [-Infinity, Infinity] : range
  return {
    value: call(f, name(x.name), ...more.map(({ text }) => text)),
    results: known(result.shape, result.dtype, Math.max(low, whole.low), Math.min(high, whole.high)),
  }
}

export const elementwiseRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [14, ofOneFloat],
  [2, ofOneInteger],
  [14, binary],
  [4, divided],
  [4, comparison],
  [1, classified],
  [2, logical],
  [4, chosen],
  [2, clipped],
  [3, converted],
  [1, narrowed],
  [4, widened],
  [3, chain],
  [1, constant],
  [2, spelled],
  ...(others.length === 0 ? [] : ([[4, ofRecord]] as const)),
]
