import type { Tensor } from '../../../core/tensor/tensor.ts'
import type { Graph } from '../graph.ts'
import { writtenFunction } from '../written-function.ts'

/** A function of rows of so many numbers of float64, `[batch, width]`. */
export const changed = (
  g: Graph,
  { name, width }: { readonly name: string; readonly width: number },
  f: (x: Tensor) => Tensor,
): string => writtenFunction(g, { name, shape: [width], dtype: 'float64' }, f)
