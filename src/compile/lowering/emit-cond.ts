import type { Instruction } from '../executors/kernel-program.ts'
import type { Program, StructuralParameters } from '../../core/primitive/program.ts'
import { placeOf } from './arrange.ts'
import { copyView } from './emit-nest.ts'
import { entering, writtenStorage, type Reference, type Storage } from './graph.ts'
import type { PlannedRegion, RegionContext, Work } from './region-context.ts'

interface Branch {
  readonly outputs: readonly Reference[]
  readonly planned: PlannedRegion
}

/**
 * A branch: two regions over the same operands, each followed by copies of its outputs into the memory that stands for
 * the result. Only one of them runs, so both use the same part of the arena.
 */
export const condWork = (
  { onTrue, onFalse }: StructuralParameters['cond'],
  reads: readonly Reference[],
  writes: readonly Storage[],
  context: RegionContext,
): Work => {
  const [predicate, ...operands] = reads as readonly [Reference, ...Reference[]]
  const lowerBranch = (branch: Program): Branch => {
    const region = context.lowerInner(branch, operands.map(entering), {
      ...context,
      nested: true,
      outputForm: () => 'view',
    })
    return { outputs: region.outputs, planned: region.plan() }
  }
  const [holds, fails] = [lowerBranch(onTrue), lowerBranch(onFalse)]
  const emitBranch = ({ outputs, planned }: Branch, base: number): readonly Instruction[] => [
    ...planned.emit(base),
    ...writes.flatMap((storage, i) => copyView(outputs[i]!, storage)),
  ]
  return {
    reads: reads.map(writtenStorage),
    writes,
    inner: Math.max(holds.planned.bytes, fails.planned.bytes),
    emit: (base) => [
      {
        kind: 'if',
        predicate: placeOf(writtenStorage(predicate), predicate.layout.offset),
        onTrue: emitBranch(holds, base),
        onFalse: emitBranch(fails, base),
      },
    ],
  }
}
