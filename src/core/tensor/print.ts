import { numberOf, type DType } from './dtype.ts'
import type { StridedView } from './view.ts'

const edgeItems = 3
const threshold = 1000
const lineWidth = 75
const precision = 8

/** What is printed of a tensor. */
interface Printed {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly size: number
  readonly view: StridedView
}

/**
 * Prints as NumPy users expect: aligned columns, `...` in the middle of large tensors, no trailing zeros,
 * scientific notation where the range asks for it.
 */
export const printTensor = (tensor: Printed): string => {
  const { shape, dtype, size, view } = tensor
  const summarized = size > threshold
  const kept = (n: number): readonly (number | undefined)[] =>
    summarized && n > 2 * edgeItems
      ? [
          ...Array.from({ length: edgeItems }, (_, i) => i),
          undefined,
          ...Array.from({ length: edgeItems }, (_, i) => n - edgeItems + i),
        ]
      : Array.from({ length: n }, (_, i) => i)
  const collect = (axis: number, offset: number): readonly number[] =>
    axis === shape.length
      ? [numberOf(view.data[offset] ?? 0, dtype)]
      : kept(shape[axis] ?? 0).flatMap((i) =>
          i === undefined ? [] : collect(axis + 1, offset + i * (view.stride[axis] ?? 0)),
        )
  const shown = collect(0, view.offset)
  const show = formatterFor(shown, dtype)
  const width = Math.max(0, ...shown.map((x) => show(x).length))
  const lay = (axis: number, offset: number): string => {
    if (axis === shape.length) return show(numberOf(view.data[offset] ?? 0, dtype)).padStart(width)
    const parts = kept(shape[axis] ?? 0).map((i) =>
      i === undefined ? '...' : lay(axis + 1, offset + i * (view.stride[axis] ?? 0)),
    )
    if (axis === shape.length - 1) return `[${wrap(parts, axis + 1)}]`
    const gap = `\n${'\n'.repeat(shape.length - axis - 2)}${' '.repeat(axis + 1)}`
    return `[${parts.join(gap)}]`
  }
  const body = size === 0 && shape.length > 1 ? `[] of shape [${shape.join(', ')}]` : lay(0, view.offset)
  return dtype === 'float32' || dtype === 'bool' ? body : `${body} ${dtype}`
}

const wrap = (parts: readonly string[], indent: number): string =>
  parts.reduce<{ readonly text: string; readonly column: number }>(
    ({ text, column }, part, i) =>
      i === 0
        ? { text: part, column: indent + part.length }
        : column + 1 + part.length > lineWidth
          ? { text: `${text}\n${' '.repeat(indent)}${part}`, column: indent + part.length }
          : { text: `${text} ${part}`, column: column + 1 + part.length },
    { text: '', column: 0 },
  ).text

const formatterFor = (shown: readonly number[], dtype: string): ((x: number) => string) => {
  if (dtype === 'bool') return (x) => (x === 0 ? 'false' : 'true')
  if (dtype === 'int32' || dtype === 'uint32') return (x) => String(x)
  const sizes = shown.filter((x) => Number.isFinite(x) && x !== 0).map(Math.abs)
  const largest = Math.max(0, ...sizes)
  const smallest = Math.min(Infinity, ...sizes)
  const scientific = sizes.length > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000)
  const digitsOf = (text: string): number => /\.(\d*?)0*(?:e|$)/.exec(text)?.[1]?.length ?? 0
  const shortest = (x: number): string => (dtype === 'float32' ? shortestFloat32(x) : String(x))
  const rounded = (x: number): string =>
    scientific ? Number(shortest(x)).toExponential(precision) : Number(shortest(x)).toFixed(precision)
  const digits = Math.max(0, ...shown.filter(Number.isFinite).map((x) => digitsOf(rounded(x))))
  return (x) => {
    if (Number.isNaN(x)) return 'nan'
    if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf'
    if (scientific) return exponentialOf(Number(shortest(x)), digits)
    const fixed = Number(shortest(x)).toFixed(digits)
    return digits === 0 ? `${fixed}.` : trimmed(fixed)
  }
}

const trimmed = (fixed: string): string => {
  const bare = fixed.replace(/0+$/, '')
  return bare.padEnd(fixed.length)
}

const exponentialOf = (x: number, digits: number): string => {
  const [mantissa = '0', exponent = '+0'] = x.toExponential(digits).split('e')
  const sign = exponent.startsWith('-') ? '-' : '+'
  return `${digits === 0 ? `${mantissa}.` : mantissa}e${sign}${exponent.replace(/^[+-]/, '').padStart(2, '0')}`
}

/** The shortest decimal that rounds to the same 32-bit number. */
export const shortestFloat32 = (x: number): string => {
  const found = Array.from({ length: 9 }, (_, i) => x.toPrecision(i + 1)).find(
    (text) => Math.fround(Number(text)) === x,
  )
  return found ?? String(x)
}
