import { checkFunction } from '../tensor/check-function.ts'
import { checkList } from '../tensor/check-list.ts'
import { ArgumentError, DTypeError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { isTensor, type Tensor } from '../tensor/tensor.ts'
import { operations } from './apply.ts'
import { cond } from './cond.ts'
import { asValue } from './value.ts'

/** The branches from `first` up to but not including `end`, halved until one is left. */
const chosen = <A extends readonly unknown[], B>(
  index: Tensor,
  branches: readonly ((...args: A) => B)[],
  first: number,
  end: number,
  args: A,
): B => {
  if (end - first === 1) return branches[first]!(...args)
  const middle = (first + end) >> 1
  const value = asValue(index)
  return cond(
    operations.less(value, operations.constant(middle, value)),
    (...given: A) => chosen(index, branches, first, middle, given),
    (...given: A) => chosen(index, branches, middle, end, given),
    ...args,
  )
}

/**
 * One of several functions of the same arguments, by a scalar int32 counted from 0; an index below 0 takes the first and
 * one beyond the last the last, as in JAX. Only the chosen one runs, also in a compiled program; under `vmap` with an index
 * that differs from element to element all run and each result is selected.
 *
 * @throws DTypeError, ShapeError for an index that is not a scalar int32 or branches whose results differ in shape or
 * dtype; TreeError where their structures differ; ArgumentError for no branches.
 * @example
 * ```ts
 * import { grad, item, mul, neg, square, switchCase, tensor, type Tensor } from 'puregrad'
 * const branches = [(x: Tensor) => neg(x), (x: Tensor) => mul(x, 2), (x: Tensor) => square(x)]
 * const f = (i: number) => (x: Tensor) => switchCase(tensor(i, { dtype: 'int32' }), branches, x)
 * item(f(1)(tensor(3))) // => 6
 * item(grad(f(2))(tensor(3))) // => 6
 * item(f(9)(tensor(3))) // => 9
 * ```
 * @category Control flow
 */
export const switchCase = <A extends readonly unknown[], B>(
  index: Tensor,
  branches: readonly ((...args: A) => B)[],
  ...args: A
): B => {
  if (!isTensor(index) || index.dtype !== 'int32')
    throw new DTypeError(
      `switchCase: expected an int32 index, got ${isTensor(index) ? index.dtype : showValue(index)}`,
    )
  if (index.rank !== 0)
    throw new ShapeError(`switchCase: expected a scalar index, got shape ${showShape(index.shape)}`)
  checkList('switchCase', 'a list of functions', branches)
  if (branches.length === 0) throw new ArgumentError('switchCase: there are no branches')
  branches.forEach((branch) => {
    checkFunction('switchCase', 'a function of the arguments', branch)
  })
  return chosen(index, branches, 0, branches.length, args)
}
