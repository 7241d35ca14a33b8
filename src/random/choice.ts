import { add, cast, floor, log, mul, neg } from '../core/numeric/arithmetic.ts'
import { argsort, take } from '../core/numeric/index-by.ts'
import { isNumber, tensorOf } from '../core/numeric/operand.ts'
import { categorical, permutation, uniform, type Key } from '../core/numeric/random.ts'
import { broadcastTo, slice } from '../core/numeric/shape.ts'
import { checkChoice } from '../core/tensor/check-choice.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import { ShapeError } from '../core/tensor/errors.ts'
import { normalizeAxis, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import { gumbel } from './location-scale.ts'

/**
 * How to choose.
 *
 * @category Choices
 */
export interface ChoiceOptions {
  /** Whether one can be chosen again; true unless told otherwise. */
  readonly replace?: boolean
  /** The chance of each, `[n]`, up to a common factor; equal ones unless told otherwise. */
  readonly probabilities?: Tensor
  /** Of what a tensor is a list along; 0 unless told otherwise. */
  readonly axis?: number
}

/** Positions below n. Without replacement by the largest of log p + Gumbel noise. Source: J. Yellott, 1977. */
const positions = (from: Key, n: number, count: number, options: ChoiceOptions): Tensor => {
  const { replace = true, probabilities } = options
  if (probabilities === undefined)
    return replace
      ? cast(floor(mul(uniform(from, [count], { dtype: 'float64' }), n)), 'int32')
      : slice(permutation(from, n), [0], [count])
  const logits = log(cast(probabilities, 'float64'))
  return replace
    ? categorical(from, broadcastTo(logits, [count, n]))
    : slice(argsort(neg(add(logits, gumbel(from, [n], { dtype: 'float64' })))), [0], [count])
}

/**
 * A number of elements of a tensor, along an axis of it, or of the numbers 0 … n − 1 (int32): with or without replacement, with
 * equal or given chances. Without replacement those of chance 0 come last.
 *
 * @throws ArgumentError for more than there are without replacement, or of nothing; ShapeError for chances of another number.
 * @example
 * ```ts
 * import { key, sort, tensor, toArray } from 'puregrad'
 * import { choice } from 'puregrad/random'
 * toArray(sort(choice(key(0), tensor([7, 8, 9]), 3, { replace: false }))) // => [7, 8, 9]
 * choice(key(1), 10, 4).shape // => [4]
 * ```
 * @category Choices
 */
export const choice = (
  from: Key,
  of: Tensor | number,
  count: number,
  options: ChoiceOptions = {},
): Tensor => {
  checkOptions('choice', options, { replace: true, probabilities: true, axis: true })
  const { replace = true, probabilities, axis = 0 } = options
  checkChoice('choice', 'replace', replace, [true, false])
  const whole = { whole: true, min: 0, max: 2 ** 31 - 1 } as const
  if (isNumber(of)) checkSetting('choice', 'of', of, { ...whole, min: 1 })
  const along = isNumber(of) ? 0 : normalizeAxis(axis, tensorOf(of, 'choice').rank, 'choice')
  const n = isNumber(of) ? of : (of.shape[along] ?? 0)
  checkSetting('choice', 'the number to choose from', n, { ...whole, min: 1 })
  checkSetting('choice', 'count', count, replace ? whole : { ...whole, max: n })
  const given =
    probabilities === undefined ? undefined : tensorOf(probabilities, 'choice', 'a tensor of probabilities')
  if (given !== undefined && (given.rank !== 1 || given.size !== n))
    throw new ShapeError(
      `choice: expected probabilities of shape [${String(n)}], got ${showShape(given.shape)}`,
    )
  const chosen = positions(from, n, count, options)
  return isNumber(of) ? chosen : take(of, chosen, { axis: along })
}

/**
 * The parts of a tensor along an axis (the first unless told otherwise) in random order.
 *
 * @throws ArgumentError for an axis that there is not.
 * @example
 * ```ts
 * import { key, sort, tensor, toArray } from 'puregrad'
 * import { shuffle } from 'puregrad/random'
 * toArray(sort(shuffle(key(0), tensor([1, 2, 3])))) // => [1, 2, 3]
 * ```
 * @category Choices
 */
export const shuffle = (from: Key, x: Tensor, options: { readonly axis?: number } = {}): Tensor => {
  checkOptions('shuffle', options, { axis: true })
  const { axis: along = 0 } = options
  const axis = normalizeAxis(along, tensorOf(x, 'shuffle').rank, 'shuffle')
  return take(x, permutation(from, x.shape[axis] ?? 0), { axis })
}
