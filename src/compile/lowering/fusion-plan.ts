/*
 * Whether a node can be computed in a group, with everything it is computed from that has no group yet. The answer is a
 * plan or a reason; nothing outside the plan changes until `commit` in `place.ts`.
 *
 * Take a group of domain [4, 5] that holds `a = exp(x)` with x [4, 5], and the new node `m = mul(a, b)`, where
 * `b = add(r, 1)` is a reference of shape [4, 5] to a node of shape [4, 1] that has no group. With the alignment [0, 1]:
 *
 *   m              varies along both axes: it spans the domain and goes inside
 *   a              is in the group in the alignment [0, 1], which is the one asked for: nothing to do
 *   add(r, 1)      is shown on axis 0 only: alignment [0, -1]. It spans exactly the rows, which settles that the columns
 *                  begin at axis 1, and goes inside as a value for each row
 *   r              a leaf: loaded where it lies
 *
 * If `add(r, 1)` varied along axis 1 instead, it would be neither the whole domain nor its rows: it goes into `before`, to
 * have a group earlier in the order, or refuses the plan where it cannot be there in time. A node met again in another
 * alignment (x + transpose(x) with x computed) cannot be both in one nest: the plan is made anew with that node apart.
 */

import { sizeOf } from '../../core/tensor/shape.ts'
import {
  axesShown,
  isDense,
  isEveryAxis,
  isVarying,
  type Node,
  type Reference,
  type SpaceGroup,
} from './graph.ts'
import { isManySmall } from './many-small.ts'
import type { Refusal } from './refusal.ts'
import { earliest, isBefore, positionOf, smallDomain, type Schedule } from './schedule.ts'

/** More registers than this in one nest would crowd the first-level cache. */
export const largestGroup = 64

/** Which nodes go into a group, and in which alignment; which have to have one before it. */
export interface FusionPlan {
  readonly kind: 'plan'
  readonly group: SpaceGroup
  /** A node stands before its operands. */
  readonly inside: ReadonlyMap<Node, readonly number[]>
  readonly before: ReadonlySet<Node>
  /** Where the columns begin, if this plan settles it. */
  readonly columns: number | undefined
}

/** A plan while it is made. */
interface Draft {
  readonly schedule: Schedule
  readonly group: SpaceGroup
  readonly inside: Map<Node, readonly number[]>
  readonly before: Set<Node>
  /** Nodes that may not go inside: they are read in more than one alignment. */
  readonly apart: ReadonlySet<Node>
  columns: number | undefined
  /** A node found inside in one alignment and asked for in another. */
  conflict: Node | undefined
}

/** The alignment of what a reference shows, from that of the axes it shows it on; undefined where there is none. */
export const alignmentIn = (
  operand: Reference,
  alignment: readonly number[],
): readonly number[] | undefined => {
  const shown = axesShown(operand)
  if (shown === undefined || isEveryAxis(shown, alignment.length)) return shown && alignment
  return shown.map((axis) => (axis < 0 ? -1 : alignment[axis]!))
}

const sameAlignment = (a: readonly number[], b: readonly number[]): boolean => {
  if (a === b) return true
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Whether a node spans the domain, nothing, or exactly its rows; the last settles where the columns begin. */
const spans = (draft: Draft, alignment: readonly number[]): boolean => {
  const { group } = draft
  const { realAxes: real } = group
  let varying = 0
  while (varying < real.length && alignment.includes(real[varying]!)) varying++
  for (let i = varying; i < real.length; i++) if (alignment.includes(real[i]!)) return false
  if (varying === real.length || varying === 0) return true
  const first = real[varying]!
  const columns = draft.columns ?? group.columns
  if (columns !== undefined) return real.filter((axis) => axis < columns).length === varying
  if (group.outer !== undefined && group.outer > first) return false
  draft.columns = first
  return true
}

/** To have a group before this one, where everything the node needs is there in time. */
const beforehand = (
  { schedule, group, before }: Draft,
  node: Node,
  otherwise: Refusal,
): Refusal | undefined => {
  if (positionOf(earliest(schedule, node)) >= group.position) return otherwise
  before.add(node)
  return undefined
}

const isAxis = (axis: number): boolean => axis >= 0

/** A single value is computed once before a large nest, not inside it. */
const isBetterBefore = ({ schedule, group }: Draft, node: Node, alignment: readonly number[]): boolean =>
  !alignment.some(isAxis) &&
  sizeOf(group.domain) > smallDomain &&
  positionOf(earliest(schedule, node)) < group.position

/** What becomes of an operand of a node that is inside in this alignment. */
const enterOperand = (
  draft: Draft,
  node: Node,
  operand: Reference,
  alignment: readonly number[],
): Refusal | undefined => {
  const { root } = operand
  const { group } = draft
  if (root.kind === 'leaf') return undefined
  // The elements of a copy have an order of their own, and a part may repeat what it shows: both read memory.
  const fromMemory = node.work.kind === 'copy' || (node.work.kind === 'part' && !isDense(operand.layout))
  const inner = fromMemory ? undefined : alignmentIn(operand, alignment)
  if (inner !== undefined) return enter(draft, root, inner, false)
  if (root.group !== undefined) return root.group.position < group.position ? undefined : 'too early'
  return beforehand(draft, root, 'too early')
}

/** Puts a node into the draft, inside or before the group; the reason where it can be neither. */
const enter = (
  draft: Draft,
  node: Node,
  alignment: readonly number[],
  isTop: boolean,
): Refusal | undefined => {
  const { schedule, group, inside, before, apart } = draft
  if (node.group === group) {
    if (node.work.kind === 'accumulation') return 'accumulated here'
    return sameAlignment(node.alignment, alignment) ? undefined : 'aligned otherwise'
  }
  if (node.group !== undefined) return node.group.position < group.position ? undefined : 'too early'
  const planned = inside.get(node)
  if (planned !== undefined) {
    if (sameAlignment(planned, alignment)) return undefined
    draft.conflict = node
    return 'read in two alignments'
  }
  if (before.has(node)) return undefined
  if (apart.has(node)) return beforehand(draft, node, 'read in two alignments')
  if (!isTop && isBetterBefore(draft, node, alignment)) {
    before.add(node)
    return undefined
  }
  if (isBefore(group, earliest(schedule, node))) return 'too early'
  if (!spans(draft, alignment))
    return isTop ? 'neither all nor rows' : beforehand(draft, node, 'neither all nor rows')
  if (group.nodes.length + inside.size >= largestGroup) return 'full'
  inside.set(node, alignment)
  const { operands } = node
  for (let i = 0; i < operands.length; i++) {
    const refusal = enterOperand(draft, node, operands[i]!, alignment)
    if (refusal !== undefined) return refusal
  }
  return undefined
}

const noNodes: ReadonlySet<Node> = new Set()

/**
 * How a node, and what it is computed from, would go into a group or before it. `isTop` says that it is the node that is
 * to be there itself; as an operand it may also go before.
 */
export const planFusion = (
  schedule: Schedule,
  node: Node,
  alignment: readonly number[],
  group: SpaceGroup,
  isTop: boolean,
  apart: ReadonlySet<Node> = noNodes,
): FusionPlan | Refusal => {
  if (isManySmall(group)) return 'not open'
  const draft: Draft = {
    schedule,
    group,
    inside: new Map(),
    before: new Set(),
    apart,
    columns: undefined,
    conflict: undefined,
  }
  const refusal = enter(draft, node, alignment, isTop)
  const { inside, before, columns, conflict } = draft
  if (refusal === undefined) return { kind: 'plan', group, inside, before, columns }
  return conflict === undefined || conflict === node || apart.has(conflict)
    ? refusal
    : planFusion(schedule, node, alignment, group, isTop, new Set([...apart, conflict]))
}

/** The first guess how a node lies in a domain: on all its axes, or on the leading ones. */
export const guessAlignment = (node: Node, group: SpaceGroup): readonly number[] | undefined => {
  const varying = isVarying(node.layout)
  const wanted = node.layout.shape.filter((_, axis) => varying[axis] === true)
  const { realAxes: real } = group
  if (wanted.length > real.length || (wanted.length === 0 && real.length > 0)) return undefined
  if (!wanted.every((n, i) => n === group.domain[real[i]!])) return undefined
  let next = 0
  return varying.map((varies) => (varies ? real[next++]! : -1))
}
