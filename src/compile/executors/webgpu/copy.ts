import type { Instruction } from '../kernel-program.ts'
import { binderOf } from './binder.ts'
import { indexText } from './body-text.ts'
import { elementKernel, type Kernel } from './kernel.ts'
import type { Site } from './site.ts'

/** A slice that the counter of a loop chooses. */
export const copyKernels = (
  site: Site,
  copy: Extract<Instruction, { readonly kind: 'copyAt' }>,
): readonly Kernel[] => {
  const { dtype, count, depth, from, fromAdvance, to, toAdvance } = copy
  if (count === 0) return []
  const binder = binderOf(site.placementOf)
  const at = (offset: number, advance: number): string =>
    indexText(offset, [
      ['counter', advance],
      ['i', 1],
    ])
  const moves = fromAdvance !== 0 || toAdvance !== 0
  const value = binder.load(from, dtype, at(from.offset, fromAdvance))
  return [
    elementKernel(
      binder,
      count,
      [binder.store(to, dtype, at(to.offset, toAdvance), value)],
      moves ? { depth } : {},
    ),
  ]
}
