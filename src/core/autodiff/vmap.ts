import { checkFunction } from '../tensor/check-function.ts'
import { checkOptions } from '../tensor/check-options.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { normalizeAxis, showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { cloneAdvice } from '../tensor/tensor.ts'
import { leavesWithPaths, mapTree, pathOfClone, withLeaves } from '../tensor/tree.ts'
import { operations } from './apply.ts'
import { vmapFlat } from './batch.ts'
import { asTree, valuesOf } from './leaves.ts'
import { asValue, type AnyValue } from './value.ts'

/**
 * Which axes of arguments and results {@link vmap} takes for the batch.
 *
 * @category Batching
 */
export interface VmapOptions {
  /** The batch axis of each argument, `null` for one that is not mapped; 0 for all unless told otherwise. A list has one for every argument. */
  readonly in?: number | null | readonly (number | null)[]
  /** Where the batch axis of the results goes; 0 unless told otherwise. */
  readonly out?: number
}

const isAxis = (axis: unknown): boolean => axis === null || Number.isInteger(axis)

const checkVmapOptions = (options: VmapOptions): void => {
  checkOptions('vmap', options, { in: true, out: true })
  const axes: unknown = options.in
  const odd = Array.isArray(axes) ? Array.from(axes).findIndex((axis) => !isAxis(axis)) : -1
  if (odd >= 0)
    throw new ArgumentError(
      `vmap: \`in\` at position ${String(odd)}: expected an axis or null, got ${showValue((axes as readonly unknown[])[odd])}`,
    )
  if (axes !== undefined && !Array.isArray(axes) && !isAxis(axes))
    throw new ArgumentError(`vmap: \`in\`: expected an axis, null, or a list of them, got ${showValue(axes)}`)
  if (options.out !== undefined && !Number.isInteger(options.out))
    throw new ArgumentError(`vmap: \`out\`: expected an axis, got ${showValue(options.out)}`)
}

/** The batch axis of each argument; a list names all of them. */
const axesOf = ({ in: axes = 0 }: VmapOptions, count: number): ((argument: number) => number | null) => {
  if (axes === null || typeof axes === 'number') return () => axes
  if (axes.length !== count)
    throw new ArgumentError(
      `vmap: \`in\` names the axes of ${String(axes.length)} arguments, but ${String(count)} were given` +
        (axes.length < count
          ? `: position ${String(axes.length)} is missing (null leaves an argument unmapped)`
          : ''),
    )
  return (argument) => axes[argument] ?? null
}

/** A tensor with one axis moved to another position; a view. */
const moveAxis = (x: AnyValue, from: number, to: number): AnyValue => {
  const others = [...x.shape.keys()].filter((axis) => axis !== from)
  return operations.transpose(x, [...others.slice(0, to), from, ...others.slice(to)])
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
 * @category Batching
 */
export const vmap = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  options: VmapOptions = {},
): ((...args: A) => B) => {
  checkFunction('vmap', 'a function of tensors', f)
  checkVmapOptions(options)
  return (...args) => {
    const axisOf = axesOf(options, args.length)
    const leaves = args.flatMap((argument, i) =>
      leavesWithPaths(argument).map(({ path, leaf }) => ({
        value: asValue(leaf),
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
    if (first < 0) {
      const clone = pathOfClone(args)
      throw new ArgumentError(
        clone === undefined
          ? 'vmap: no argument is mapped'
          : `vmap: argument ${clone.slice(1).replace(']', '')} holds ${cloneAdvice}`,
      )
    }
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
      : mapTree(stacked, (leaf) => moveAxis(asValue(leaf), 0, normalizeAxis(out, leaf.rank, 'vmap: out')))
  }
}
