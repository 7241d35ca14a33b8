import { TreeError } from './errors.ts'
import { cloneAdvice, isTensor, isTensorClone, type Tensor } from './tensor.ts'

/**
 * Nested readonly records, tuples and arrays of tensors: parameters, gradients, optimizer state.
 * Anything else at a leaf (a string, a function, `undefined`) is structure: it is carried along unchanged and
 * has to be equal on both sides of {@link zipTrees}. Numbers are structure too, not tensors.
 *
 * @category Trees
 */
export type Tree = unknown

/**
 * Where a leaf is in a tree, `layers[0].weight`; empty for a tree that is a single tensor.
 *
 * @category Trees
 */
export type Path = string

/** The path of an entry of a record. */
export const joinKey = (path: Path, key: string): Path =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? (path === '' ? key : `${path}.${key}`) : `${path}[${JSON.stringify(key)}]`

/** The path of an element of an array. */
export const joinIndex = (path: Path, index: number): Path => `${path}[${String(index)}]`

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' &&
  value !== null &&
  (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)

/**
 * Every tensor of a tree, replaced. The structure, and every leaf that is not a tensor, stays.
 *
 * @example
 * ```ts
 * import { mapTree, mul, tensor, toArray } from 'puregrad'
 * const doubled = mapTree({ weight: tensor([1, 2]), name: 'first' }, (leaf) => mul(leaf, 2))
 * toArray(doubled.weight) // => [2, 4]
 * ```
 * @category Trees
 */
export const mapTree = <T>(tree: T, replace: (leaf: Tensor, path: Path) => unknown, path: Path = ''): T => {
  const walk = (node: unknown, at: Path): unknown =>
    isTensor(node)
      ? replace(node, at)
      : Array.isArray(node)
        ? node.map((child, i) => walk(child, joinIndex(at, i)))
        : isRecord(node)
          ? Object.fromEntries(
              Object.entries(node).map(([key, child]) => [key, walk(child, joinKey(at, key))]),
            )
          : node
  return walk(tree, path) as T
}

/**
 * The tensors of a tree with their paths: arrays in order, records in the order of their keys.
 *
 * @example
 * ```ts
 * import { leavesWithPaths, tensor } from 'puregrad'
 * leavesWithPaths({ layers: [{ weight: tensor([1]) }] }).map(({ path }) => path) // => ['layers[0].weight']
 * ```
 * @category Trees
 */
export const leavesWithPaths = (tree: Tree): readonly { readonly path: Path; readonly leaf: Tensor }[] => {
  const found: { readonly path: Path; readonly leaf: Tensor }[] = []
  mapTree(tree, (leaf, path) => {
    found.push({ path, leaf })
    return leaf
  })
  return found
}

/** {@link mapTree} where the paths are not asked for: naming them would cost more than the walk. */
const replaceLeaves = (node: unknown, replace: (leaf: Tensor) => unknown): unknown =>
  isTensor(node)
    ? replace(node)
    : Array.isArray(node)
      ? node.map((child) => replaceLeaves(child, replace))
      : isRecord(node)
        ? Object.fromEntries(Object.entries(node).map(([key, child]) => [key, replaceLeaves(child, replace)]))
        : node

/**
 * The tensors of a tree, in the order of {@link leavesWithPaths}.
 *
 * @example
 * ```ts
 * import { leavesOf, tensor } from 'puregrad'
 * leavesOf({ b: tensor([1]), a: [tensor([2]), 3] }).length // => 2
 * ```
 * @category Trees
 */
export const leavesOf = (tree: Tree): readonly Tensor[] =>
  isTensor(tree)
    ? [tree]
    : Array.isArray(tree)
      ? tree.flatMap(leavesOf)
      : isRecord(tree)
        ? Object.values(tree).flatMap(leavesOf)
        : []

/**
 * The tree with its tensors replaced in order. Throws when the count differs.
 *
 * @example
 * ```ts
 * import { tensor, toArray, withLeaves } from 'puregrad'
 * const tree = { a: tensor([1]), b: tensor([2]) }
 * toArray(withLeaves(tree, [tensor([3]), tensor([4])]).b) // => [4]
 * ```
 * @category Trees
 */
export const withLeaves = <T>(tree: T, leaves: readonly unknown[]): T => {
  let next = 0
  const result = replaceLeaves(tree, () => leaves[next++])
  if (next !== leaves.length)
    throw new TreeError(`a tree of ${String(next)} tensors was given ${String(leaves.length)} leaves`)
  return result as T
}

const kindOf = (node: unknown): string =>
  isTensor(node)
    ? 'a tensor'
    : isTensorClone(node)
      ? cloneAdvice
      : Array.isArray(node)
        ? `an array of ${String(node.length)}`
        : isRecord(node)
          ? `a record of {${Object.keys(node).sort().join(', ')}}`
          : node === null
            ? 'null'
            : typeof node === 'string' || typeof node === 'number' || typeof node === 'boolean'
              ? JSON.stringify(node)
              : `a ${typeof node}`

/**
 * Combines the tensors at equal paths of several trees. Throws {@link TreeError} naming the first path where
 * the structures part. The result has the structure (and key order) of the first tree.
 *
 * @example
 * ```ts
 * import { add, tensor, toArray, zipTrees } from 'puregrad'
 * const [a, b] = [{ weight: tensor([1, 2]) }, { weight: tensor([10, 20]) }]
 * const sums = zipTrees(a, [b], ([left, right]) => add(left, right))
 * toArray(sums.weight) // => [11, 22]
 * ```
 * @category Trees
 */
export const zipTrees = <T, const O extends readonly Tree[]>(
  tree: T,
  others: O,
  combine: (leaves: readonly [Tensor, ...{ readonly [K in keyof O]: Tensor }], path: Path) => unknown,
  where = 'zipWith',
): T => {
  const walk = (nodes: readonly unknown[], at: Path): unknown => {
    const [first] = nodes
    const disagree = (other: unknown): never => {
      throw new TreeError(
        `${where}: the trees differ at ${at === '' ? 'their root' : at}: ${kindOf(first)} against ${kindOf(other)}`,
      )
    }
    const require = (test: (node: unknown) => boolean): void => {
      const odd = nodes.find((node) => !test(node))
      if (nodes.some((node) => !test(node))) disagree(odd)
    }
    if (isTensor(first)) {
      require(isTensor)
      return combine(nodes as never, at)
    }
    if (Array.isArray(first)) {
      require((node) => Array.isArray(node) && node.length === first.length)
      return first.map((_, i) =>
        walk(
          nodes.map((node) => (node as readonly unknown[])[i]),
          joinIndex(at, i),
        ),
      )
    }
    if (isRecord(first)) {
      const keys = Object.keys(first)
      require(
        (node) =>
          isRecord(node) && Object.keys(node).length === keys.length && keys.every((key) => key in node),
      )
      return Object.fromEntries(
        keys.map((key) => [
          key,
          walk(
            nodes.map((node) => (node as Readonly<Record<string, unknown>>)[key]),
            joinKey(at, key),
          ),
        ]),
      )
    }
    require((node) => Object.is(node, first))
    return first
  }
  return walk([tree, ...others], '') as T
}

/** The path of the first structured clone of a tensor in a tree; `undefined` where there is none. */
export const pathOfClone = (tree: Tree, path: Path = ''): Path | undefined => {
  if (isTensor(tree)) return undefined
  if (isTensorClone(tree)) return path
  const children: readonly (readonly [Path, unknown])[] = Array.isArray(tree)
    ? tree.map((child, i) => [joinIndex(path, i), child])
    : isRecord(tree)
      ? Object.entries(tree).map(([key, child]) => [joinKey(path, key), child])
      : []
  for (const [at, child] of children) {
    const found = pathOfClone(child, at)
    if (found !== undefined) return found
  }
  return undefined
}
