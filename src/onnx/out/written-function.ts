import { freeBatch } from '../../compile/program/free-batch.ts'
import { operations } from '../../core/autodiff/apply.ts'
import type { FloatDType } from '../../core/tensor/dtype.ts'
import type { Sizes } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { extents } from './extent.ts'
import type { Graph } from './graph.ts'
import { whole } from './operand.ts'
import { writeProgram } from './write-program.ts'

/** Rows of a shape: a value of a graph whose first axis has them. */
export interface Rows {
  readonly name: string
  readonly shape: Sizes
  readonly dtype: FloatDType
}

/** A function of one tensor of rows, primitive by primitive: the name of the value that has its result. */
export const writtenFunction = (g: Graph, { name, shape, dtype }: Rows, f: (x: Tensor) => Tensor): string => {
  const like = operations.constant(0, { shape: [1, ...shape], dtype })
  const program = freeBatch((x: Tensor) => f(x))(like)
  const [y] = writeProgram(g, program, [{ name, shape: extents(program.inputs[0]!.shape), dtype }])
  return whole(g, y!)
}
