import type { Program } from '../../core/primitive/program.ts'
import type { LeafReference, Node, Reference } from './graph.ts'
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

/** The number of the last equation that takes a variable; that of an output is behind all. */
const lastUses = ({ inputs, constants, equations, outputs }: Program): Int32Array<ArrayBuffer> => {
  let count = inputs.length + constants.length
  for (let i = 0; i < equations.length; i++) count += equations[i]!.outputs.length
  const last = new Int32Array(count).fill(-1)
  for (let i = 0; i < equations.length; i++) {
    const { inputs: operands } = equations[i]!
    for (let k = 0; k < operands.length; k++) last[operands[k]!] = i
  }
  for (const variable of outputs) last[variable] = equations.length
  return last
}

/** Builds the groups of a program over given references of its inputs. */
export const buildGroups = (
  program: Program,
  inputs: readonly LeafReference[],
  { fuse, refused, constantReference, outputForm }: RegionContext,
): Built => {
  const schedule = emptySchedule(fuse, refused)
  const last = lastUses(program)
  const usedUntil = new Map<Node, number>()
  let now = 0
  const isUsedLater = (node: Node): boolean => (usedUntil.get(node) ?? 0) > now
  const site = { schedule, constantReference, isUsedLater }
  const references: Reference[] = [...inputs, ...program.constants.map(constantReference)]
  const at = (variable: number): Reference => references[variable]!
  for (; now < program.equations.length; now++) {
    const equation = program.equations[now]!
    const operands: Reference[] = []
    for (let i = 0; i < equation.inputs.length; i++) operands.push(references[equation.inputs[i]!]!)
    const results = lowerEquation(equation, operands, site)
    for (let i = 0; i < results.length; i++) {
      const reference = results[i]!
      const { root } = reference
      if (root.kind === 'node') {
        boundWaiting(schedule, root)
        usedUntil.set(root, Math.max(usedUntil.get(root) ?? 0, last[references.length]!))
      }
      references.push(reference)
    }
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
