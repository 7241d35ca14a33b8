import { ArgumentError } from './errors.ts'
import { sameShape, showShape } from './shape.ts'
import type { Tensor } from './tensor.ts'
import { leavesWithPaths, type Path, type Tree } from './tree.ts'

/** A tensor under one path and its counterpart under another. */
export interface LeafPair {
  readonly paths: readonly [Path, Path]
  readonly leaves: readonly [Tensor, Tensor]
}

/** The tensors at a path or below it, by what follows the path. */
const below = (tree: Tree, at: Path): ReadonlyMap<Path, Tensor> =>
  new Map(
    leavesWithPaths(tree)
      .filter(({ path }) => path === at || (path.startsWith(at) && /^[.[]/.test(path.slice(at.length))))
      .map(({ path, leaf }) => [path.slice(at.length), leaf]),
  )

/**
 * The tensors of two parts of a tree side by side: each part is a single tensor or a whole record.
 *
 * @throws ArgumentError, naming the path, where a part is empty, the parts are one, or their structure or shapes differ.
 */
export const pairedLeaves = (tree: Tree, a: Path, b: Path, where: string): readonly LeafPair[] => {
  const [left, right] = [below(tree, a), below(tree, b)]
  const empty = left.size === 0 ? a : right.size === 0 ? b : undefined
  if (empty !== undefined)
    throw new ArgumentError(
      `${where}: nothing lies at '${empty}'; there are ${leavesWithPaths(tree)
        .map((leaf) => leaf.path)
        .join(', ')}`,
    )
  if (a === b) throw new ArgumentError(`${where}: expected two parts of the tree, got '${a}' twice`)
  const lone = [...new Set([...left.keys(), ...right.keys()])].find(
    (rest) => !left.has(rest) || !right.has(rest),
  )
  if (lone !== undefined)
    throw new ArgumentError(
      `${where}: '${(left.has(lone) ? a : b) + lone}' has no counterpart '${(left.has(lone) ? b : a) + lone}'`,
    )
  return [...left].map(([rest, leaf]) => {
    const other = right.get(rest)!
    if (!sameShape(leaf.shape, other.shape))
      throw new ArgumentError(
        `${where}: '${a + rest}' is of shape ${showShape(leaf.shape)}, '${b + rest}' of ${showShape(other.shape)}`,
      )
    return { paths: [a + rest, b + rest], leaves: [leaf, other] }
  })
}
