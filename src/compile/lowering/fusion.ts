import { FusionError } from './fusion-error.ts'
import {
  axesShown,
  isDense,
  isVarying,
  type Group,
  type Node,
  type Reference,
  type Storage,
} from './graph.ts'

/** Small nodes are computed once, apart, rather than again in every group that uses them. */
const smallDomain = 64

/** More registers than this in one nest would crowd the first-level cache. */
const largestGroup = 64

/** Of the groups that read a storage, so many are tried as company for another reader. */
const mostReaders = 64

/** The groups in the order of execution, and the rules by which nodes find their place in them. */
export interface Fusion {
  readonly groups: () => readonly Group[]
  /** A new group behind all others. */
  readonly append: (group: Omit<Group, 'position'>) => Group
  /** Sees to it that a node has a group. */
  readonly place: (node: Node) => void
  /**
   * Places what a new node is computed from, where that and the node would not fit into one group. So whatever is still
   * without a group depends on few others without one, however long the program.
   */
  readonly bound: (node: Node) => void
  /** Puts a node over `axes` of a reference into the group of that reference's root, if it fits there. */
  readonly fitReduction: (node: Node, operand: Reference, group: Group) => readonly number[] | undefined
  readonly candidates: (operands: readonly Reference[]) => readonly Group[]
  readonly commitInto: (operand: Reference, group: Group, alignment: readonly number[]) => boolean
}

interface Plan {
  readonly group: Group
  readonly inside: Map<Node, readonly number[]>
  readonly before: Set<Node>
  /** Nodes that may not go inside: they are read in more than one alignment. */
  readonly apart: ReadonlySet<Node>
  columns: number | undefined
  /** A node found inside in one alignment and asked for in another. */
  conflict: Node | undefined
}

/** The position a node has to come after: it may share a group at `position` unless `strict`. */
interface Earliest {
  readonly position: number
  readonly strict: boolean
}

const later = (a: Earliest, b: Earliest): Earliest =>
  a.position > b.position || (a.position === b.position && a.strict) ? a : b

const atStart: Earliest = { position: -1, strict: true }

const sizes = (group: Group): readonly number[] => group.domain.filter((n) => n !== 1)

/** The axes of the domain that are not 1, in order. */
const realAxes = (group: Group): readonly number[] =>
  [...group.domain.keys()].filter((axis) => group.domain[axis] !== 1)

export const startFusion = (fuse: boolean): Fusion => {
  const order: Group[] = []

  const insertAt = (index: number, group: Omit<Group, 'position'>): Group => {
    const inserted: Group = Object.assign(group, { position: index })
    order.splice(index, 0, inserted)
    for (let i = index + 1; i < order.length; i++) (order[i] as Group).position = i
    return inserted
  }

  const rootEarliest = ({ root }: Reference, memo: Map<Node, Earliest>): Earliest => {
    if (root.kind === 'leaf')
      return root.after === undefined ? atStart : { position: root.after.position, strict: true }
    if (root.group !== undefined)
      return { position: root.group.position, strict: root.work.kind === 'accumulation' }
    return earliest(root, memo)
  }

  const earliest = (node: Node, memo: Map<Node, Earliest>): Earliest => {
    const known = memo.get(node)
    if (known !== undefined) return known
    const found = node.operands.reduce((sofar, o) => later(sofar, rootEarliest(o, memo)), atStart)
    memo.set(node, found)
    return found
  }

  /** Groups that hold something these operands come from, or that read the same leaves. */
  const candidates = (operands: readonly Reference[]): readonly Group[] => {
    const found = new Set<Group>()
    const seen = new Set<Node>()
    const addReaders = (storage: Storage): void => {
      readers
        .get(storage)
        ?.slice(-mostReaders)
        .forEach((group) => found.add(group))
    }
    const visit = ({ root }: Reference): void => {
      if (root.kind === 'leaf') {
        addReaders(root.storage)
        return
      }
      if (seen.has(root)) return
      seen.add(root)
      if (root.group !== undefined) {
        found.add(root.group)
        if (root.storage !== undefined) addReaders(root.storage)
        return
      }
      root.operands.forEach(visit)
    }
    operands.forEach(visit)
    return [...found].sort((a, b) => a.position - b.position)
  }

  /** Which groups read a storage directly: company worth keeping. */
  const readers = new Map<Storage, Group[]>()
  const noteReads = (node: Node, group: Group): void => {
    node.operands.forEach(({ root }) => {
      const storage = root.storage
      if (storage === undefined || storage.size <= smallDomain) return
      const known = readers.get(storage)
      if (known === undefined) readers.set(storage, [group])
      else if (known[known.length - 1] !== group) known.push(group)
    })
  }

  const alignmentIn = (operand: Reference, alignment: readonly number[]): readonly number[] | undefined =>
    axesShown(operand)?.map((axis) => (axis < 0 ? -1 : (alignment[axis] as number)))

  const sameAlignment = (node: Node, alignment: readonly number[]): boolean =>
    node.alignment.every((axis, i) => axis === alignment[i])

  /** Whether a node spans the domain or exactly its rows; the latter settles where the columns begin. */
  const spans = (plan: Plan, alignment: readonly number[]): boolean => {
    const real = realAxes(plan.group)
    const varying = new Set(alignment.filter((axis) => axis >= 0))
    if (varying.size === real.length || varying.size === 0) return true
    if (!real.slice(0, varying.size).every((axis) => varying.has(axis))) return false
    const first = real[varying.size] as number
    const columns = plan.columns ?? plan.group.columns
    if (columns === undefined) {
      if (plan.group.outer !== undefined && plan.group.outer > first) return false
      plan.columns = first
      return true
    }
    return real.filter((axis) => axis < columns).length === varying.size
  }

  const fits = (
    node: Node,
    alignment: readonly number[],
    plan: Plan,
    memo: Map<Node, Earliest>,
    top: boolean,
  ): boolean => {
    const { group } = plan
    if (node.group === group) return node.work.kind !== 'accumulation' && sameAlignment(node, alignment)
    if (node.group !== undefined) return node.group.position < group.position
    const planned = plan.inside.get(node)
    if (planned !== undefined) {
      if (planned.every((axis, i) => axis === alignment[i])) return true
      plan.conflict = node
      return false
    }
    if (plan.before.has(node)) return true
    const bound = earliest(node, memo)
    const beforehand = (): boolean => {
      if (bound.position >= group.position) return false
      plan.before.add(node)
      return true
    }
    if (plan.apart.has(node)) return beforehand()
    const count = alignment.filter((axis) => axis >= 0).length
    const large = sizes(group).reduce((product, n) => product * n, 1) > smallDomain
    if (!top && count === 0 && large && bound.position < group.position) return beforehand()
    if (bound.position > group.position || (bound.position === group.position && bound.strict)) return false
    if (!spans(plan, alignment)) return top ? false : beforehand()
    if (group.nodes.length + plan.inside.size >= largestGroup) return false
    plan.inside.set(node, alignment)
    const good = node.operands.every((operand) => {
      const { root } = operand
      if (root.kind === 'leaf') return true
      const apart = node.work.kind === 'copy' || (node.work.kind === 'part' && !isDense(operand.layout))
      const inner = apart ? undefined : alignmentIn(operand, alignment)
      if (inner !== undefined) return fits(root, inner, plan, memo, false)
      if (root.group !== undefined) return root.group.position < group.position
      if (earliest(root, memo).position >= group.position) return false
      plan.before.add(root)
      return true
    })
    return good
  }

  const commit = (plan: Plan): void => {
    const { group } = plan
    plan.before.forEach((node) => {
      placeBefore(node, group)
    })
    // A node is planned before its operands; they come first in the group.
    const placeInside = (node: Node): void => {
      const alignment = plan.inside.get(node)
      if (alignment === undefined || node.group !== undefined) return
      node.operands.forEach(({ root }) => {
        if (root.kind === 'node') placeInside(root)
      })
      node.group = group
      node.alignment = alignment
      group.nodes.push(node)
      noteReads(node, group)
    }
    plan.inside.forEach((_, node) => {
      placeInside(node)
    })
    if (plan.columns !== undefined) group.columns = plan.columns
  }

  /** How a node, and what it is computed from, would go into a group or before it. */
  const planned = (
    node: Node,
    alignment: readonly number[],
    group: Group,
    top: boolean,
    apart: ReadonlySet<Node> = new Set(),
  ): Plan | undefined => {
    const plan: Plan = {
      group,
      inside: new Map(),
      before: new Set(),
      apart,
      columns: undefined,
      conflict: undefined,
    }
    if (fits(node, alignment, plan, new Map(), top)) return plan
    const { conflict } = plan
    return conflict === undefined || conflict === node || apart.has(conflict)
      ? undefined
      : planned(node, alignment, group, top, new Set([...apart, conflict]))
  }

  /** The first guess how a node lies in a domain: on all its axes, or on the leading ones. */
  const guess = (node: Node, group: Group): readonly number[] | undefined => {
    const varying = isVarying(node.layout)
    const wanted = node.layout.shape.filter((_, axis) => varying[axis] === true)
    const real = realAxes(group)
    if (wanted.length > real.length || (wanted.length === 0 && real.length > 0)) return undefined
    if (!wanted.every((n, i) => n === group.domain[real[i] as number])) return undefined
    let next = 0
    return varying.map((varies) => (varies ? (real[next++] as number) : -1))
  }

  const tryPlace = (node: Node, group: Group): boolean => {
    if (group.kind === 'other' || !fuse) return false
    const alignment = guess(node, group)
    if (alignment === undefined) return false
    const plan = planned(node, alignment, group, true)
    if (plan === undefined) return false
    commit(plan)
    return true
  }

  const placeAt = (node: Node, bound: Group | undefined): void => {
    if (node.group !== undefined) return
    const limit = bound === undefined ? order.length : bound.position
    const { position } = earliest(node, new Map())
    const found = candidates(node.operands).some(
      (group) => group.position >= position && group.position < limit && tryPlace(node, group),
    )
    if (found) return
    const varying = isVarying(node.layout)
    const group = insertAt(limit, {
      kind: 'nest',
      domain: node.layout.shape.filter((_, axis) => varying[axis] === true),
      nodes: [],
      outer: undefined,
      columns: undefined,
    })
    if (!fuse) {
      node.operands.forEach(({ root }) => {
        if (root.kind === 'node') placeAt(root, group)
      })
      let axis = 0
      node.group = group
      node.alignment = varying.map((varies) => (varies ? axis++ : -1))
      group.nodes.push(node)
      return
    }
    const alignment = guess(node, group)
    const plan = alignment === undefined ? undefined : planned(node, alignment, group, true)
    if (plan === undefined) throw new FusionError()
    commit(plan)
  }

  const placeBefore = (node: Node, group: Group): void => {
    placeAt(node, group)
  }

  const bound = (node: Node): void => {
    if (node.group !== undefined) return
    const waiting = new Set([node])
    // A set is walked to its end, what was added on the way included.
    for (const { operands } of waiting) {
      for (const { root } of operands) if (root.kind === 'node' && root.group === undefined) waiting.add(root)
      if (waiting.size <= largestGroup) continue
      node.operands.forEach(({ root }) => {
        if (root.kind === 'node') placeAt(root, undefined)
      })
      return
    }
  }

  return {
    bound,
    groups: () => order,
    append: (group) => insertAt(order.length, group),
    place: (node) => {
      placeAt(node, undefined)
    },
    candidates,
    fitReduction: (node, operand, group) => {
      if (group.kind === 'other') return undefined
      const { root } = operand
      const varying = isVarying(operand.layout)
      const real = realAxes(group)
      const shape = operand.layout.shape
      const needed = shape.filter((n) => n !== 1).length
      if (needed !== real.length || !shape.every((n, axis) => n === 1 || varying[axis] === true))
        return undefined
      // Each axis of the operand lies on the axis of the domain its root says, or on the next one.
      let alignment: readonly number[] | undefined
      if (root.kind === 'node' && root.group === group) {
        const shown = axesShown(operand)
        if (shown === undefined || root.work.kind === 'accumulation') return undefined
        alignment = shape.map((_, axis) => {
          const rootAxis = shown.indexOf(axis)
          return rootAxis < 0 ? -1 : (root.alignment[rootAxis] as number)
        })
      } else {
        let next = 0
        alignment = shape.map((n) => (n === 1 ? -1 : (real[next++] as number)))
        if (!shape.every((n, axis) => n === 1 || n === group.domain[(alignment as number[])[axis] as number]))
          return undefined
      }
      const bound = earliest(node, new Map())
      if (bound.position > group.position || (bound.position === group.position && bound.strict))
        return undefined
      return alignment
    },
    commitInto: (operand, group, alignment) => {
      const { root } = operand
      if (root.kind === 'leaf') return true
      if (root.group === group) return true
      if (root.group !== undefined) return root.group.position < group.position
      const inner = alignmentIn(operand, alignment)
      if (inner === undefined) {
        if (earliest(root, new Map()).position >= group.position) return false
        placeBefore(root, group)
        return true
      }
      const plan = planned(root, inner, group, false)
      if (plan === undefined) return false
      commit(plan)
      return true
    },
  }
}
