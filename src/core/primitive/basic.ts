import * as elementwise from './elementwise.ts'
import * as indexing from './indexing.ts'
import { matmul } from './matmul.ts'
import * as movement from './movement.ts'
import * as random from './random.ts'
import * as reduction from './reduction.ts'

/** The primitives that others are decomposed into and that passes write: whatever compiles has them. */
export const basicPrimitives = { ...elementwise, ...movement, ...reduction, ...indexing, ...random, matmul }
