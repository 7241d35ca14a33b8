import type { Group, Node, Reference, SpaceGroup, Storage } from './graph.ts'
import type { Refused } from './refusal.ts'

/** Small nodes are computed once, apart, rather than again in every group that uses them. */
export const smallDomain = 64

/** Of the groups that read a storage, so many are tried as company for another reader. */
const mostReaders = 64

/** The groups of a region, which grow in number while its equations are lowered. */
export interface Schedule {
  /** Whether nodes may share a group. */
  readonly fuse: boolean
  /** In the order of execution; `position` of each is its index. */
  readonly groups: Group[]
  /** Which groups read a storage directly: company worth keeping. */
  readonly readers: Map<Storage, SpaceGroup[]>
  /** At most so many nodes without a group are behind one that was without when it was made, itself among them. */
  readonly waiting: Map<Node, number>
  /** Nodes that have a group of their own although nothing should have kept them from sharing. */
  readonly refused: Refused[]
  /** How often nodes were given groups, or groups other positions. */
  changes: number
}

export const emptySchedule = (fuse: boolean, refused: Refused[]): Schedule => ({
  fuse,
  groups: [],
  readers: new Map(),
  waiting: new Map(),
  refused,
  changes: 0,
})

/** A group as it is written down, before it has a place in the order. */
type Unplaced<G extends Group> = G extends Group ? Omit<G, 'position' | 'realAxes'> : never

const realAxesOf = (domain: readonly number[]): readonly number[] => {
  const axes: number[] = []
  for (let axis = 0; axis < domain.length; axis++) if (domain[axis] !== 1) axes.push(axis)
  return axes
}

/** The group in front of the one that is at `index` now. */
export const insertGroup = <G extends Group>(schedule: Schedule, index: number, group: Unplaced<G>): G => {
  const { groups } = schedule
  if (index < groups.length) schedule.changes += 1
  const realAxes = 'domain' in group ? realAxesOf(group.domain) : undefined
  const inserted = Object.assign(group, { position: index, realAxes }) as unknown as G
  groups.splice(index, 0, inserted)
  for (let i = index + 1; i < groups.length; i++) groups[i]!.position = i
  return inserted
}

/** The group behind all others. */
export const appendGroup = <G extends Group>(schedule: Schedule, group: Unplaced<G>): G =>
  insertGroup(schedule, schedule.groups.length, group)

export const noteReads = ({ readers }: Schedule, { operands }: Node, group: SpaceGroup): void => {
  for (let i = 0; i < operands.length; i++) {
    const { storage } = operands[i]!.root
    if (storage === undefined || storage.size <= smallDomain) continue
    const known = readers.get(storage)
    if (known === undefined) readers.set(storage, [group])
    else if (known[known.length - 1] !== group) known.push(group)
  }
}

/**
 * When a value can be read first: 2p where a consumer may share the group at position p, 2p + 1 where it has to come after
 * that; −1 where it is there from the start. What a nest accumulates, and what an instruction of its own writes, is there
 * when it has ended. So the larger of two is the later one.
 */
export type Earliest = number

const during = ({ position }: Group): Earliest => 2 * position

const after = ({ position }: Group): Earliest => 2 * position + 1

const atStart: Earliest = -1

/** The position of the last group that has to be there. */
export const positionOf = (bound: Earliest): number => bound >> 1

/** When everything a node is computed from can be read, the nodes without a group among it being computed on the way. */
export const earliest = (schedule: Schedule, node: Node): Earliest => {
  if (node.boundAfter === schedule.changes) return node.bound
  let found = atStart
  const { operands } = node
  for (let i = 0; i < operands.length; i++) {
    const { root } = operands[i]!
    let bound = atStart
    if (root.kind === 'leaf') {
      if (root.after !== undefined) bound = after(root.after)
    } else if (root.group === undefined) bound = earliest(schedule, root)
    else bound = root.work.kind === 'accumulation' ? after(root.group) : during(root.group)
    if (bound > found) found = bound
  }
  node.bound = found
  node.boundAfter = schedule.changes
  return found
}

/** Whether a group at this position is too early. */
export const isBefore = (group: Group, bound: Earliest): boolean => bound > during(group)

/** Groups that hold something these operands come from, or that read the same memory, earliest first. */
export const candidates = ({ readers }: Schedule, operands: readonly Reference[]): readonly SpaceGroup[] => {
  const found = new Set<SpaceGroup>()
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
    if (root.group === undefined) root.operands.forEach(visit)
    else {
      found.add(root.group)
      if (root.storage !== undefined) addReaders(root.storage)
    }
  }
  operands.forEach(visit)
  return [...found].sort((a, b) => a.position - b.position)
}
