import type { Node } from './graph.ts'

/** Why a node does not go into a group. */
export type Refusal =
  /** The group runs before everything the node is computed from is there. */
  | 'too early'
  /** It would be read in the group that only completes it. */
  | 'accumulated here'
  /** It lies in the group already, along other axes of the domain. */
  | 'aligned otherwise'
  /** It would be read along two different alignments: once inside, it cannot be both. */
  | 'read in two alignments'
  /** It varies along some axes that are neither all of the domain nor exactly its rows. */
  | 'neither all nor rows'
  /** The group has as many registers as are good for it. */
  | 'full'
  /** Its shape is not that of leading axes of the domain. */
  | 'other sizes'
  /** A reduction would settle rows and columns otherwise than another one has. */
  | 'columns settled otherwise'
  /** The axes to reduce have kept ones between them. */
  | 'reduced axes apart'
  /** The group's work is one instruction of its own kind, or fusion is off. */
  | 'not open'

/** A node that was given a group of its own, where sharing one failed for a reason that should not arise. */
export interface Refused {
  readonly work: Node['work']
  readonly domain: readonly number[]
  readonly reason: Refusal
}
