import { basicPrimitives } from './basic.ts'
import { meet } from './met.ts'
import type { AnyPrimitive } from './primitive.ts'

/** Passes begin with it: what they write has been met then. */
export const meetBasic = (): void => {
  Object.values(basicPrimitives).forEach((primitive) => {
    meet(primitive as AnyPrimitive)
  })
}
