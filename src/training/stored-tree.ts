import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { toTypedArray } from '../core/autodiff/read.ts'
import { sha256 } from '../core/codec/sha256.ts'
import { littleEndianBytes } from '../core/tensor/little-endian.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { leavesWithPaths, type Path, type Tree } from '../core/tensor/tree.ts'
import { decodeTree, encodeTree, type TreeJson, type TreeProblem } from './tree-json.ts'

/** Tensors by their paths. */
type Tensors = Readonly<Record<Path, Tensor>>

/** A tree in two parts: its tensors by their paths, and JSON of everything else with the digest of each tensor. */
export interface StoredTree {
  readonly json: TreeJson
  readonly tensors: Tensors
}

const digestOf = (leaf: Tensor): string => sha256(littleEndianBytes(toTypedArray(leaf)))

/** The two parts of a tree; a `Left` names the place that holds what cannot be saved, such as a function. */
export const storeTree = (tree: Tree): E.Either<TreeProblem, StoredTree> => {
  const tensors = leavesWithPaths(tree).map(({ path, leaf }) => [path, leaf] as const)
  const digests = new Map(tensors.map(([path, leaf]) => [path, digestOf(leaf)]))
  return pipe(
    encodeTree(tree, (path) => digests.get(path) ?? ''),
    E.map((json) => ({ json, tensors: Object.fromEntries(tensors) })),
  )
}

/**
 * The tree of its two parts, bit for bit; a `Left` names the first tensor that is missing, is not the one that was saved,
 * or that the JSON knows nothing of.
 */
export const restoreTree = (tensors: Tensors, json: TreeJson): E.Either<TreeProblem, Tree> => {
  const corrupt = (path: string, problem: string): E.Either<TreeProblem, never> => E.left({ path, problem })
  return pipe(
    decodeTree(json, (path, { dtype, shape, sha256: expected }) => {
      const found = Object.hasOwn(tensors, path) ? tensors[path] : undefined
      return found === undefined
        ? corrupt(path, 'the tensor is missing')
        : found.dtype !== dtype || !sameShape(found.shape, shape)
          ? corrupt(
              path,
              `expected ${dtype} ${showShape(shape)}, got ${found.dtype} ${showShape(found.shape)}`,
            )
          : digestOf(found) !== expected
            ? corrupt(path, 'its digest is not the one that was saved')
            : E.right(found)
    }),
    E.flatMap((tree) => {
      const known = new Set(leavesWithPaths(tree).map(({ path }) => path))
      const stray = Object.keys(tensors).find((name) => !known.has(name))
      return stray === undefined ? E.right(tree) : corrupt(stray, 'the manifest knows no such tensor')
    }),
  )
}
