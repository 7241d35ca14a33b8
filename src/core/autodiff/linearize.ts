import { isReal, isStorage } from '../tensor/dtype.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { AnyPrimitive, Typed } from '../primitive/primitive.ts'
import { addCotangents } from './add-cotangents.ts'
import { tangentOperations as o } from './apply.ts'
import { withLevel } from './level.ts'
import { dependencies, newTrace, reachable, symbolicNode } from './linear.ts'
import { Dual, levelOf, type AnyValue, type FlatFunction, type Symbolic, type Tangents } from './value.ts'

/** A linear map as plain data: the expression of each output (an absent one is zero) in the inputs. */
export interface LinearMap {
  readonly inputs: readonly Typed[]
  readonly outputTypes: readonly Typed[]
  readonly outputs: readonly (Symbolic | undefined)[]
}

/** A value that moves along a tangent; integers and booleans do not move, whatever the tangent says. */
export const moving = (level: number, primal: AnyValue, tangent: AnyValue | undefined): AnyValue =>
  tangent === undefined || !isReal(primal.dtype) ? primal : new Dual(level, primal, tangent)

/** The value a function returned, with the part of this level taken off. */
const split = (
  output: AnyValue,
  level: number,
): { readonly primal: AnyValue; readonly tangent: AnyValue | undefined } => {
  if (output.kind === 'dual' && output.level === level)
    return { primal: output.primal, tangent: output.tangent }
  if (levelOf(output) >= level)
    throw new ArgumentError('the function returned a value of a transformation that has ended inside it')
  return { primal: output, tangent: undefined }
}

/** Forward mode: the outputs and how they move when the inputs move along the tangents. */
export const jvpFlat = (
  f: FlatFunction,
  primals: readonly AnyValue[],
  tangents: Tangents,
): { readonly outputs: readonly AnyValue[]; readonly tangents: Tangents } =>
  withLevel((level) => {
    const results = f(primals.map((primal, i) => moving(level, primal, tangents[i]))).map((output) =>
      split(output, level),
    )
    return { outputs: results.map(({ primal }) => primal), tangents: results.map(({ tangent }) => tangent) }
  })

/** The outputs, and the derivative at this point as a linear map: the same rules run on symbolic tangents. */
export const linearizeFlat = (
  f: FlatFunction,
  primals: readonly AnyValue[],
): { readonly outputs: readonly AnyValue[]; readonly map: LinearMap } =>
  withLevel((level) => {
    const trace = newTrace(level)
    const results = f(
      primals.map((primal, position) =>
        moving(level, primal, symbolicNode(trace, primal, { op: 'input', position })),
      ),
    ).map((output) => split(output, level))
    const outputs = results.map(({ primal }) => primal)
    return {
      outputs,
      map: {
        inputs: primals.map(typed),
        outputTypes: outputs.map(typed),
        outputs: results.map(({ tangent }) => tangent as Symbolic | undefined),
      },
    }
  })

const typed = ({ shape, dtype }: Typed): Typed => ({ shape, dtype })

const requireTypes = (values: Tangents, types: readonly Typed[], what: string): void => {
  types.forEach((type, i) => {
    const value = values[i]
    if (value !== undefined && (!sameShape(value.shape, type.shape) || value.dtype !== type.dtype))
      throw new ShapeError(
        `the ${what} at position ${String(i)} is ${value.dtype}${showShape(value.shape)}, ` +
          `expected ${type.dtype}${showShape(type.shape)}`,
      )
  })
}

/** One linear primitive on tangents, `movedOf` giving those that stand for symbolic inputs. */
const evaluateNode = (
  primitive: AnyPrimitive,
  params: never,
  inputs: readonly AnyValue[],
  movedOf: (input: AnyValue) => AnyValue | undefined,
): AnyValue => {
  const moved = inputs.map(movedOf)
  const operands = inputs.map((input, i) => moved[i] ?? input)
  const onTangents = primitive.linear?.onTangents
  const isLinear = moved.map((tangent) => tangent !== undefined)
  return (onTangents?.(o, operands, isLinear) ?? o.bind(primitive, operands, params)) as AnyValue
}

/** Evaluates a linear map: one ascending sweep over the nodes. */
export const evaluateLinear = (map: LinearMap, tangents: Tangents): Tangents => {
  requireTypes(tangents, map.inputs, 'tangent')
  const nodes = reachable(map.outputs)
  const values: (AnyValue | undefined)[] = new Array<AnyValue | undefined>(nodes.length)
  const calls = new Map<number, Tangents>()
  const valueOf = (x: Symbolic): AnyValue | undefined => values[x.id]
  for (const symbolic of nodes) {
    if (symbolic === undefined) continue
    const { node, level } = symbolic
    switch (node.op) {
      case 'zero':
        break
      case 'input':
        values[symbolic.id] = tangents[node.position]
        break
      case 'primitive': {
        if (dependencies(symbolic).every((x) => valueOf(x) === undefined)) break
        values[symbolic.id] = evaluateNode(node.primitive, node.params, node.inputs, (x) =>
          x.kind === 'symbolic' && x.level === level ? (valueOf(x) ?? o.zero(x)) : undefined,
        )
        break
      }
      case 'call':
        calls.set(
          symbolic.id,
          node.call.apply(node.inputs.map((x) => (x === undefined ? undefined : valueOf(x)))),
        )
        break
      case 'output':
        values[symbolic.id] = calls.get(node.of.id)?.[node.position]
        break
    }
  }
  return map.outputs.map((output) => (output === undefined ? undefined : valueOf(output)))
}

/** What one linear primitive sends to its inputs; where it adds up what is kept in 16 bits, in float32. */
const sentBy = (
  { linear }: AnyPrimitive,
  params: never,
  cotangent: AnyValue,
  inputs: readonly AnyValue[],
  isLinear: readonly boolean[],
): readonly (AnyValue | undefined)[] => {
  const wide = isStorage(cotangent.dtype) ? o.cast(cotangent, 'float32') : cotangent
  const sent = (linear?.transpose(o, wide, inputs, isLinear, params) ?? []) as Tangents
  return sent.map((part, i) => {
    const { dtype } = inputs[i]!
    return part === undefined || part.dtype === dtype ? part : o.cast(part, dtype)
  })
}

const accumulate = (slots: (AnyValue | undefined)[], id: number, cotangent: AnyValue | undefined): void => {
  if (cotangent === undefined) return
  const present = slots[id]
  slots[id] = present === undefined ? cotangent : (addCotangents(o, present, cotangent) as AnyValue)
}

/**
 * The adjoint of a linear map: one descending sweep over the nodes, each visited once; a slot is cleared as the
 * sweep passes it, so its memory can be reused while the sweep goes on.
 */
export const transposeLinear = (map: LinearMap, cotangents: Tangents): Tangents => {
  requireTypes(cotangents, map.outputTypes, 'cotangent')
  const nodes = reachable(map.outputs)
  const slots: (AnyValue | undefined)[] = new Array<AnyValue | undefined>(nodes.length)
  const calls = new Map<number, (AnyValue | undefined)[]>()
  const results: (AnyValue | undefined)[] = map.inputs.map(() => undefined)
  map.outputs.forEach((output, i) => {
    if (output !== undefined) accumulate(slots, output.id, cotangents[i])
  })
  for (let id = nodes.length - 1; id >= 0; id--) {
    const symbolic = nodes[id]
    if (symbolic === undefined) continue
    const { node, level } = symbolic
    const cotangent = slots[id]
    slots[id] = undefined
    if (node.op === 'call') {
      const received = calls.get(id)
      calls.delete(id)
      if (received === undefined) continue
      const sent = node.call.transpose(node.call.outputs.map((_, i) => received[i]))
      node.inputs.forEach((x, i) => {
        if (x !== undefined) accumulate(slots, x.id, sent[i])
      })
      continue
    }
    if (cotangent === undefined) continue
    switch (node.op) {
      case 'zero':
        break
      case 'input':
        accumulate(results, node.position, cotangent)
        break
      case 'primitive': {
        const linear = node.inputs.map((x) => x.kind === 'symbolic' && x.level === level)
        const sent = sentBy(node.primitive, node.params, cotangent, node.inputs, linear)
        node.inputs.forEach((x, i) => {
          if (linear[i] === true) accumulate(slots, (x as Symbolic).id, sent[i])
        })
        break
      }
      case 'output': {
        const received = calls.get(node.of.id) ?? []
        accumulate(received, node.position, cotangent)
        calls.set(node.of.id, received)
        break
      }
    }
  }
  return results
}
