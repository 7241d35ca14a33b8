/*
 * What each kind of equation becomes. Elementwise operations are steps by their records, the others have an entry here,
 * which their records ask for. Four sorts:
 *
 *   a view        transpose, reshape, slice, broadcastTo: a reference to the same elements, no work at all
 *   a step        every elementwise operation: a node that waits for a group
 *   a place       sum, reduceMax, matmul, concat, pad: put into a group at once, by rules of their own
 *   apart         gather, scan, cond, while and others: an instruction that nothing is fused with, its operands in memory before
 */

import type { StepOperation } from '../executors/steps.ts'
import type { Equation, OperationName, StructuralName } from '../../core/primitive/program.ts'
import { metPrimitive } from '../../core/primitive/met.ts'
import type { OwnName } from '../../core/primitive/table.ts'
import type { Typed } from '../../core/primitive/primitive.ts'
import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import { PuregradError } from '../../core/tensor/errors.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import {
  dtypeOf,
  leafReference,
  nodeOf,
  referenceTo,
  viewed,
  type LeafReference,
  type MatmulGroup,
  type Node,
  type Reference,
  type SingleGroup,
  type SingleWork,
  type Storage,
} from './graph.ts'
import { joinParts, padParts } from './join-parts.ts'
import { keptFactor } from './kept-factor.ts'
import { broadcastLayout, slicedLayout, transposedLayout } from './layout.ts'
import { mostMultiplications } from './many-small.ts'
import { dense, inMemory, reshaped } from './materialize.ts'
import { reduce } from './reduce.ts'
import { appendGroup, type Schedule } from './schedule.ts'
import { zeroOf } from './zero.ts'

/** Where an equation is lowered. */
export interface Site {
  readonly schedule: Schedule
  readonly constantReference: (tensor: ConcreteTensor) => LeafReference
  /** Whether an equation behind the one that is lowered takes what a node computes. */
  readonly isUsedLater: (node: Node) => boolean
}

type EquationOf<N extends OperationName> = Extract<Equation, { readonly operation: N }>

type LowerEquation<N extends OperationName> = (
  equation: EquationOf<N>,
  operands: readonly Reference[],
  site: Site,
) => readonly Reference[]

const firstOf = (operands: readonly Reference[]): Reference => operands[0]!
const outputOf = ({ outputs }: Equation): Typed => outputs[0]!

const step = (
  operation: StepOperation,
  { dtype, shape }: Typed,
  operands: readonly Reference[],
): readonly Reference[] => [referenceTo(nodeOf({ kind: 'step', operation }, dtype, shape, operands))]

/** An instruction of its own behind everything so far. */
const single = (
  { schedule }: Site,
  work: SingleWork,
  reads: readonly Reference[],
  outputs: readonly Typed[],
): readonly Reference[] => {
  const writes = outputs.map(({ dtype, shape }): Storage => ({ dtype, size: sizeOf(shape) }))
  const group = appendGroup<SingleGroup>(schedule, { kind: 'single', work, reads, writes })
  return outputs.map(({ shape }, i) => leafReference(writes[i]!, shape, group))
}

type LowerAny = (equation: Equation, operands: readonly Reference[], site: Site) => readonly Reference[]

/** An instruction of its own, after what it reads is in memory in a form that it can follow. */
const apart =
  (form: (schedule: Schedule, operand: Reference) => Reference): LowerAny =>
  (equation, operands, site) =>
    single(
      site,
      { kind: 'equation', equation },
      operands.map((operand) => form(site.schedule, operand)),
      equation.outputs,
    )

/** An instruction that follows any strides of what it reads. */
const apartOnViews = apart(inMemory)

/** An instruction that wants what it reads in row-major order. */
const apartOnDense = apart(dense)

const product: LowerEquation<'matmul'> = ({ outputs }, operands, { schedule }) => {
  const { dtype, shape } = outputs[0]!
  const rank = shape.length
  const depth = operands[0]!.layout.shape[rank - 1]!
  // Products of a few elements are computed at once of float32 alone.
  const isSmall = sizeOf(shape.slice(rank - 2)) * depth <= mostMultiplications
  const [left, right] = operands.map((factor) =>
    inMemory(schedule, isSmall ? factor : keptFactor(factor)),
  ) as [Reference, Reference]
  const group = appendGroup<MatmulGroup>(schedule, {
    kind: 'matmul',
    domain: shape,
    nodes: [],
    outer: rank - 2,
    columns: rank - 1,
    factors: [left, right],
  })
  const node = nodeOf({ kind: 'product' }, dtype, shape, [])
  node.group = group
  node.alignment = shape.map((n, axis) => (n === 1 ? -1 : axis))
  group.nodes.push(node)
  return [referenceTo(node)]
}

const inlinedBefore = (): never => {
  throw new PuregradError('unreachable: calls are inlined before lowering')
}

const lowerings: { readonly [N in OwnName | StructuralName]: LowerEquation<N> } = {
  stopGradient: (_, [x]) => [x!],
  reshape: (equation, operands) => [reshaped(firstOf(operands), outputOf(equation).shape)],
  transpose: ({ params }, operands) => {
    const x = firstOf(operands)
    return [viewed(x, transposedLayout(x.layout, params.permutation))]
  },
  broadcastTo: ({ params }, operands) => {
    const x = firstOf(operands)
    return [viewed(x, broadcastLayout(x.layout, params.shape))]
  },
  slice: ({ params: { start, step: by, shape } }, operands) => {
    const x = firstOf(operands)
    return [viewed(x, slicedLayout(x.layout, start, by, shape))]
  },
  sum: ({ params: { axes }, outputs: [output] }, [operand], { schedule, isUsedLater }) => [
    reduce(schedule, { operation: 'sum', operand: operand!, axes, output: output! }, isUsedLater),
  ],
  reduceMax: ({ params: { axes }, outputs: [output] }, [operand], { schedule, isUsedLater }) => [
    reduce(schedule, { operation: 'max', operand: operand!, axes, output: output! }, isUsedLater),
  ],
  matmul: product,
  concat: (equation, operands, { schedule }) => [
    joinParts(schedule, operands, equation.params.axis, outputOf(equation)),
  ],
  pad: (equation, operands, site) => {
    const { dtype, shape } = outputOf(equation)
    const zero = (): LeafReference => site.constantReference(zeroOf(dtype))
    const padded = padParts(firstOf(operands), equation.params, shape, zero)
    return padded === undefined
      ? apartOnViews(equation, operands, site)
      : [joinParts(site.schedule, padded.parts, padded.axis, { dtype, shape })]
  },
  cumsum: apartOnDense,
  argmax: apartOnDense,
  argsort: apartOnDense,
  gather: apartOnDense,
  scatterAdd: apartOnDense,
  threefry: apartOnDense,
  randomBits: apartOnDense,
  scan: (equation, operands, site) => {
    // Elements of sequences are copied by runs; anything else enters the loop as the view it is.
    const { fixed, carried } = equation.params
    const sequences = operands.slice(fixed + carried).map((operand) => dense(site.schedule, operand))
    return apartOnViews(equation, [...operands.slice(0, fixed + carried), ...sequences], site)
  },
  cond: apartOnViews,
  while: apartOnViews,
  checkpoint: inlinedBefore,
  custom: inlinedBefore,
}

/** A node that waits for a group; a conversion to the dtype that is there already is none. */
const elementwise = (
  operation: StepOperation,
  output: Typed,
  operands: readonly Reference[],
): readonly Reference[] =>
  operation === 'cast' && dtypeOf(firstOf(operands)) === output.dtype
    ? [firstOf(operands)]
    : step(operation, output, operands)

/** The outputs of an equation, from references to what it reads. */
export const lowerEquation = (
  equation: Equation,
  operands: readonly Reference[],
  site: Site,
): readonly Reference[] => {
  const { operation, outputs } = equation
  const output = outputs[0]!
  if (outputs.length === 1) {
    const { dtype, shape } = output
    if (sizeOf(shape) === 0) return [leafReference({ dtype, size: 0 }, shape, undefined)]
    const first = operands[0]
    if (
      (operation === 'sum' || operation === 'matmul') &&
      first !== undefined &&
      sizeOf(first.layout.shape) === 0
    )
      return single(site, { kind: 'zeros' }, [], outputs)
  }
  const lowering = metPrimitive(operation)?.lowering
  if (lowering?.kind === 'decompose')
    throw new PuregradError(`unreachable: ${operation} is decomposed before lowering`)
  if (lowering?.kind === 'routine') return apartOnDense(equation, operands, site)
  if (lowering?.kind === 'step')
    return elementwise(lowering.step.operation as StepOperation, output, operands)
  return (lowerings[operation as OwnName] as LowerEquation<OperationName>)(equation, operands, site)
}
