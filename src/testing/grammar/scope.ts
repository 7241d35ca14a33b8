import type { DType, FloatDType } from '../../core/tensor/dtype.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import type { Expression, Line, TensorType } from '../source.ts'

/** Random choices. */
export interface Draw {
  /** A whole number from `min` to `max`, both included. */
  readonly integer: (min: number, max: number) => number
}

/** What is known of a value before anything runs: its type, and an interval that holds its elements. */
export interface Known extends TensorType {
  readonly low: number
  readonly high: number
}

/** A value with a name. */
export interface Variable extends Known {
  readonly name: string
}

/** What a line may use. */
export interface Scope {
  readonly variables: readonly Variable[]
  /** How many variables there are in the scopes around it too: new names start here. */
  readonly named: number
  /** How deep functions may still be nested. */
  readonly depth: number
  /** The dimensions shapes are made of. */
  readonly dimensions: readonly number[]
  /** The dtype of most floats. */
  readonly float: FloatDType
  /** The most elements a value may have. */
  readonly largest: number
}

/** The results of an expression: one value, or a list of results. */
export type Results = Known | readonly Results[]

/** A line to be: what it computes and what is known of that. */
export interface Drawn {
  readonly value: Expression
  readonly results: Results
  /** Lines that have to stand before it. */
  readonly before?: readonly Line[]
}

/** One way of writing a line; `undefined` where the scope offers nothing for it. */
export type Rule = (draw: Draw, scope: Scope) => Drawn | undefined

/** Writes lines, each of which may use those before it. */
export type DrawLines = (
  draw: Draw,
  scope: Scope,
  count: number,
) => { readonly lines: readonly Line[]; readonly scope: Scope }

/** Elements that pass this size are not computed with any more, except by functions that bring them back. */
export const moderate = 64

export const chance = (draw: Draw, percent: number): boolean => draw.integer(1, 100) <= percent

export const pick = <T>(draw: Draw, from: readonly T[]): T => from[draw.integer(0, from.length - 1)] as T

/** One of the list, or `undefined` for none; the last ones are drawn more often. */
export const pickLate = <T>(draw: Draw, from: readonly T[]): T | undefined =>
  from[Math.max(draw.integer(0, from.length - 1), draw.integer(0, from.length - 1))]

/** A variable of the kind wanted, the latest more often. */
export const variableThat = (
  draw: Draw,
  { variables }: Scope,
  wanted: (variable: Variable) => boolean,
): Variable | undefined => {
  const suitable = variables.filter(wanted)
  return suitable.length === 0 ? undefined : pickLate(draw, suitable)
}

export const isFloating = ({ dtype }: TensorType): boolean => dtype === 'float32' || dtype === 'float64'

/** Kept in 16 bits: moved, indexed, joined and cast, and nothing else. */
export const isStored = ({ dtype }: TensorType): boolean => dtype === 'float16' || dtype === 'bfloat16'

/** What functions of numbers take. */
export const isNumeric = (type: TensorType): boolean => isFloating(type) || isInteger(type)

export const isInteger = ({ dtype }: TensorType): boolean => dtype === 'int32' || dtype === 'uint32'

export const isModerate = ({ low, high }: Known): boolean => low >= -moderate && high <= moderate

/** A float whose elements are of moderate size. */
export const isPlainFloat = (variable: Variable): boolean => isFloating(variable) && isModerate(variable)

export const isKey = ({ dtype, shape }: TensorType): boolean =>
  dtype === 'uint32' && shape.length === 1 && shape[0] === 2

export const known = (shape: readonly number[], dtype: DType, low: number, high: number): Known => ({
  shape,
  dtype,
  low,
  high,
})

/** The same elements in another shape. */
export const reshaped = ({ dtype, low, high }: Known, shape: readonly number[]): Known =>
  known(shape, dtype, low, high)

/** The whole range of a dtype: a result of which nothing is known but the type. */
export const anythingOf = (shape: readonly number[], dtype: DType): Known =>
  dtype === 'bool'
    ? known(shape, dtype, 0, 1)
    : dtype === 'int32'
      ? known(shape, dtype, -(2 ** 31), 2 ** 31 - 1)
      : dtype === 'uint32'
        ? known(shape, dtype, 0, 2 ** 32 - 1)
        : known(shape, dtype, -Infinity, Infinity)

export const hull = (a: Known, b: Known): Known =>
  known(a.shape, a.dtype, Math.min(a.low, b.low), Math.max(a.high, b.high))

/** The interval of an integer result, or the whole range where it may wrap around. */
export const wrapped = (result: Known): Known => {
  const range = anythingOf(result.shape, result.dtype)
  return result.low >= range.low && result.high <= range.high ? result : range
}

export const fits = ({ largest }: Scope, shape: readonly number[]): boolean => sizeOf(shape) <= largest

/** A shape of the dimensions of the scope. */
export const drawShape = (draw: Draw, { dimensions, largest }: Scope, maxRank = 3): readonly number[] => {
  const rank = Math.min(maxRank, Math.max(0, pick(draw, [0, 1, 1, 2, 2, 2, 3])))
  const shape = Array.from({ length: rank }, () => pick(draw, dimensions))
  return sizeOf(shape) <= largest ? shape : shape.slice(0, 1)
}

export const drawAxis = (draw: Draw, { shape }: TensorType): number => draw.integer(0, shape.length - 1)

/** An axis as it is written: sometimes counted from the back. */
export const spellAxis = (draw: Draw, axis: number, rank: number): number =>
  chance(draw, 30) ? axis - rank : axis
