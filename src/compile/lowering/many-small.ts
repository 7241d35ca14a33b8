import { sizeOf } from '../../core/tensor/shape.ts'
import type { SpaceGroup } from './graph.ts'

/** Multiplications of a product that executors compute at once, without blocks: `mostOfSmall` in native/small_products.h. */
export const mostMultiplications = 128

/** As many products make an instruction of its own worth while for what would follow each of them. */
const fewestProducts = 4

/**
 * Whether a group is so many products of so few elements that work behind each of them costs more than the products. A
 * thousand products of 1×3 and 3×3 with a difference behind them are the products and one nest over 1000 × 3.
 */
export const isManySmall = (group: SpaceGroup): boolean => {
  if (group.kind !== 'matmul') return false
  const { domain, factors } = group
  const rank = domain.length
  const terms = factors[0].layout.shape[rank - 1] ?? 1
  return (
    sizeOf(domain.slice(0, rank - 2)) >= fewestProducts &&
    sizeOf(domain.slice(rank - 2)) * terms <= mostMultiplications
  )
}
