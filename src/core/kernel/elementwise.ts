import { isContiguous, scalarOf, viewOf, type ConcreteTensor } from '../tensor/concrete.ts'
import { allocate, type Buffer, type DType } from '../tensor/dtype.ts'
import { PuregradError } from '../tensor/errors.ts'
import { sizeOf, stridesOf } from '../tensor/shape.ts'
import { compileText } from './compile-text.ts'
import { eachRow, walkOf } from './strided.ts'

/** The arithmetic of one element; numbers in, number out, booleans as 0 and 1. */
export type ElementFunction = (...elements: number[]) => number

type Row = (
  n: number,
  f: ElementFunction,
  out: Buffer,
  outOffset: number,
  data: readonly Buffer[],
  offsets: readonly number[],
  strides: readonly number[],
) => void

const compiled = new Map<string, Row>()

/**
 * One loop per operation, dtypes and layout. Compiling the loop's text anew for each gives each its own type
 * feedback, so the engine inlines the operation and knows the element types: as fast as a loop written by hand
 * (one shared loop that calls closures of many operations is several times slower).
 */
const rowLoop = (key: string, arity: number, unit: boolean): Row => {
  const found = compiled.get(key)
  if (found !== undefined) return found
  const operands = Array.from({ length: arity }, (_, k) => k)
  // The engine shares compiled code, and so type feedback, between equal texts: the key keeps them apart.
  const text = `// ${key}
    ${operands.map((k) => `const d${k} = data[${k}], o${k} = offsets[${k}], s${k} = strides[${k}];`).join('\n')}
    for (let i = 0; i < n; i++) out[outOffset + i] = f(${operands
      .map((k) => (unit ? `d${k}[o${k} + i]` : `d${k}[o${k} + i * s${k}]`))
      .join(', ')});`
  const row =
    (compileText(['n', 'f', 'out', 'outOffset', 'data', 'offsets', 'strides'], text) as Row | undefined) ??
    writtenRow(arity, unit)
  compiled.set(key, row)
  return row
}

const unitRows: readonly Row[] = [
  (n, f, out, o) => {
    for (let i = 0; i < n; i++) out[o + i] = f()
  },
  (n, f, out, o, data, offsets) => {
    const x = data[0]!
    const from = offsets[0]!
    for (let i = 0; i < n; i++) out[o + i] = f(x[from + i]!)
  },
  (n, f, out, o, data, offsets) => {
    const [x, y] = [data[0]!, data[1]!]
    const [a, b] = [offsets[0]!, offsets[1]!]
    for (let i = 0; i < n; i++) out[o + i] = f(x[a + i]!, y[b + i]!)
  },
  (n, f, out, o, data, offsets) => {
    const [x, y, z] = [data[0]!, data[1]!, data[2]!]
    const [a, b, c] = [offsets[0]!, offsets[1]!, offsets[2]!]
    for (let i = 0; i < n; i++) out[o + i] = f(x[a + i]!, y[b + i]!, z[c + i]!)
  },
]

const stridedRows: readonly Row[] = [
  unitRows[0]!,
  (n, f, out, o, data, offsets, strides) => {
    const x = data[0]!
    const from = offsets[0]!
    const step = strides[0]!
    for (let i = 0; i < n; i++) out[o + i] = f(x[from + i * step]!)
  },
  (n, f, out, o, data, offsets, strides) => {
    const [x, y] = [data[0]!, data[1]!]
    const [a, b] = [offsets[0]!, offsets[1]!]
    const [s, t] = [strides[0]!, strides[1]!]
    for (let i = 0; i < n; i++) out[o + i] = f(x[a + i * s]!, y[b + i * t]!)
  },
  (n, f, out, o, data, offsets, strides) => {
    const [x, y, z] = [data[0]!, data[1]!, data[2]!]
    const [a, b, c] = [offsets[0]!, offsets[1]!, offsets[2]!]
    const [s, t, u] = [strides[0]!, strides[1]!, strides[2]!]
    for (let i = 0; i < n; i++) out[o + i] = f(x[a + i * s]!, y[b + i * t]!, z[c + i * u]!)
  },
]

/** The loops for where text may not be compiled, shared by all operations. */
const writtenRow = (arity: number, unit: boolean): Row => {
  const row = (unit ? unitRows : stridedRows)[arity]
  if (row === undefined) throw new PuregradError(`unreachable: an elementwise operation of ${arity} operands`)
  return row
}

/** Applies `f` to tensors of equal shape, element by element. */
export const elementwiseKernel = (
  name: string,
  f: ElementFunction,
  inputs: readonly ConcreteTensor[],
  dtype: DType,
): ConcreteTensor => {
  const first = inputs[0]!
  const { shape } = first
  const size = sizeOf(shape)
  const arity = inputs.length
  if (size === 1)
    return shape.length === 0
      ? scalarOf(onElement(f, inputs), dtype)
      : filledOf(onElement(f, inputs), dtype, shape)
  const out = allocate(dtype, size)
  const data = inputs.map(({ view }) => view.data)
  if (inputs.every(isContiguous)) {
    const row = rowLoop(keyOf(name, true, inputs, dtype), arity, true)
    row(size, f, out, 0, data, inputs.map(offsetOf), [])
    return viewOf(out, dtype, shape)
  }
  const strides = inputs.map(({ view }) => view.stride)
  const walk = walkOf(shape, [...strides, stridesOf(shape)])
  const last = walk.sizes.length - 1
  const inner = walk.strides.map((s) => s[last]!)
  const unit = inner.every((s) => s === 1)
  const n = walk.sizes[last]!
  const row = rowLoop(keyOf(name, unit, inputs, dtype), arity, unit)
  eachRow(walk, [...inputs.map(offsetOf), 0], (at) => {
    row(n, f, out, at[arity]!, data, at, inner)
  })
  return viewOf(out, dtype, shape)
}

const keyOf = (name: string, unit: boolean, inputs: readonly ConcreteTensor[], dtype: DType): string => {
  let key = name + (unit ? ' u ' : ' s ') + dtype
  for (const input of inputs) key += ` ${input.dtype}`
  return key
}

const offsetOf = ({ view }: ConcreteTensor): number => view.offset

const onElement = (f: ElementFunction, inputs: readonly ConcreteTensor[]): number =>
  inputs.length === 1
    ? f(elementOf(inputs[0]!))
    : inputs.length === 2
      ? f(elementOf(inputs[0]!), elementOf(inputs[1]!))
      : f(...inputs.map(elementOf))

const elementOf = ({ view }: ConcreteTensor): number => view.data[view.offset]!

const filledOf = (value: number, dtype: DType, shape: readonly number[]): ConcreteTensor => {
  const out = allocate(dtype, 1)
  out[0] = value
  return viewOf(out, dtype, shape)
}
