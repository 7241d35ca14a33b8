/* eslint-disable functional/no-classes, functional/no-this-expressions -- see tensor/tensor.ts */
import type { ConcreteTensor } from '../tensor/concrete.ts'
import type { DType } from '../tensor/dtype.ts'
import { DTypeError } from '../tensor/errors.ts'
import { frozenSizes, showShape } from '../tensor/shape.ts'
import { Value, type Tensor } from '../tensor/tensor.ts'
import type { AnyPrimitive, Typed } from '../primitive/primitive.ts'
import type { OperationName } from '../primitive/program.ts'

/** Hands out dense ids to the nodes of one linear expression. */
export interface Trace {
  readonly level: number
  next: number
}

/** A linear map between lists of values, given by its two readings. `undefined` is an exact zero. */
export interface LinearCall {
  readonly outputs: readonly Typed[]
  readonly apply: (tangents: readonly (AnyValue | undefined)[]) => readonly (AnyValue | undefined)[]
  readonly transpose: (cotangents: readonly (AnyValue | undefined)[]) => readonly (AnyValue | undefined)[]
}

/** A linear expression, held as plain data. Every constructor is one linear map of its symbolic inputs. */
export type LinearNode =
  | { readonly op: 'input'; readonly position: number }
  | { readonly op: 'zero' }
  | {
      readonly op: 'primitive'
      readonly primitive: AnyPrimitive
      readonly inputs: readonly AnyValue[]
      readonly params: never
    }
  | { readonly op: 'call'; readonly inputs: readonly (Symbolic | undefined)[]; readonly call: LinearCall }
  | { readonly op: 'output'; readonly of: Symbolic; readonly position: number }

/** An equation before its variables are numbered: inputs are the values themselves. */
export interface RecordedEquation {
  readonly operation: OperationName
  readonly inputs: readonly AnyValue[]
  readonly params: unknown
  readonly outputs: readonly Typed[]
}

/** The equations written down so far, and the next free id. */
export interface StagingTrace {
  readonly level: number
  readonly equations: RecordedEquation[]
  next: number
}

/** A function between lists of values: what transformations act on once records are flattened. */
export type FlatFunction = (inputs: readonly AnyValue[]) => readonly AnyValue[]

/** Values or exact zeros; no position is left out. */
export type Tangents = readonly (AnyValue | undefined)[]

/** A value with its tangent. The tangent is of a lower level (forward mode) or symbolic (reverse mode). */
export class Dual extends Value {
  readonly kind = 'dual'
  readonly level: number
  readonly primal: AnyValue
  readonly tangent: AnyValue

  constructor(level: number, primal: AnyValue, tangent: AnyValue) {
    super(primal.shape, primal.dtype)
    this.level = level
    this.primal = primal
    this.tangent = tangent
    Object.freeze(this)
  }

  override toString(): string {
    return `Dual(${this.primal.toString()})`
  }

  override toJSON(): unknown {
    return this.primal.toJSON()
  }
}

/** One element of a batch, standing for all of them: the batch is axis 0 of `value`. */
export class Batched extends Value {
  readonly kind = 'batched'
  readonly level: number
  readonly value: AnyValue
  readonly batchSize: number

  constructor(level: number, value: AnyValue, batchSize: number) {
    super(Object.freeze(value.shape.slice(1)), value.dtype)
    this.level = level
    this.value = value
    this.batchSize = batchSize
    Object.freeze(this)
  }

  override toString(): string {
    return `Batched(${String(this.batchSize)} × ${this.dtype}${showShape(this.shape)})`
  }
}

/** A tangent that is not known yet: a node of an immutable linear expression. */
export class Symbolic extends Value {
  readonly kind = 'symbolic'
  readonly level: number
  readonly trace: Trace
  /** Larger than the id of every node this one depends on. */
  readonly id: number
  readonly node: LinearNode

  constructor(trace: Trace, id: number, shape: readonly number[], dtype: DType, node: LinearNode) {
    super(frozenSizes(shape), dtype)
    this.level = trace.level
    this.trace = trace
    this.id = id
    this.node = node
    Object.freeze(this)
  }

  override toString(): string {
    return `Symbolic(${this.dtype}${showShape(this.shape)})`
  }
}

/** A value of a program that is being written down: a variable of the trace. */
export class Staged extends Value {
  readonly kind = 'staged'
  readonly level: number
  readonly trace: StagingTrace
  /** Counts the inputs of the trace, then every output of its equations. */
  readonly id: number

  constructor(trace: StagingTrace, id: number, shape: readonly number[], dtype: DType) {
    super(frozenSizes(shape), dtype)
    this.level = trace.level
    this.trace = trace
    this.id = id
    Object.freeze(this)
  }

  override toString(): string {
    return `Staged(${this.dtype}${showShape(this.shape)})`
  }
}

/** Every kind of value there is. */
export type AnyValue = ConcreteTensor | Dual | Batched | Symbolic | Staged

/** Every kind of tensor is a kind of value: only the kinds of values extend {@link Value}. */
export const isValue = (x: unknown): x is AnyValue => x instanceof Value

/** The value that a tensor is. @throws DTypeError for what only looks like a tensor. */
export const asValue = (x: Tensor): AnyValue => {
  if (!isValue(x)) throw new DTypeError('expected a tensor that this library made, got something of its form')
  return x
}

export const levelOf = (value: AnyValue): number => (value.kind === 'concrete' ? 0 : value.level)
