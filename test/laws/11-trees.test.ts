import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tensor, TreeError, withLeaves, zipTrees } from '../../src/index.ts'
import { trees } from '../../src/testing/index.ts'
import { treeLaw } from './tree-law.ts'

describe('law 11: trees', () => {
  test('map keeps structure, identity and composition; leaves rebuild the tree', () => {
    fc.assert(
      fc.property(trees(), (tree) => {
        treeLaw(tree)
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
