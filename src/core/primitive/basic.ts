import * as elementwise from './elementwise.ts'
import * as indexing from './indexing.ts'
import { matmul } from './matmul.ts'
import { meet } from './met.ts'
import * as movement from './movement.ts'
import type { AnyPrimitive } from './primitive.ts'
import * as random from './random.ts'
import * as reduction from './reduction.ts'

/** The primitives that others are decomposed into and that passes write: whatever compiles has them. */
export const basicPrimitives = { ...elementwise, ...movement, ...reduction, ...indexing, ...random, matmul }

/** Passes begin with it: what they write has been met then. */
export const meetBasic = (): void => {
  Object.values(basicPrimitives).forEach((primitive) => {
    meet(primitive as AnyPrimitive)
  })
}
