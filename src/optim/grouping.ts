import { reshape, transpose } from '../core/numeric/index.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

/**
 * Which elements of a tensor belong together: all of them, those with one position on the last axis (the incoming
 * weights of a unit, a column of `[inputs, units]`), or those with one position on the first (what leaves an input, a
 * row).
 *
 * @category After the step
 */
export type Grouping = 'leaf' | 'unit' | 'input'

/** All ways of grouping. */
export const groupings: readonly Grouping[] = ['leaf', 'unit', 'input']

/** @throws ArgumentError for another way of grouping. */
export const checkGrouping = (where: string, by: Grouping): void => checkChoice(where, 'by', by, groupings)

/** A function of `[groups, members]` with one result per group or per element. */
type OfGroups = (groups: Tensor) => Tensor

const reversedAxes = (leaf: Tensor): readonly number[] => leaf.shape.map((_, i) => leaf.rank - 1 - i)

/** The elements of a tensor as `[groups, members]`. */
export const groupsOf = (leaf: Tensor, by: Grouping): Tensor => {
  const first = (by === 'leaf' ? undefined : by === 'unit' ? leaf.shape[leaf.rank - 1] : leaf.shape[0]) ?? 1
  const arranged = by === 'unit' ? transpose(leaf, reversedAxes(leaf)) : leaf
  return reshape(arranged, [first, first === 0 ? 0 : leaf.size / first])
}

/** A function of groups, elements in and elements out, on the tensor itself. */
export const withinGroups = (leaf: Tensor, by: Grouping, f: OfGroups): Tensor => {
  const changed = f(groupsOf(leaf, by))
  return by === 'unit'
    ? transpose(reshape(changed, [...leaf.shape].reverse()), reversedAxes(leaf))
    : reshape(changed, [...leaf.shape])
}
