import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as p from '../../src/index.ts'
import type { Tensor } from '../../src/index.ts'
import type { Reduction } from '../../src/core/numeric/reduce.ts'

const f64 = (nested: unknown): Tensor => p.tensor(nested as never, { dtype: 'float64' })
const numbers = (x: Tensor): readonly number[] => [...p.toTypedArray(x)]

const expectClose = (actual: readonly number[], expected: readonly number[], tolerance = 1e-12): void => {
  expect(actual.length).toBe(expected.length)
  actual.forEach((x, i) => {
    const y = expected[i] ?? NaN
    if (!Object.is(x, y) && !(Math.abs(x - y) <= tolerance * (1 + Math.abs(y))))
      expect([i, x]).toEqual([i, y])
  })
}

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

const elementwise: Readonly<Record<string, readonly [(x: Tensor) => Tensor, (x: number) => number]>> = {
  neg: [(x) => p.neg(x), (x) => -x],
  exp: [(x) => p.exp(x), Math.exp],
  expm1: [(x) => p.expm1(x), Math.expm1],
  sin: [(x) => p.sin(x), Math.sin],
  cos: [(x) => p.cos(x), Math.cos],
  tanh: [(x) => p.tanh(x), Math.tanh],
  sigmoid: [(x) => p.sigmoid(x), sigmoid],
  abs: [(x) => p.abs(x), Math.abs],
  sign: [(x) => p.sign(x), Math.sign],
  floor: [(x) => p.floor(x), Math.floor],
  square: [(x) => p.square(x), (x) => x * x],
  clip: [(x) => p.clip(x, -1, 1), (x) => Math.min(1, Math.max(-1, x))],
  relu: [(x) => p.relu(x), (x) => Math.max(0, x)],
  leakyRelu: [(x) => p.leakyRelu(x, { slope: 0.1 }), (x) => (x > 0 ? x : 0.1 * x)],
  elu: [(x) => p.elu(x), (x) => (x > 0 ? x : Math.expm1(x))],
  selu: [(x) => p.selu(x), (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))],
  geluTanh: [
    (x) => p.gelu(x, { form: 'tanh' }),
    (x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  ],
  silu: [(x) => p.silu(x), (x) => x * sigmoid(x)],
  softplus: [(x) => p.softplus(x), softplus],
  mish: [(x) => p.mish(x), (x) => x * Math.tanh(softplus(x))],
  hardTanh: [(x) => p.hardTanh(x), (x) => Math.min(1, Math.max(-1, x))],
  hardSigmoid: [(x) => p.hardSigmoid(x), (x) => Math.min(1, Math.max(0, x / 6 + 0.5))],
  softsign: [(x) => p.softsign(x), (x) => x / (1 + Math.abs(x))],
  logOfSquare: [(x) => p.log(p.add(p.square(x), 1) as Tensor), (x) => Math.log(x * x + 1)],
  sqrtOfSquare: [(x) => p.sqrt(p.square(x)), Math.abs],
  rsqrt: [(x) => p.rsqrt(p.add(p.square(x), 1) as Tensor), (x) => 1 / Math.sqrt(x * x + 1)],
  log1p: [(x) => p.log1p(p.square(x)), (x) => Math.log1p(x * x)],
  isNaN: [(x) => p.cast(p.isNaN(x), 'float64'), (x) => Number(Number.isNaN(x))],
  isFinite: [(x) => p.cast(p.isFinite(x), 'float64'), (x) => Number(Number.isFinite(x))],
}

const points = [-1000, -7.5, -2, -1, -0.5, -1e-9, 0, 1e-9, 0.25, 0.5, 1, 2.5, 3.25, 8, 1000]

describe('functions of elements', () => {
  test.each(Object.entries(elementwise))('%s', (_, [f, reference]) => {
    expectClose(numbers(f(f64(points))), points.map(reference))
  })

  test('rounding goes to the even neighbour', () => {
    expect(numbers(p.round(f64([0.5, 1.5, 2.5, -0.5, -1.5, 2.4])))).toEqual([0, 2, 2, -0, -2, 2])
  })

  test('the error function, and gelu by it', () => {
    // Abramowitz & Stegun, table 7.1.
    const known = [
      [0.1, 0.1124629160182849],
      [0.5, 0.5204998778130465],
      [1, 0.8427007929497149],
      [2, 0.9953222650189527],
      [3.5, 0.9999992569016276],
    ] as const
    expectClose(
      numbers(p.erf(f64(known.map(([x]) => x)))),
      known.map(([, y]) => y),
      1e-14,
    )
    expectClose(
      numbers(p.erf(f64(known.map(([x]) => -x)))),
      known.map(([, y]) => -y),
      1e-14,
    )
    expectClose(numbers(p.gelu(f64([1, -1]))), [0.8413447460685429, -0.15865525393145707], 1e-14)
  })

  test('two operands with broadcasting, numbers and all comparisons', () => {
    const [a, b] = [f64([[1], [2]]), f64([1, 2, 4])]
    const pairs = [1, 2].flatMap((x) => [1, 2, 4].map((y) => [x, y] as const))
    const cases: readonly (readonly [Tensor, (x: number, y: number) => number | boolean])[] = [
      [p.add(a, b), (x, y) => x + y],
      [p.sub(a, b), (x, y) => x - y],
      [p.mul(a, b), (x, y) => x * y],
      [p.div(a, b), (x, y) => x / y],
      [p.pow(a, b), (x, y) => x ** y],
      [p.maximum(a, b), Math.max],
      [p.minimum(a, b), Math.min],
      [p.equal(a, b), (x, y) => x === y],
      [p.notEqual(a, b), (x, y) => x !== y],
      [p.less(a, b), (x, y) => x < y],
      [p.lessEqual(a, b), (x, y) => x <= y],
      [p.greater(a, b), (x, y) => x > y],
      [p.greaterEqual(a, b), (x, y) => x >= y],
      [p.where(p.less(a, b), a, b), Math.min],
      [p.logicalAnd(p.less(a, b), p.less(b, 4)), (x, y) => x < y && y < 4],
      [p.logicalOr(p.equal(a, b), p.less(b, 2)), (x, y) => x === y || y < 2],
      [p.logicalNot(p.less(a, b) as Tensor), (x, y) => !(x < y)],
    ]
    for (const [actual, f] of cases)
      expectClose(
        numbers(actual),
        pairs.map(([x, y]) => Number(f(x, y))),
      )
    expect(numbers(p.sub(1, f64([1, 2])))).toEqual([0, -1])
    expect(p.add(p.tensor([1], { dtype: 'int32' }), 2).dtype).toBe('int32')
    expect(numbers(p.mul(p.tensor([2 ** 20], { dtype: 'int32' }), 2 ** 12))).toEqual([0])
    expect(() => p.add(f64([1]), p.tensor([1]))).toThrow(/dtypes float64 and float32 differ.*cast/)
    expect(() => p.exp(p.tensor([1], { dtype: 'int32' }))).toThrow(p.DTypeError)
  })
})

const matrix = f64([
  [3, 1, 2],
  [-1, 5, 0.5],
])
const rows = [
  [3, 1, 2],
  [-1, 5, 0.5],
]

describe('reductions', () => {
  const total = (list: readonly number[]): number => list.reduce((s, x) => s + x, 0)
  const average = (list: readonly number[]): number => total(list) / list.length
  const spread = (list: readonly number[]): number => average(list.map((x) => (x - average(list)) ** 2))
  const references: readonly (readonly [string, Reduction, (list: readonly number[]) => number])[] = [
    ['sum', p.sum, total],
    ['mean', p.mean, average],
    ['variance', p.variance, spread],
    ['std', p.std, (list) => Math.sqrt(spread(list))],
    ['max', p.max, (list) => Math.max(...list)],
    ['min', p.min, (list) => Math.min(...list)],
    ['prod', p.prod, (list) => list.reduce((s, x) => s * x, 1)],
    ['logSumExp', p.logSumExp, (list) => Math.log(total(list.map(Math.exp)))],
    ['any', p.any, (list) => Number(list.some((x) => x !== 0))],
    ['all', p.all, (list) => Number(list.every((x) => x !== 0))],
  ]

  test.each(references)('%s', (_, f, reference) => {
    const columns = [0, 1, 2].map((j) => rows.map((row) => row[j] ?? NaN))
    expectClose(numbers(f(matrix)), [reference(rows.flat())])
    expectClose(numbers(f(matrix, { axis: 0 }) as Tensor), columns.map(reference))
    expectClose(numbers(f(matrix, { axis: -1 }) as Tensor), rows.map(reference))
    expect((f(matrix, { axis: 1, keepDims: true }) as Tensor).shape).toEqual([2, 1])
    expect((f(matrix, { axis: [0, 1], keepDims: true }) as Tensor).shape).toEqual([1, 1])
    expect(() => f(matrix, { axis: 2 })).toThrow(/axis 2 is outside a tensor of rank 2 \(expected -2 to 1\)/)
  })

  test('edges', () => {
    expect(p.item(p.sum(p.zeros([0])) as Tensor)).toBe(0)
    expect(p.item(p.prod(p.zeros([0])) as Tensor)).toBe(1)
    expect(() => p.max(p.zeros([2, 0]), { axis: 1 })).toThrow(p.ArgumentError)
    expect(() => p.mean(p.zeros([0]))).toThrow(p.ArgumentError)
    expect(p.item(p.max(f64([1, NaN, 3])) as Tensor)).toBeNaN()
    expect(p.item(p.logSumExp(f64([-Infinity, -Infinity])) as Tensor)).toBe(-Infinity)
    expect(numbers(p.min(p.tensor([3, 0, 2], { dtype: 'uint32' })) as Tensor)).toEqual([0])
    expect(p.item(p.sum(p.tensor([true, false, true])) as Tensor)).toBe(2)
    expect(numbers(p.softmax(f64([1000, 1000, -1000])))).toEqual([0.5, 0.5, 0])
    expectClose(numbers(p.logSoftmax(f64([1000, 1000]))), [-Math.LN2, -Math.LN2])
    // Pairwise summation: a plain float32 sum of 2²⁴ + … would stop growing.
    expect(p.item(p.sum(p.ones([2 ** 20])) as Tensor)).toBe(2 ** 20)
  })

  test('positions, running totals and norms', () => {
    expect(p.toArray(p.argmax(matrix, { axis: 1 }))).toEqual([0, 1])
    expect(p.item(p.argmin(matrix))).toBe(3)
    expect(p.toArray(p.argmax(f64([2, 5, 5])))).toBe(1)
    expect(p.toArray(p.cumsum(matrix, { axis: 0 }))).toEqual([
      [3, 1, 2],
      [2, 6, 2.5],
    ])
    expect(p.toArray(p.cumprod(f64([2, 0, 3, 4]), { axis: 0 }))).toEqual([2, 0, 0, 0])
    expect(numbers(p.norm(f64([3, -4])))).toEqual([5])
    expect(numbers(p.norm(f64([3, -4]), { order: 1 }))).toEqual([7])
    expect(numbers(p.norm(f64([3, -4]), { order: 'inf' }))).toEqual([4])
  })
})

describe('shapes and indices', () => {
  const x: Tensor = p.reshape(p.arange(6), [2, 3])

  test('rearranging', () => {
    expect(p.transpose(p.zeros([2, 3, 4])).shape).toEqual([4, 3, 2])
    expect(p.toArray(p.transpose(x))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ])
    expect(p.expandDims(x, { axis: -1 }).shape).toEqual([2, 3, 1])
    expect(p.squeeze(p.zeros([1, 2, 1])).shape).toEqual([2])
    expect(() => p.squeeze(x, { axis: 0 })).toThrow(/axis 0 of \[2, 3\] does not have size 1/)
    expect(p.toArray(p.concat([x, x], { axis: 1 }) as Tensor)).toEqual([
      [0, 1, 2, 0, 1, 2],
      [3, 4, 5, 3, 4, 5],
    ])
    expect(p.stack([x, x], { axis: 1 }).shape).toEqual([2, 2, 3])
    expect(p.split(x, 3, { axis: 1 }).map((part) => p.toArray(part))).toEqual([
      [[0], [3]],
      [[1], [4]],
      [[2], [5]],
    ])
    expect(() => p.split(x, 2, { axis: 1 })).toThrow(/does not divide into 2 equal parts/)
    expect(
      p.toArray(
        p.pad(
          x,
          [
            [1, 0],
            [0, 1],
          ],
          9,
        ),
      ),
    ).toEqual([
      [9, 9, 9, 9],
      [0, 1, 2, 9],
      [3, 4, 5, 9],
    ])
    expect(p.toArray(p.tile(p.tensor([1, 2]), [2, 2]))).toEqual([
      [1, 2, 1, 2],
      [1, 2, 1, 2],
    ])
    expect(() => p.reshape(x, [4, 2])).toThrow(/\[2, 3\] has 6 elements, which do not fill \[4, 2\]/)
    expect(p.toArray(p.diag(x))).toEqual([0, 4])
    expect(p.toArray(p.tri(2, 3, { diagonal: 1 }))).toEqual([
      [1, 1, 0],
      [1, 1, 1],
    ])
  })

  test('picking, scattering, sorting', () => {
    expect(p.toArray(p.take(x, [2, 0], { axis: 1 }))).toEqual([
      [2, 0],
      [5, 3],
    ])
    expect(() => p.take(x, [3], { axis: 1 })).toThrow(/index 3 is outside an axis of size 3/)
    expect(p.toArray(p.scatterAdd(x, [0, 0], p.ones([2, 2]), { axis: 1 }))).toEqual([
      [2, 1, 2],
      [5, 4, 5],
    ])
    expect(p.toArray(p.oneHot(p.tensor([2], { dtype: 'int32' }), 3))).toEqual([[0, 0, 1]])
    expect(
      p.toArray(
        p.sort(
          f64([
            [2, NaN, 1],
            [0, -1, 5],
          ]),
        ),
      ),
    ).toEqual([
      [1, 2, NaN],
      [-1, 0, 5],
    ])
    expect(p.toArray(p.argsort(f64([1, 0, 1, 0])))).toEqual([1, 3, 0, 2])
    expect(p.toArray(p.sort(matrix, { axis: 0 }))).toEqual([
      [-1, 1, 0.5],
      [3, 5, 2],
    ])
    expect(p.toArray(p.topK(matrix, 2).values)).toEqual([
      [3, 2],
      [5, 0.5],
    ])
    expect(() => p.topK(matrix, 4)).toThrow(p.ArgumentError)
  })
})

describe('products', () => {
  test('vectors, matrices and batches by the rules of NumPy', () => {
    const shapesOf = (a: readonly number[], b: readonly number[]): readonly number[] =>
      p.matmul(p.zeros([...a]), p.zeros([...b])).shape
    expect(shapesOf([3], [3])).toEqual([])
    expect(shapesOf([2, 3], [3])).toEqual([2])
    expect(shapesOf([3], [3, 4])).toEqual([4])
    expect(shapesOf([5, 2, 3], [3, 4])).toEqual([5, 2, 4])
    expect(shapesOf([5, 1, 2, 3], [6, 3, 4])).toEqual([5, 6, 2, 4])
    expect(() => shapesOf([2, 3], [2, 3])).toThrow(
      /inner dimensions differ: \[2, 3\] ends in 3, \[2, 3\] begins with 2/,
    )
    expect(p.toArray(p.outer(f64([1, 2]), f64([3, 4])))).toEqual([
      [3, 4],
      [6, 8],
    ])
    expect(p.item(p.dot(f64([1, 2]), f64([3, 4])))).toBe(11)
  })

  const specifications = [
    'ij,jk->ik',
    'ij,kj->ik',
    'ii->',
    'ii->i',
    'bij,bjk->bik',
    'ij->ji',
    'ij->',
    'i,j->ij',
    'ij,jk,kl->il',
    'ij,ij->i',
    'ijk,k->ji',
    'bi,bj->ij',
    'ij,jk',
    'ba',
    'iij->j',
  ]

  test.each(specifications)('einsum %s is the sum over all indices', (specification) => {
    const size: Readonly<Record<string, number>> = { i: 2, j: 3, k: 2, l: 2, b: 3, a: 2 }
    const [left = '', right] = specification.split('->')
    const terms = left.split(',')
    const letters = [...new Set(left.replaceAll(',', ''))]
    const result =
      right ??
      letters
        .filter((letter) => left.split(letter).length === 2)
        .sort()
        .join('')
    const inputs = terms.map((term, i) =>
      p.uniform(
        p.key(i),
        [...term].map((letter) => size[letter] ?? 1),
        { low: -1, dtype: 'float64' },
      ),
    )
    const shape = [...result].map((letter) => size[letter] ?? 1)
    const offsetIn = (term: string, at: Readonly<Record<string, number>>): number =>
      [...term].reduce((offset, letter) => offset * (size[letter] ?? 1) + (at[letter] ?? 0), 0)
    const expected = new Array<number>(shape.reduce((n, d) => n * d, 1)).fill(0)
    const walk = (left_: readonly string[], at: Readonly<Record<string, number>>): void => {
      const [letter, ...rest] = left_
      if (letter === undefined) {
        const value = terms.reduce(
          (v, term, i) => v * (numbers(inputs[i] as Tensor)[offsetIn(term, at)] ?? NaN),
          1,
        )
        expected[offsetIn(result, at)] = (expected[offsetIn(result, at)] ?? 0) + value
        return
      }
      for (let i = 0; i < (size[letter] ?? 1); i++) walk(rest, { ...at, [letter]: i })
    }
    walk(letters, {})
    const actual = p.einsum(specification, ...inputs)
    expect(actual.shape).toEqual(shape)
    expectClose(numbers(actual), expected)
  })

  test('einsum says what is wrong', () => {
    expect(() => p.einsum('ij,jk->ik', matrix)).toThrow(/does not describe 1 inputs/)
    expect(() => p.einsum('ij,ij->i', matrix, p.transpose(matrix))).toThrow(/'i' stands for 2 and for 3/)
    expect(() => p.einsum('ij->ik', matrix)).toThrow(/'k' of the result/)
    expect(() => p.einsum('ijk->i', matrix)).toThrow(/does not name the axes/)
  })
})

test('elementwise loops agree on any layout: contiguous, strided, reversed, broadcast, empty', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('float32', 'float64', 'int32', 'uint32'),
      (shape, reverse, swap, dtype) => {
        const base = p.reshape(
          p.arange(
            shape.reduce((n, d) => n * d, 1),
            undefined,
            1,
            { dtype },
          ),
          shape,
        ) as Tensor
        const flipped = reverse ? p.flip(base) : base
        const view: Tensor = swap ? p.transpose(flipped) : flipped
        const row = p.slice(view, [0], [1])
        const plain = p.tensor(p.toTypedArray(view), { shape: [...view.shape] }) as Tensor
        expect(numbers(p.add(view, view))).toEqual(numbers(p.add(plain, plain)))
        expect(numbers(p.mul(view, row as never))).toEqual(
          numbers(p.mul(plain, p.tensor(p.toTypedArray(row), { shape: [...row.shape] }) as never)),
        )
        expect(numbers(p.sum(view, { axis: 0 }) as Tensor)).toEqual(
          numbers(p.sum(plain, { axis: 0 }) as Tensor),
        )
      },
    ),
  )
})
