import { operations as o } from '../autodiff/apply.ts'
import * as primitive from '../primitive/matmul.ts'
import { asValue, type AnyValue } from '../autodiff/value.ts'
import { ArgumentError, ShapeError } from '../tensor/errors.ts'
import { broadcastShapes, showShape, sizesBetween } from '../tensor/shape.ts'
import type { Matmulable, MatmulShape, Shape } from '../tensor/shape-types.ts'
import { showValue } from '../tensor/show-value.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { tensorOf } from './operand.ts'

/**
 * The matrix product by NumPy's rules: vectors are rows on the left and columns on the right, and axes before the
 * last two are a batch that broadcasts.
 *
 * @throws ShapeError where the inner dimensions differ; DTypeError for integers or unequal dtypes.
 * @example
 * ```ts
 * import { matmul, tensor, toArray } from 'puregrad'
 * toArray(matmul(tensor([[1, 2], [3, 4]]), tensor([1, 10]))) // => [21, 43]
 * ```
 * @category Products
 */
export const matmul = <A extends Shape, B extends Shape>(
  a: Tensor<A>,
  b: Tensor<B> & Matmulable<A, B>,
): Tensor<MatmulShape<A, B>> => product(tensorOf(a, 'matmul'), tensorOf(b, 'matmul')) as never

const product = (a: AnyValue, b: AnyValue): Tensor => {
  if (a.rank === 0 || b.rank === 0)
    throw new ShapeError(
      `matmul: a scalar has no matrix product (${showShape(a.shape)} times ${showShape(b.shape)}); use mul`,
    )
  const [inner, other] = [a.shape[a.rank - 1], b.shape[Math.max(0, b.rank - 2)]]
  if (inner !== other)
    throw new ShapeError(
      `matmul: inner dimensions differ: ${showShape(a.shape)} ends in ${String(inner)}, ` +
        `${showShape(b.shape)} begins with ${String(other)}`,
    )
  const x = a.rank === 1 ? o.reshape(a, [1, inner ?? 0]) : a
  const y = b.rank === 1 ? o.reshape(b, [inner ?? 0, 1]) : b
  const [m = 0, k = 0] = sizesBetween(x.shape, x.shape.length - 2, x.shape.length)
  const n = y.shape[y.shape.length - 1] ?? 0
  const drop = (result: Tensor): Tensor => {
    if (a.rank > 1 && b.rank > 1) return result
    const shape = result.shape.filter(
      (_, axis) =>
        !((a.rank === 1 && axis === result.rank - 2) || (b.rank === 1 && axis === result.rank - 1)),
    )
    return o.reshape(asValue(result), shape)
  }
  // Many matrices times one: one product with more rows.
  if (y.shape.length === 2 && x.shape.length > 2) {
    const rows = x.shape.slice(0, -1)
    const flat = o.reshape(x, [rows.reduce((size, d) => size * d, 1), k])
    return drop(o.reshape(o.call(primitive.matmul, flat, y), [...rows, n]))
  }
  const batch = broadcastShapes(
    sizesBetween(x.shape, 0, x.shape.length - 2),
    sizesBetween(y.shape, 0, y.shape.length - 2),
    'matmul',
  )
  return drop(
    o.call(primitive.matmul, o.broadcastTo(x, [...batch, m, k]), o.broadcastTo(y, [...batch, k, n])),
  )
}

/**
 * Σ aᵢbᵢ of two vectors of one length.
 *
 * @example
 * ```ts
 * import { dot, item, tensor } from 'puregrad'
 * item(dot(tensor([1, 2]), tensor([3, 4]))) // => 11
 * ```
 * @category Products
 */
export const dot = (a: Tensor, b: Tensor): Tensor => {
  const [left, right] = [tensorOf(a, 'dot'), tensorOf(b, 'dot')]
  if (left.rank !== 1 || right.rank !== 1)
    throw new ShapeError(`dot: expected two vectors, got ${showShape(a.shape)} and ${showShape(b.shape)}`)
  return product(left, right)
}

/**
 * All products aᵢbⱼ of two vectors.
 *
 * @example
 * ```ts
 * import { outer, tensor, toArray } from 'puregrad'
 * toArray(outer(tensor([1, 2]), tensor([3, 4]))) // => [[3, 4], [6, 8]]
 * ```
 * @category Products
 */
export const outer = (a: Tensor, b: Tensor): Tensor => {
  const [left, right] = [tensorOf(a, 'outer'), tensorOf(b, 'outer')]
  if (left.rank !== 1 || right.rank !== 1)
    throw new ShapeError(`outer: expected two vectors, got ${showShape(a.shape)} and ${showShape(b.shape)}`)
  const shape = [a.size, b.size]
  return o.mul(o.broadcastTo(o.reshape(left, [a.size, 1]), shape), o.broadcastTo(right, shape))
}

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

/**
 * Einstein summation: one letter for each axis of each input, `->` and the letters of the result. Letters that the
 * result does not name are summed over; without `->` the result names those that occur once, in alphabetical order.
 *
 * @throws ArgumentError for a malformed specification; ShapeError where one letter stands for two sizes.
 * @example
 * ```ts
 * import { einsum, tensor, toArray } from 'puregrad'
 * const m = tensor([[1, 2], [3, 4]])
 * toArray(einsum('ij,jk->ik', m, m)) // => [[7, 10], [15, 22]]
 * toArray(einsum('ii->', m)) // => 5
 * ```
 * @category Products
 */
export const einsum = (specification: string, ...inputs: readonly Tensor[]): Tensor => {
  if (typeof specification !== 'string')
    throw new ArgumentError(
      `einsum: expected a specification such as 'ij,jk->ik', got ${showValue(specification)}`,
    )
  inputs.forEach((input, i) => tensorOf(input, `einsum: input ${String(i)}`))
  const [left = '', right] = specification.replaceAll(' ', '').split('->')
  const terms = left.split(',')
  if (!/^[A-Za-z,]*(->[A-Za-z]*)?$/.test(specification.replaceAll(' ', '')) || terms.length !== inputs.length)
    throw new ArgumentError(
      `einsum: '${specification}' does not describe ${String(inputs.length)} inputs (expected, say, 'ij,jk->ik')`,
    )
  const letters = [...terms.join('')]
  const result =
    right === undefined
      ? [...new Set(letters)].filter((label) => letters.filter((l) => l === label).length === 1).sort()
      : [...right]
  const odd = result.find((label, i) => !letters.includes(label) || result.indexOf(label) !== i)
  if (odd !== undefined)
    throw new ArgumentError(
      `einsum: '${odd}' of the result occurs in no input, or twice, in '${specification}'`,
    )
  const sizes = new Map<string, number>()
  const labelled = inputs.map((input, i): Labelled => {
    const labels = [...(terms[i] ?? '')]
    if (labels.length !== input.rank)
      throw new ShapeError(`einsum: '${terms[i] ?? ''}' does not name the axes of ${showShape(input.shape)}`)
    labels.forEach((label, axis) => {
      const n = input.shape[axis] ?? 0
      const known = sizes.get(label) ?? n
      if (known !== n)
        throw new ShapeError(
          `einsum: '${label}' stands for ${String(known)} and for ${String(n)} in '${specification}'`,
        )
      // eslint-disable-next-line functional/immutable-data -- local to this call
      sizes.set(label, n)
    })
    return diagonals({ value: asValue(input), labels })
  })
  const [first, ...rest] = labelled
  if (first === undefined) throw new ArgumentError('einsum: there are no inputs')
  const total = rest.reduce((product_, next, i) => {
    const later = rest.slice(i + 1).flatMap(({ labels }) => labels)
    return contract(product_, next, (label) => result.includes(label) || later.includes(label))
  }, first)
  const summed = sumOver(total, (label) => result.includes(label))
  return o.transpose(
    summed.value,
    result.map((label) => summed.labels.indexOf(label)),
  )
}
