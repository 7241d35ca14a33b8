/*
 * A factor of a product that is a conversion of numbers of 16 bits to float32 is read as those numbers, each of which the
 * product widens: for matmul(x, cast(w, 'float32')) of w [784, 512] in bfloat16 the conversion is a node without a group, and
 * stays without one where nothing else asks for it. The factor becomes a reference to w, and no memory holds w in float32.
 */

import { isStorage } from '../../core/tensor/dtype.ts'
import { dtypeOf, viewed, type Node, type Reference } from './graph.ts'
import { layoutBehind } from './layout.ts'

/** What a node converts, where that is kept in 16 bits and in memory, or will be no later than the node. */
const convertedBy = ({ work, dtype, group, operands: [operand] }: Node): Reference | undefined =>
  work.kind === 'step' &&
  work.operation === 'cast' &&
  dtype === 'float32' &&
  operand !== undefined &&
  isStorage(dtypeOf(operand)) &&
  (group === undefined || operand.root.storage !== undefined)
    ? operand
    : undefined

/** The factor as it is kept; itself where it is no conversion, or a view of one that no strides of what it converts show. */
export const keptFactor = (factor: Reference): Reference => {
  const { root, layout } = factor
  if (root.kind === 'leaf') return factor
  const operand = convertedBy(root)
  const behind = operand && layoutBehind(layout, root.layout, operand.layout)
  return operand === undefined || behind === undefined ? factor : viewed(operand, behind)
}
