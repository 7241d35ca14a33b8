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
  /** Plans the memory of every storage that has no place yet. */
  readonly plan: () => PlannedRegion
}

export interface PlannedRegion {
  readonly bytes: number
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
  readonly emit: (innerBase: number) => readonly Instruction[]
}
