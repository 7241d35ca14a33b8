import { type ConcreteTensor } from '../tensor/concrete.ts'
import { PuregradError } from '../tensor/errors.ts'
import { operationsOf } from '../primitive/operations.ts'
import type { Bind, Primitive } from '../primitive/primitive.ts'
import { tangentOf } from '../primitive/tangent.ts'
import { requireActive } from './level.ts'
import { record } from './linear.ts'
import { offloaded } from './offload.ts'
import { onRepeatedElement } from './repeated-element.ts'
import { recordEquation } from './stage.ts'
import { given as givenBy, supportOf as supportOfBy, tangentOperationsOf } from './tangent-operations.ts'
import { Batched, Dual, levelOf, type AnyValue } from './value.ts'

/**
 * The dispatcher: one primitive on values of any kind. The innermost transformation (largest level) among the
 * inputs acts first and expresses itself by primitives on values of lower levels, down to concrete tensors,
 * where the kernel runs.
 */
export const apply = <P>(primitive: Primitive<P>, inputs: readonly AnyValue[], params: P): AnyValue => {
  let top: AnyValue | undefined
  let level = 0
  for (let i = 0; i < inputs.length; i++) {
    const input = inputs[i]!
    const l = levelOf(input)
    // A symbolic tangent and a dual never meet in one application, so the first of a level tells its kind.
    if (l > level) {
      level = l
      top = input
    }
  }
  if (top === undefined) {
    const type = primitive.type(inputs, params)
    const known = inputs as readonly ConcreteTensor[]
    return (
      onRepeatedElement(primitive, known, params) ??
      offloaded(primitive, known, params, type) ??
      primitive.kernel(known, params)
    )
  }
  switch (top.kind) {
    case 'dual':
      requireActive(level, 'a derivative')
      return differentiate(level, primitive, inputs, params)
    case 'batched':
      requireActive(level, 'vmap')
      return batch(level, top.batchSize, primitive, inputs, params)
    case 'symbolic':
      requireActive(level, 'a derivative')
      return record(level, primitive, inputs, params)
    case 'staged':
      requireActive(level, 'jit')
      return recordEquation(top.trace, primitive, inputs, params)
    case 'concrete':
      throw new PuregradError('unreachable: a concrete tensor has level 0')
  }
}

/** The primitives as functions of values of any kind. */
export const operations = operationsOf(apply as Bind<AnyValue>)

/** The primitives as functions of tangents and cotangents. */
export const tangentOperations = tangentOperationsOf(operations)

/** A tangent or cotangent as a caller gives it: its exact zeros say that nothing moves, or is asked for, there. */
export const given = givenBy(operations)

/** Where a tangent is more than a zero of structure; nothing where that is everywhere. */
export const supportOf = supportOfBy(operations)

const differentiate = <P>(
  level: number,
  primitive: Primitive<P>,
  inputs: readonly AnyValue[],
  params: P,
): AnyValue => {
  const primals = inputs.map((x) => (x.kind === 'dual' && x.level === level ? x.primal : x))
  const tangents = inputs.map((x) => (x.kind === 'dual' && x.level === level ? x.tangent : undefined))
  const output = apply(primitive, primals, params)
  const tangent = tangentOf(tangentOperations, primitive, primals, tangents, output, params)
  return tangent === undefined ? output : new Dual(level, output, tangent as AnyValue)
}

const batch = <P>(
  level: number,
  size: number,
  primitive: Primitive<P>,
  inputs: readonly AnyValue[],
  params: P,
): AnyValue => {
  const batched = inputs.map((x) => x.kind === 'batched' && x.level === level)
  const values = inputs.map((x) => (x.kind === 'batched' && x.level === level ? x.value : x))
  // Checked as the user sees it, so that a message speaks of the shapes of one element.
  primitive.type(inputs, params)
  const output = primitive.batch(operations, values, batched, size, params)
  return new Batched(level, output as AnyValue, size)
}
