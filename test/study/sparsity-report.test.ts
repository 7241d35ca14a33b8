import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tensor } from '../../src/index.ts'
import { sparsityReport } from '../../src/study/index.ts'
import { toTypedArray } from '../../src/core/autodiff/read.ts'
import { leavesWithPaths } from '../../src/core/tensor/tree.ts'
import { trees } from '../../src/testing/index.ts'

test('a sparsity report counts what is exactly 0, −0 included, leaf by leaf and in all', () => {
  fc.assert(
    fc.property(trees({ min: -0.1, max: 0.1 }), (tree) => {
      const report = sparsityReport(tree)
      const expected = leavesWithPaths(tree).map(({ path, leaf }) => {
        const values = Array.from(toTypedArray(leaf), Number)
        return { path, zeros: values.filter((value) => value === 0).length, of: values.length }
      })
      expect(report.leaves).toEqual(expected)
      expect(report.zeros).toBe(expected.reduce((total, { zeros }) => total + zeros, 0))
      expect(report.of).toBe(expected.reduce((total, { of }) => total + of, 0))
    }),
  )
  expect(sparsityReport({ w: tensor([-0, 1e-45, NaN]) })).toMatchObject({ zeros: 1, of: 3 })
  expect(sparsityReport({})).toEqual({ leaves: [], zeros: 0, of: 0 })
})
