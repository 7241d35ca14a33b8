import type { Program } from '../../core/primitive/program.ts'
import type { LeafReference, Reference } from './graph.ts'
import { lowerEquation } from './lower-equation.ts'
import { copiedInto, dense, inMemory } from './materialize.ts'
import { boundWaiting } from './place.ts'
import { emptySchedule, type Schedule } from './schedule.ts'
import type { RegionContext } from './region-context.ts'

/** A program as groups of nodes, in the order of execution. */
export interface Built {
  readonly schedule: Schedule
  readonly outputs: readonly Reference[]
}

/** Builds the groups of a program over given references of its inputs. */
export const buildGroups = (
  program: Program,
  inputs: readonly LeafReference[],
  { fuse, refused, constantReference, outputForm }: RegionContext,
): Built => {
  const schedule = emptySchedule(fuse, refused)
  const site = { schedule, constantReference }
  const references: Reference[] = [...inputs, ...program.constants.map(constantReference)]
  const at = (variable: number): Reference => references[variable]!
  for (const equation of program.equations)
    for (const reference of lowerEquation(equation, equation.inputs.map(at), site)) {
      if (reference.root.kind === 'node') boundWaiting(schedule, reference.root)
      references.push(reference)
    }
  const outputs = program.outputs.map((variable, i) => {
    const output = inMemory(schedule, at(variable))
    const form = outputForm(output, i)
    return form === 'view'
      ? output
      : form === 'dense'
        ? dense(schedule, output)
        : copiedInto(schedule, output)
  })
  return { schedule, outputs }
}
