import type { FactorPrecision, Instruction } from '../executors/kernel-program.ts'
import type { Program } from '../../core/primitive/program.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { LeafReference, Reference, Storage } from './graph.ts'
import type { Refused } from './refusal.ts'

/** What a region is lowered in. */
export interface RegionContext {
  /** Whether nodes may share a group. */
  readonly fuse: boolean
  /** How products of float32 take their factors. */
  readonly products: FactorPrecision
  /** Collects what fusion should have done and could not. */
  readonly refused: Refused[]
  readonly constantReference: (tensor: ConcreteTensor) => LeafReference
  /** The number of loops around. */
  readonly depth: number
  /** Outputs are copied out of the region by what is around it. */
  readonly nested: boolean
  /**
   * How output `i` is wanted: as any view of what holds its elements, with its elements in row-major order from the start
   * of a storage, or copied, because what it views is overwritten before it is read.
   */
  readonly outputForm: (output: Reference, i: number) => 'view' | 'dense' | 'copy'
  /** Bytes of a region up to which every value has memory of its own. */
  readonly apartUpTo: number
  /** How a program inside an instruction is lowered. */
  readonly lowerInner: LowerRegion
}

/** A program over given inputs, lowered except for places. Its outputs are written when it has run. */
export interface Region {
  readonly outputs: readonly Reference[]
  /** Plans the memory of every storage that has no place yet, with as many of these results over inputs as may be. */
  readonly plan: (wished?: readonly Overlay[]) => PlannedRegion
}

/** An input, and a result that is to be written over it. */
export interface Overlay {
  readonly from: Storage
  readonly to: Storage
}

export interface PlannedRegion {
  readonly bytes: number
  /** Which of the results that were to be written over inputs may be. */
  readonly overlays: readonly Overlay[]
  /** The instructions, with the region's part of the arena starting at `base`. */
  readonly emit: (base: number) => readonly Instruction[]
}

export type LowerRegion = (
  program: Program,
  inputs: readonly LeafReference[],
  context: RegionContext,
) => Region

/** What one group reads and writes, and how it becomes instructions once all places are known. */
export interface Work {
  readonly reads: readonly Storage[]
  readonly writes: readonly Storage[]
  /** Arena bytes of programs inside the instruction. */
  readonly inner: number
  /** Whether a run may end with an error here. */
  readonly mayFail?: boolean
  /** Whether this is one nest that loads and stores these, each element of `to` exactly where it loads that of `from`. */
  readonly storesOver?: (from: Storage, to: Storage) => boolean
  /** The same work with what it needs in between apart from the results that are written over inputs it reads. */
  readonly apartFrom?: (overlays: readonly Overlay[]) => Work
  readonly emit: (innerBase: number) => readonly Instruction[]
}
