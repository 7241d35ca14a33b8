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
    .chain((entries) =>
      // What is not there reads as the last one does.
      fc.constantFrom(entries, [...entries, ['last', undefined] as const]),
    )
    .map((entries) => Object.fromEntries(entries) as unknown)
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie('tree'), { maxLength: 3 }), record(tie('tree'))),
}))

/** Records that are nearly the same: without a prototype, with another one, without a key, with one more, in another order. */
const nearRecords: readonly ((given: Record<string, unknown>) => unknown)[] = [
  (given) => Object.assign(Object.create(null) as object, given),
  (given) => Object.assign(Object.create({}) as object, given),
  (given) => Object.create(given) as unknown,
  (given) => Object.fromEntries(Object.entries(given).slice(1)),
  (given) => Object.fromEntries(Object.entries(given).slice(0, -1)),
  (given) => ({ ...given, more: undefined }),
  (given) => Object.fromEntries(Object.entries(given).toReversed()),
  (given) => Object.values(given),
  (given) => Object.setPrototypeOf(Object.assign([], given), Object.prototype) as unknown,
  (given) => Object.defineProperty({ ...given }, 'hidden', { value: 1, enumerable: false }),
]

const isNode = (node: unknown): node is object =>
  typeof node === 'object' && node !== null && !(node instanceof ConcreteTensor)

/** A tree with its node number `at` replaced, in the order in which they are met. */
const replacedAt = (root: unknown, at: number, replace: (node: unknown) => unknown): unknown => {
  let met = 0
  const walk = (node: unknown): unknown => {
    if (met++ === at) return replace(node)
    if (Array.isArray(node)) return node.map(walk)
    return isNode(node)
      ? Object.fromEntries(Object.entries(node).map(([key, child]) => [key, walk(child)]))
      : node
  }
  return walk(root)
}

/** A tree and one that differs from it at one place, if at all. */
const near = fc
  .tuple(tree, fc.nat({ max: 6 }), leaf, fc.constantFrom(...nearRecords))
  .map(([one, at, other, change]) => {
    const changed = replacedAt(one, at, (node) =>
      isNode(node) && !Array.isArray(node) ? change(node as Record<string, unknown>) : other,
    )
    return [[one], [changed]] as const
  })

/** What a reader of the first gives of both, and what a walk gives. At first it walks too, and then code is shown each again. */
const readings = (one: readonly unknown[], other: readonly unknown[]) => {
  const structure = structureOf(one)
  const read = readerOf(structure)
  return [one, other, one, other].flatMap((args) => {
    const leaves: Tensor[] = []
    const walked = readLeaves(structure, args, leaves) ? leaves : undefined
    const found = Array.from({ length: walksFirst + 1 }, () => read(args))
    return [found[0], found.at(-1)].map((read) => ({ read, walked }))
  })
}

const expectAlike = (found: ReturnType<typeof readings>): void => {
  for (const { read, walked } of found) expect(read).toStrictEqual(walked)
}

describe('code made for a structure', () => {
  it('reads what a walk over the structure reads, and refuses what it refuses', () => {
    const pair = fc.oneof(
      near,
      tree.map((one) => [[one], [one]] as const),
      fc.tuple(fc.array(tree), fc.array(tree)),
    )
    fc.assert(
      fc.property(pair, ([one, other]) => {
        expectAlike(readings(one, other))
      }),
      { numRuns: 1000 },
    )
  })

  it('does so where somebody gave all objects a name', () => {
    const polluted = Object.prototype as { w?: unknown }
    fc.assert(
      fc.property(near, ([one, other]) => {
        let found: ReturnType<typeof readings>
        polluted.w = tensor(1)
        try {
          found = readings(one, other)
        } finally {
          delete polluted.w
        }
        expectAlike(found)
      }),
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
