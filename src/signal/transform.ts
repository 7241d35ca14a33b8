import { operations as o } from '../core/autodiff/apply.ts'
import { asValue, type AnyValue } from '../core/autodiff/value.ts'
import * as primitive from '../core/primitive/fft.ts'
import { concat } from '../core/primitive/movement.ts'
import type { ComplexValue } from './complex.ts'

/** Cut, or filled up with zeros, to a length along an axis. */
export const resized = (x: AnyValue, axis: number, size: number): AnyValue => {
  const n = x.shape[axis] ?? 0
  if (n === size) return x
  const region = {
    start: x.shape.map(() => 0),
    step: x.shape.map(() => 1),
    shape: x.shape.map((length, i) => (i === axis ? size : length)),
  }
  return size < n ? o.slice(x, region) : o.pad(x, region)
}

/** An axis brought to the end, or back from there. */
const atEnd = (x: AnyValue, axis: number): AnyValue => {
  const others = [...x.shape.keys()].filter((i) => i !== axis)
  return o.transpose(x, [...others, axis])
}

const fromEnd = (x: AnyValue, axis: number): AnyValue => {
  const others = [...x.shape.keys()].slice(0, -1)
  return o.transpose(x, [...others.slice(0, axis), x.rank - 1, ...others.slice(axis)])
}

/** A part of packed numbers `[…, 2, n]`. */
const part = (packed: AnyValue, row: number): AnyValue => {
  const rank = packed.rank
  const outer = packed.shape.slice(0, -2)
  const n = packed.shape[rank - 1] ?? 0
  const region = {
    start: [...outer.map(() => 0), row, 0],
    step: packed.shape.map(() => 1),
    shape: [...outer, 1, n],
  }
  return o.reshape(o.slice(packed, region), [...outer, n])
}

/** Σⱼ xⱼ·e^(∓2πijk/n) along an axis, times a factor. */
export const transformed = (
  { re, im }: ComplexValue,
  axis: number,
  inverse: boolean,
  factor: number,
): ComplexValue => {
  const rows = [re, im].map((x) => {
    const moved = atEnd(x, axis)
    return o.reshape(moved, [...moved.shape.slice(0, -1), 1, moved.shape[moved.rank - 1] ?? 0])
  })
  const packed = o.bind(concat, rows, { axis: re.rank - 1 })
  const found = o.bind(primitive.fft, [packed], { inverse })
  const scaled = factor === 1 ? found : o.mul(found, o.constant(factor, found))
  return { re: fromEnd(part(scaled, 0), axis), im: fromEnd(part(scaled, 1), axis) }
}

/** Numbers as a constant along one axis, stretched over the others. */
export const alongAxis = (numbers: AnyValue, axis: number, shape: readonly number[]): AnyValue =>
  asValue(
    o.broadcastTo(
      o.reshape(
        numbers,
        shape.map((n, i) => (i === axis ? n : 1)),
      ),
      shape,
    ),
  )
