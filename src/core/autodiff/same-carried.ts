import { ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import { zipTrees } from '../tensor/tree.ts'

/** Throws unless a loop carries on what entered it: the same structure, shapes and dtypes. */
export const requireSameCarried = (where: string, before: unknown, after: unknown): void => {
  zipTrees(
    before,
    [after],
    ([a, b], path) => {
      if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape))
        throw new ShapeError(
          `${where}: the carried value${path === '' ? '' : ` ${path}`} enters a step as ` +
            `${a.dtype}${showShape(a.shape)} and leaves it as ${b.dtype}${showShape(b.shape)}`,
        )
      return a
    },
    `${where}: the carried value`,
  )
}
