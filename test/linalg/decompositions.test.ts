import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  ArgumentError,
  DTypeError,
  eye,
  full,
  grad,
  item,
  jit,
  matmul,
  mul,
  ones,
  ShapeError,
  sin,
  stack,
  sub,
  sum,
  tensor,
  toArray,
  vmap,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import * as linalg from '../../src/linalg/index.ts'
import { checkDerivatives } from '../../src/testing/index.ts'
import { onEveryExecutor } from '../numeric/on-every-executor.ts'
import { definite, distance, f64, hilbert, numbers, randomMatrix, s4, swap } from './matrices.ts'

type F = (...inputs: Tensor[]) => Tensor

const times = (...factors: readonly [Tensor, ...Tensor[]]): Tensor =>
  factors.reduce((x, y) => matmul(x, y) as Tensor)
const identity = (n: number): Tensor => eye(n, { dtype: 'float64' })

const tall = f64([
  [1.5, -0.75, 2],
  [0.5, 3.25, -1],
  [-2, 0.25, 1],
  [1, 1.5, 0.5],
  [0, -1.25, 2.5],
])
const right = f64([1, -2, 0.5, 3, 1.25])

describe('factors', () => {
  const shapes: readonly (readonly number[])[] = [[3, 3], [6, 2], [2, 6], [1, 4], [4, 1], [2, 9, 5], [2, 5, 9], [33, 33]] // prettier-ignore

  test.each(shapes)('Q and R of %j… give the matrix back', (...shape) => {
    const a = randomMatrix(1, shape)
    const [m, n] = shape.slice(-2) as [number, number]
    for (const whole of [false, true]) {
      const { q, r } = linalg.qr(a, { full: whole })
      const k = whole ? m : Math.min(m, n)
      expect([q.shape.slice(-2), r.shape.slice(-2)]).toEqual([[m, k], [k, n]]) // prettier-ignore
      expect(distance(times(q, r), a)).toBeLessThan(1e-14)
      expect(distance(times(swap(q), q), add(zeros(times(swap(q), q).shape, { dtype: 'float64' }), identity(k)))).toBeLessThan(1e-14) // prettier-ignore
      expect(distance(r, linalg.triu(r))).toBe(0)
      expect(numbers(linalg.diagonal(r)).every((x) => x >= 0)).toBe(true)
    }
  })

  test.each(shapes)('U, s and V of %j… give the matrix back', (...shape) => {
    const a = randomMatrix(2, shape)
    const [m, n] = shape.slice(-2) as [number, number]
    const k = Math.min(m, n)
    const reduced = linalg.svd(a)
    expect(distance(times(reduced.u, linalg.diagonalMatrix(reduced.s), reduced.vt), a)).toBeLessThan(3e-14)
    const { u, s, vt } = linalg.svd(a, { full: true })
    expect([u.shape.slice(-2), s.shape.slice(-1), vt.shape.slice(-2)]).toEqual([[m, m], [k], [n, n]])
    for (const x of [u, swap(vt)]) {
      const gram = times(swap(x), x)
      expect(distance(gram, add(zeros(gram.shape, { dtype: 'float64' }), identity(x.shape.at(-1)!)))).toBeLessThan(3e-14) // prettier-ignore
    }
    expect(distance(s, reduced.s)).toBe(0)
    const values = numbers(s.rank === 1 ? s : stack([s]))
    values.forEach((x, i) => i % k === 0 || expect(x).toBeLessThanOrEqual(values[i - 1]!))
  })

  test.each([
    [1, 1],
    [2, 2],
    [3, 5, 5],
    [40, 40],
  ])('λ and V of %j… give the matrix back', (...shape) => {
    const x = randomMatrix(3, shape)
    const a = add(x, swap(x)) as Tensor
    const { values, vectors } = linalg.eigh(a)
    expect(distance(times(vectors, linalg.diagonalMatrix(values), swap(vectors)), a)).toBeLessThan(1e-14)
    const gram = times(swap(vectors), vectors)
    expect(distance(gram, add(zeros(gram.shape, { dtype: 'float64' }), identity(shape.at(-1)!)))).toBeLessThan(3e-14) // prettier-ignore
    expect(distance(linalg.eigh(x).values, linalg.eigh(mul(a, 0.5)).values)).toBeLessThan(1e-14)
  })

  // By NumPy 2 and SciPy, which call LAPACK; those of Hilbert's matrix by mpmath with 50 digits, of its doubles.
  test('the numbers of others', () => {
    expect(distance(linalg.singularValues(tall), f64([4.5560642318214715, 2.980880978968463, 2.3144388747039826]))).toBeLessThan(1e-15) // prettier-ignore
    const r = [[2.73861278752583, 0.5477225575051663, 0.36514837167011116], [0, 3.8340579025361623, -1.845303378261453], [0, 0, 2.9935801490595733]] // prettier-ignore
    expect(distance(linalg.qr(tall).r, f64(r))).toBeLessThan(1e-15)
    const values = [1.4615211262563748, 2.3859699514356483, 3.8833463482794346, 7.26916257402854]
    expect(distance(linalg.eigh(s4).values, f64(values))).toBeLessThan(1e-15)
    expect(distance(linalg.leastSquares(tall, right), f64([0.2296682876685249, 0.03212746609733913, 0.7292966433400544]))).toBeLessThan(1e-15) // prettier-ignore
    const root = [2.0402767017791006, -0.3319247114269838, 0.1301738808526192, 0.4584230871861482]
    expect(distance(linalg.symmetricSquareRoot(s4), linalg.symmetricPower(s4, 0.5))).toBeLessThan(1e-14)
    expect(numbers(linalg.symmetricSquareRoot(s4)).slice(0, 4).map((x, i) => Math.abs(x - root[i]!) < 1e-14)).not.toContain(false) // prettier-ignore
    const power = [1.5188065610233716, -0.15642175195470143, 0.061623154227865004, 0.20241393694233215]
    expect(numbers(linalg.symmetricPower(s4, 0.3)).slice(0, 4).map((x, i) => Math.abs(x - power[i]!) < 1e-14)).not.toContain(false) // prettier-ignore
    const hilbertValues = [1.6959389969219494, 0.2981252113169307, 0.026212843578119052, 0.001467688117741847, 5.4369433697508964e-5, 1.2943320918741794e-6, 1.7988737460063012e-8, 1.1115389694888081e-10] // prettier-ignore
    numbers(linalg.singularValues(hilbert(8))).forEach((x, i) => {
      expect(Math.abs(x - hilbertValues[i]!)).toBeLessThan(1e-15)
    })
  })

  test('of a graded matrix the small singular values are as exact as the large ones', () => {
    const grades = Array.from({ length: 6 }, (_, i) => 10 ** (-4 * i))
    const q = linalg.qr(randomMatrix(4, [6, 6])).q
    const s = numbers(linalg.singularValues(mul(q, f64(grades))))
    s.forEach((x, i) => {
      expect(Math.abs(x / grades[i]! - 1)).toBeLessThan(1e-14)
    })
  })

  test('float32 is right to its rounding, and of the sizes that it can hold', () => {
    const a = randomMatrix(5, [12, 7], 'float32')
    const { u, s, vt } = linalg.svd(a)
    expect(distance(times(u, linalg.diagonalMatrix(s), vt), a)).toBeLessThan(1e-6)
    const { q, r } = linalg.qr(a)
    expect(distance(times(q, r), a)).toBeLessThan(1e-6)
    for (const size of [1e-38, 1e30]) {
      expect(toArray(linalg.singularValues(tensor([[3 * size, 0], [0, 4 * size]])))).toEqual(toArray(tensor([4 * size, 3 * size]))) // prettier-ignore
      expect(toArray(linalg.eigh(tensor([[0, size], [size, 0]])).values)).toEqual(toArray(tensor([-size, size]))) // prettier-ignore
    }
    expect(numbers(linalg.singularValues(f64([[3e200, 0], [0, 4e80]])))).toEqual([3e200, 4e80]) // prettier-ignore
    expect(numbers(linalg.qr(f64([[3e200], [4e200]])).r)[0]! / 5e200).toBeCloseTo(1, 14)
  })
})

const graded = f64([
  [0.3, -1.2, 2.1],
  [1.7, 0.6, -0.4],
  [-0.8, 0.5, 1.4],
])
const wide = f64([
  [1.1, 0.7, -0.8, 0.3],
  [-1.5, 2.3, 0.9, -0.6],
])
const parts = (f: (x: never) => { readonly [K: string]: Tensor }): F =>
  ((x: never) =>
    Object.values(f(x))
      .map((part) => sum(sin(mul(part, 1.5))))
      .reduce((s, part) => add(s, part))) as never

const cases: readonly { readonly name: string; readonly f: F; readonly inputs: readonly Tensor[] }[] = [
  { name: 'qr', f: parts(linalg.qr as never), inputs: [graded] },
  { name: 'qr of a tall matrix', f: parts(linalg.qr as never), inputs: [tall] },
  { name: 'qr of a wide one', f: parts(linalg.qr as never), inputs: [wide] },
  { name: 'eigh', f: parts(linalg.eigh as never), inputs: [graded] },
  { name: 'eigh of a batch', f: parts(linalg.eigh as never), inputs: [stack([graded, sin(graded)])] },
  { name: 'svd', f: parts(linalg.svd as never), inputs: [graded] },
  { name: 'svd of a tall matrix', f: parts(linalg.svd as never), inputs: [tall] },
  { name: 'svd of a wide one', f: parts(linalg.svd as never), inputs: [wide] },
  { name: 'leastSquares', f: (x, y) => linalg.leastSquares(x, y), inputs: [tall, right] },
  { name: 'leastSquares of a wide matrix', f: (x, y) => linalg.leastSquares(x, y), inputs: [wide, f64([[1, 2], [3, -1]])] }, // prettier-ignore
  { name: 'pseudoInverse', f: (x) => linalg.pseudoInverse(x), inputs: [tall] },
  { name: 'conditionNumber', f: linalg.conditionNumber, inputs: [wide] },
  { name: 'symmetricSquareRoot', f: linalg.symmetricSquareRoot, inputs: [definite(1, [3, 3])] },
  { name: 'symmetricPower', f: (x) => linalg.symmetricPower(x, 0.3), inputs: [definite(2, [3, 3])] },
]

const slopeOf =
  (f: F) =>
  (x: readonly Tensor[]): readonly Tensor[] =>
    grad((y: readonly Tensor[]) => sum(sin(f(...y))) as Tensor)(x)

describe('derivatives', () => {
  test.each(cases)('$name: both modes agree with differences, twice', ({ f, inputs }) => {
    const flat = (x: readonly Tensor[]): Tensor => f(...x)
    expect(checkDerivatives(flat, { directions: 6 })(inputs)).toMatchObject({ kind: 'agrees' })
    expect(checkDerivatives(slopeOf(f), { directions: 3 })(inputs)).toMatchObject({ kind: 'agrees' })
  })

  test.each(cases)('$name: on every executor and of a batch, with its derivative', ({ f, inputs }) => {
    const gradient: F = (...x) => slopeOf(f)(x)[0]!
    onEveryExecutor(f, inputs, 1e-12)
    onEveryExecutor(gradient, inputs, 1e-10)
    const others = inputs.map((x) => add(mul(x, 1.125), mul(sin(x), 0.05)) as Tensor)
    for (const g of [f, gradient]) {
      const both = vmap(g)(...inputs.map((x, i) => stack([x, others[i]!])))
      expect(distance(both, stack([g(...inputs), g(...others)]))).toBeLessThan(1e-11)
    }
  })
})

describe('values that are equal', () => {
  const twice = f64([[2, 0, 0], [0, 2, 0], [0, 0, 3]]) // prettier-ignore
  const turn = linalg.qr(randomMatrix(6, [3, 3])).q
  const repeated = times(turn, twice, swap(turn))
  const agrees = (f: F, ...inputs: readonly Tensor[]): void => {
    expect(checkDerivatives((x: readonly Tensor[]) => f(...x), { directions: 6 })(inputs)).toMatchObject({ kind: 'agrees' }) // prettier-ignore
  }

  test.each([
    ['on the axes', twice],
    ['turned', repeated],
    ['of unity', identity(3)],
  ] as const)('%s: what is determined has right derivatives', (_, a) => {
    // tr A³ and its gradient 3A².
    const cubes = (x: Tensor): Tensor => sum(mul(linalg.eigh(x).values, mul(linalg.eigh(x).values, linalg.eigh(x).values))) // prettier-ignore
    expect(distance(grad(cubes)(a), mul(times(a, a), 3))).toBeLessThan(1e-13)
    // The nuclear norm and its gradient UVᵀ, which is smooth too.
    const nuclear = (x: Tensor): Tensor => sum(linalg.singularValues(x))
    expect(distance(grad(nuclear)(a), identity(3))).toBeLessThan(1e-14)
    agrees((x) => grad(nuclear)(x), a)
    agrees((x) => linalg.symmetricSquareRoot(x), a)
    agrees((x) => grad((y: Tensor) => sum(sin(linalg.symmetricSquareRoot(y))))(x), a)
    agrees((x) => linalg.symmetricPower(x, -0.5), a)
    agrees((x) => linalg.pseudoInverse(x), a)
    agrees((x) => grad((y: Tensor) => sum(sin(linalg.pseudoInverse(y))))(x), a)
  })

  test('the space of a repeated value moves as it should, its basis does not count', () => {
    const onto = (x: Tensor): Tensor => {
      const v = linalg.eigh(x).vectors
      const low = matmul(v, f64([[1, 0], [0, 1], [0, 0]])) as Tensor // prettier-ignore
      return times(low, swap(low))
    }
    for (const a of [twice, repeated]) agrees(onto, a)
  })

  test('derivatives are finite, of bases that are not determined too', () => {
    const f = (x: Tensor): Tensor => add(parts(linalg.eigh as never)(x), parts(linalg.svd as never)(x))
    for (const a of [twice, repeated, identity(3), zeros([3, 3], { dtype: 'float64' })])
      expect(numbers(grad(f)(a)).every(Number.isFinite)).toBe(true)
  })

  test('deficient rank: the shortest solution, and its derivatives along matrices of the same rank', () => {
    const low = f64([[1, 2, 3], [2, 4, 6], [1, 0, 1]]) // prettier-ignore
    expect(item(linalg.matrixRank(low))).toBe(2)
    expect(distance(linalg.leastSquares(low, f64([1, 1, 1])), f64([11 / 15, -7 / 15, 4 / 15]))).toBeLessThan(1e-14) // prettier-ignore
    const [b, c] = [randomMatrix(7, [5, 2]), randomMatrix(8, [2, 4])]
    agrees((x, y) => linalg.leastSquares(times(x, y), right), b, c)
    agrees((x, y) => linalg.pseudoInverse(times(x, y)), b, c)
    agrees((x, y) => grad((z: Tensor) => sum(sin(linalg.leastSquares(times(z, y), right))))(x), b, c)
  })

  test('the four laws of Moore and Penrose', () => {
    const a = times(randomMatrix(9, [2, 5, 2]), randomMatrix(10, [2, 2, 4]))
    const p = linalg.pseudoInverse(a)
    expect(distance(times(a, p, a), a)).toBeLessThan(1e-13)
    expect(distance(times(p, a, p), p)).toBeLessThan(1e-13)
    expect(distance(times(a, p), swap(times(a, p)))).toBeLessThan(1e-13)
    expect(distance(times(p, a), swap(times(p, a)))).toBeLessThan(1e-13)
    expect(toArray(linalg.matrixRank(a))).toEqual([2, 2])
  })

  test('a tolerance says what counts as 0', () => {
    const a = f64([[1, 0], [0, 1e-3]]) // prettier-ignore
    expect(item(linalg.matrixRank(a))).toBe(2)
    expect(item(linalg.matrixRank(a, { tolerance: 1e-2 }))).toBe(1)
    expect(toArray(linalg.pseudoInverse(a, { tolerance: 1e-2 }))).toEqual([[1, 0], [0, 0]]) // prettier-ignore
    expect(toArray(linalg.leastSquares(a, f64([1, 1]), { tolerance: 1e-2 }))).toEqual([1, 0])
    expect(item(linalg.conditionNumber(zeros([2, 2])))).toBeNaN()
    expect(item(linalg.conditionNumber(f64([[1, 0], [0, 0]])))).toBe(Infinity) // prettier-ignore
  })
})

describe('edges', () => {
  test('sizes of none', () => {
    for (const [m, n] of [
      [0, 0],
      [0, 3],
      [3, 0],
    ] as const) {
      // prettier-ignore
      const a = zeros([2, m, n])
      const { q, r } = linalg.qr(a)
      const { u, s, vt } = linalg.svd(a)
      expect([q.shape, r.shape, u.shape, s.shape, vt.shape]).toEqual([[2, m, 0], [2, 0, n], [2, m, 0], [2, 0], [2, 0, n]]) // prettier-ignore
      expect(linalg.pseudoInverse(a).shape).toEqual([2, n, m])
      expect(toArray(linalg.matrixRank(a))).toEqual([0, 0])
      expect(grad((x: Tensor) => sum(linalg.pseudoInverse(x)))(a).shape).toEqual([2, m, n])
      expect(grad((x: Tensor) => sum(linalg.singularValues(x)))(a).shape).toEqual([2, m, n])
    }
    expect(toArray(linalg.qr(zeros([3, 0]), { full: true }).q)).toEqual(toArray(eye(3)))
    expect(toArray(linalg.svd(zeros([3, 0]), { full: true }).u)).toEqual(toArray(eye(3)))
    expect(linalg.eigh(zeros([0, 0])).vectors.shape).toEqual([0, 0])
    expect(linalg.symmetricSquareRoot(zeros([0, 0])).shape).toEqual([0, 0])
    expect(linalg.eigh(zeros([0, 4, 4])).values.shape).toEqual([0, 4])
    expect(linalg.leastSquares(zeros([0, 2]), zeros([0])).shape).toEqual([2])
  })

  test('NaN and infinities make the whole result NaN', () => {
    for (const bad of [NaN, Infinity]) {
      const a = f64([[1, 2], [bad, 1]]) // prettier-ignore
      for (const x of [
        linalg.qr(a).q,
        linalg.qr(a).r,
        linalg.eigh(a).values,
        linalg.svd(a).u,
        linalg.singularValues(a),
      ])
        // prettier-ignore
        expect(numbers(x).every(Number.isNaN)).toBe(true)
    }
  })

  test('messages say what was expected', () => {
    expect(() => linalg.qr(ones([3]))).toThrow(ShapeError)
    expect(() => linalg.qr(ones([3]))).toThrow('qr: expected a matrix or a batch of them, got shape [3]')
    expect(() => linalg.eigh(ones([2, 3]))).toThrow('eigh: expected a square matrix or a batch of them, got shape [2, 3]') // prettier-ignore
    expect(() => linalg.svd(ones([2, 2], { dtype: 'int32' }))).toThrow(DTypeError)
    expect(() => linalg.svd(ones([2, 2]), { full: 1 as never })).toThrow(
      'svd: full: expected true or false, got 1',
    )
    expect(() => linalg.leastSquares(ones([2, 3]), ones([3]))).toThrow('leastSquares: [2, 3] has 2 rows, the right side [3] has 3') // prettier-ignore
    expect(() => linalg.leastSquares(ones([2, 3]), tensor(1))).toThrow('is a scalar')
    expect(() => linalg.matrixRank(ones([2, 3]), { tolerance: 2 })).toThrow('matrixRank: tolerance: expected a finite number of 0 or more and of at most 1, got 2') // prettier-ignore
    expect(() => linalg.symmetricPower(ones([2, 2]), NaN)).toThrow(ArgumentError)
    expect(() => linalg.conditionNumber(ones([0, 2]))).toThrow('has no singular values')
    expect(() => grad((x: Tensor) => sum(linalg.qr(x, { full: true }).q))(tall)).toThrow('has no derivative')
    expect(() => grad((x: Tensor) => sum(linalg.svd(x, { full: true }).u))(tall)).toThrow('has no derivative')
  })

  test('what is negative gives NaN, unless it is so by rounding', () => {
    expect(numbers(linalg.symmetricSquareRoot(f64([[1, 0], [0, -1]]))).some(Number.isNaN)).toBe(true) // prettier-ignore
    const flat = full([3, 3], 1 / 3, { dtype: 'float64' })
    expect(distance(linalg.symmetricSquareRoot(flat), flat)).toBeLessThan(1e-8)
    expect(item(sum(abs(sub(linalg.symmetricPower(s4, -2), linalg.inverse(times(s4, s4))))))).toBeLessThan(
      1e-13,
    )
  })

  test('many in one batch, compiled, are those one by one', () => {
    const a = randomMatrix(11, [5, 4, 4])
    const root = jit((x: Tensor) => linalg.symmetricSquareRoot(matmul(x, swap(x)) as Tensor))
    const found = root(a)
    expect(distance(times(found, found), times(a, swap(a)))).toBeLessThan(1e-13)
  })
})
