import type { Typed } from '../primitive/primitive.ts'
import type { DType } from '../tensor/dtype.ts'
import { sameShape } from '../tensor/shape.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { isRecord, type Tree } from '../tensor/tree.ts'

/** A tree without its elements: what decides whether two calls can share a program. */
export type Structure =
  | { readonly kind: 'tensor'; readonly shape: readonly number[]; readonly dtype: DType }
  | { readonly kind: 'array'; readonly items: readonly Structure[] }
  | { readonly kind: 'record'; readonly keys: readonly string[]; readonly items: readonly Structure[] }
  | { readonly kind: 'fixed'; readonly value: unknown }

export const structureOf = (tree: Tree): Structure => {
  if (isTensor(tree)) return { kind: 'tensor', shape: tree.shape, dtype: tree.dtype }
  if (Array.isArray(tree)) return { kind: 'array', items: tree.map(structureOf) }
  if (isRecord(tree)) {
    const keys = Object.keys(tree)
    return { kind: 'record', keys, items: keys.map((key) => structureOf(tree[key])) }
  }
  return { kind: 'fixed', value: tree }
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
      for (let i = 0; i < items.length; i++)
        if (!readLeaves(items[i] as Structure, tree[i], leaves)) return false
      return true
    }
    case 'record': {
      const { keys, items } = structure
      if (isTensor(tree) || Array.isArray(tree) || !isRecord(tree)) return false
      let count = 0
      for (const key in tree) if (Object.hasOwn(tree, key)) count++
      if (count !== keys.length) return false
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string
        if (!Object.hasOwn(tree, key) || !readLeaves(items[i] as Structure, tree[key], leaves)) return false
      }
      return true
    }
    case 'fixed':
      return !isTensor(tree) && Object.is(tree, structure.value)
  }
}

/** A tree of a structure with the given tensors, in order. */
export const buildTree = (structure: Structure, leaves: Iterator<unknown>): unknown => {
  switch (structure.kind) {
    case 'tensor':
      return leaves.next().value
    case 'array':
      return structure.items.map((item) => buildTree(item, leaves))
    case 'record': {
      const { keys, items } = structure
      const record: Record<string, unknown> = {}
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string
        const value = buildTree(items[i] as Structure, leaves)
        // An assignment to this key would set the prototype.
        if (key === '__proto__')
          Object.defineProperty(record, key, { value, enumerable: true, writable: true, configurable: true })
        else record[key] = value
      }
      return record
    }
    case 'fixed':
      return structure.value
  }
}
