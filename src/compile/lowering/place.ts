/*
 * Gives nodes their groups. A node waits until something needs its elements in memory, then it goes into the first group
 * that takes it, else into a new one. For y = exp(x), z = mul(y, 2), both outputs, of one shape:
 *
 *   y is asked for    no group reads x or computes y: a new nest [y]
 *   z is asked for    its candidate is y's nest; the plan of `fusion-plan.ts` says z fits in y's alignment: [y, z]
 *
 * With `fuse` off each node has a nest of its own, after those of its operands.
 */

import { isVarying, type NestGroup, type Node, type SpaceGroup } from './graph.ts'
import { guessAlignment, largestGroup, planFusion, type FusionPlan } from './fusion-plan.ts'
import type { Refusal } from './refusal.ts'
import { candidates, earliest, insertGroup, noteReads, positionOf, type Schedule } from './schedule.ts'

/** Does what a plan says. */
export const commit = (schedule: Schedule, { group, inside, before, columns }: FusionPlan): void => {
  before.forEach((node) => {
    placeBefore(schedule, node, group)
  })
  // A node is planned before its operands; they come first in the group.
  const placeInside = (node: Node): void => {
    const alignment = inside.get(node)
    if (alignment === undefined || node.group !== undefined) return
    const { operands } = node
    for (let i = 0; i < operands.length; i++) {
      const { root } = operands[i]!
      if (root.kind === 'node') placeInside(root)
    }
    schedule.changes += 1
    node.group = group
    node.alignment = alignment
    group.nodes.push(node)
    noteReads(schedule, node, group)
  }
  inside.forEach((_, node) => {
    placeInside(node)
  })
  if (columns !== undefined) group.columns = columns
}

/** The plan for a node in a group, its axes lying as one would guess. */
const planAtGuess = (schedule: Schedule, node: Node, group: SpaceGroup): FusionPlan | Refusal => {
  const alignment = guessAlignment(node, group)
  return alignment === undefined ? 'other sizes' : planFusion(schedule, node, alignment, group, true)
}

/** Puts a node alone into an empty group of its own sizes, what it is computed from before that. */
const placeAlone = (schedule: Schedule, node: Node, group: NestGroup): void => {
  node.operands.forEach(({ root }) => {
    if (root.kind === 'node') placeBefore(schedule, root, group)
  })
  let axis = 0
  schedule.changes += 1
  node.group = group
  node.alignment = isVarying(node.layout).map((varies) => (varies ? axis++ : -1))
  group.nodes.push(node)
}

const placeAt = (schedule: Schedule, node: Node, bound: SpaceGroup | undefined): void => {
  if (node.group !== undefined) return
  const limit = bound === undefined ? schedule.groups.length : bound.position
  if (schedule.fuse) {
    const position = positionOf(earliest(schedule, node))
    for (const group of candidates(schedule, node.operands)) {
      if (group.position < position || group.position >= limit) continue
      const plan = planAtGuess(schedule, node, group)
      if (typeof plan === 'string') continue
      commit(schedule, plan)
      return
    }
  }
  const varying = isVarying(node.layout)
  const domain = node.layout.shape.filter((_, axis) => varying[axis] === true)
  const group = insertGroup<NestGroup>(schedule, limit, {
    kind: 'nest',
    domain,
    nodes: [],
    outer: undefined,
    columns: undefined,
  })
  const plan = schedule.fuse ? planAtGuess(schedule, node, group) : 'not open'
  if (typeof plan !== 'string') {
    commit(schedule, plan)
    return
  }
  // No node should refuse a nest made for it. One that does is computed from memory, which is always possible.
  if (schedule.fuse) schedule.refused.push({ work: node.work, domain, reason: plan })
  placeAlone(schedule, node, group)
}

/** Sees to it that a node has a group. */
export const placeNode = (schedule: Schedule, node: Node): void => {
  placeAt(schedule, node, undefined)
}

/** Sees to it that a node has a group, before this one where it has none yet. */
export const placeBefore = (schedule: Schedule, node: Node, group: SpaceGroup): void => {
  placeAt(schedule, node, group)
}

/** No fewer than the nodes without a group behind a new one, itself among them: what several are computed from counts for each. */
const mostWaiting = ({ waiting }: Schedule, node: Node): number => {
  let most = 1
  const { operands } = node
  for (let i = 0; i < operands.length; i++) {
    const { root } = operands[i]!
    if (root.kind === 'node' && root.group === undefined) most += waiting.get(root) ?? largestGroup
  }
  waiting.set(node, most)
  return most
}

/**
 * Places what a new node is computed from, where that and the node would not fit into one group. So whatever is still
 * without a group depends on few others without one, however long the program.
 */
export const boundWaiting = (schedule: Schedule, node: Node): void => {
  if (node.group !== undefined) return
  if (mostWaiting(schedule, node) <= largestGroup) return
  const waiting = new Set([node])
  // A set is walked to its end, what was added on the way included.
  for (const { operands } of waiting) {
    for (const { root } of operands) if (root.kind === 'node' && root.group === undefined) waiting.add(root)
    if (waiting.size <= largestGroup) continue
    node.operands.forEach(({ root }) => {
      if (root.kind === 'node') placeNode(schedule, root)
    })
    schedule.waiting.set(node, 1)
    return
  }
  schedule.waiting.set(node, waiting.size)
}
