import { stopGradient } from '../../core/primitive/elementwise.ts'
import type { AnyPrimitive, Operations, TangentOperations } from '../../core/primitive/primitive.ts'
import { isFloat } from '../../core/tensor/dtype.ts'
import { sameShape, sizeOf } from '../../core/tensor/shape.ts'
import { viewOf } from '../../core/tensor/concrete.ts'
import type { Value } from '../../core/tensor/tensor.ts'

/** What a rule for tangents is given. */
export interface TangentRule {
  readonly primitive: AnyPrimitive
  readonly inputs: readonly Value[]
  readonly tangents: readonly (Value | undefined)[]
  readonly output: Value
  readonly params: never
  /** The right rule, of these or of other inputs. */
  readonly right: (
    inputs: readonly Value[],
    tangents: readonly (Value | undefined)[],
    output: Value,
  ) => Value | undefined
}

/** A mistake in a rule; `undefined` where it cannot be made. */
export interface TangentMistake {
  readonly name: string
  readonly make: (o: TangentOperations, rule: TangentRule) => Value | undefined | 'stopped'
}

/** Something made of the right tangent, or of a cotangent. */
export interface Slip {
  readonly name: string
  readonly make: (o: Operations, t: Value) => Value | undefined
}

/** The same elements in the order of the other axes. */
const asTransposed = (o: Operations, t: Value): Value | undefined => {
  const rank = t.shape.length
  if (rank < 2 || sizeOf(t.shape.slice(-2)) < 2 || t.shape.slice(-2).includes(1)) return undefined
  const axes = [...t.shape.keys()]
  return o.reshape(o.transpose(t, [...axes.slice(0, -2), rank - 1, rank - 2]), t.shape)
}

const rolled = (o: Operations, t: Value): Value | undefined => {
  const last = t.shape.length - 1
  const n = t.shape[last] ?? 0
  if (n < 2) return undefined
  const part = (from: number, length: number): Value => {
    const shape = t.shape.map((size, axis) => (axis === last ? length : size))
    const step = t.shape.map(() => 1)
    const start = (at: number) => t.shape.map((_, axis) => (axis === last ? at : 0))
    const piece = o.slice(t, { start: start(from), step, shape })
    return o.pad(piece, { start: start(from === 0 ? 1 : 0), step, shape: t.shape })
  }
  return o.add(part(0, n - 1), part(n - 1, 1))
}

/** Zeros at every other element. */
const masked = (o: Operations, t: Value): Value | undefined => {
  const size = sizeOf(t.shape)
  if (size < 2 || !(t.dtype === 'float64' || t.dtype === 'float32')) return undefined
  const elements = Array.from({ length: size }, (_, i) => (i % 2 === 0 ? 0 : 1))
  const data = t.dtype === 'float64' ? Float64Array.from(elements) : Float32Array.from(elements)
  return o.mul(t, viewOf(data, t.dtype, t.shape))
}

/** The typical slips with what is right otherwise. */
export const slips: readonly Slip[] = [
  { name: 'the sign is flipped', make: (o, t) => o.neg(t) },
  { name: 'a factor of 2', make: (o, t) => o.mul(t, o.constant(2, t)) },
  { name: 'transposed', make: asTransposed },
  { name: 'off by one index', make: rolled },
  { name: 'a wrong mask', make: masked },
  {
    name: 'the mean instead of the sum',
    make: (o, t) => {
      const n = t.shape[t.shape.length - 1] ?? 1
      return n < 2 ? undefined : o.mul(t, o.constant(1 / n, t))
    },
  },
]

const floats = ({ inputs }: TangentRule): readonly number[] =>
  inputs.flatMap(({ dtype }, i) => (isFloat(dtype) ? [i] : []))

const again = (o: TangentOperations, rule: TangentRule, inputs: readonly Value[]): Value | undefined =>
  rule.right(inputs, rule.tangents, o.plain.bind(rule.primitive, inputs, rule.params))

export const tangentMistakes: readonly TangentMistake[] = [
  ...slips.map(({ name, make }): TangentMistake => ({
    name,
    make: (o, { right, inputs, tangents, output }) => {
      const t = right(inputs, tangents, output)
      return t === undefined ? undefined : make(o, t)
    },
  })),
  { name: 'the gradient is stopped', make: () => 'stopped' },
  ...[0, 1, 2].map((position): TangentMistake => ({
    name: `the term of input ${position} is missing`,
    make: (_, { right, inputs, tangents, output }) => {
      if (inputs.length < 2 || tangents[position] === undefined) return undefined
      return (
        right(
          inputs,
          tangents.map((t, i) => (i === position ? undefined : t)),
          output,
        ) ?? 'stopped'
      )
    },
  })),
  {
    name: 'the factor of the chain is dropped',
    make: (o, { tangents, output }) => {
      const moving = tangents.filter((t) => t !== undefined)
      return moving.length > 0 &&
        moving.every((t) => sameShape(t.shape, output.shape) && t.dtype === output.dtype)
        ? moving.reduce((a, b) => o.add(a, b))
        : undefined
    },
  },
  {
    name: 'a stale value',
    make: (o, rule) => {
      const which = floats(rule)
      return again(
        o,
        rule,
        rule.inputs.map((x, i) => (which.includes(i) ? o.plain.mul(x, o.plain.constant(0.75, x)) : x)),
      )
    },
  },
  {
    name: 'the coefficient is held fixed, so that second derivatives are wrong',
    make: (o, rule) => {
      const which = floats(rule)
      return again(
        o,
        rule,
        rule.inputs.map((x, i) => (which.includes(i) ? o.plain.call(stopGradient, x) : x)),
      )
    },
  },
]
