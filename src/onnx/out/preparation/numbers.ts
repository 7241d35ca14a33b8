import type { Tensor } from '../../../core/tensor/tensor.ts'
import type { Graph } from '../graph.ts'
import { fixed } from '../extent.ts'
import { whole } from '../operand.ts'
import { pairedFunction } from '../paired-function.ts'
import { writeProgram } from '../write-program.ts'

const rows = { rows: 1, plus: 0 }

/** A value of float64 with rows of so many numbers. */
export interface Rows {
  readonly name: string
  readonly width: number
}

/** A function of numbers of float64, primitive by primitive: from rows of one value to rows of as many numbers as it gives. */
export const changed = (g: Graph, { name, width }: Rows, f: (x: Tensor) => Tensor): string => {
  const pair = pairedFunction((x) => f(x), [{ shape: [1, width], dtype: 'float64' }], [0])
  const [y] = writeProgram(g, pair, [{ name, shape: [rows, ...fixed([width])], dtype: 'float64' }])
  return whole(g, y!)
}
