import assert from 'node:assert/strict'
import {
  leavesOf,
  leavesWithPaths,
  mapTree,
  mul,
  withLeaves,
  zipTrees,
  type Tensor,
} from '../../src/index.ts'

const identical = (a: unknown, b: unknown): boolean =>
  leavesOf(a).length === leavesOf(b).length && leavesOf(a).every((leaf, i) => leaf === leavesOf(b)[i])

/** Mapping keeps structure, identity and composition; leaves rebuild the tree; paths are distinct. */
export const treeLaw = (tree: unknown): void => {
  assert.ok(
    identical(
      mapTree(tree, (leaf) => leaf),
      tree,
    ),
  )
  assert.ok(identical(withLeaves(tree, leavesOf(tree)), tree))
  const [f, g] = [(x: Tensor): Tensor => mul(x, 2), (x: Tensor): Tensor => mul(x, 3)]
  const composed = mapTree(tree, (leaf) => g(f(leaf)))
  const apart = mapTree(mapTree(tree, f), g)
  assert.deepEqual(leavesOf(composed).map(String), leavesOf(apart).map(String))
  const paths = leavesWithPaths(tree).map(({ path }) => path)
  assert.deepEqual(
    leavesWithPaths(composed).map(({ path }) => path),
    paths,
  )
  assert.equal(new Set(paths).size, paths.length)
  assert.ok(
    identical(
      zipTrees(tree, [tree], ([a]) => a),
      tree,
    ),
  )
}
