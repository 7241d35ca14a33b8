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
  readonly waiting: WeakMap<Node, number>
  /** Nodes that have a group of their own although nothing should have kept them from sharing. */
  readonly refused: Refused[]
}

export const emptySchedule = (fuse: boolean, refused: Refused[]): Schedule => ({
  fuse,
  groups: [],
  readers: new Map(),
  waiting: new WeakMap(),
  refused,
})

/** A group as it is written down, before it has a place in the order. */
type Unplaced<G extends Group> = G extends Group ? Omit<G, 'position' | 'realAxes'> : never

const realAxesOf = (domain: readonly number[]): readonly number[] => {
  const axes: number[] = []
  for (let axis = 0; axis < domain.length; axis++) if (domain[axis] !== 1) axes.push(axis)
  return axes
}

/** The group in front of the one that is at `index` now. */
export const insertGroup = <G extends Group>({ groups }: Schedule, index: number, group: Unplaced<G>): G => {
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
  operands.forEach(({ root: { storage } }) => {
    if (storage === undefined || storage.size <= smallDomain) return
    const known = readers.get(storage)
    if (known === undefined) readers.set(storage, [group])
    else if (known[known.length - 1] !== group) known.push(group)
  })
}

/**
 * The first position at which a value can be read: a consumer may share the group at `position`, or has to come after it
 * where that is `strict`. What a nest accumulates, and what an instruction of its own writes, is there when it has ended.
 */
export interface Earliest {
  readonly position: number
  readonly strict: boolean
}

const later = (a: Earliest, b: Earliest): Earliest =>
  a.position > b.position || (a.position === b.position && a.strict) ? a : b

const atStart: Earliest = { position: -1, strict: true }

/** When everything a node is computed from can be read, the nodes without a group among it being computed on the way. */
export const earliest = (node: Node, memo?: Map<Node, Earliest>): Earliest => {
  const known = memo?.get(node)
  if (known !== undefined) return known
  let found = atStart
  let seen = memo
  const { operands } = node
  for (let i = 0; i < operands.length; i++) {
    const { root } = operands[i]!
    if (root.kind === 'leaf') {
      if (root.after !== undefined) found = later(found, { position: root.after.position, strict: true })
    } else if (root.group === undefined) found = later(found, earliest(root, (seen ??= new Map())))
    else found = later(found, { position: root.group.position, strict: root.work.kind === 'accumulation' })
  }
  memo?.set(node, found)
  return found
}

/** Whether a group at this position is too early. */
export const isBefore = ({ position }: Group, bound: Earliest): boolean =>
  bound.position > position || (bound.position === position && bound.strict)

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
