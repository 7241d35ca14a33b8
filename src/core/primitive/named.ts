import { meet } from './met.ts'
import type { AnyPrimitive } from './primitive.ts'
import { primitives, type PrimitiveName } from './table.ts'

/** The record of a name, from the whole table; it is met by that. */
export const primitiveNamed = (name: PrimitiveName): AnyPrimitive => {
  const primitive: AnyPrimitive = primitives[name]
  meet(primitive)
  return primitive
}

export const isNameOfPrimitive = (name: string): name is PrimitiveName => Object.hasOwn(primitives, name)
