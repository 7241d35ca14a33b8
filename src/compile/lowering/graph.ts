import type { StepOperation } from '../executors/kernel-program.ts'
import type { Equation } from '../../core/primitive/program.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { compactLayout, contiguousLayout, type Layout } from './layout.ts'

/** Memory that some instruction writes, or that is given: an input or a constant. */
export interface Storage {
  readonly dtype: DType
  /** In elements. */
  readonly size: number
  /** Where it lies, once that is decided. */
  place?:
    | { readonly space: 'arena' | 'constant' | 'output'; readonly byteOffset: number }
    | { readonly space: 'input'; readonly index: number }
  /** The number that all its elements are, where that is known. */
  readonly constant?: number
  /** A part of another storage, from this element on. */
  readonly within?: { readonly storage: Storage; readonly offset: number }
}

/** The storage that has memory of its own. */
export const ownerOf = (storage: Storage): Storage =>
  storage.within === undefined ? storage : ownerOf(storage.within.storage)

/** Something other than a node that holds elements; `after` is the group that writes it. */
export interface Leaf {
  readonly kind: 'leaf'
  readonly storage: Storage
  readonly after: Group | undefined
}

/** What a node computes from its operands, element by element or along the rows of its group. */
export type NodeWork =
  | { readonly kind: 'step'; readonly operation: StepOperation }
  /** The elements of its one operand, laid out without gaps or repetition. */
  | { readonly kind: 'copy' }
  /** The elements of its one operand, in a part of a larger storage. */
  | { readonly kind: 'part' }
  | { readonly kind: 'product' }
  | { readonly kind: 'rowReduction'; readonly operation: 'rowSum' | 'rowMax' }
  | { readonly kind: 'accumulation'; readonly reduction: 'sum' | 'max'; readonly over: 'rows' | 'all' }

/** A value computed inside a group. Until it is placed it may still go into any group of a consumer. */
export interface Node {
  readonly kind: 'node'
  readonly work: NodeWork
  readonly dtype: DType
  readonly operands: readonly Reference[]
  /** Compact: axes along which nothing varies have stride 0 and take no memory. */
  readonly layout: Layout
  group?: Group
  /** The axis of the group's domain behind each axis of the shape; -1 where nothing varies. */
  alignment: readonly number[]
  /** For a reduction: the same for the axes of its operand. */
  operandAlignment?: readonly number[]
  /** Present once something outside the group reads it. */
  storage?: Storage
}

/** A value: a view of the elements of a leaf or node. */
export interface Reference {
  readonly root: Leaf | Node
  readonly layout: Layout
}

/** Nodes over one iteration space, or one instruction of another kind. */
export interface Group {
  readonly kind: 'nest' | 'matmul' | 'other'
  readonly domain: readonly number[]
  readonly nodes: Node[]
  /** Axes before `outer` are outer loops, from `columns` on they are columns; undefined while free. */
  outer: number | undefined
  columns: number | undefined
  position: number
  /** The factors of a matmul. */
  readonly factors?: readonly [Reference, Reference]
  /** What an instruction of another kind reads and writes. */
  readonly other?: OtherWork
}

/** An instruction of another kind. */
export interface OtherWork {
  readonly work:
    | { readonly kind: 'zeros' }
    /** What stands before it has written the parts of its one output. */
    | { readonly kind: 'joined' }
    | { readonly kind: 'equation'; readonly equation: Equation }
  readonly reads: readonly Reference[]
  readonly writes: readonly Storage[]
}

export const isVarying = (layout: Layout): readonly boolean[] =>
  layout.shape.map((n, axis) => n !== 1 && layout.strides[axis] !== 0)

/**
 * A node of this shape. A step varies where one of its operands does; the elements of a copy lie without gaps, and the
 * axes of a reduction are others than those of its operand, so each kept axis has elements of its own.
 */
export const nodeOf = (
  work: NodeWork,
  dtype: DType,
  shape: readonly number[],
  operands: readonly Reference[],
): Node => {
  const dense = work.kind !== 'step' || sizeOf(shape) === 0
  const varies = shape.map(
    (n, axis) => n !== 1 && (dense || operands.some(({ layout }) => layout.strides[axis] !== 0)),
  )
  return {
    kind: 'node',
    work,
    dtype,
    operands,
    layout: compactLayout(shape, varies),
    alignment: [],
  }
}

/** Whether every position has an element of its own. */
export const isDense = ({ shape, strides }: Layout): boolean =>
  shape.every((n, axis) => n === 1 || strides[axis] !== 0)

/** The number of elements a node stores. */
export const storedSize = ({ layout }: Node): number =>
  sizeOf(layout.shape.filter((n, axis) => n === 1 || layout.strides[axis] !== 0))

export const referenceTo = (root: Node): Reference => ({ root, layout: root.layout })

export const leafReference = (
  storage: Storage,
  shape: readonly number[],
  after: Group | undefined,
): Reference => ({ root: { kind: 'leaf', storage, after }, layout: contiguousLayout(shape) })

/**
 * A view of memory that was written before a region begins. It is all a region knows of what lies around it: nodes and
 * groups there have positions among each other only, which mean nothing inside.
 */
export interface LeafReference extends Reference {
  readonly root: Leaf & { readonly after: undefined }
}

export const givenReference = (storage: Storage, layout: Layout): LeafReference => ({
  root: { kind: 'leaf', storage, after: undefined },
  layout,
})

/**
 * Which axis of a reference shows each axis of its root: an entry for each root axis, -1 where the root does not
 * vary. Undefined where the reference is a part of the root, or shows it in a way no alignment expresses.
 */
export const axesShown = ({ root, layout }: Reference): readonly number[] | undefined => {
  if (layout.offset !== 0 || root.kind !== 'node') return undefined
  const free = new Set(
    [...layout.shape.keys()].filter((axis) => layout.shape[axis] !== 1 && layout.strides[axis] !== 0),
  )
  const shown = root.layout.shape.map((n, axis) => {
    const stride = root.layout.strides[axis] as number
    if (n === 1 || stride === 0) return -1
    const found = [...free].find((i) => layout.strides[i] === stride && layout.shape[i] === n)
    if (found === undefined) return undefined
    free.delete(found)
    return found
  })
  return free.size === 0 && shown.every((axis) => axis !== undefined) ? shown : undefined
}

/** The memory a node's elements are stored in, asked for by something outside its group. */
export const storageOf = (node: Node): Storage =>
  (node.storage ??= { dtype: node.dtype, size: storedSize(node) })
