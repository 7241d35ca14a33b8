/*
 * A product of matrices with what is computed from its rows behind it, as an epilogue: relu(a · b + bias), a [32, 20],
 * b [20, 16], is one instruction of m 32, n 16, k 20 whose epilogue loads c itself, adds, takes the maximum and stores.
 *
 * c needs memory even where nobody reads the product. Where a step of the epilogue stores a value for every element in the
 * order of c, c lies in that step's memory: an element is read before it is overwritten. Not so where the epilogue reads an
 * argument that lies there (`in-place.ts`), which the product would overwrite.
 */

import { isStorage } from '../../core/tensor/dtype.ts'
import { sizeOf, stridesOf } from '../../core/tensor/shape.ts'
import type { Factor } from '../executors/kernel-program.ts'
import { stridedOf, type Access } from './arrange.ts'
import { arrangedWork, nestBody } from './emit-nest.ts'
import {
  dtypeOf,
  writtenStorage,
  type MatmulGroup,
  type Node,
  type Reference,
  type Storage,
} from './graph.ts'
import { planNest } from './nest-plan.ts'
import type { RegionContext, Work } from './region-context.ts'

/** Whether a node stores what c could be overwritten with: one element of its dtype for each of c, in the same order. */
const coversProduct = (node: Node, product: Node, domain: readonly number[]): boolean => {
  const whole = stridesOf(domain)
  return (
    node.storage !== undefined &&
    node.dtype === product.dtype &&
    node.work.kind === 'step' &&
    node.alignment.filter((axis) => axis >= 0).length === domain.filter((n) => n !== 1).length &&
    node.layout.strides.every((stride, i) => stride === 0 || stride === whole[node.alignment[i]!])
  )
}

/** A factor over the axes of the domain; it repeats along the one of the other factor. */
const factorAccess = (factor: Reference, dropped: number): Access => ({
  storage: writtenStorage(factor),
  strides: factor.layout.strides.map((stride, axis) => (axis === dropped ? 0 : stride)),
  offset: factor.layout.offset,
})

/** The dtype of a factor whose elements are kept in 16 bits. */
const kept = (factor: Reference): Pick<Factor, 'dtype'> => {
  const dtype = dtypeOf(factor)
  return isStorage(dtype) ? { dtype } : {}
}

/** The work of a product; c does not lie in `taken`, where something lies that the epilogue reads. */
export const matmulWork = (
  group: MatmulGroup,
  context: RegionContext,
  taken: readonly Storage[] = [],
): Work => {
  const { products } = context
  const { domain, nodes, factors } = group
  const [left, right] = factors
  const product = nodes[0]!
  const covering = nodes.find(
    (node) => coversProduct(node, product, domain) && !taken.includes(node.storage!),
  )
  const storage: Storage = product.storage ??
    covering?.storage ?? {
      dtype: product.dtype,
      size: sizeOf(domain),
    }
  const rank = domain.length
  const [m, n] = domain.slice(rank - 2) as [number, number]
  const work = arrangedWork(
    planNest(group, storage),
    [factorAccess(left, rank - 1), factorAccess(right, rank - 2)],
    (plan, arrangement, [a, b]) => ({
      kind: 'matmul',
      dtype: product.dtype as 'float32' | 'float64',
      ...(products !== 'float32' && product.dtype === 'float32' ? { factors: products } : {}),
      outer: arrangement.outer,
      m,
      n,
      k: left.layout.shape[rank - 1]!,
      a: {
        ...kept(left),
        ...stridedOf(a!, arrangement),
        columnStride: left.layout.strides[rank - 1]!,
      },
      b: { ...kept(right), ...stridedOf(b!, arrangement), rowStride: right.layout.strides[rank - 2]! },
      // The first load of the plan is c.
      c: stridedOf(plan.loads[0] as Access, arrangement),
      ...(nodes.length > 1 ? { epilogue: nestBody(plan, arrangement) } : {}),
    }),
  )
  const whole: Work = { ...work, writes: [...work.writes, storage] }
  if (taken.length > 0 || covering === undefined) return whole
  return {
    ...whole,
    apartFrom: (overlays) => {
      const read = overlays.filter(({ from }) => work.reads.includes(from)).map(({ to }) => to)
      return read.includes(storage) ? matmulWork(group, context, read) : whole
    },
  }
}
