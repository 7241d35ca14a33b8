import { toTypedArray } from '../../core/numeric/index.ts'
import { sameShape, showShape } from '../../core/tensor/shape.ts'
import type { Tensor } from '../../core/tensor/tensor.ts'
import { leavesWithPaths, mapTree } from '../../core/tensor/tree.ts'
import { fails, type Finding } from './law.ts'

const typeOf = ({ dtype, shape }: Tensor): string => `${dtype} ${showShape(shape)}`

/** `params.weight[3]`, the element by its indices along the axes. */
export const placeOf = (path: string, shape: readonly number[], index: number): string => {
  const { at } = shape.reduceRight<{ readonly rest: number; readonly at: readonly number[] }>(
    ({ rest, at: sofar }, n) => ({ rest: Math.floor(rest / n), at: [rest % n, ...sofar] }),
    { rest: index, at: [] },
  )
  const where = at.length === 0 ? '' : `[${at.join(', ')}]`
  return path + where === '' ? 'the value' : path + where
}

/** The first place where two trees have other tensors, by a comparison of elements; structure, shapes, dtypes count. */
const compared = (
  expected: unknown,
  found: unknown,
  prefix: string,
  agree: (a: number, b: number, scale: number) => boolean,
): Finding => {
  const [left, right] = [leavesWithPaths(expected), leavesWithPaths(found)]
  const others = new Map(right.map(({ path, leaf }) => [path, leaf]))
  const at = (path: string): string => (prefix === '' ? path : path === '' ? prefix : `${prefix}: ${path}`)
  const stray = right.find(({ path }) => !left.some((one) => one.path === path))
  if (stray !== undefined) return fails(at(stray.path), 'no tensor', typeOf(stray.leaf))
  return left
    .map(({ path, leaf }): Finding => {
      const other = others.get(path)
      if (other === undefined) return fails(at(path), typeOf(leaf), 'no tensor')
      if (other.dtype !== leaf.dtype || !sameShape(other.shape, leaf.shape))
        return fails(at(path), typeOf(leaf), typeOf(other))
      const [a, b] = [Array.from(toTypedArray(leaf)), Array.from(toTypedArray(other))]
      const scale = [...a, ...b].reduce(
        (most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most),
        0,
      )
      const odd = a.findIndex((x, i) => !agree(x, b[i]!, scale))
      return odd < 0 ? undefined : fails(placeOf(at(path), leaf.shape, odd), a[odd], b[odd])
    })
    .find((finding) => finding !== undefined)
}

/** The first element that is not the same, bit for bit; NaN are alike. */
export const sameBits = (expected: unknown, found: unknown, prefix = ''): Finding =>
  compared(expected, found, prefix, Object.is)

/** The first element that is further off than a part of the largest of its tensor. */
export const closeTo =
  (tolerance: number) =>
  (expected: unknown, found: unknown, prefix = ''): Finding =>
    compared(
      expected,
      found,
      prefix,
      (a, b, scale) => Object.is(a, b) || a === b || Math.abs(a - b) <= tolerance * (1e-3 + scale),
    )

/** The tree with copies in place of records and arrays, frozen: who writes into it meets an error. */
export const frozenCopy = <T>(tree: T): T => {
  const freeze = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || Object.isFrozen(node)) return
    if (!Array.isArray(node) && Object.getPrototypeOf(node) !== Object.prototype) return
    Object.freeze(node)
    Object.values(node).forEach(freeze)
  }
  const copy = mapTree(tree, (leaf) => leaf)
  freeze(copy)
  return copy
}

/** A tensor for people: its elements if they are few. */
export const showTensor = (x: Tensor): string => {
  const text = x.size > 24 ? '' : String(x).replace(/\s+/g, ' ')
  return text === '' || text.length > 200 ? typeOf(x) : text
}

/** Every tensor of a tree, by its path. */
export const showTree = (tree: unknown): string => {
  const leaves = leavesWithPaths(tree)
  return leaves
    .slice(0, 6)
    .map(({ path, leaf }) => (path === '' ? showTensor(leaf) : `${path} = ${showTensor(leaf)}`))
    .concat(leaves.length > 6 ? [`and ${leaves.length - 6} more`] : [])
    .join('; ')
}
