/*
 * What a program is while it becomes instructions. Take `sum(mul(x, transpose(y)), axis 1)` of x [2, 3] and y [3, 2]:
 *
 *   x, y           leaves: storages of 6 elements that are given, each with a group `after` which it holds them (none)
 *   transpose(y)   no node at all: a reference to y's leaf with layout { shape [2, 3], strides [1, 2], offset 0 }
 *   mul            a node of work { step, mul } over those two references, layout { shape [2, 3], strides [3, 1] }
 *   sum            a node of work { rowReduction, rowSum } over the mul, layout { shape [2], strides [1] }
 *   the group      a nest of domain [2, 3], columns from axis 1 on, nodes [mul, sum]; mul has the alignment [0, 1] (its
 *                  axes lie on axes 0 and 1 of the domain), sum has [0], the alignment of its operand being [0, 1]
 *
 * Only `sum` gets a storage, since only it is read outside the group: `mul` stays in a register.
 *
 * Four fields are written after an object is made, each once and by one room: the group and alignment of a node (`place`,
 * `reduce`), the storage of a node (`storageOf`), the place of a storage (`region`, `lower`), the position of a group
 * (`schedule`). A fifth is a note that `schedule` renews: when a node can be computed first.
 */

import type { StepOperation } from '../executors/steps.ts'
import type { Equation } from '../../core/primitive/program.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
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
  group: SpaceGroup | undefined
  /** When it can be computed first, as was found after so many changes of the schedule. */
  bound: number
  boundAfter: number
  /** The axis of the group's domain behind each axis of the shape; -1 where nothing varies. */
  alignment: readonly number[]
  /** For a reduction: the same for the axes of its operand. */
  operandAlignment: readonly number[] | undefined
  /** Present once something outside the group reads it. */
  storage: Storage | undefined
}

/** A value: a view of the elements of a leaf or node. */
export interface Reference {
  readonly root: Leaf | Node
  readonly layout: Layout
}

/** Work over one iteration space: what becomes a nest, or a product with a nest behind it. */
interface Space {
  /** The sizes of the space; the axes of every node in the group lie on some of these. */
  readonly domain: readonly number[]
  /** The axes of the domain that are not 1, in order. */
  readonly realAxes: readonly number[]
  /** In an order in which operands come first. */
  readonly nodes: Node[]
  /** Axes before `outer` are outer loops, from `columns` on they are columns; undefined while free. */
  outer: number | undefined
  columns: number | undefined
  /** The place in the order of execution. */
  position: number
}

export interface NestGroup extends Space {
  readonly kind: 'nest'
}

/** A product of matrices; the first node is the product, the others are computed from its rows while they are in cache. */
export interface MatmulGroup extends Space {
  readonly kind: 'matmul'
  readonly factors: readonly [Reference, Reference]
}

/** The groups that nodes may join. */
export type SpaceGroup = NestGroup | MatmulGroup

/** One instruction of another kind, which nothing is fused with. */
export interface SingleGroup {
  readonly kind: 'single'
  readonly work: SingleWork
  readonly reads: readonly Reference[]
  readonly writes: readonly Storage[]
  position: number
}

export type SingleWork =
  | { readonly kind: 'zeros' }
  /** What stands before it has written the parts of its one output. */
  | { readonly kind: 'joined' }
  | { readonly kind: 'equation'; readonly equation: Equation }

export type Group = SpaceGroup | SingleGroup

export const isVarying = (layout: Layout): readonly boolean[] =>
  layout.shape.map((n, axis) => n !== 1 && layout.strides[axis] !== 0)

const noAxes: readonly number[] = []

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
  const varies = (axis: number): boolean => {
    if (dense) return true
    for (let i = 0; i < operands.length; i++) if (operands[i]!.layout.strides[axis] !== 0) return true
    return false
  }
  return {
    kind: 'node',
    work,
    dtype,
    operands,
    layout: compactLayout(shape, varies),
    group: undefined,
    bound: -1,
    boundAfter: -1,
    alignment: noAxes,
    operandAlignment: undefined,
    storage: undefined,
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

/** The axes 0, 1, … of so many, one list for each rank. */
const everyAxis: (readonly number[])[] = []

const allAxes = (rank: number): readonly number[] =>
  (everyAxis[rank] ??= Array.from({ length: rank }, (_, axis) => axis))

/** Whether this is the list of all axes, each in its place, of that rank. */
export const isEveryAxis = (axes: readonly number[], rank: number): boolean => axes === everyAxis[rank]

/**
 * Which axis of a reference shows each axis of its root: an entry for each root axis, -1 where the root does not
 * vary. Undefined where the reference is a part of the root, or shows it in a way no alignment expresses.
 */
export const axesShown = ({ root, layout }: Reference): readonly number[] | undefined => {
  if (layout.offset !== 0 || root.kind !== 'node') return undefined
  const { shape, strides } = layout
  if (layout === root.layout)
    return strides.includes(0)
      ? strides.map((stride, axis) => (stride === 0 ? -1 : axis))
      : allAxes(strides.length)
  const shown: number[] = []
  let free = 0
  for (let i = 0; i < shape.length; i++) if (shape[i] !== 1 && strides[i] !== 0) free++
  for (let axis = 0; axis < root.layout.shape.length; axis++) {
    const n = root.layout.shape[axis]!
    const stride = root.layout.strides[axis]!
    if (n === 1 || stride === 0) {
      shown.push(-1)
      continue
    }
    const found = shape.findIndex((m, i) => m === n && strides[i] === stride && !shown.includes(i))
    if (found < 0) return undefined
    shown.push(found)
    free--
  }
  return free === 0 ? shown : undefined
}

/** The memory a node's elements are stored in, asked for by something outside its group. */
export const storageOf = (node: Node): Storage =>
  (node.storage ??= { dtype: node.dtype, size: storedSize(node) })

/** The memory of something that has been materialized. */
export const writtenStorage = ({ root }: Reference): Storage => {
  if (root.storage === undefined)
    throw new PuregradError('unreachable: read from memory nothing was written to')
  return root.storage
}

/** A value of the region around, as a region inside sees it. */
export const entering = (reference: Reference): LeafReference =>
  givenReference(writtenStorage(reference), reference.layout)

export const dtypeOf = ({ root }: Reference): DType =>
  root.kind === 'leaf' ? root.storage.dtype : root.dtype

/** A view of the same elements. */
export const viewed = ({ root }: Reference, layout: Layout): Reference => ({ root, layout })
