import { add, div, log, maximum, softmax } from '../core/numeric/index.ts'
import { ArgumentError, ShapeError } from '../core/tensor/errors.ts'
import { sameShape, showShape } from '../core/tensor/shape.ts'
import type { Tensor } from '../core/tensor/tensor.ts'

const total = (name: string, members: readonly Tensor[]): Tensor => {
  const [first, ...rest] = members
  if (first === undefined) throw new ArgumentError(`${name}: expected at least one member, got none`)
  const odd = rest.find((member) => !sameShape(member.shape, first.shape))
  if (odd !== undefined)
    throw new ShapeError(
      `${name}: members are of shapes ${showShape(first.shape)} and ${showShape(odd.shape)}`,
    )
  return rest.reduce<Tensor>((sofar, member) => add(sofar, member), first)
}

/**
 * The mean of the members' predictions, probabilities as a rule. Its cross-entropy is at most the mean of theirs, for
 * every input (Jensen's inequality).
 *
 * @throws ArgumentError for no member, ShapeError where shapes differ.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { arithmeticMean } from 'puregrad/study'
 * toArray(arithmeticMean([tensor([[1, 0]]), tensor([[0.5, 0.5]])])) // => [[0.75, 0.25]]
 * ```
 * @category Ensembles
 */
export const arithmeticMean = (members: readonly Tensor[]): Tensor =>
  div(total('arithmeticMean', members), members.length)

/**
 * The geometric mean of the members' probabilities `[rows, classes]`, renormalized: the softmax of the mean logarithms.
 * Probabilities of 0 are taken as the least number of the dtype.
 *
 * @throws ArgumentError for no member, ShapeError where shapes differ.
 * @example
 * ```ts
 * import { tensor, toArray } from 'puregrad'
 * import { geometricMean } from 'puregrad/study'
 * const [[p = 0] = []] = toArray(geometricMean([tensor([[0.8, 0.2]]), tensor([[0.2, 0.8]])])) as number[][]
 * p.toFixed(6) // => '0.500000'
 * ```
 * @category Ensembles
 */
export const geometricMean = (members: readonly Tensor[]): Tensor =>
  softmax(
    div(
      total(
        'geometricMean',
        members.map((member) => log(maximum(member, member.dtype === 'float64' ? 1e-300 : 1e-38))),
      ),
      members.length,
    ),
  )
