import type { Region } from '../../core/primitive/primitive.ts'
import type { Equation, Program } from '../../core/primitive/program.ts'
import { isPrimitiveName, primitiveOf } from '../../core/primitive/met.ts'
import { isFloat, type DType } from '../../core/tensor/dtype.ts'
import { sameShape, sizeOf } from '../../core/tensor/shape.ts'
import { rewrite, type Application, type Draft, type Rule, type Term } from './rewrite.ts'
import { uniform, uniformValue } from './uniform.ts'

type Name = Equation['operation']

/** The application that computes a term, if it is of this operation. */
const madeBy = (term: Term, name: Name): Application | undefined =>
  term.source?.operation === name ? term.source : undefined

/** What a term is the operation of. */
const insideOf = ({ source }: Term, name: Name): Term | undefined =>
  source?.operation === name ? source.inputs[0] : undefined

const valueOf = ({ constant }: Term): number | undefined =>
  constant === undefined ? undefined : uniformValue(constant)

const paramsOf = <P>(application: Application): P => application.params as P

/** Whether no element is −0, as far as the operation tells. */
const neverNegativeZero = (term: Term): boolean => {
  const { source, dtype } = term
  if (!isFloat(dtype)) return true
  if (source !== undefined && isPrimitiveName(source.operation))
    if (primitiveOf(source.operation).traits.neverNegativeZero === true) return true
  switch (source?.operation) {
    case 'mul':
      return source.inputs[0] === source.inputs[1]
    case 'cast':
      return !isFloat(source.inputs[0]!.dtype)
    default:
      return false
  }
}

/** ±2ⁿ, by which a product is exact unless it leaves the range. */
const isPowerOfTwo = (x: number): boolean =>
  Number.isFinite(x) &&
  x !== 0 &&
  Number.isInteger(Math.log2(Math.abs(x))) &&
  2 ** Math.log2(Math.abs(x)) === Math.abs(x)

/** Whether a number of the dtype, rounded to it. */
const representable = (x: number, dtype: DType): boolean =>
  Number.isFinite(x) && x !== 0 && (dtype === 'float64' || Math.fround(x) === x)

/** The constant that (x · a) · b multiplies x with, where that gives the same bits. */
const productOfFactors = (a: number, b: number, dtype: DType): number | undefined => {
  if (dtype === 'int32') return Math.imul(a, b)
  if (dtype === 'uint32') return Math.imul(a, b) >>> 0
  // Neither product can lose bits at the small end, and both overflow together.
  const grows = isPowerOfTwo(a) && isPowerOfTwo(b) && Math.abs(a) >= 1 && Math.abs(b) >= 1
  return grows && representable(a * b, dtype) ? a * b : undefined
}

const negated = (draft: Draft, term: Term): Term => draft.apply('neg', [term], {})

const times = (draft: Draft, term: Term, factor: number): Term =>
  draft.apply('mul', [term, draft.constant(uniform(factor, term))], {})

const sumWith = (a: Term, b: Term, draft: Draft): readonly Term[] | undefined => {
  const value = valueOf(b)
  if (Object.is(value, -0) || (value === 0 && neverNegativeZero(a))) return [a]
  const inner = insideOf(b, 'neg')
  if (inner !== undefined) return [draft.apply('sub', [a, inner], {})]
  if (value === undefined || isFloat(a.dtype)) return undefined
  const other = madeBy(a, 'add')?.inputs.map(valueOf)
  const at = other?.findIndex((known) => known !== undefined) ?? -1
  const known = other?.[at]
  return known === undefined
    ? undefined
    : [draft.apply('add', [a.source!.inputs[1 - at]!, draft.constant(uniform(known + value, a))], {})]
}

const sum: Rule = (_, inputs, draft) => {
  const x = inputs[0]!
  const y = inputs[1]!
  return sumWith(x, y, draft) ?? sumWith(y, x, draft)
}

const difference: Rule = (_, inputs, draft) => {
  const a = inputs[0]!
  const b = inputs[1]!
  const value = valueOf(b)
  if (value === 0 && (!Object.is(value, -0) || neverNegativeZero(a))) return [a]
  const inner = insideOf(b, 'neg')
  return inner === undefined ? undefined : [draft.apply('add', [a, inner], {})]
}

const negation: Rule = (_, inputs, draft) => {
  const x = inputs[0]!
  const inner = insideOf(x, 'neg')
  if (inner !== undefined) return [inner]
  const factors = madeBy(x, 'mul')?.inputs ?? []
  const at = factors.findIndex((factor) => valueOf(factor) !== undefined)
  const factor = factors[at]
  if (factor !== undefined) return [times(draft, factors[1 - at]!, -valueOf(factor)!)]
  const difference = madeBy(x, 'sub')?.inputs
  // Not of floats: 1 − 1 is 0 either way, and −0 its negation.
  return difference === undefined || isFloat(x.dtype)
    ? undefined
    : [draft.apply('sub', [difference[1]!, difference[0]!], {})]
}

const productWith = (a: Term, b: Term, draft: Draft): readonly Term[] | undefined => {
  const value = valueOf(b)
  if (value === 1) return [a]
  if (value === -1) return [negated(draft, a)]
  if (value === 0 && !isFloat(a.dtype)) return [b]
  const inner = insideOf(a, 'neg')
  if (inner !== undefined)
    return value === undefined
      ? [negated(draft, draft.apply('mul', [inner, b], {}))]
      : [times(draft, inner, -value)]
  if (value === undefined) return undefined
  const factors = madeBy(a, 'mul')?.inputs ?? []
  const at = factors.findIndex((factor) => valueOf(factor) !== undefined)
  const known = at < 0 ? undefined : valueOf(factors[at]!)
  const both = known === undefined ? undefined : productOfFactors(known, value, a.dtype)
  return both === undefined ? undefined : [times(draft, factors[1 - at]!, both)]
}

const product: Rule = (_, inputs, draft) => {
  const x = inputs[0]!
  const y = inputs[1]!
  const p = insideOf(x, 'neg')
  const q = insideOf(y, 'neg')
  if (p !== undefined && q !== undefined) return [draft.apply('mul', [p, q], {})]
  return productWith(x, y, draft) ?? productWith(y, x, draft)
}

const quotient: Rule = (_, inputs, draft) => {
  const x = inputs[0]!
  const y = inputs[1]!
  const value = valueOf(y)
  if (value !== undefined && isPowerOfTwo(value) && representable(1 / value, x.dtype))
    return [times(draft, x, 1 / value)]
  const p = insideOf(x, 'neg')
  const q = insideOf(y, 'neg')
  if (p !== undefined && q !== undefined) return [draft.apply('div', [p, q], {})]
  if (p !== undefined) return [negated(draft, draft.apply('div', [p, y], {}))]
  if (q !== undefined) return [negated(draft, draft.apply('div', [x, q], {}))]
  return undefined
}

const power: Rule = (_, inputs) => (valueOf(inputs[1]!) === 1 ? [inputs[0]!] : undefined)

const magnitude: Rule = (_, inputs, draft) => {
  const x = inputs[0]!
  const inner = insideOf(x, 'neg')
  if (inner !== undefined && isFloat(x.dtype)) return [draft.apply('abs', [inner], {})]
  return madeBy(x, 'abs') === undefined || !isFloat(x.dtype) ? undefined : [x]
}

/** Of equal values, the value; of one of two values and the larger of both, the larger. */
const extremum: Rule = ({ operation }, inputs) => {
  const x = inputs[0]!
  const y = inputs[1]!
  if (x === y || madeBy(x, operation)?.inputs.includes(y) === true) return [x]
  return madeBy(y, operation)?.inputs.includes(x) === true ? [y] : undefined
}

const selection: Rule = (_, inputs) => {
  const [condition, x, y] = inputs as readonly [Term, Term, Term]
  if (x === y) return [x]
  const value = valueOf(condition)
  return value === undefined ? undefined : [value === 0 ? y : x]
}

/** Whether every value of one dtype is one of the other. */
const contains = (wide: DType, narrow: DType): boolean =>
  wide === narrow || narrow === 'bool' || wide === 'float64'

const conversion: Rule = (equation, inputs, draft) => {
  const x = inputs[0]!
  const dtype = equation.outputs[0]?.dtype ?? x.dtype
  if (dtype === x.dtype) return [x]
  const inner = insideOf(x, 'cast')
  return inner !== undefined && contains(x.dtype, inner.dtype)
    ? [draft.apply('cast', [inner], { dtype })]
    : undefined
}

const isIdentity = (permutation: readonly number[]): boolean => permutation.every((axis, i) => axis === i)

const transposition: Rule = (equation, inputs, draft) => {
  const x = inputs[0]!
  if (equation.operation !== 'transpose') return undefined
  const { permutation } = equation.params
  if (isIdentity(permutation)) return [x]
  const inner = madeBy(x, 'transpose')
  if (inner === undefined) return undefined
  const first = paramsOf<{ readonly permutation: readonly number[] }>(inner).permutation
  return [
    draft.apply('transpose', inner.inputs, {
      permutation: permutation.map((axis) => first[axis]!),
    }),
  ]
}

const reshaping: Rule = (equation, inputs, draft) => {
  const x = inputs[0]!
  const shape = equation.outputs[0]?.shape ?? []
  if (sameShape(x.shape, shape)) return [x]
  const inner = insideOf(x, 'reshape')
  return inner === undefined ? undefined : [draft.apply('reshape', [inner], { shape })]
}

const withoutUnitsInFront = (shape: readonly number[]): readonly number[] => {
  const first = shape.findIndex((n) => n !== 1)
  return first < 0 ? [] : shape.slice(first)
}

const broadcasting: Rule = (equation, inputs, draft) => {
  const x = inputs[0]!
  const shape = equation.outputs[0]?.shape ?? []
  if (sameShape(x.shape, shape)) return [x]
  const inner = insideOf(x, 'broadcastTo')
  if (inner !== undefined) return [draft.apply('broadcastTo', [inner], { shape })]
  if (sizeOf(x.shape) === sizeOf(shape)) return [draft.apply('reshape', [x], { shape })]
  const other = insideOf(x, 'reshape')
  return other !== undefined &&
    other.shape.length <= shape.length &&
    sameShape(withoutUnitsInFront(other.shape), withoutUnitsInFront(x.shape))
    ? [draft.apply('broadcastTo', [other], { shape })]
    : undefined
}

const isWhole = ({ start, step, shape }: Region, outer: readonly number[]): boolean =>
  sameShape(shape, outer) &&
  start.every((s) => s === 0) &&
  step.every((s, axis) => s === 1 || outer[axis] === 1)

const slicing: Rule = (equation, inputs, draft) => {
  const x = inputs[0]!
  if (equation.operation !== 'slice') return undefined
  const region = equation.params
  if (isWhole(region, x.shape)) return [x]
  if (sizeOf(region.shape) === 0) return undefined
  const inner = madeBy(x, 'slice')
  if (inner !== undefined) {
    const first = paramsOf<Region>(inner)
    return [
      draft.apply('slice', inner.inputs, {
        start: region.start.map((s, axis) => first.start[axis]! + s * first.step[axis]!),
        step: region.step.map((s, axis) => s * first.step[axis]!),
        shape: region.shape,
      }),
    ]
  }
  const padded = madeBy(x, 'pad')
  if (padded !== undefined) {
    const { start, step } = paramsOf<Region>(padded)
    const [whole] = padded.inputs as readonly [Term]
    if (
      sameShape(region.start, start) &&
      sameShape(region.step, step) &&
      sameShape(region.shape, whole.shape)
    )
      return [whole]
  }
  const joined = madeBy(x, 'concat')
  return joined === undefined ? undefined : partOfJoined(region, joined, draft)
}

/** A slice that lies within one of the joined parts. */
const partOfJoined = (region: Region, joined: Application, draft: Draft): readonly Term[] | undefined => {
  const { axis } = paramsOf<{ readonly axis: number }>(joined)
  const first = region.start[axis]!
  const last = first + (region.shape[axis]! - 1) * region.step[axis]!
  let from = 0
  for (const part of joined.inputs) {
    const to = from + part.shape[axis]!
    if (Math.min(first, last) >= from && Math.max(first, last) < to)
      return [
        draft.apply('slice', [part], {
          ...region,
          start: region.start.map((s, i) => (i === axis ? s - from : s)),
        }),
      ]
    from = to
  }
  return undefined
}

const padding: Rule = (equation, inputs) => {
  const x = inputs[0]!
  return equation.operation === 'pad' && isWhole(equation.params, x.shape) ? [x] : undefined
}

const joining: Rule = (_, inputs) => (inputs.length === 1 ? inputs : undefined)

/** A sum or maximum of one element is that element. */
const reducing: Rule = (equation, inputs, draft) => {
  if (equation.operation !== 'sum' && equation.operation !== 'reduceMax') return undefined
  const x = inputs[0]!
  const { axes } = equation.params
  if (axes.some((axis) => x.shape[axis] !== 1)) return undefined
  return axes.length === 0
    ? [x]
    : [draft.apply('reshape', [x], { shape: x.shape.filter((_, axis) => !axes.includes(axis)) })]
}

const rules: { readonly [N in Name]?: Rule } = {
  add: sum,
  sub: difference,
  neg: negation,
  mul: product,
  div: quotient,
  pow: power,
  abs: magnitude,
  max: extremum,
  min: extremum,
  select: selection,
  cast: conversion,
  transpose: transposition,
  reshape: reshaping,
  broadcastTo: broadcasting,
  slice: slicing,
  pad: padding,
  concat: joining,
  sum: reducing,
  reduceMax: reducing,
}

/** The rule of {@link applyIdentities}. */
export const identities: Rule = (equation, inputs, draft) =>
  rules[equation.operation]?.(equation, inputs, draft)

/**
 * The program with identities of arithmetic and of shapes applied. Every result keeps its bits, infinities and the
 * sign of zero included, and a NaN stays a NaN, which decides what is an identity:
 *
 * - x + (−0), x − 0, x · 1, x / 1 and x¹ are x; x + 0 is x only where x is known not to be −0, as −0 + 0 is 0;
 * - x · 0 and x − x are not 0 for floats, which may be infinite or NaN; for integers x · 0 is;
 * - −(−x) is x, a + (−b) is a − b, a − (−b) is a + b, (−x) · (−y) is x · y, x · (−1) is −x, and signs move out of
 *   products and quotients, or into a number that is a factor; −(a − b) is b − a for integers only, as −(1 − 1) is −0;
 * - x / 2ⁿ is x · 2⁻ⁿ; (x · a) · b is x · (a · b) for integers, and for powers of two of at least 1, where no bits are
 *   lost on the way;
 * - a sum or maximum over axes of length 1 is a view;
 * - the larger of x and y is what the larger of that and y is;
 * - a conversion through a dtype that holds all values leaves no trace;
 * - views of views are one view, views of everything are none; a slice of what was padded or joined is one of the part.
 */
export const applyIdentities = (program: Program): Program => rewrite(program, () => identities)
