import { DTypeError, ShapeError } from '../tensor/errors.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { withLeaves, zipTrees } from '../tensor/tree.ts'
import { applyCall } from './call.ts'
import { condCall } from './cond-call.ts'
import { evaluateProgram } from './evaluate.ts'
import { asTree, matchingLeaves, valuesOf } from './leaves.ts'
import { concreteOf } from './read.ts'
import { stageFlat, type StagedFunction } from './stage.ts'
import { asValue, type AnyValue } from './value.ts'

/** Whether the elements of a value can be read now. */
const isKnown = (value: AnyValue): boolean =>
  value.kind === 'concrete' || (value.kind === 'dual' && isKnown(value.primal))

const requirePredicate = (predicate: Tensor): void => {
  if (predicate.dtype !== 'bool')
    throw new DTypeError(`cond: expected a bool predicate, got ${predicate.dtype}; compare it with something`)
  if (predicate.rank !== 0)
    throw new ShapeError(
      `cond: expected a scalar predicate, got shape ${showShape(predicate.shape)}; where chooses by element`,
    )
}

const requireSameResults = (onTrue: unknown, onFalse: unknown): void => {
  zipTrees(
    onTrue,
    [onFalse],
    ([a, b], path) => {
      if (a.dtype !== b.dtype || !sameShape(a.shape, b.shape))
        throw new ShapeError(
          `cond: the branches return ${a.dtype}${showShape(a.shape)} and ${b.dtype}${showShape(b.shape)}` +
            (path === '' ? '' : ` at ${path}`),
        )
      return a
    },
    'cond',
  )
}

/**
 * One of two functions of the same arguments, by a scalar boolean. Only the chosen one runs, also in a compiled
 * program; under `vmap` with a predicate that differs from element to element both run and each result is selected.
 * Where the branches write the keys of a record in different orders, an eager result has the order of the branch that
 * ran, a traced one that of `onTrue`.
 *
 * @throws DTypeError, ShapeError for a predicate that is not a scalar boolean or branches whose results differ in
 * shape or dtype; TreeError where their structures differ.
 * @example
 * ```ts
 * import { cond, grad, item, less, mul, neg, tensor, type Tensor } from 'puregrad'
 * const absolute = (x: Tensor) => cond(less(x, 0), (y) => neg(y), (y) => mul(y, 1), x)
 * item(absolute(tensor(-3))) // => 3
 * item(grad(absolute)(tensor(-3))) // => -1
 * ```
 * @category Control flow
 */
export const cond = <A extends readonly unknown[], B>(
  predicate: Tensor,
  onTrue: (...args: A) => B,
  onFalse: (...args: A) => B,
  ...args: A
): B => {
  requirePredicate(predicate)
  if (isKnown(asValue(predicate))) {
    const { data, offset } = concreteOf(predicate, 'cond').view
    return data[offset] === 0 ? onFalse(...args) : onTrue(...args)
  }
  const operands = valuesOf(args)
  const results: B[] = []
  const staged = (branch: (...args: A) => B): StagedFunction =>
    stageFlat((inputs) => {
      const result = asTree(branch(...withLeaves(args, inputs)))
      results.push(result)
      // In the order of the first branch: the keys of the second may be ordered differently.
      return matchingLeaves(results[0], result, 'cond')
    }, operands)
  const [first, second] = [staged(onTrue), staged(onFalse)]
  requireSameResults(results[0], results[1])
  const n = operands.length
  const split = n + first.captured.length
  const all = [...operands, ...first.captured, ...second.captured]
  const params = {
    onTrue: stageFlat((inputs) => evaluateProgram(first.program, inputs.slice(0, split)), all).program,
    onFalse: stageFlat(
      (inputs) => evaluateProgram(second.program, [...inputs.slice(0, n), ...inputs.slice(split)]),
      all,
    ).program,
  }
  const outputs = applyCall(condCall(evaluateProgram, params), [asValue(predicate), ...all])
  return withLeaves(results[0] as B, outputs)
}
