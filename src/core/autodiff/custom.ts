import { checkFunction } from '../tensor/check-function.ts'
import { ArgumentError, DTypeError, ShapeError, TreeError } from '../tensor/errors.ts'
import { isReal } from '../tensor/dtype.ts'
import { sameShape, showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import { withLeaves } from '../tensor/tree.ts'
import { applyCall, checkpointCall, customJvpCall, customVjpCall } from './call.ts'
import { asTree, filled, matchingLeaves, valuesOf } from './leaves.ts'
import type { AnyValue } from './value.ts'

/**
 * A user's own derivative of a function, in forward or in reverse form; either serves both modes.
 *
 * @category Custom derivatives
 */
export type DerivativeRule<A extends readonly unknown[], B> =
  | {
      /**
       * The tangent of the result, linear in the tangents. The result itself is the third argument, so that a rule in
       * terms of it computes nothing twice.
       */
      readonly jvp: (primals: A, tangents: A, result: B) => B
    }
  | {
      /** The result and its pullback, linear in the cotangent. */
      readonly vjp: (...primals: A) => readonly [B, (cotangent: B) => A]
    }

/** Runs a function of records on flat values, remembering the structure of its first result. */
const withStructure = <B>(
  name: string,
): {
  /** The tensors of a result in the order of the first one, whatever the order of its keys. */
  readonly leaves: (output: B) => readonly AnyValue[]
  readonly structure: () => B
} => {
  let structure: B | undefined
  return {
    leaves: (output) => {
      const tree = asTree(output)
      structure ??= tree
      return matchingLeaves(structure, tree, `${name}: the result`)
    },
    structure: () => {
      if (structure === undefined) throw new TreeError(`${name}: the function has not returned`)
      return structure
    },
  }
}

/** A rule is a record of one function. */
const checkRule = (rule: unknown): void => {
  const record = (typeof rule === 'object' && rule !== null ? rule : {}) as Readonly<Record<string, unknown>>
  if (typeof record['jvp'] !== 'function' && typeof record['vjp'] !== 'function')
    throw new ArgumentError(
      `custom: expected the derivative as { jvp: function } or { vjp: function }, got ${showValue(rule)}`,
    )
}

/** What a rule in reverse form returns. */
const pairOf = <B, F>(result: readonly [B, F]): readonly [B, F] => {
  const found: unknown = result
  if (!Array.isArray(found) || found.length !== 2 || typeof found[1] !== 'function')
    throw new TreeError(`custom: vjp returns the pair [result, pullback], got ${showValue(result)}`)
  return result
}

/** A cotangent has the type of what it belongs to; nothing later would notice another one. */
const requireCotangents = (primals: readonly AnyValue[], cotangents: readonly AnyValue[]): void => {
  primals.forEach((primal, i) => {
    const cotangent = cotangents[i]
    if (cotangent === undefined || !isReal(primal.dtype)) return
    if (!sameShape(primal.shape, cotangent.shape))
      throw new ShapeError(
        `custom: the pullback returns ${showShape(cotangent.shape)} for a tensor of shape ${showShape(primal.shape)}`,
      )
    if (cotangent.dtype !== primal.dtype)
      throw new DTypeError(`custom: the pullback returns ${cotangent.dtype} for a tensor of ${primal.dtype}`)
  })
}

/**
 * A function with a derivative of your own. The rule takes the place of differentiating the body, in both modes,
 * at every order and under `vmap`; check it with `checkGrad` and `adjointError` of `puregrad/testing`.
 *
 * Every traced value has to be passed as an argument: a function that closes over one is rejected.
 *
 * @throws ArgumentError for a rule that is none; ShapeError and DTypeError, when the derivative is asked for, where the
 * pullback returns another type than that of the argument; TreeError for another structure.
 * @example
 * ```ts
 * import { custom, exp, grad, item, log, add, div, mul, tensor, type Tensor } from 'puregrad'
 * const softplus = custom((x: Tensor) => log(add(1, exp(x))), {
 *   jvp: ([x], [dx]) => mul(dx, div(1, add(1, exp(mul(x, -1))))),
 * })
 * item(grad(softplus)(tensor(0))) // => 0.5
 * ```
 * @category Custom derivatives
 */
export const custom = <A extends readonly unknown[], B>(
  f: (...args: A) => B,
  rule: DerivativeRule<A, B>,
): ((...args: A) => B) => {
  checkFunction('custom', 'a function of tensors', f)
  checkRule(rule)
  return (...args) => {
    const result = withStructure<B>('custom')
    const rebuild = (inputs: readonly AnyValue[]): A => withLeaves(args, inputs)
    const evaluate = (inputs: readonly AnyValue[]): readonly AnyValue[] =>
      result.leaves(f(...rebuild(inputs)))
    const call =
      'jvp' in rule
        ? customJvpCall(evaluate, (primals, tangents, results) =>
            matchingLeaves(
              result.structure(),
              asTree(rule.jvp(rebuild(primals), rebuild(tangents), withLeaves(result.structure(), results))),
              'custom: the tangent',
            ),
          )
        : customVjpCall(evaluate, (primals) => {
            const [output, pullback] = pairOf(rule.vjp(...rebuild(primals)))
            return {
              outputs: result.leaves(output),
              pullback: (cotangents) => {
                const found = matchingLeaves(
                  args,
                  pullback(filled(result.structure(), cotangents)),
                  'custom: the pullback',
                )
                requireCotangents(primals, found)
                return found
              },
            }
          })
    const outputs = applyCall(call, valuesOf(args))
    return withLeaves(result.structure(), outputs)
  }
}

/**
 * The same function, recomputed when its derivative is asked for: its intermediate values are not kept, so memory
 * is traded for a second evaluation.
 *
 * Every traced value has to be passed as an argument: a function that closes over one is rejected.
 *
 * @example
 * ```ts
 * import { checkpoint, exp, grad, item, sin, tensor, type Tensor } from 'puregrad'
 * const block = checkpoint((x: Tensor) => sin(exp(x)))
 * item(grad((x: Tensor) => block(block(x)))(tensor(0))) // => -0.8534174
 * ```
 * @category Custom derivatives
 */
export const checkpoint =
  <A extends readonly unknown[], B>(f: (...args: A) => B): ((...args: A) => B) =>
  (...args) => {
    const result = withStructure<B>('checkpoint')
    const outputs = applyCall(
      checkpointCall((inputs) => result.leaves(f(...withLeaves(args, inputs)))),
      valuesOf(args),
    )
    return withLeaves(result.structure(), outputs)
  }
