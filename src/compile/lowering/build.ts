import { stepOperations, type StepOperation } from '../executors/kernel-program.ts'
import type { Equation, Program } from '../../core/primitive/program.ts'
import { variableTypes } from '../../core/primitive/program.ts'
import { sizeOf } from '../../core/tensor/shape.ts'
import type { Region, Typed } from '../../core/primitive/primitive.ts'
import { FusionError } from './fusion-error.ts'
import type { Fusion } from './fusion.ts'
import type { RegionContext } from './region.ts'
import {
  isVarying,
  leafReference,
  nodeOf,
  referenceTo,
  storageOf,
  type Group,
  type LeafReference,
  type Node,
  type OtherWork,
  type Reference,
  type Storage,
} from './graph.ts'
import {
  broadcastLayout,
  contiguousLayout,
  isContiguousLayout,
  reshapedLayout,
  slicedLayout,
  transposedLayout,
} from './layout.ts'
import { zeroOf } from './zero.ts'

/** A program as groups of nodes, in the order of execution. */
export interface Built {
  readonly fusion: Fusion
  readonly outputs: readonly Reference[]
}

const isStep = (operation: string): operation is StepOperation =>
  (stepOperations as readonly string[]).includes(operation)

/** Elements the reference reads exist in memory: the root has a group and a storage. */
export const materialize = (fusion: Fusion, { root }: Reference): Storage => {
  if (root.kind === 'leaf') return root.storage
  fusion.place(root)
  return storageOf(root)
}

/** The same elements in row-major order from the start of a storage. */
const dense = (fusion: Fusion, reference: Reference, type: Typed): Reference => {
  if (isContiguousLayout(reference.layout)) {
    materialize(fusion, reference)
    return reference
  }
  const copy = nodeOf({ kind: 'copy' }, type.dtype, reference.layout.shape, [reference])
  materialize(fusion, referenceTo(copy))
  return referenceTo(copy)
}

/** Builds the groups of a program over given references of its inputs and constants. */
export const buildGroups = (
  program: Program,
  fusion: Fusion,
  inputs: readonly LeafReference[],
  { constantReference, outputForm }: RegionContext,
): Built => {
  const types = variableTypes(program)
  const references: Reference[] = [...inputs, ...program.constants.map(constantReference)]
  const typeAt = (variable: number): Typed => types[variable] as Typed
  const at = (variable: number): Reference => references[variable] as Reference

  const other = (
    work: OtherWork['work'],
    reads: readonly Reference[],
    outputs: readonly Typed[],
  ): readonly Reference[] => {
    const writes = outputs.map(({ dtype, shape }): Storage => ({ dtype, size: sizeOf(shape) }))
    const group = fusion.append({
      kind: 'other',
      domain: [],
      nodes: [],
      outer: undefined,
      columns: undefined,
      other: { work, reads, writes },
    })
    return outputs.map(({ shape }, i) => leafReference(writes[i] as Storage, shape, group))
  }

  /** Reads of instructions that want contiguous memory. */
  const denseInputs = (variables: readonly number[]): readonly Reference[] =>
    variables.map((variable) => dense(fusion, at(variable), typeAt(variable)))

  /** Reads of instructions that follow any strides. */
  const viewedInputs = (variables: readonly number[]): readonly Reference[] =>
    variables.map((variable) => {
      materialize(fusion, at(variable))
      return at(variable)
    })

  /** Puts a reduction into a group, where the group's iteration space and its other reductions allow it. */
  const reduceIn = (
    group: Group,
    operation: 'sum' | 'max',
    operand: Reference,
    axes: readonly number[],
    output: Typed,
  ): Reference | undefined => {
    const node = nodeOf(
      { kind: 'rowReduction', operation: operation === 'sum' ? 'rowSum' : 'rowMax' },
      output.dtype,
      output.shape,
      [operand],
    )
    const alignment = fusion.fitReduction(node, operand, group)
    if (alignment === undefined) return undefined
    const { shape } = operand.layout
    const real = [...group.domain.keys()].filter((axis) => group.domain[axis] !== 1)
    const reduced = axes.map((axis) => alignment[axis] as number).filter((axis) => axis >= 0)
    const [first, last] = [Math.min(...reduced), Math.max(...reduced)]
    if (real.filter((axis) => axis >= first && axis <= last).length !== reduced.length) return undefined
    const aligned = alignment.filter((_, axis) => axis < shape.length && !axes.includes(axis))
    const { outer, columns } = group
    const settle = (newOuter: number | undefined, newColumns: number | undefined): boolean => {
      if (newOuter !== undefined && outer !== undefined && newOuter !== outer) return false
      if (newColumns !== undefined && columns !== undefined && newColumns !== columns) return false
      const [o, c] = [newOuter ?? outer, newColumns ?? columns]
      if (o !== undefined && c !== undefined && o > c) return false
      if (!fusion.commitInto(operand, group, alignment)) return false
      // Placing the operand may itself have settled where the columns begin.
      if (newColumns !== undefined && group.columns !== undefined && group.columns !== newColumns)
        return false
      group.outer = o
      group.columns = newColumns ?? group.columns
      return true
    }
    if (reduced.length === real.length)
      return settle(0, undefined)
        ? accumulate(group, 'all', operation, operand, output, aligned, alignment)
        : undefined
    if (last === real[real.length - 1]) {
      if (!settle(undefined, first)) return undefined
      node.group = group
      node.alignment = aligned
      node.operandAlignment = alignment
      group.nodes.push(node)
      return referenceTo(node)
    }
    return settle(first === real[0] ? 0 : first, real[real.indexOf(last) + 1])
      ? accumulate(group, 'rows', operation, operand, output, aligned, alignment)
      : undefined
  }

  const reduceApart = (
    operation: 'sum' | 'max',
    operand: Reference,
    axes: readonly number[],
    output: Typed,
  ): Reference | undefined =>
    reduceIn(
      fusion.append({
        kind: 'nest',
        domain: operand.layout.shape.filter((n) => n !== 1),
        nodes: [],
        outer: undefined,
        columns: undefined,
      }),
      operation,
      operand,
      axes,
      output,
    )

  const reduction = (
    operation: 'sum' | 'max',
    operand: Reference,
    axes: readonly number[],
    output: Typed,
  ): Reference => {
    const { shape } = operand.layout
    if (axes.every((axis) => shape[axis] === 1)) return reshaped(operand, output)
    const found = fusion
      .candidates([operand])
      .reduce<Reference | undefined>(
        (sofar, group) => sofar ?? reduceIn(group, operation, operand, axes, output),
        undefined,
      )
    if (found !== undefined) return found
    const varying = isVarying(operand.layout)
    const reduced = axes.filter((axis) => shape[axis] !== 1)
    const [first, last] = [Math.min(...reduced), Math.max(...reduced)]
    const together = shape.every((n, axis) => n === 1 || axis < first || axis > last || axes.includes(axis))
    const direct =
      together && shape.every((n, axis) => n === 1 || varying[axis] === true)
        ? reduceApart(operation, operand, axes, output)
        : undefined
    if (direct !== undefined) return direct
    // A value that repeats along an axis, or whose reduced axes lie apart, is copied first, reduced axes last.
    const permutation = [...[...shape.keys()].filter((axis) => !axes.includes(axis)), ...axes]
    const copy = nodeOf(
      { kind: 'copy' },
      output.dtype,
      permutation.map((axis) => shape[axis] as number),
      [{ root: operand.root, layout: transposedLayout(operand.layout, permutation) }],
    )
    materialize(fusion, referenceTo(copy))
    const reducedLast = permutation.map((_, i) => i).slice(permutation.length - axes.length)
    const result = reduceApart(operation, referenceTo(copy), reducedLast, output)
    if (result === undefined) throw new FusionError()
    return result
  }

  const accumulate = (
    group: Group,
    over: 'rows' | 'all',
    operation: 'sum' | 'max',
    source: Reference,
    output: Typed,
    alignment: readonly number[],
    operandAlignment: readonly number[],
  ): Reference => {
    const node = nodeOf({ kind: 'accumulation', reduction: operation, over }, output.dtype, output.shape, [
      source,
    ])
    const dense: Node = { ...node, group, alignment, operandAlignment }
    dense.storage = { dtype: output.dtype, size: sizeOf(output.shape) }
    group.nodes.push(dense)
    return referenceTo(dense)
  }

  const reshaped = (reference: Reference, output: Typed): Reference => {
    const layout = reshapedLayout(reference.layout, output.shape)
    if (layout !== undefined) return { root: reference.root, layout }
    const copy = referenceTo(nodeOf({ kind: 'copy' }, output.dtype, reference.layout.shape, [reference]))
    return {
      root: copy.root,
      layout: reshapedLayout(copy.layout, output.shape) ?? contiguousLayout(output.shape),
    }
  }

  /** Parts that follow each other along an axis, each written where it belongs by the group that computes it. */
  const joined = (parts: readonly Reference[], axis: number, { dtype, shape }: Typed): Reference => {
    const storage: Storage = { dtype, size: sizeOf(shape) }
    const whole = contiguousLayout(shape)
    let before = 0
    for (const part of parts) {
      const own = part.layout.shape
      const { strides, offset } = slicedLayout(
        whole,
        own.map((_, i) => (i === axis ? before : 0)),
        own.map(() => 1),
        own,
      )
      before += own[axis] ?? 0
      if (sizeOf(own) === 0) continue
      fusion.place({
        ...nodeOf({ kind: 'part' }, dtype, own, [part]),
        layout: { shape: own, strides, offset: 0 },
        storage: { dtype, size: sizeOf(own), within: { storage, offset } },
      })
    }
    const group = fusion.append({
      kind: 'other',
      domain: [],
      nodes: [],
      outer: undefined,
      columns: undefined,
      other: { work: { kind: 'joined' }, reads: [], writes: [storage] },
    })
    return leafReference(storage, shape, group)
  }

  /** Zeros, the elements and zeros, where a pad adds zeros along one axis and not between elements. */
  const padParts = (
    operand: Reference,
    { start, step }: Region,
    { dtype, shape }: Typed,
  ): { readonly references: readonly Reference[]; readonly axis: number } | undefined => {
    const inner = operand.layout.shape
    const axes = [...shape.keys()].filter((axis) => shape[axis] !== inner[axis])
    const [axis] = axes
    if (axis === undefined || axes.length > 1 || step[axis] !== 1 || inner[axis] === 0) return undefined
    const zeros = (n: number): Reference => {
      const own = shape.map((size, i) => (i === axis ? n : size))
      return {
        root: constantReference(zeroOf(dtype)).root,
        layout: { shape: own, strides: own.map(() => 0), offset: 0 },
      }
    }
    const before = start[axis] ?? 0
    const after = (shape[axis] ?? 0) - before - (inner[axis] ?? 0)
    return { references: [zeros(before), operand, zeros(after)], axis }
  }

  const lowerEquation = (equation: Equation): readonly Reference[] => {
    const [first] = equation.inputs
    const x = first === undefined ? undefined : at(first)
    const output = equation.outputs[0] as Typed
    const operand = x as Reference
    if (equation.outputs.length === 1) {
      if (sizeOf(output.shape) === 0)
        return [leafReference({ dtype: output.dtype, size: 0 }, output.shape, undefined)]
      const empty = first !== undefined && sizeOf(typeAt(first).shape) === 0
      if (empty && (equation.operation === 'sum' || equation.operation === 'matmul'))
        return other({ kind: 'zeros' }, [], equation.outputs)
    }
    switch (equation.operation) {
      case 'stopGradient':
        return [operand]
      case 'reshape':
        return [reshaped(operand, output)]
      case 'transpose':
        return [{ root: operand.root, layout: transposedLayout(operand.layout, equation.params.permutation) }]
      case 'broadcastTo':
        return [{ root: operand.root, layout: broadcastLayout(operand.layout, equation.params.shape) }]
      case 'slice': {
        const { start, step, shape } = equation.params
        return [{ root: operand.root, layout: slicedLayout(operand.layout, start, step, shape) }]
      }
      case 'cast':
        if (typeAt(first as number).dtype === output.dtype) return [operand]
        return [
          referenceTo(nodeOf({ kind: 'step', operation: 'cast' }, output.dtype, output.shape, [operand])),
        ]
      case 'rootOfSquares':
        return [
          referenceTo(nodeOf({ kind: 'step', operation: 'sqrt' }, output.dtype, output.shape, [operand])),
        ]
      case 'sum':
        return [reduction('sum', operand, equation.params.axes, output)]
      case 'reduceMax':
        return [reduction('max', operand, equation.params.axes, output)]
      case 'matmul': {
        const factors = equation.inputs.map(at) as unknown as readonly [Reference, Reference]
        factors.forEach((factor) => materialize(fusion, factor))
        const rank = output.shape.length
        const group = fusion.append({
          kind: 'matmul',
          domain: output.shape,
          nodes: [],
          outer: rank - 2,
          columns: rank - 1,
          factors,
        })
        const product: Node = {
          kind: 'node',
          work: { kind: 'product' },
          dtype: output.dtype,
          operands: [],
          layout: contiguousLayout(output.shape),
          group,
          alignment: output.shape.map((n, axis) => (n === 1 ? -1 : axis)),
        }
        group.nodes.push(product)
        return [referenceTo(product)]
      }
      case 'concat':
        return [joined(equation.inputs.map(at), equation.params.axis, output)]
      case 'pad': {
        const parts = padParts(operand, equation.params, output)
        if (parts !== undefined) return [joined(parts.references, parts.axis, output)]
        return other({ kind: 'equation', equation }, viewedInputs(equation.inputs), equation.outputs)
      }
      case 'cumsum':
      case 'argmax':
      case 'argsort':
      case 'gather':
      case 'scatterAdd':
      case 'threefry':
      case 'randomBits':
        return other({ kind: 'equation', equation }, denseInputs(equation.inputs), equation.outputs)
      case 'scan': {
        // Elements of sequences are copied by runs; anything else enters the loop as the view it is.
        const { fixed, carried } = equation.params
        const sequences = denseInputs(equation.inputs.slice(fixed + carried))
        const reads = [...viewedInputs(equation.inputs.slice(0, fixed + carried)), ...sequences]
        return other({ kind: 'equation', equation }, reads, equation.outputs)
      }
      case 'cond':
        return other({ kind: 'equation', equation }, viewedInputs(equation.inputs), equation.outputs)
      case 'checkpoint':
      case 'custom':
        throw new Error('unreachable: calls are inlined before lowering')
      default:
        if (!isStep(equation.operation)) throw new Error('unreachable: an operation without a lowering')
        return [
          referenceTo(
            nodeOf(
              { kind: 'step', operation: equation.operation },
              output.dtype,
              output.shape,
              equation.inputs.map(at),
            ),
          ),
        ]
    }
  }

  for (const equation of program.equations)
    for (const reference of lowerEquation(equation)) {
      if (reference.root.kind === 'node') fusion.bound(reference.root)
      references.push(reference)
    }
  const outputs = program.outputs.map((variable, i) => {
    const output = at(variable)
    materialize(fusion, output)
    const form = outputForm(output, i)
    if (form === 'view') return output
    if (form === 'dense') return dense(fusion, output, typeAt(variable))
    const copy = nodeOf({ kind: 'copy' }, typeAt(variable).dtype, output.layout.shape, [output])
    materialize(fusion, referenceTo(copy))
    return referenceTo(copy)
  })
  return { fusion, outputs }
}
