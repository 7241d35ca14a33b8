/* eslint-disable functional/no-classes, functional/no-this-expressions -- see tensor.ts */
import {
  allocate,
  bufferFrom,
  bytesOf,
  elementOf,
  isStorage,
  numberOf,
  viewBytes,
  type Buffer,
  type DType,
} from './dtype.ts'
import { DetachedError, DonatedError, DTypeError, ShapeError } from './errors.ts'
import { isShownOutside, showOutside, type Loan } from './loan.ts'
import { printTensor } from './print.ts'
import { checkRepresentable } from './representable.ts'
import { checkShape, frozenSizes, showShape, sizeOf, stridesOf, type Sizes } from './shape.ts'
import { showValue } from './show-value.ts'
import { Value } from './tensor.ts'
import { isTracedNumber, type TracedNumber } from './traced-number.ts'
import { View, type StridedView } from './view.ts'

const noSizes: Sizes = Object.freeze([])
const unitStride: Sizes = Object.freeze([1])

let latestShape = noSizes
let latestStrides = noSizes

/** Row-major strides of a frozen shape, frozen too; those of the latest shape are kept, as results share theirs. */
const contiguousStrides = (shape: Sizes): Sizes => {
  if (shape.length === 0) return noSizes
  if (shape.length === 1) return unitStride
  if (shape === latestShape) return latestStrides
  latestShape = shape
  return (latestStrides = Object.freeze(stridesOf(shape)))
}

/** Whether elements of a shape lie in row-major order without gaps at these strides. */
export const isRowMajor = (shape: readonly number[], strides: readonly number[]): boolean => {
  let step = 1
  for (let i = shape.length - 1; i >= 0; i--) {
    const n = shape[i]!
    if (n !== 1 && strides[i] !== step) return false
    step *= n
  }
  return true
}

/** Detached memory has no bytes, as empty memory has, but no array can be made on it. */
const isDetached = (memory: ArrayBuffer | undefined): boolean => {
  try {
    return memory !== undefined && new Uint8Array(memory).length < 0
  } catch {
    return true
  }
}

/** Memory that was taken away: what tensors have that let go of theirs. */
let taken: ArrayBuffer | undefined
const takenMemory = (): ArrayBuffer => {
  if (taken !== undefined) return taken
  taken = new ArrayBuffer(8)
  structuredClone(taken, { transfer: [taken] })
  return taken
}

/**
 * A tensor whose elements are known: an ndarray view over a typed array that the library never writes again.
 * Transposes, slices, steps, reversals and broadcasts are views on the same buffer.
 *
 * The view of contiguous elements is made when it is first asked for: results of compiled functions are often only
 * handed on to the next call.
 */
export class ConcreteTensor extends Value {
  readonly kind = 'concrete'
  // Declared only: a field would be written twice, and compiled functions make many small tensors.
  declare private known: View | undefined
  declare private memory: ArrayBuffer | undefined
  declare private start: number
  declare private plain: boolean | undefined
  /** By which its memory was lent, until it is given up; see program/donation.ts. */
  declare loan: Loan | undefined

  constructor(
    shape: readonly number[],
    dtype: DType,
    view: View | undefined,
    memory: ArrayBuffer | undefined,
    start: number,
  ) {
    super(shape, dtype)
    this.known = view
    this.memory = memory
    this.start = start
    this.plain = memory === undefined ? undefined : true
    this.loan = undefined
  }

  get view(): View {
    this.known ??= new View(
      viewBytes(this.dtype, this.elementMemory, this.start, sizeOf(this.shape) * bytesOf(this.dtype)),
      this.shape,
      contiguousStrides(this.shape),
      0,
    )
    if (this.known.data.length === 0) this.checkKept()
    return this.known
  }

  /** The memory the elements lie in. */
  get elementMemory(): ArrayBuffer {
    const memory = this.memory ?? this.locate()
    if (memory.byteLength === 0) this.checkKept()
    return memory
  }

  /** The byte of `elementMemory` where the first element lies. */
  get firstByte(): number {
    if (this.memory === undefined) this.locate()
    return this.start
  }

  /** Whether the elements lie in row-major order without gaps. */
  get isPlain(): boolean {
    return (this.plain ??= isRowMajor(this.shape, this.view.stride))
  }

  /**
   * Gives its memory away, so that using the tensor throws from now on; false where a view was made of its elements: whoever
   * holds that view can be told only by detaching the memory.
   */
  letGo(): boolean {
    if (this.known !== undefined) return false
    this.memory = takenMemory()
    return true
  }

  /** Throws where the memory has been taken away; memory may also have no bytes because nothing was ever in it. */
  private checkKept(): void {
    const memory = this.known?.data.buffer ?? this.memory
    if (sizeOf(this.shape) === 0 || !isDetached(memory)) return
    const tensor = `a ${this.dtype} tensor of shape ${showShape(this.shape)} was used after`
    if (memory !== undefined && isShownOutside(memory))
      throw new DetachedError(
        `${tensor} its memory had been detached: the ArrayBuffer that fromNdarray or toNdarray shares with it was ` +
          'transferred to another thread or buffer',
      )
    throw new DonatedError(`${tensor} it had been given up to a compiled function (jit with donate)`)
  }

  /** Finds the first element once: reading it off a typed array is slow beside a small compiled call. */
  private locate(): ArrayBuffer {
    const { data, offset } = this.view
    this.start = data.byteOffset + offset * data.BYTES_PER_ELEMENT
    return (this.memory = data.buffer)
  }

  override toString(): string {
    return printTensor(this)
  }

  /** Elements that JSON has no numbers for are `'NaN'`, `'Infinity'` and `'-Infinity'`. */
  override toJSON(): unknown {
    const spelt = (nested: Nested): unknown =>
      Array.isArray(nested)
        ? nested.map(spelt)
        : typeof nested === 'number' && !Number.isFinite(nested)
          ? String(nested)
          : nested
    return { dtype: this.dtype, shape: this.shape, elements: spelt(toNested(this)) }
  }
}

/**
 * A tensor on contiguous elements in memory, of a frozen shape; the caller promises not to write to the elements
 * again.
 */
export const tensorIn = (
  memory: ArrayBuffer,
  firstByte: number,
  dtype: DType,
  shape: Sizes,
): ConcreteTensor => new ConcreteTensor(shape, dtype, undefined, memory, firstByte)

/** A view of `buffer`; the caller promises not to write to it again. */
export const viewOf = (
  buffer: Buffer,
  dtype: DType,
  shape: Sizes,
  strides?: readonly number[],
  offset = 0,
): ConcreteTensor => {
  const sizes = frozenSizes(shape)
  const stride = strides === undefined ? contiguousStrides(sizes) : Object.freeze(strides)
  return new ConcreteTensor(sizes, dtype, new View(buffer, sizes, stride, offset), undefined, 0)
}

/** A rank-0 tensor. */
export const scalarOf = (value: number, dtype: DType): ConcreteTensor => {
  const buffer = allocate(dtype, 1)
  buffer[0] = elementOf(value, dtype)
  return viewOf(buffer, dtype, [])
}

/** A tensor of a shape that repeats one number, which is stored once. */
export const repeatedNumber = (value: number, dtype: DType, shape: Sizes): ConcreteTensor => {
  const { data } = scalarOf(value, dtype).view
  return viewOf(data, dtype, shape, new Array<number>(shape.length).fill(0))
}

/** Whether the elements lie in row-major order without gaps. */
export const isContiguous = (tensor: ConcreteTensor): boolean => tensor.isPlain

/** The elements in row-major order, in a buffer the caller may keep and write to. */
export const copyElements = (tensor: ConcreteTensor): Buffer => {
  const { view, shape, dtype } = tensor
  const size = sizeOf(shape)
  if (isContiguous(tensor)) return view.data.slice(view.offset, view.offset + size)
  const out = allocate(dtype, size)
  const { data, stride } = view
  // Axes of one element, of which columns and pictures have many, are no loops of their own.
  const axes = [...shape.keys()].filter((axis) => shape[axis] !== 1)
  let next = 0
  const walk = (depth: number, offset: number): void => {
    const n = shape[axes[depth]!]!
    const step = stride[axes[depth]!]!
    if (depth === axes.length - 1) {
      if (step === 0) out.fill(data[offset]!, next, next + n)
      else for (let i = 0; i < n; i++) out[next + i] = data[offset + i * step]!
      next += n
    } else for (let i = 0; i < n; i++) walk(depth + 1, offset + i * step)
  }
  if (axes.every((axis) => stride[axis] === 0)) out.fill(data[view.offset]!)
  else walk(0, view.offset)
  return out
}

/**
 * Nested arrays of numbers or booleans, as deep as the tensor's rank.
 *
 * @category Elements
 */
export type Nested = number | boolean | readonly Nested[]

const shapeOfNested = (nested: Nested): Sizes => {
  const sizes: number[] = []
  let level: Nested = nested
  while (Array.isArray(level)) {
    sizes.push(level.length)
    if (level.length === 0) break
    level = level[0] as Nested
  }
  return sizes
}

/** What to do with numbers that an integer dtype does not hold. */
export const castAdvice = 'convert with cast, which truncates and wraps'

const dtypeOfArray = (array: unknown): DType | undefined =>
  array instanceof Float32Array
    ? 'float32'
    : array instanceof Float64Array
      ? 'float64'
      : array instanceof Uint32Array
        ? 'uint32'
        : array instanceof Int32Array ||
            array instanceof Int16Array ||
            array instanceof Int8Array ||
            array instanceof Uint16Array ||
            array instanceof Uint8Array ||
            array instanceof Uint8ClampedArray
          ? 'int32'
          : undefined

/**
 * Typed arrays a tensor can be made from.
 *
 * @category Elements
 */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array
  | Uint8ClampedArray

/**
 * A concrete tensor holding a copy of the given elements: nested arrays, one number, or a typed array with an
 * optional shape. Without a dtype, numbers become `float32`, booleans `bool`, and a typed array keeps its own.
 * In place of a traced number there is a 0, and `onTraced` is told its position in row-major order.
 */
export const fromElements = (
  elements: Nested | NumericArray,
  options: { readonly dtype?: DType | undefined; readonly shape?: Sizes | undefined } = {},
  onTraced?: (position: number, traced: TracedNumber) => void,
): ConcreteTensor => {
  const own = dtypeOfArray(elements)
  if (own !== undefined) {
    const array = elements as NumericArray
    const shape = options.shape ?? [array.length]
    checkShape(shape, 'tensor')
    if (sizeOf(shape) !== array.length)
      throw new ShapeError(
        `tensor: ${String(array.length)} elements do not fill the shape ${showShape(shape)}`,
      )
    const dtype = options.dtype ?? own
    if (dtype !== own && dtype !== 'bool') checkRepresentable('tensor', array, dtype, castAdvice)
    return viewOf(dtype === 'bool' ? Uint8Array.from(array, Number) : bufferFrom(dtype, array), dtype, [
      ...shape,
    ])
  }
  const nestedShape = shapeOfNested(elements as Nested)
  const flat: number[] = []
  let booleans = 0
  const walk = (level: Nested, depth: number, path: string): void => {
    const expected = nestedShape[depth]
    if (Array.isArray(level) !== (expected !== undefined))
      throw new ShapeError(`tensor: the nested array is ragged at ${path}: every row needs the same depth`)
    if (!Array.isArray(level)) {
      if (isTracedNumber(level) && onTraced !== undefined) {
        onTraced(flat.length, level)
        flat.push(0)
        return
      }
      if (typeof level === 'boolean') booleans += 1
      else if (typeof level !== 'number')
        throw new DTypeError(`tensor: expected numbers or booleans, got ${typeof level} at ${path}`)
      flat.push(Number(level))
      return
    }
    if (level.length !== expected)
      throw new ShapeError(
        `tensor: the nested array is ragged at ${path}: ${String(level.length)} elements, ` +
          `but the first row at this depth has ${String(expected)}`,
      )
    level.forEach((inner: Nested, i) => {
      walk(inner, depth + 1, `${path}[${String(i)}]`)
    })
  }
  walk(elements as Nested, 0, 'value')
  if (booleans > 0 && booleans < flat.length && options.dtype === undefined)
    throw new DTypeError('tensor: numbers and booleans are mixed; pass a dtype to convert them')
  const dtype = options.dtype ?? (booleans > 0 ? 'bool' : 'float32')
  if (dtype !== 'bool') checkRepresentable('tensor', flat, dtype, castAdvice)
  const shape = options.shape ?? nestedShape
  checkShape(shape, 'tensor')
  if (sizeOf(shape) !== flat.length)
    throw new ShapeError(`tensor: ${String(flat.length)} elements do not fill the shape ${showShape(shape)}`)
  return viewOf(bufferFrom(dtype, dtype === 'bool' ? flat.map((x) => (x === 0 ? 0 : 1)) : flat), dtype, [
    ...shape,
  ])
}

/** The elements as nested arrays of numbers (0 and 1 for booleans become `false` and `true`). */
export const toNested = (tensor: ConcreteTensor): Nested => {
  const elements = copyElements(tensor)
  const { dtype } = tensor
  const read = (i: number): number | boolean =>
    dtype === 'bool' ? elements[i] !== 0 : numberOf(elements[i]!, dtype)
  const strides = stridesOf(tensor.shape)
  const build = (axis: number, offset: number): Nested =>
    axis === tensor.shape.length
      ? read(offset)
      : Array.from({ length: tensor.shape[axis]! }, (_, i) => build(axis + 1, offset + i * strides[axis]!))
  return build(0, 0)
}

/** The name ndarray has for the elements of a typed array; `undefined` for memory that may shrink or be shared. */
const elementTypeOf = (data: unknown): string | undefined =>
  ArrayBuffer.isView(data) &&
  data.buffer instanceof ArrayBuffer &&
  (data.buffer as { readonly resizable?: boolean }).resizable !== true
    ? Object.prototype.toString.call(data).slice(8, -'Array]'.length).toLowerCase()
    : undefined

const dtypeOfNdarray: Readonly<Record<string, DType>> = {
  float32: 'float32',
  float64: 'float64',
  int32: 'int32',
  uint32: 'uint32',
  uint8: 'bool',
}

/** Throws unless every position of the view lies in its data. */
const checkReach = ({ data, shape, stride, offset }: View): void => {
  const whole = [offset, ...stride].every((n) => Number.isSafeInteger(n)) && stride.length === shape.length
  if (!whole)
    throw new ShapeError(
      `fromNdarray: expected one whole-number stride for each axis of ${showShape(shape)}, got ` +
        `strides ${showShape(stride)} and offset ${String(offset)}`,
    )
  if (sizeOf(shape) === 0) return
  const ends = stride.map((step, axis) => step * (shape[axis]! - 1))
  const first = ends.reduce((at, end) => at + Math.min(end, 0), offset)
  const last = ends.reduce((at, end) => at + Math.max(end, 0), offset)
  if (first < 0 || last >= data.length)
    throw new ShapeError(
      `fromNdarray: the view reaches from element ${String(first)} to ${String(last)} of ${String(data.length)}`,
    )
}

/**
 * A tensor on the same memory as a view with the interface of ndarray: nothing is copied, and the caller promises not
 * to write to it again. A `uint8` array is taken as booleans. Memory that can be resized or that threads share is refused.
 */
export const fromNdarray = (view: StridedView): ConcreteTensor => {
  const given = view as Partial<Record<keyof StridedView, unknown>> | null | undefined
  const data = given?.data
  const name = elementTypeOf(data)
  const dtype = name === undefined ? undefined : dtypeOfNdarray[name]
  if (dtype === undefined || !Array.isArray(given?.shape) || !Array.isArray(given.stride))
    throw new DTypeError(
      `fromNdarray: expected an ndarray of float32, float64, int32, uint32 or uint8 elements, got ` +
        (name !== undefined
          ? name
          : ArrayBuffer.isView(data)
            ? 'memory that can be resized or that threads share; copy it first, as data.slice() does'
            : showValue(view)),
    )
  const shape = given.shape as readonly number[]
  checkShape(shape, 'fromNdarray')
  const own = new View(data as Buffer, frozenSizes(shape), frozenSizes(given.stride), given.offset as number)
  checkReach(own)
  showOutside(own.data.buffer)
  const tensor = new ConcreteTensor(own.shape, dtype, own, undefined, 0)
  if (dtype === 'bool' && copyElements(tensor).some((x) => x > 1))
    throw new DTypeError('fromNdarray: uint8 elements are booleans, 0 or 1; copy others into an int32 array')
  return tensor
}

/**
 * A view with the interface of ndarray on the same memory: nothing is copied but shape and stride. Writing to it would
 * change the tensor. The memory belongs to the view too from then on: a compiled function the tensor is given up to
 * does not take it.
 */
export const toNdarray = (tensor: ConcreteTensor): View => {
  if (isStorage(tensor.dtype))
    throw new DTypeError(`toNdarray: an ndarray holds no ${tensor.dtype}; convert with cast(x, 'float32')`)
  const { data, shape, stride, offset } = tensor.view
  showOutside(data.buffer)
  return new View(data, shape.slice(), stride.slice(), offset)
}
