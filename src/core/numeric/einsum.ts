import { operations as o } from '../autodiff/apply.ts'
import type { AnyValue } from '../autodiff/value.ts'
import * as primitive from '../primitive/matmul.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { showShape } from '../tensor/shape.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { contractionOrder, type Order } from '../kernel/contraction-order.ts'
import { tensorOf } from './operand.ts'

/** A tensor whose axes are named. */
interface Labelled {
  readonly value: AnyValue
  readonly labels: readonly string[]
}

const sumOver = ({ value, labels }: Labelled, keep: (label: string) => boolean): Labelled => {
  const axes = [...labels.keys()].filter((axis) => !keep(labels[axis] ?? ''))
  return { value: o.sum(value, axes), labels: labels.filter(keep) }
}

/** A label that occurs twice takes the diagonal of its two axes. */
const diagonals = ({ value, labels }: Labelled): Labelled => {
  const second = labels.findIndex((label, i) => labels.indexOf(label) < i)
  if (second < 0) return { value, labels }
  const first = labels.indexOf(labels[second] ?? '')
  const n = value.shape[first] ?? 0
  const rest = [...labels.keys()].filter((axis) => axis !== first && axis !== second)
  const front = o.transpose(value, [first, second, ...rest])
  const others = rest.map((axis) => value.shape[axis] ?? 0)
  const flat = o.reshape(front, [n * n, ...others])
  const picked = o.slice(flat, {
    start: [0, ...others.map(() => 0)],
    step: [n + 1, ...others.map(() => 1)],
    shape: [n, ...others],
  })
  return diagonals({
    value: picked,
    labels: [labels[first] ?? '', ...rest.map((axis) => labels[axis] ?? '')],
  })
}

/** The product of two labelled tensors, summed over labels that `keep` does not ask for: one batched matmul. */
const contract = (left: Labelled, right: Labelled, keep: (label: string) => boolean): Labelled => {
  const a = sumOver(left, (label) => keep(label) || right.labels.includes(label))
  const b = sumOver(right, (label) => keep(label) || left.labels.includes(label))
  const shared = a.labels.filter((label) => b.labels.includes(label))
  const batch = shared.filter(keep)
  const inner = shared.filter((label) => !keep(label))
  const rows = a.labels.filter((label) => !shared.includes(label))
  const columns = b.labels.filter((label) => !shared.includes(label))
  const sizeIn = ({ value, labels }: Labelled, label: string): number =>
    value.shape[labels.indexOf(label)] ?? 1
  const sizes = (of: Labelled, list: readonly string[]): readonly number[] =>
    list.map((label) => sizeIn(of, label))
  const count = (list: readonly number[]): number => list.reduce((n, m) => n * m, 1)
  const arranged = (of: Labelled, order: readonly string[], shape: readonly number[]): AnyValue =>
    o.reshape(
      o.transpose(
        of.value,
        order.map((label) => of.labels.indexOf(label)),
      ),
      shape,
    )
  const [nb, ni] = [sizes(a, batch), count(sizes(a, inner))]
  const x = arranged(a, [...batch, ...rows, ...inner], [count(nb), count(sizes(a, rows)), ni])
  const y = arranged(b, [...batch, ...inner, ...columns], [count(nb), ni, count(sizes(b, columns))])
  return {
    value: o.reshape(o.call(primitive.matmul, x, y), [...nb, ...sizes(a, rows), ...sizes(b, columns)]),
    labels: [...batch, ...rows, ...columns],
  }
}

/** The labels of the inputs and of the result; an axis under an ellipsis is labelled by its place from the last. */
interface Parsed {
  readonly terms: readonly (readonly string[])[]
  readonly result: readonly string[]
}

const isFree = (label: string): boolean => label.startsWith('.')

/** `…` with so many axes: '.1', '.0' for two. */
const ellipsis = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `.${String(count - 1 - i)}`)

const labelsOf = (term: string, covered: number): readonly string[] => {
  const [before = '', after] = term.split('...')
  return after === undefined ? [...before] : [...before, ...ellipsis(covered), ...after]
}

const lettersOf = (term: string): readonly string[] => [...term.replace('...', '')]

const parsed = (specification: string, inputs: readonly AnyValue[]): Parsed => {
  const text = specification.replaceAll(' ', '')
  const [left = '', right] = text.split('->')
  const terms = left.split(',')
  const isTerm = (term: string): boolean => /^[A-Za-z]*(\.\.\.)?[A-Za-z]*$/.test(term)
  if (text.split('->').length > 2 || ![...terms, right ?? ''].every(isTerm) || terms.length !== inputs.length)
    throw new ArgumentError(
      `einsum: '${specification}' does not describe ${String(inputs.length)} inputs (expected, say, 'ij,jk->ik')`,
    )
  const covered = inputs.map((input, i) => {
    const term = terms[i] ?? ''
    const count = input.rank - lettersOf(term).length
    if (count < 0 || (count > 0 && !term.includes('...')))
      throw new ShapeError(`einsum: '${term}' does not name the axes of ${showShape(input.shape)}`)
    return count
  })
  const letters = terms.flatMap(lettersOf)
  const widest = Math.max(0, ...covered)
  const result =
    right === undefined
      ? [
          ...ellipsis(widest),
          ...[...new Set(letters)].filter((label) => letters.filter((l) => l === label).length === 1).sort(),
        ]
      : labelsOf(right, widest)
  const odd = result.find(
    (label, i) => (!isFree(label) && !letters.includes(label)) || result.indexOf(label) !== i,
  )
  if (odd !== undefined)
    throw new ArgumentError(
      `einsum: '${odd}' of the result occurs in no input, or twice, in '${specification}'`,
    )
  return { terms: terms.map((term, i) => labelsOf(term, covered[i] ?? 0)), result }
}

/** The size that each label stands for; axes under an ellipsis stretch from 1, letters do not. */
const sizesOf = (
  specification: string,
  inputs: readonly AnyValue[],
  { terms }: Parsed,
): ReadonlyMap<string, number> => {
  const sizes = new Map<string, number>()
  inputs.forEach((input, i) => {
    terms[i]?.forEach((label, axis) => {
      const n = input.shape[axis] ?? 0
      const known = sizes.get(label) ?? n
      if (known !== n && !(isFree(label) && (known === 1 || n === 1)))
        throw new ShapeError(
          `einsum: '${isFree(label) ? '...' : label}' stands for ${String(known)} and for ${String(n)} in '${specification}'`,
        )
      // eslint-disable-next-line functional/immutable-data -- local to this call
      sizes.set(label, known === 1 ? n : known)
    })
  })
  return sizes
}

/** Without the axes of size 1 that stretch: where others have more, these add nothing. */
const narrowed = ({ value, labels }: Labelled, sizes: ReadonlyMap<string, number>): Labelled => {
  const stays = labels.map(
    (label, axis) => !(isFree(label) && value.shape[axis] === 1 && sizes.get(label) !== 1),
  )
  return {
    value: o.reshape(
      value,
      value.shape.filter((_, axis) => stays[axis] === true),
    ),
    labels: labels.filter((_, axis) => stays[axis] === true),
  }
}

/**
 * Einstein summation: one letter for each axis of each input, `->` and the letters of the result. Letters that the
 * result does not name are summed over; without `->` the result names those that occur once, in alphabetical order. A letter
 * that occurs twice in one input takes its diagonal. `...` stands for axes without letters, aligned at the last and
 * stretched by NumPy's rule; they come first in a result that is not told, and are summed over in one that leaves them out.
 *
 * Of more than two inputs the pairs are contracted in the order that takes the fewest multiplications, for up to eight
 * inputs the best there is, beyond that one found step by step.
 *
 * @throws ArgumentError for a malformed specification; ShapeError where one letter stands for two sizes.
 * @example
 * ```ts
 * import { einsum, ones, tensor, toArray } from 'puregrad'
 * const m = tensor([[1, 2], [3, 4]])
 * toArray(einsum('ij,jk->ik', m, m)) // => [[7, 10], [15, 22]]
 * toArray(einsum('ii->', m)) // => 5
 * einsum('...ij,...jk->...ik', ones([5, 2, 3]), ones([3, 4])).shape // => [5, 2, 4]
 * ```
 * @category Products
 */
export const einsum = (specification: string, ...inputs: readonly Tensor[]): Tensor => {
  if (typeof specification !== 'string')
    throw new ArgumentError(
      `einsum: expected a specification such as 'ij,jk->ik', got ${showValue(specification)}`,
    )
  const values = inputs.map((input, i) => tensorOf(input, `einsum: input ${String(i)}`))
  const description = parsed(specification, values)
  const sizes = sizesOf(specification, values, description)
  const { terms, result } = description
  const labelled = values.map((value, i) => narrowed(diagonals({ value, labels: terms[i] ?? [] }), sizes))
  const contracted = (order: Order, outside: readonly string[]): Labelled => {
    if (typeof order === 'number') return labelled[order]!
    const [left, right] = order
    const within = (part: Order): readonly string[] =>
      typeof part === 'number' ? labelled[part]!.labels : part.flatMap(within)
    const [a, b] = [
      contracted(left, [...outside, ...within(right)]),
      contracted(right, [...outside, ...within(left)]),
    ]
    return contract(a, b, (label) => outside.includes(label))
  }
  const order = contractionOrder(
    labelled.map(({ labels }) => labels),
    result,
    (label) => sizes.get(label) ?? 1,
  )
  if (order === undefined) throw new ArgumentError('einsum: there are no inputs')
  const summed = sumOver(contracted(order, result), (label) => result.includes(label))
  return o.transpose(
    summed.value,
    result.map((label) => summed.labels.indexOf(label)),
  )
}
