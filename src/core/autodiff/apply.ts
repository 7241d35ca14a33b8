import { type ConcreteTensor } from '../tensor/concrete.ts'
import { PuregradError } from '../tensor/errors.ts'
import type { Value } from '../tensor/tensor.ts'
import { operationsOf } from '../primitive/operations.ts'
import type { Parameters, Primitive, PrimitiveName } from '../primitive/primitive.ts'
import { primitives } from '../primitive/table.ts'
import { tangentOf } from '../primitive/tangent.ts'
import { requireActive } from './level.ts'
import { record } from './linear.ts'
import { offloaded } from './offload.ts'
import { recordEquation } from './stage.ts'
import { given as givenBy, supportOf as supportOfBy, tangentOperationsOf } from './tangent-operations.ts'
import { Batched, Dual, levelOf, type AnyValue } from './value.ts'

/**
 * The dispatcher: one primitive on values of any kind. The innermost transformation (largest level) among the
 * inputs acts first and expresses itself by primitives on values of lower levels, down to concrete tensors,
 * where the kernel runs.
 */
export const apply = <N extends PrimitiveName>(
  name: N,
  inputs: readonly AnyValue[],
  params: Parameters[N],
): AnyValue => {
  let top: AnyValue | undefined
  let level = 0
  for (const input of inputs) {
    const l = levelOf(input)
    // A symbolic tangent and a dual never meet in one application, so the first of a level tells its kind.
    if (l > level) {
      level = l
      top = input
    }
  }
  if (top === undefined) {
    const primitive = primitives[name] as Primitive<Parameters[N]>
    const type = primitive.type(inputs, params)
    const known = inputs as readonly ConcreteTensor[]
    return offloaded(name, known, params, type) ?? primitive.kernel(known, params)
  }
  switch (top.kind) {
    case 'dual':
      requireActive(level, 'a derivative')
      return differentiate(level, name, inputs, params)
    case 'batched':
      requireActive(level, 'vmap')
      return batch(level, top.batchSize, name, inputs, params)
    case 'symbolic':
      requireActive(level, 'a derivative')
      return record(level, name, inputs, params)
    case 'staged':
      requireActive(level, 'jit')
      return recordEquation(top.trace, name, inputs, params)
    case 'concrete':
      throw new PuregradError('unreachable: a concrete tensor has level 0')
  }
}

/** The primitives as functions of values of any kind. */
export const operations = operationsOf((name, inputs, params) =>
  apply(name, inputs as readonly AnyValue[], params),
)

/** The primitives as functions of tangents and cotangents. */
export const tangentOperations = tangentOperationsOf(operations)

/** A tangent or cotangent as a caller gives it: its exact zeros say that nothing moves, or is asked for, there. */
export const given = givenBy(operations)

/** Where a tangent is more than a zero of structure; nothing where that is everywhere. */
export const supportOf = supportOfBy(operations)

const differentiate = <N extends PrimitiveName>(
  level: number,
  name: N,
  inputs: readonly AnyValue[],
  params: Parameters[N],
): AnyValue => {
  const primals = inputs.map((x) => (x.kind === 'dual' && x.level === level ? x.primal : x))
  const tangents = inputs.map((x) => (x.kind === 'dual' && x.level === level ? x.tangent : undefined))
  const output = apply(name, primals, params)
  const primitive = primitives[name] as Primitive<Parameters[N]>
  const tangent = tangentOf(tangentOperations, name, primitive, primals, tangents, output, params)
  return tangent === undefined ? output : new Dual(level, output, tangent as AnyValue)
}

const batch = <N extends PrimitiveName>(
  level: number,
  size: number,
  name: N,
  inputs: readonly AnyValue[],
  params: Parameters[N],
): AnyValue => {
  const batched = inputs.map((x) => x.kind === 'batched' && x.level === level)
  const values = inputs.map((x) => (x.kind === 'batched' && x.level === level ? x.value : x))
  const primitive = primitives[name] as Primitive<Parameters[N]>
  // Checked as the user sees it, so that a message speaks of the shapes of one element.
  primitive.type(inputs, params)
  const output: Value = primitive.batch(operations, values, batched, size, params)
  return new Batched(level, output as AnyValue, size)
}
