import { apply } from '../../core/autodiff/apply.ts'
import { asValue } from '../../core/autodiff/value.ts'
import { toTypedArray } from '../../core/autodiff/read.ts'
import type { AnyPrimitive, Bounds } from '../../core/primitive/primitive.ts'
import type { Equation, Program } from '../../core/primitive/program.ts'
import { isNameOfPrimitive, primitiveNamed } from '../../core/primitive/named.ts'
import { showTyped } from '../../core/primitive/typing.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import { ArgumentError } from '../../core/tensor/errors.ts'
import { sameShape, sizeOf } from '../../core/tensor/shape.ts'
import { isTensor, type Tensor } from '../../core/tensor/tensor.ts'

/**
 * An interval for each element: two tensors of one shape, in float64, or two numbers for all elements.
 *
 * @category Readings
 */
export interface IntervalOf<T> {
  readonly low: T
  readonly high: T
}

/** Ends as lists of doubles, in row-major order. */
interface Ends extends Typed {
  readonly low: Float64Array<ArrayBuffer>
  readonly high: Float64Array<ArrayBuffer>
}

const epsilonOf = (dtype: string): number => (dtype === 'float32' ? 2 ** -23 : 2 ** -52)

/** Ends moved apart by an error for each element; what is not a number says nothing. */
const widened = ({ low, high, shape, dtype }: Ends, errorAt: (i: number) => number): Ends => ({
  shape,
  dtype,
  low: low.map((x, i) => (Number.isNaN(x) ? -Infinity : x - errorAt(i))),
  high: high.map((x, i) => (Number.isNaN(x) ? Infinity : x + errorAt(i))),
})

/** As far apart as so many units of the last place of the dtype, and the least number there is. */
const byUlps = (ends: Ends, ulps: number): Ends => {
  const [eps, least] = [ulps * epsilonOf(ends.dtype), ends.dtype === 'float32' ? 2 ** -148 : 2 ** -1073]
  return widened(ends, (i) => eps * Math.max(finite(ends.low[i]!), finite(ends.high[i]!)) + least)
}

const finite = (x: number): number => (Number.isFinite(x) ? Math.abs(x) : 0)

type Numbers = Float64Array<ArrayBuffer>

/** The primitive on doubles; whole numbers among its inputs, such as indices, stay such. */
const run = (
  primitive: AnyPrimitive,
  { params }: Equation,
  inputs: readonly Ends[],
  pick: (ends: Ends) => Numbers,
): Numbers => {
  const values = inputs.map((ends) =>
    ends.dtype === 'int32' || ends.dtype === 'uint32'
      ? viewOf(Int32Array.from(exactly(primitive.name, ends)), 'int32', ends.shape)
      : viewOf(Float64Array.from(pick(ends)), 'float64', ends.shape),
  )
  const result: Tensor = apply(primitive, values, params as never)
  return Float64Array.from(toTypedArray(result))
}

/** The elements of an interval that is one point. */
const exactly = (name: string, { low, high }: Ends): Numbers => {
  if (low.some((x, i) => x !== high[i]))
    throw new ArgumentError(`intervalBounds: ${name}: whole numbers have to be known, got an interval`)
  return low
}

const largest = ({ low, high }: Ends): Numbers => low.map((x, i) => Math.max(Math.abs(x), Math.abs(high[i]!)))

const byCorners = (
  [a, b]: readonly Ends[],
  type: Typed,
  f: (x: number, y: number, i: number) => number,
): Ends => {
  const corners = (i: number): readonly number[] =>
    [a!.low[i]!, a!.high[i]!].flatMap((x) => [b!.low[i]!, b!.high[i]!].map((y) => f(x, y, i)))
  const all = Array.from(a!.low, (_, i) => corners(i))
  return {
    ...type,
    low: Float64Array.from(all, (c) => Math.min(...c)),
    high: Float64Array.from(all, (c) => Math.max(...c)),
  }
}

/** 0 · ∞ is 0 here: the factor that is 0 makes 0 of every number in the other interval. */
const product = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y)

type Rule = (primitive: AnyPrimitive, equation: Equation, inputs: readonly Ends[], type: Typed) => Ends

/** Sums of many terms are off by as many roundings of their sizes. */
const summing: ReadonlySet<string> = new Set(['sum', 'cumsum', 'scatterAdd', 'matmul'])

const rising: Rule = (primitive, equation, inputs, type) => {
  const ends: Ends = {
    ...type,
    low: run(primitive, equation, inputs, ({ low }) => low),
    high: run(primitive, equation, inputs, ({ high }) => high),
  }
  if (ends.low.some(Number.isNaN) && !inputs.some(({ low }) => low.some((x) => !Number.isFinite(x))))
    throw new ArgumentError(`intervalBounds: ${primitive.name}: the interval leaves where it is defined`)
  if (!summing.has(primitive.name)) return ends
  const sizes = run(primitive, equation, inputs, largest)
  const terms = inputs.reduce((most, { shape }) => Math.max(most, sizeOf(shape)), 1)
  return widened(ends, (i) => (terms + 2) * epsilonOf(type.dtype) * finite(sizes[i]!))
}

const swapped = ({ low, high, ...type }: Ends): Ends => ({ ...type, low: high, high: low })

const rules: Readonly<Record<Bounds, Rule>> = {
  rising,
  falling: (primitive, equation, inputs, type) => rising(primitive, equation, inputs.map(swapped), type),
  difference: (primitive, equation, [a, b], type) => rising(primitive, equation, [a!, swapped(b!)], type),
  even: (_, __, [x], type) => ({
    ...type,
    low: x!.low.map((low, i) =>
      low <= 0 && x!.high[i]! >= 0 ? 0 : Math.min(Math.abs(low), Math.abs(x!.high[i]!)),
    ),
    high: largest(x!),
  }),
  wave: (_, __, [x], type) => ({ ...type, low: x!.low.map(() => -1), high: x!.low.map(() => 1) }),
  product: (_, { inputs: [p, q] }, [a, b], type) => {
    const ends = byCorners([a!, b!], type, product)
    // A value times itself is a square.
    return p === q
      ? {
          ...ends,
          low: ends.low.map((low, i) => (a!.low[i]! <= 0 && a!.high[i]! >= 0 ? 0 : Math.max(low, 0))),
        }
      : ends
  },
  quotient: (_, __, [a, b], type) => {
    const ends = byCorners([a!, b!], type, (x, y) => (x === 0 && y !== 0 ? 0 : x / y))
    const open = (i: number): boolean => b!.low[i]! <= 0 && b!.high[i]! >= 0
    return {
      ...type,
      low: ends.low.map((x, i) => (open(i) ? -Infinity : x)),
      high: ends.high.map((x, i) => (open(i) ? Infinity : x)),
    }
  },
  matrixProduct: (primitive, equation, inputs, type) => {
    const middle = ({ low, high }: Ends): Numbers => low.map((x, i) => x / 2 + high[i]! / 2)
    const radius = ({ low, high }: Ends): Numbers =>
      low.map((x, i) => Math.max(high[i]! - (x / 2 + high[i]! / 2), x / 2 + high[i]! / 2 - x))
    const [a, b] = inputs as readonly [Ends, Ends]
    const of = (x: Numbers, y: Numbers): Numbers =>
      run(
        primitive,
        equation,
        [
          { ...a, low: x },
          { ...b, low: y },
        ],
        ({ low }) => low,
      )
    const size = (x: Numbers): Numbers => x.map(Math.abs)
    const [ca, cb, ra, rb] = [middle(a), middle(b), radius(a), radius(b)]
    const [centre, first, second, third] = [of(ca, cb), of(size(ca), rb), of(ra, size(cb)), of(ra, rb)]
    const whole = of(largest(a), largest(b))
    const terms = (a.shape[a.shape.length - 1] ?? 0) + 4
    const reach = centre.map(
      (_, i) => first[i]! + second[i]! + third[i]! + 2 * terms * epsilonOf(type.dtype) * whole[i]!,
    )
    return { ...type, low: centre.map((x, i) => x - reach[i]!), high: centre.map((x, i) => x + reach[i]!) }
  },
  choice: (_, __, [condition, a, b], type) => ({
    ...type,
    low: a!.low.map((x, i) =>
      condition!.low[i]! > 0 ? x : condition!.high[i]! < 1 ? b!.low[i]! : Math.min(x, b!.low[i]!),
    ),
    high: a!.high.map((x, i) =>
      condition!.low[i]! > 0 ? x : condition!.high[i]! < 1 ? b!.high[i]! : Math.max(x, b!.high[i]!),
    ),
  }),
  below: (primitive, _, [a, b], type) => {
    const holds = (x: number, y: number): number => Number(primitive.name === 'less' ? x < y : x <= y)
    return {
      ...type,
      low: a!.high.map((x, i) => holds(x, b!.low[i]!)),
      high: a!.low.map((x, i) => holds(x, b!.high[i]!)),
    }
  },
}

const refused = (name: string): ArgumentError =>
  new ArgumentError(`intervalBounds: there is no rule for intervals of ${name}`)

const ofEquation = (equation: Equation, inputs: readonly Ends[]): readonly Ends[] => {
  switch (equation.operation) {
    case 'checkpoint':
    case 'custom':
      return bounded(equation.params.body, inputs)
    case 'cond': {
      const [predicate, ...operands] = inputs
      const [a, b] = [equation.params.onTrue, equation.params.onFalse]
      if (predicate!.low[0]! > 0) return bounded(a, operands)
      if (predicate!.high[0]! < 1) return bounded(b, operands)
      const other = bounded(b, operands)
      return bounded(a, operands).map((ends, i) => ({
        ...ends,
        low: ends.low.map((x, j) => Math.min(x, other[i]!.low[j]!)),
        high: ends.high.map((x, j) => Math.max(x, other[i]!.high[j]!)),
      }))
    }
    default: {
      const [type] = equation.outputs
      if (!isNameOfPrimitive(equation.operation) || type === undefined) throw refused(equation.operation)
      const primitive = primitiveNamed(equation.operation)
      const { bounds, traits } = primitive
      if (bounds === undefined) throw refused(equation.operation)
      const { shape, dtype } = type
      const ends = rules[bounds](primitive, equation, inputs, { shape, dtype })
      if (traits.view === true || dtype === 'bool' || exact.has(primitive.name)) return [ends]
      return [byUlps(ends, traits.exact === true ? 1 : 8)]
    }
  }
}

/** Their results are among their inputs. */
const exact: ReadonlySet<string> = new Set([
  'neg',
  'abs',
  'max',
  'min',
  'select',
  'reduceMax',
  'pad',
  'concat',
  'gather',
  'stopGradient',
  'floor',
  'round',
  'sign',
])

const bounded = (program: Program, inputs: readonly Ends[]): readonly Ends[] => {
  const known: Ends[] = [
    ...inputs,
    ...program.constants.map((constant): Ends => {
      const elements = Float64Array.from(toTypedArray(constant))
      return { shape: constant.shape, dtype: constant.dtype, low: elements, high: elements }
    }),
  ]
  for (const equation of program.equations)
    known.push(
      ...ofEquation(
        equation,
        equation.inputs.map((variable) => known[variable]!),
      ),
    )
  return program.outputs.map((variable) => known[variable]!)
}

const endsOf = (type: Typed, given: IntervalOf<Tensor | number>, position: number): Ends => {
  const where = `intervalBounds: input ${position + 1}`
  const end = (x: Tensor | number): Numbers => {
    if (typeof x === 'number') return new Float64Array(sizeOf(type.shape)).fill(x)
    if (!isTensor(x) || !sameShape(x.shape, type.shape))
      throw new ArgumentError(`${where}: expected two numbers or two tensors of ${showTyped(type)}`)
    return Float64Array.from(toTypedArray(asValue(x)))
  }
  const [low, high] = [end(given.low), end(given.high)]
  const odd = low.findIndex((x, i) => !(x <= high[i]!))
  if (odd >= 0)
    throw new ArgumentError(
      `${where}: expected low ≤ high, got ${low[odd]} and ${high[odd]} at element ${odd}`,
    )
  return { shape: type.shape, dtype: type.dtype, low, high }
}

/**
 * Bounds of all results of a program, whatever its inputs are within their intervals: interval arithmetic, every end
 * rounded outwards. They hold for exact arithmetic and for what the program computes, and are wider than need be where a
 * value is used more than once. Operations without a rule are refused by name.
 *
 * @throws ArgumentError for intervals that are none, for an operation without a rule, and where an interval leaves the
 * domain of a function.
 * @example
 * ```ts
 * import { add, intervalBounds, mul, stage, tensor, toArray, type Tensor } from 'puregrad'
 * const { program } = stage((x: Tensor) => add(mul(x, x), 1))(tensor([0, 0]))
 * const [{ low, high }] = intervalBounds(program, [{ low: tensor([-1, 2]), high: tensor([2, 3]) }])
 * const [[a, b], [c, d]] = [toArray(low), toArray(high)] as [[number, number], [number, number]]
 * a <= 1 && a > 0.999 && c >= 5 && c < 5.001 && b <= 5 && d >= 10 // => true
 * ```
 * @category Readings
 */
export const intervalBounds = (
  program: Program,
  intervals: readonly IntervalOf<Tensor | number>[],
): readonly IntervalOf<Tensor>[] => {
  if (intervals.length !== program.inputs.length)
    throw new ArgumentError(
      `intervalBounds: expected ${program.inputs.length} intervals, one for each input, got ${intervals.length}`,
    )
  const inputs = program.inputs.map((type, i) => endsOf(type, intervals[i]!, i))
  return bounded(program, inputs).map(({ low, high, shape }) => ({
    low: viewOf(low, 'float64', shape),
    high: viewOf(high, 'float64', shape),
  }))
}
