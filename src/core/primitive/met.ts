import { PuregradError } from '../tensor/errors.ts'
import type { AnyPrimitive, Primitive } from './primitive.ts'
import type { PrimitiveName } from './table.ts'

/*
 * The records by name, for what works on programs: those that have been met. An operation gets into a program where its
 * primitive was applied (the dispatcher has the record in hand), where it was looked up in the whole table (decoded,
 * checked), or where a pass wrote it, which writes basic ones only; all of these meet it. So a page that compiles a sum
 * has no Bessel functions in it.
 */
const met = new Map<string, AnyPrimitive>()

/** From now on the record is found by its name; the first of a name stays. */
export const meet = <P>(primitive: Primitive<P>): void => {
  // eslint-disable-next-line functional/immutable-data -- grows only, and what is found by a name never changes
  if (!met.has(primitive.name)) met.set(primitive.name, primitive)
}

export const isPrimitiveName = (name: string): name is PrimitiveName => met.has(name)

/** The record of a primitive that has been met; nothing for what holds programs. */
export const metPrimitive = (name: string): AnyPrimitive | undefined => met.get(name)

/** The record of a name that has been met. */
export const primitiveOf = (name: PrimitiveName): AnyPrimitive => {
  const found = met.get(name)
  if (found === undefined) throw new PuregradError(`unreachable: ${name} is in a program and was never met`)
  return found
}

/** All that have been met. */
export const metPrimitives = (): Iterable<AnyPrimitive> => met.values()
