import type { ConcreteTensor } from '../../core/tensor/concrete.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { elementTypes, type ElementType } from '../format/element-types.ts'
import { sameExtents, type Extents } from './extent.ts'
import type { Graph } from './graph.ts'

/** A value of a program as the graph has it. */
export interface Operand {
  readonly name: string
  readonly shape: Extents
  readonly dtype: DType
  /** The elements, where they are the same for every input. */
  readonly known?: ConcreteTensor | undefined
  /** The shape that the named value is stretched to where somebody asks for all of its elements. */
  readonly stretched?: Extents | undefined
}

/** The shape that an operand stands for. */
export const shapeOf = ({ shape, stretched }: Operand): Extents => stretched ?? shape

/** The name of a value with all elements of an operand. */
export const whole = (g: Graph, x: Operand): string => {
  const { name, shape, stretched } = x
  return stretched === undefined || sameExtents(stretched, shape)
    ? name
    : g.once(`${name} stretched to ${JSON.stringify(stretched)}`, () =>
        g.op('Expand', [name, g.sizes(stretched)]),
      )
}

/** A value in another element type. */
export const converted = (g: Graph, name: string, from: ElementType, to: ElementType): string =>
  from === to
    ? name
    : g.once(`${name} as ${to}`, () => g.op('Cast', [name], { to: { int: elementTypes[to] } }))
