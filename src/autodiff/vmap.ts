import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { normalizeAxis, showShape } from '../tensor/shape.ts'
import { leavesWithPaths, mapTree, withLeaves } from '../tensor/tree.ts'
import { operations } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { asTree, valuesOf } from './leaves.ts'
import type { AnyValue } from './value.ts'

export interface VmapOptions {
  /** The batch axis of each argument, `null` for one that is not mapped; 0 for all unless told otherwise. */
  readonly in?: number | null | readonly (number | null)[]
  /** Where the batch axis of the results goes; 0 unless told otherwise. */
  readonly out?: number
}

/** A tensor with one axis moved to another position; a view. */
const moveAxis = (x: AnyValue, from: number, to: number): AnyValue => {
  const others = [...x.shape.keys()].filter((axis) => axis !== from)
  return operations.transpose(x, [...others.slice(0, to), from, ...others.slice(to)]) as AnyValue
}

/**
 * A function of single examples as a function of batches. Nests, and composes with every derivative.
 *
 * @throws ShapeError where the batch sizes of the arguments differ; ArgumentError for an axis that does not exist.
 * @example
 * ```ts
 * import { mul, sum, tensor, toArray, vmap, type Tensor } from 'puregrad'
 * const dot = (x: Tensor, y: Tensor) => sum(mul(x, y))
 * toArray(vmap(dot)(tensor([[1, 2], [3, 4]]), tensor([[1, 1], [2, 2]]))) // => [3, 14]
 * toArray(vmap(dot, { in: [0, null] })(tensor([[1, 2], [3, 4]]), tensor([1, 1]))) // => [3, 7]
 * ```
 */
export const vmap =
  <A extends readonly unknown[], B>(f: (...args: A) => B, options: VmapOptions = {}): ((...args: A) => B) =>
  (...args) => {
    const axisOf = (argument: number): number | null => {
      const axes = options.in === undefined ? 0 : options.in
      return axes === null || typeof axes === 'number' ? axes : (axes[argument] ?? null)
    }
    const leaves = args.flatMap((argument, i) =>
      leavesWithPaths(argument).map(({ path, leaf }) => ({
        value: leaf as AnyValue,
        axis: axisOf(i),
        where: `vmap: argument ${String(i)}${path === '' ? '' : ` at ${path}`}`,
      })),
    )
    const mapped = leaves.map(({ value, axis, where }) => {
      if (axis === null) return value
      if (value.rank === 0)
        throw new ArgumentError(`${where} is a scalar, which has no batch axis; map it with \`in: null\``)
      return moveAxis(value, normalizeAxis(axis, value.rank, where), 0)
    })
    const batched = leaves.map(({ axis }) => axis !== null)
    const first = batched.indexOf(true)
    if (first < 0) throw new ArgumentError('vmap: no argument is mapped')
    const size = mapped[first]?.shape[0] ?? 0
    const odd = leaves.findIndex((_, i) => batched[i] === true && mapped[i]?.shape[0] !== size)
    if (odd >= 0)
      throw new ShapeError(
        `${leaves[odd]?.where ?? 'vmap'} has a batch of ${String(mapped[odd]?.shape[0])} ` +
          `in ${showShape(leaves[odd]?.value.shape ?? [])}, another argument one of ${String(size)}`,
      )
    let structure: B | undefined
    const outputs = vmapFlat(
      (inputs) => {
        structure = asTree(f(...withLeaves(args, inputs)))
        return valuesOf(structure)
      },
      mapped,
      batched,
      size,
    )
    const stacked = withLeaves(structure as B, outputs)
    const out = options.out ?? 0
    return out === 0
      ? stacked
      : mapTree(stacked, (leaf) => moveAxis(leaf as AnyValue, 0, normalizeAxis(out, leaf.rank, 'vmap: out')))
  }
