import { isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { builderOf, readerOf, walksFirst } from '../../src/compile/jit/tree-code.ts'
import { buildTree, readLeaves, structureOf } from '../../src/compile/program/structure.ts'
import { ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { leavesOf } from '../../src/core/tensor/tree.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'
import { tensor } from '../../src/index.ts'

const leaf = fc.oneof(
  fc.constantFrom(
    tensor(1),
    tensor([1, 2]),
    tensor([[1], [2]]),
    tensor([3, 4], { dtype: 'int32' }),
    tensor([]),
  ),
  fc.constantFrom<unknown>('relu', 3, Number.NaN, -0, null, undefined, true),
)
const key = fc.oneof(
  fc.constantFrom('w', 'b', '__proto__', 'constructor', 'a"b', '0', 'two words'),
  fc.string(),
)
const record = (value: fc.Arbitrary<unknown>) =>
  fc
    .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 3 })
    .map((entries) => Object.fromEntries(entries) as unknown)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('tree'), { maxLength: 3 }), record(tie('tree'))),
}))

describe('code made for a structure', () => {
  it('reads what a walk over the structure reads, and refuses what it refuses', () => {
    const pair = fc.oneof(
      tree.map((one) => [[one], [one]]),
      fc.tuple(fc.array(tree), fc.array(tree)),
    )
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const structure = structureOf(one)
        const read = readerOf(structure)
        for (const args of [one, other] as unknown[][]) {
          const leaves: Tensor[] = []
          const suits = readLeaves(structure, args, leaves)
          // A walk itself at first, and code from then on.
          const found = Array.from({ length: walksFirst + 1 }, () => read(args))
          for (const read of [found[0], found.at(-1)]) expect(read).toStrictEqual(suits ? leaves : undefined)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('builds the tree a walk builds', () => {
    fc.assert(
      fc.property(tree, (one) => {
        const structure = structureOf(one)
        const leaves = leavesOf(one).filter((leaf) => leaf instanceof ConcreteTensor)
        const build = builderOf(structure)
        const built = Array.from({ length: walksFirst + 1 }, () => build(leaves))
        // Not toStrictEqual, which asks the `constructor` of a record for its type.
        for (const made of [built[0], built.at(-1)]) {
          expect(isDeepStrictEqual(made, buildTree(structure, leaves[Symbol.iterator]()))).toBe(true)
          expect(isDeepStrictEqual(made, one)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
