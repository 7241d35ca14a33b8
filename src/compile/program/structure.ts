import type { Typed } from '../../core/primitive/primitive.ts'
import type { DType } from '../../core/tensor/dtype.ts'
import { sameShape } from '../../core/tensor/shape.ts'
import { isTensor, type Tensor } from '../../core/tensor/tensor.ts'
import { isRecord, joinIndex, joinKey, type Path, type Tree } from '../../core/tensor/tree.ts'

/**
 * A tree without its elements and traced numbers: what decides whether two calls can share a program. The order of keys
 * belongs to it, as a function can tell it (`Object.values`) and it is that of the tensors.
 */
export type Structure =
  | { readonly kind: 'tensor'; readonly shape: readonly number[]; readonly dtype: DType }
  | { readonly kind: 'array'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Structure[] }
  /** One of the numbers among the arguments, by its place among them. */
  | { readonly kind: 'number'; readonly index: number }
  | { readonly kind: 'fixed'; readonly value: unknown }

/** Which leaf at a path is a traced number, by its index; `undefined` for a leaf that is fixed. */
export type NumberAt = (leaf: unknown, path: Path) => number | undefined

const noNumbers: NumberAt = () => undefined

export const structureOf = (tree: Tree, numberAt: NumberAt = noNumbers, path: Path = ''): Structure => {
  if (isTensor(tree)) return { kind: 'tensor', shape: tree.shape, dtype: tree.dtype }
  if (Array.isArray(tree))
    return { kind: 'array', items: tree.map((item, i) => structureOf(item, numberAt, joinIndex(path, i))) }
  if (isRecord(tree)) {
    const keys = Object.keys(tree)
    return {
      kind: 'record',
      keys,
      items: keys.map((key) => structureOf(tree[key], numberAt, joinKey(path, key))),
    }
  }
  const index = numberAt(tree, path)
  return index === undefined ? { kind: 'fixed', value: tree } : { kind: 'number', index }
}

const suits = (leaf: Tensor, { shape, dtype }: Typed): boolean =>
  leaf.dtype === dtype && (leaf.shape === shape || sameShape(leaf.shape, shape))

/** Appends the tensors of a tree to `leaves`, in the order of the structure; false where the two differ. */
export const readLeaves = (structure: Structure, tree: unknown, leaves: Tensor[]): boolean => {
  switch (structure.kind) {
    case 'tensor':
      if (!isTensor(tree) || !suits(tree, structure)) return false
      leaves.push(tree)
      return true
    case 'array': {
      const { items } = structure
      if (!Array.isArray(tree) || tree.length !== items.length) return false
      for (let i = 0; i < items.length; i++) if (!readLeaves(items[i]!, tree[i], leaves)) return false
      return true
    }
    case 'record': {
      const { keys, items } = structure
      if (isTensor(tree) || Array.isArray(tree) || !isRecord(tree)) return false
      const own = Object.keys(tree)
      if (own.length !== keys.length) return false
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]!
        if (own[i] !== key || !readLeaves(items[i]!, tree[key], leaves)) return false
      }
      return true
    }
    case 'number':
      return typeof tree === 'number'
    case 'fixed':
      return !isTensor(tree) && Object.is(tree, structure.value)
  }
}

/** Puts the traced numbers of a tree that has the structure at their indices. */
export const readNumbers = (structure: Structure, tree: unknown, numbers: number[]): void => {
  switch (structure.kind) {
    case 'array':
      structure.items.forEach((item, i) => readNumbers(item, (tree as readonly unknown[])[i], numbers))
      return
    case 'record':
      structure.items.forEach((item, i) =>
        readNumbers(item, (tree as Readonly<Record<string, unknown>>)[structure.keys[i]!], numbers),
      )
      return
    case 'number':
      numbers[structure.index] = tree as number
      return
    case 'tensor':
    case 'fixed':
  }
}

/** A tree of a structure with the given tensors, in order, and the given numbers, each at its index. */
export const buildTree = (
  structure: Structure,
  leaves: Iterator<unknown>,
  numbers: readonly unknown[] = [],
): unknown => {
  switch (structure.kind) {
    case 'tensor':
      return leaves.next().value
    case 'array':
      return structure.items.map((item) => buildTree(item, leaves, numbers))
    case 'record': {
      const { keys, items } = structure
      const record: Record<string, unknown> = {}
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i]!
        const value = buildTree(items[i]!, leaves, numbers)
        // An assignment to this key would set the prototype.
        if (key === '__proto__')
          Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true })
        else record[key] = value
      }
      return record
    }
    case 'number':
      return numbers[structure.index]
    case 'fixed':
      return structure.value
  }
}
