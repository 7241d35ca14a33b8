import { elementwise } from './elementwise.ts'
import { indexing } from './indexing.ts'
import { matmul } from './matmul.ts'
import { movement } from './movement.ts'
import type { Parameters, Primitive, PrimitiveName } from './primitive.ts'
import { random } from './random.ts'
import { reduction } from './reduction.ts'

/** Every primitive of the library. The type makes a missing entry a compile error. */
export const primitives: { readonly [N in PrimitiveName]: Primitive<Parameters[N]> } = {
  ...elementwise,
  ...movement,
  ...reduction,
  ...indexing,
  ...random,
  matmul,
}
