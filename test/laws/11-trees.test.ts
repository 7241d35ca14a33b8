import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  leavesOf,
  leavesWithPaths,
  mapTree,
  mul,
  tensor,
  TreeError,
  withLeaves,
  zipTrees,
  type Tensor,
} from '../../src/index.ts'
import { trees } from '../../src/testing/index.ts'

const identical = (a: unknown, b: unknown): boolean =>
  leavesOf(a).length === leavesOf(b).length && leavesOf(a).every((leaf, i) => leaf === leavesOf(b)[i])

describe('law 11: trees', () => {
  test('map keeps structure, identity and composition; leaves rebuild the tree', () => {
    fc.assert(
      fc.property(trees(), (tree) => {
        expect(
          identical(
            mapTree(tree, (leaf) => leaf),
            tree,
          ),
        ).toBe(true)
        expect(identical(withLeaves(tree, leavesOf(tree)), tree)).toBe(true)
        const [f, g] = [
          (x: Tensor): Tensor => mul(x, 2) as Tensor,
          (x: Tensor): Tensor => mul(x, 3) as Tensor,
        ]
        const composed = mapTree(tree, (leaf) => g(f(leaf)))
        const apart = mapTree(mapTree(tree, f), g)
        expect(leavesOf(composed).map(String)).toEqual(leavesOf(apart).map(String))
        expect(leavesWithPaths(composed).map(({ path }) => path)).toEqual(
          leavesWithPaths(tree).map(({ path }) => path),
        )
        expect(new Set(leavesWithPaths(tree).map(({ path }) => path)).size).toBe(leavesOf(tree).length)
        expect(
          identical(
            zipTrees(tree, [tree], ([a]) => a),
            tree,
          ),
        ).toBe(true)
      }),
    )
  })

  test('a mismatch names the path', () => {
    const x = tensor(1)
    const left = { layers: [{ weight: x }, { weight: x, bias: x }] }
    const right = { layers: [{ weight: x }, { weight: x }] }
    expect(() => zipTrees(left, [right], ([a]) => a)).toThrow(TreeError)
    expect(() => zipTrees(left, [right], ([a]) => a)).toThrow(
      /layers\[1\].*bias, weight.*against.*\{weight\}/,
    )
    expect(() => withLeaves(left, [x])).toThrow(TreeError)
  })
})
