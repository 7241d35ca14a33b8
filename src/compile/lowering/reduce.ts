/*
 * Sums and maxima along axes. An instruction reduces in three ways, and `settle` says what each asks of the space
 * `[…outer, rows, columns]` of its group. For x [3, 4, 5] in a group of domain [3, 4, 5]:
 *
 *   axis 2         the last axes: a step over the columns of each row (rowSum). Columns begin at axis 2.
 *   axis 1         axes in the middle: accumulated over the rows. Outer loops end at axis 1, columns begin at axis 2, and
 *                  the result [3, 5] is there when the group has ended.
 *   axes 0, 1, 2   all: accumulated over everything. Outer loops end at axis 0; where columns begin stays free.
 *   axes 0, 2      with a kept axis between: no group can. x is copied as [4, 3, 5], whose last two axes are reduced.
 *
 * A reduction joins the first group that computes or reads what it reduces and whose other reductions ask for the same;
 * else it has a new one. So softmax, with its maximum, its sum and what lies between, is one nest.
 */

import type { Typed } from '../../core/primitive/primitive.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import { alignmentIn, planFusion } from './fusion-plan.ts'
import {
  axesShown,
  isVarying,
  nodeOf,
  referenceTo,
  viewed,
  type NestGroup,
  type Node,
  type Reference,
  type SpaceGroup,
} from './graph.ts'
import { transposedLayout } from './layout.ts'
import { copiedInto, reshaped } from './materialize.ts'
import { commit, placeBefore } from './place.ts'
import { orderOfNeighbours } from './reduced-order.ts'
import type { Refusal } from './refusal.ts'
import { appendGroup, candidates, earliest, isBefore, positionOf, type Schedule } from './schedule.ts'

/** What is reduced, and to what. */
export interface Reduction {
  readonly operation: 'sum' | 'max'
  readonly operand: Reference
  readonly axes: readonly number[]
  readonly output: Typed
}

/** Where the outer loops end and the columns begin; undefined where a reduction leaves it open. */
interface Settled {
  readonly outer: number | undefined
  readonly columns: number | undefined
}

/** The axes of a domain behind the axes of an operand that lies in the group or is to be read there. */
const operandAlignment = (operand: Reference, group: SpaceGroup): readonly number[] | Refusal => {
  const { root, layout } = operand
  const { shape } = layout
  const varying = isVarying(layout)
  const { realAxes: real } = group
  const needed = shape.filter((n) => n !== 1).length
  if (needed !== real.length || !shape.every((n, axis) => n === 1 || varying[axis] === true))
    return 'other sizes'
  if (root.kind === 'node' && root.group === group) {
    // Each axis of the operand lies where its root says.
    if (root.work.kind === 'accumulation') return 'accumulated here'
    const shown = axesShown(operand)
    return shown === undefined
      ? 'aligned otherwise'
      : shape.map((_, axis) => {
          const rootAxis = shown.indexOf(axis)
          return rootAxis < 0 ? -1 : root.alignment[rootAxis]!
        })
  }
  let next = 0
  const alignment = shape.map((n) => (n === 1 ? -1 : real[next++]!))
  return shape.every((n, axis) => n === 1 || n === group.domain[alignment[axis]!]) ? alignment : 'other sizes'
}

/** Brings what is reduced into the group or before it. */
const bring = (
  schedule: Schedule,
  operand: Reference,
  group: SpaceGroup,
  alignment: readonly number[],
): Refusal | undefined => {
  const { root } = operand
  if (root.kind === 'leaf' || root.group === group) return undefined
  if (root.group !== undefined) return root.group.position < group.position ? undefined : 'too early'
  const inner = alignmentIn(operand, alignment)
  if (inner === undefined) {
    if (positionOf(earliest(schedule, root)) >= group.position) return 'too early'
    placeBefore(schedule, root, group)
    return undefined
  }
  const plan = planFusion(schedule, root, inner, group, false)
  if (typeof plan === 'string') return plan
  commit(schedule, plan)
  return undefined
}

/** Fixes the outer loops and columns of a group as a reduction asks, and brings its operand there. */
const settle = (
  schedule: Schedule,
  operand: Reference,
  group: SpaceGroup,
  alignment: readonly number[],
  asked: Settled,
): Refusal | undefined => {
  const { outer, columns } = group
  const differ = (a: number | undefined, b: number | undefined): boolean =>
    a !== undefined && b !== undefined && a !== b
  if (differ(asked.outer, outer) || differ(asked.columns, columns)) return 'columns settled otherwise'
  const [o, c] = [asked.outer ?? outer, asked.columns ?? columns]
  if (o !== undefined && c !== undefined && o > c) return 'columns settled otherwise'
  const refusal = bring(schedule, operand, group, alignment)
  if (refusal !== undefined) return refusal
  // Placing the operand may itself have settled where the columns begin.
  if (differ(asked.columns, group.columns)) return 'columns settled otherwise'
  group.outer = o
  group.columns = asked.columns ?? group.columns
  return undefined
}

/** How a group would do the work, and what that asks of its space. */
const wayOf = (
  group: SpaceGroup,
  reduced: readonly number[],
): { readonly over: 'columns' | 'rows' | 'all'; readonly asked: Settled } | Refusal => {
  const { realAxes: real } = group
  const [first, last] = [Math.min(...reduced), Math.max(...reduced)]
  if (real.filter((axis) => axis >= first && axis <= last).length !== reduced.length)
    return 'reduced axes apart'
  if (reduced.length === real.length) return { over: 'all', asked: { outer: 0, columns: undefined } }
  if (last === real[real.length - 1]) return { over: 'columns', asked: { outer: undefined, columns: first } }
  return {
    over: 'rows',
    asked: { outer: first === real[0] ? 0 : first, columns: real[real.indexOf(last) + 1] },
  }
}

const workOf = (operation: Reduction['operation'], over: 'columns' | 'rows' | 'all'): Node['work'] =>
  over === 'columns'
    ? { kind: 'rowReduction', operation: operation === 'sum' ? 'rowSum' : 'rowMax' }
    : { kind: 'accumulation', reduction: operation, over }

/** Puts a reduction into a group, where the group's iteration space and its other reductions allow it. */
const reduceIn = (schedule: Schedule, reduction: Reduction, group: SpaceGroup): Reference | Refusal => {
  const { operation, operand, axes, output } = reduction
  const alignment = operandAlignment(operand, group)
  if (typeof alignment === 'string') return alignment
  const trial = nodeOf(workOf(operation, 'columns'), output.dtype, output.shape, [operand])
  if (isBefore(group, earliest(schedule, trial))) return 'too early'
  const reduced = axes.map((axis) => alignment[axis]!).filter((axis) => axis >= 0)
  const way = wayOf(group, reduced)
  if (typeof way === 'string') return way
  const refusal = settle(schedule, operand, group, alignment, way.asked)
  if (refusal !== undefined) return refusal
  const node = nodeOf(workOf(operation, way.over), output.dtype, output.shape, [operand])
  node.group = group
  node.alignment = alignment.filter((_, axis) => !axes.includes(axis))
  node.operandAlignment = alignment
  if (way.over !== 'columns') node.storage = { dtype: output.dtype, size: sizeOf(output.shape) }
  group.nodes.push(node)
  return referenceTo(node)
}

const reduceApart = (schedule: Schedule, reduction: Reduction): Reference | Refusal =>
  reduceIn(
    schedule,
    reduction,
    appendGroup<NestGroup>(schedule, {
      kind: 'nest',
      domain: reduction.operand.layout.shape.filter((n) => n !== 1),
      nodes: [],
      outer: undefined,
      columns: undefined,
    }),
  )

/** Whether nothing repeats, and no kept axis lies between the reduced ones. */
const isReducible = ({ operand: { layout }, axes }: Reduction): boolean => {
  const { shape } = layout
  const varying = isVarying(layout)
  const reduced = axes.filter((axis) => shape[axis] !== 1)
  const [first, last] = [Math.min(...reduced), Math.max(...reduced)]
  return shape.every(
    (n, axis) => n === 1 || (varying[axis] === true && (axis < first || axis > last || axes.includes(axis))),
  )
}

/** The reduction of a copy whose reduced axes are the last: every new nest takes it. */
const reduceCopy = (schedule: Schedule, { operation, operand, axes, output }: Reduction): Reference => {
  const { layout } = operand
  const kept = [...layout.shape.keys()].filter((axis) => !axes.includes(axis))
  const permutation = [...kept, ...axes]
  const copy = copiedInto(schedule, viewed(operand, transposedLayout(layout, permutation)))
  const result = reduceApart(schedule, {
    operation,
    operand: copy,
    axes: [...permutation.keys()].slice(kept.length),
    output,
  })
  if (typeof result === 'string')
    throw new PuregradError(`unreachable: a copy made for a reduction was refused, ${result}`)
  return result
}

/** The reduction with the axes of its operand in another order, which its result is turned back from. */
const reduceReordered = (
  schedule: Schedule,
  { operation, operand, axes, output }: Reduction,
  order: readonly number[],
): Reference => {
  const kept = order.filter((axis) => !axes.includes(axis))
  const result = reduceInOrder(schedule, {
    operation,
    operand: viewed(operand, transposedLayout(operand.layout, order)),
    axes: axes.map((axis) => order.indexOf(axis)),
    output: { dtype: output.dtype, shape: kept.map((axis) => operand.layout.shape[axis]!) },
  })
  const places = [...kept.keys()].sort((a, b) => kept[a]! - kept[b]!)
  return viewed(result, transposedLayout(result.layout, places))
}

const reduceInOrder = (schedule: Schedule, reduction: Reduction): Reference => {
  for (const group of candidates(schedule, [reduction.operand])) {
    const found = reduceIn(schedule, reduction, group)
    if (typeof found !== 'string') return found
  }
  const direct = isReducible(reduction) ? reduceApart(schedule, reduction) : 'reduced axes apart'
  return typeof direct === 'string' ? reduceCopy(schedule, reduction) : direct
}

/** A sum or maximum along axes. */
export const reduce = (
  schedule: Schedule,
  reduction: Reduction,
  isUsedLater: (node: Node) => boolean,
): Reference => {
  const { operand, axes, output } = reduction
  if (axes.every((axis) => operand.layout.shape[axis] === 1)) return reshaped(operand, output.shape)
  const order = schedule.fuse ? orderOfNeighbours(operand, axes, isUsedLater) : undefined
  return order === undefined
    ? reduceInOrder(schedule, reduction)
    : reduceReordered(schedule, reduction, order)
}
