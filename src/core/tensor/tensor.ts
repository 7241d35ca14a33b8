/* eslint-disable functional/no-classes, functional/no-this-expressions --
   one hidden class per kind of value keeps dispatch fast and lets a tensor print itself */
import type { DType } from './dtype.ts'
import { ArgumentError } from './errors.ts'
import { showShape, sizeOf } from './shape.ts'
import type { Tensor } from './tensor-type.ts'

export type { Tensor }

/** What every kind of value (concrete, dual, batched, symbolic, staged) shares. */
export abstract class Value implements Tensor {
  abstract readonly kind: 'concrete' | 'dual' | 'batched' | 'symbolic' | 'staged'
  declare private readonly sizes: readonly number[]
  declare private readonly elementType: DType

  /** The shape is frozen: values share it. */
  constructor(shape: readonly number[], dtype: DType) {
    this.sizes = shape
    this.elementType = dtype
  }

  // Without a setter an assignment is an error; freezing every value would cost a compiled call a tenth.
  get shape(): readonly number[] {
    return this.sizes
  }

  get dtype(): DType {
    return this.elementType
  }

  get rank(): number {
    return this.shape.length
  }

  get size(): number {
    return sizeOf(this.shape)
  }

  abstract toString(): string

  /**
   * The text for `String(x)` and templates. Operators ask for a number, or for either of the two: a tensor is none, and
   * its text must not pass for one.
   */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.toString()
    throw new ArgumentError(
      `a tensor is not a number, so the operators of JavaScript and Math do not work on it (here ${this.dtype} of ` +
        `shape ${showShape(this.shape)}): use add, sub, mul, div, pow, and greater, less or equal to compare; ` +
        'item(x) reads the number of a tensor of one element, String(x) its text',
    )
  }

  /** What stands for the value in JSON; of a value that is not known only what it is. */
  toJSON(): unknown {
    return { dtype: this.dtype, shape: this.shape, elements: this.toString() }
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString()
  }
}

/**
 * Whether a value is a tensor of any kind.
 *
 * @example
 * ```ts
 * import { isTensor, tensor } from 'puregrad'
 * isTensor(tensor([1])) // => true
 * isTensor([1]) // => false
 * ```
 * @category Tensors
 */
export const isTensor = (value: unknown): value is Tensor => value instanceof Value

/**
 * Whether a value is what the structured clone algorithm (`structuredClone`, `postMessage`, IndexedDB) leaves of a
 * tensor: its fields without its class. No function of this library takes it for a tensor.
 */
export const isTensorClone = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !isTensor(value) &&
  Object.hasOwn(value, 'sizes') &&
  Object.hasOwn(value, 'elementType')

/** How messages name such a clone. */
export const cloneAdvice =
  'what a structured clone leaves of a tensor (clone or post toTransferable(x), and make fromTransferable of what arrives)'
