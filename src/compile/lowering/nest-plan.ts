/*
 * What the nest of a group reads, computes and writes, its axes still those of the domain. A group of domain [4, 5] with
 * the nodes m = mul(x, b), s = rowSum(m), read from outside: s. With x [4, 5] and b [5]:
 *
 *   loads          [0] x, strides (5, 1)   [1] b, strides (0, 1)
 *   steps          [2] mul 0 1             [3] rowSum 2
 *   stores         register 3 into s's storage, strides (1, 0)
 *
 * Registers are numbered loads first; so a first sweep finds the loads, a second one numbers the steps. What reads the
 * same memory the same way is one load, what computes the same from the same registers one step.
 */

import { sameShape, stridesOf } from '../../core/tensor/shape.ts'
import type { Access, Accesses, LoadAccess, NestSpace } from './arrange.ts'
import { contracted, type PlannedStep } from './contract.ts'
import {
  dtypeOf,
  writtenStorage,
  type Node,
  type NodeWork,
  type Reference,
  type SpaceGroup,
  type Storage,
} from './graph.ts'

/** What a group's nest reads, computes and writes, before its axes are arranged. */
export interface NestPlan extends NestSpace, Accesses {
  readonly loads: readonly LoadAccess[]
  readonly steps: readonly PlannedStep[]
  readonly stores: readonly (Access & { readonly register: number })[]
  readonly accumulations: readonly (Access & {
    readonly register: number
    readonly reduction: 'sum' | 'max'
    readonly over: 'rows' | 'all'
  })[]
}

/** What a node is computed from: a load, by its number, or another node of the group. */
type Operand = number | Node

/** A node with its operands found. */
interface PlannedNode {
  readonly node: Node
  readonly operands: readonly Operand[]
}

/** Strides over the axes of the domain from strides over aligned axes. */
const overDomain = (
  strides: readonly number[],
  alignment: readonly number[],
  rank: number,
): readonly number[] => {
  const result = new Array<number>(rank).fill(0)
  for (let i = 0; i < alignment.length; i++) {
    const axis = alignment[i]!
    if (axis >= 0) result[axis] = strides[i]!
  }
  return result
}

/** Numbers loads; the same access has the same number. A group has few, so that they are compared one by one. */
const numberLoads =
  (loads: LoadAccess[]): ((access: LoadAccess) => number) =>
  (access) => {
    const { storage, strides, offset, full } = access
    for (let i = 0; i < loads.length; i++) {
      const other = loads[i]!
      if (
        other.storage === storage &&
        other.offset === offset &&
        other.full === full &&
        sameShape(other.strides, strides)
      )
        return i
    }
    return loads.push(access) - 1
  }

/** The first sweep: what every node reads; the product of a matmul is load 0. */
const findOperands = (
  group: SpaceGroup,
  product: Storage | undefined,
): { readonly loads: readonly LoadAccess[]; readonly nodes: readonly PlannedNode[] } => {
  const { domain } = group
  const loads: LoadAccess[] = []
  const load = numberLoads(loads)
  if (product !== undefined)
    load({ storage: product, strides: stridesOf(domain), offset: 0, dtype: product.dtype, full: true })
  const operandOf = (operand: Reference, alignment: readonly number[], full: boolean): Operand => {
    const { root, layout } = operand
    if (root.kind === 'node' && root.group === group && root.work.kind !== 'accumulation')
      return root.work.kind === 'copy' ? operandOf(root.operands[0]!, root.alignment, true) : root
    return load({
      storage: writtenStorage(operand),
      strides: overDomain(layout.strides, alignment, domain.length),
      offset: layout.offset,
      dtype: dtypeOf(operand),
      full,
    })
  }
  const nodes: PlannedNode[] = []
  for (let i = 0; i < group.nodes.length; i++) {
    const node = group.nodes[i]!
    if (node.work.kind === 'product') continue
    const { alignment, operandAlignment = alignment } = node
    const { kind } = node.work
    const full = kind === 'copy' || kind === 'part' || node.operandAlignment !== undefined
    const operands: Operand[] = []
    for (let k = 0; k < node.operands.length; k++)
      operands.push(operandOf(node.operands[k]!, operandAlignment, full))
    nodes.push({ node, operands })
  }
  return { loads, nodes }
}

/** The second sweep: a step for every node that computes something new, and the register of every node. */
const numberSteps = (
  loads: number,
  nodes: readonly PlannedNode[],
): { readonly steps: readonly PlannedStep[]; readonly registerOf: (operand: Operand) => number } => {
  const registers = new Map<Node, number>()
  // A product is load 0.
  const registerOf = (operand: Operand): number =>
    typeof operand === 'number' ? operand : (registers.get(operand) ?? 0)
  const steps: PlannedStep[] = []
  const sameStep = (operation: string, dtype: string, inputs: readonly number[]): number => {
    for (let i = 0; i < steps.length; i++) {
      const other = steps[i]!
      if (other.operation === operation && other.dtype === dtype && sameShape(other.inputs, inputs)) return i
    }
    return steps.length
  }
  for (let i = 0; i < nodes.length; i++) {
    const { node, operands } = nodes[i]!
    const { work, dtype } = node
    if (work.kind === 'copy' || work.kind === 'part') registers.set(node, registerOf(operands[0]!))
    if (work.kind !== 'step' && work.kind !== 'rowReduction') continue
    const inputs: number[] = []
    for (let k = 0; k < operands.length; k++) inputs.push(registerOf(operands[k]!))
    const { operation } = work
    const step = sameStep(operation, dtype, inputs)
    registers.set(node, loads + step)
    if (step === steps.length) steps.push({ operation, dtype, inputs })
  }
  return { steps, registerOf }
}

/** The nest of a group; for a matmul, register 0 is the product read from `product`. */
export const planNest = (group: SpaceGroup, product: Storage | undefined): NestPlan => {
  const { domain, outer, columns } = group
  const { loads, nodes } = findOperands(group, product)
  const { steps, registerOf } = numberSteps(loads.length, nodes)
  const stored = group.nodes.filter(
    ({ storage, work }) =>
      storage !== undefined &&
      work.kind !== 'accumulation' &&
      !(work.kind === 'product' && storage === product),
  )
  const accumulated = nodes.filter(({ node }) => node.work.kind === 'accumulation')
  const kept = new Set<number>()
  for (let i = 0; i < stored.length; i++) kept.add(registerOf(stored[i]!))
  for (let i = 0; i < accumulated.length; i++) kept.add(registerOf(accumulated[i]!.operands[0]!))
  const { steps: merged, renumber } = contracted(steps, loads.length, kept)
  const stridesOver = ({ layout, alignment }: Node): readonly number[] =>
    overDomain(layout.strides, alignment, domain.length)
  return {
    domain,
    outer,
    columns,
    loads,
    steps: merged,
    stores: stored.map((node) => ({
      storage: node.storage!,
      strides: stridesOver(node),
      offset: 0,
      register: renumber(registerOf(node)),
    })),
    accumulations: accumulated.map(({ node, operands }) => {
      const { reduction, over } = node.work as Extract<NodeWork, { readonly kind: 'accumulation' }>
      return {
        storage: node.storage!,
        strides: stridesOver(node),
        offset: 0,
        register: renumber(registerOf(operands[0]!)),
        reduction,
        over,
      }
    }),
  }
}
