import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  arange,
  ArgumentError,
  cast,
  clip,
  cumsum,
  DTypeError,
  equal,
  expandDims,
  eye,
  flip,
  full,
  greater,
  greaterEqual,
  isFinite,
  isNaN,
  less,
  lessEqual,
  linspace,
  max,
  maximum,
  minimum,
  moveAxis,
  mul,
  notEqual,
  oneHot,
  pad,
  PuregradError,
  reshape,
  scatterAdd,
  ShapeError,
  slice,
  sort,
  split,
  squeeze,
  sub,
  sum,
  take,
  tensor,
  tile,
  toArray,
  topK,
  transpose,
  tri,
  where,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { onEveryExecutor } from './on-every-executor.ts'

const i32 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'int32' })
const u32 = (nested: unknown): Tensor => tensor(nested as never, { dtype: 'uint32' })
const i = i32([4, 3])
const u = u32([0, 4294967295])

describe('a number beside integers', () => {
  const odd: readonly (readonly [Tensor, number])[] = [
    [i, 0.5],
    [i, NaN],
    [i, Infinity],
    [i, 2 ** 31],
    [i, -(2 ** 31) - 1],
    [u, -1],
    [u, 2 ** 32],
    [u, 1e-300],
  ]
  const functions: Readonly<Record<string, (x: Tensor, n: number) => Tensor>> = {
    add: (x, n) => add(x, n),
    'add, the other way': (x, n) => add(n, x),
    sub: (x, n) => sub(x, n),
    mul: (x, n) => mul(x, n),
    maximum: (x, n) => maximum(x, n),
    minimum: (x, n) => minimum(n, x),
    where: (x, n) => where(tensor([true, false]), x, n),
    'where, the other way': (x, n) => where(tensor([true, false]), n, x),
    pad: (x, n) => pad(x, [[1, 1]], n),
    full: (x, n) => full([2], n, { dtype: x.dtype }),
    tensor: (x, n) => tensor([1, n], { dtype: x.dtype }),
    'tensor of a typed array': (x, n) => tensor(Float64Array.of(1, n), { dtype: x.dtype }),
    arange: (x, n) => arange(n, n + 3, 1, { dtype: x.dtype }),
    linspace: (x, n) => linspace(n, n, 2, { dtype: x.dtype }),
  }
  test.each(Object.entries(functions))('%s takes no number that the dtype does not hold', (name, f) => {
    odd.forEach(([x, n]) => {
      expect(() => f(x, n)).toThrow(PuregradError)
      if (Number.isFinite(n) || !['arange', 'linspace'].includes(name))
        expect(() => f(x, n)).toThrow(new RegExp(`is no ${x.dtype} .*(cast|float dtype)`))
    })
    expect(f(i, 3).dtype).toBe('int32')
    expect(f(u, 4294967290).dtype).toBe('uint32')
  })

  test('bounds of clip; an infinite one is none', () => {
    expect(() => clip(i, 0.5, 3)).toThrow(DTypeError)
    expect(() => clip(i, 0, 3.5)).toThrow(DTypeError)
    expect(() => clip(i, NaN, 3)).toThrow(ArgumentError)
    expect(() => clip(tensor([1]), 0, NaN)).toThrow(ArgumentError)
    expect(onEveryExecutor((x) => clip(x, -Infinity, 3), [i])).toEqual([3, 3])
    expect(onEveryExecutor((x) => clip(x, 4, Infinity), [i])).toEqual([4, 4])
  })

  const comparisons: Readonly<
    Record<string, readonly [(a: Tensor, b: number) => Tensor, (a: number, b: number) => boolean]>
  > = {
    equal: [(a, b) => equal(a, b), (a, b) => a === b],
    notEqual: [(a, b) => notEqual(a, b), (a, b) => a !== b],
    less: [(a, b) => less(a, b), (a, b) => a < b],
    lessEqual: [(a, b) => lessEqual(a, b), (a, b) => a <= b],
    greater: [(a, b) => greater(a, b), (a, b) => a > b],
    greaterEqual: [(a, b) => greaterEqual(a, b), (a, b) => a >= b],
  }
  const numbers = [
    3.5,
    3,
    4,
    -0.5,
    NaN,
    Infinity,
    -Infinity,
    2 ** 31,
    2147483647.5,
    -(2 ** 31) - 0.5,
    4294967294.5,
    4294967295,
    2 ** 32,
    -1,
    5e-324,
    1e300,
  ]
  test.each(Object.entries(comparisons))('%s is exact for every number', (_, [f, reference]) => {
    for (const x of [i32([4, 3, 2147483647, -2147483648, 0]), u32([0, 3, 4, 2147483648, 4294967295])])
      for (const n of numbers) {
        const elements = toArray(x) as readonly number[]
        const expected = elements.map((e) => Number(reference(e, n)))
        expect([n, onEveryExecutor((v) => f(v, n), [x])]).toEqual([n, expected])
      }
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 4 }), fc.double(), (elements, n) => {
        expect(toArray(f(i32(elements), n))).toEqual(elements.map((e) => reference(e, n)))
      }),
    )
  })
})

describe('elements of an integer tensor', () => {
  test('are not cut or wrapped when it is made', () => {
    for (const [elements, dtype] of [
      [[2 ** 31], 'int32'],
      [[-(2 ** 31) - 1], 'int32'],
      [[NaN], 'int32'],
      [[1, 1.5], 'int32'],
      [[-1], 'uint32'],
      [[2 ** 32], 'uint32'],
    ] as const)
      expect(() => tensor(elements, { dtype })).toThrow(DTypeError)
    expect(() => tensor([1, 1.5], { dtype: 'int32' })).toThrow(
      'tensor: 1.5 at element 1 is no int32 (an integer from -2147483648 to 2147483647); convert with cast',
    )
    expect(() => tensor(Int32Array.of(-1), { dtype: 'uint32' })).toThrow(DTypeError)
    expect(() => tensor(Uint32Array.of(2 ** 31), { dtype: 'int32' })).toThrow(DTypeError)
    expect(toArray(tensor(Float32Array.of(3, -2), { dtype: 'int32' }))).toEqual([3, -2])
    expect(toArray(i32([2147483647, -2147483648]))).toEqual([2147483647, -2147483648])
  })

  test('are finite and no NaN, and so are booleans', () => {
    for (const x of [i, u, tensor([true, false])]) {
      expect(onEveryExecutor((v) => isFinite(v), [x])).toEqual([1, 1])
      expect(onEveryExecutor((v) => isNaN(v), [x])).toEqual([0, 0])
    }
  })

  test('cast truncates, takes modulo 2³², and makes 0 of NaN and infinities, on every executor', () => {
    const from = [
      1.9,
      -1.9,
      0.5,
      -0.5,
      2 ** 31,
      2 ** 31 - 1,
      -(2 ** 31) - 1,
      2 ** 32,
      2 ** 32 + 3.7,
      1e10,
      -1e10,
      1e20,
      1e300,
      NaN,
      Infinity,
      -Infinity,
      -0,
    ]
    for (const dtype of ['float32', 'float64'] as const) {
      const x = tensor(from, { dtype })
      const elements = toArray(x) as readonly number[]
      const to = (d: 'int32' | 'uint32' | 'bool') => onEveryExecutor((v) => cast(v, d), [x])
      expect(to('int32')).toEqual(elements.map((e) => e | 0))
      expect(to('uint32')).toEqual(elements.map((e) => e >>> 0))
      expect(to('bool')).toEqual(elements.map((e) => Number(e !== 0)))
    }
  })
})

describe('what is an index, an axis or a size has to be a whole number in range', () => {
  const x = tensor([1, 2, 3])
  const m = zeros([2, 3])
  const bad = [NaN, 1.5, Infinity, '1' as never, null as never]
  const functions: Readonly<Record<string, (n: number) => unknown>> = {
    'take at': (n) => take(x, n),
    'take at a list': (n) => take(x, [0, n]),
    'take axis': (n) => take(m, 0, { axis: n }),
    'scatterAdd at': (n) => scatterAdd(x, [n], tensor([1])),
    'oneHot of': (n) => oneHot([n], 3),
    'oneHot classes': (n) => oneHot([0], n),
    'slice from': (n) => slice(x, [n]),
    'slice to': (n) => slice(x, [0], [n]),
    'slice step': (n) => slice(x, [0], [2], [n]),
    'split into': (n) => split(x, n),
    'split at': (n) => split(x, [n]),
    'split axis': (n) => split(m, 1, { axis: n }),
    'sum axis': (n) => sum(m, { axis: n }),
    'max axis': (n) => max(m, { axis: [n] }),
    'cumsum axis': (n) => cumsum(m, { axis: n }),
    'sort axis': (n) => sort(m, { axis: n }),
    topK: (n) => topK(x, n),
    reshape: (n) => reshape(x, [n, 3] as never),
    transpose: (n) => transpose(m, [0, n] as never),
    moveAxis: (n) => moveAxis(m, 0, n),
    expandDims: (n) => expandDims(m, { axis: n }),
    squeeze: (n) => squeeze(zeros([1, 3]), { axis: n }),
    flip: (n) => flip(m, { axis: n }),
    tile: (n) => tile(x, [n]),
    'pad by': (n) => pad(x, [[n, 0]]),
    eye: (n) => eye(n),
    tri: (n) => tri(n),
    'tri columns': (n) => tri(2, n),
    'tri diagonal': (n) => tri(2, 2, { diagonal: n }),
    full: (n) => full([n], 0),
    zeros: (n) => zeros([2, n]),
    linspace: (n) => linspace(0, 1, n),
  }
  test.each(Object.entries(functions))('%s', (_, f) => {
    for (const n of bad) expect(() => f(n)).toThrow(PuregradError)
  })

  test('beyond the range', () => {
    for (const n of [3, -1, 2 ** 31, 2 ** 32, 2 ** 32 + 1]) {
      expect(() => take(x, n)).toThrow(ArgumentError)
      expect(() => scatterAdd(x, [n], tensor([1]))).toThrow(ArgumentError)
      expect(() => oneHot(n, 3)).toThrow(ArgumentError)
    }
    expect(() => split(x, [7])).toThrow(ArgumentError)
    expect(() => split(x, [-1])).toThrow(ArgumentError)
    expect(() => split(x, [2, 1])).toThrow(ArgumentError)
    expect(() => split(x, 2)).toThrow(ShapeError)
    const none = tensor([])
    expect(split(none, 3).map(({ shape }) => shape)).toEqual([[0], [0], [0]])
    for (const parts of [2 ** 25, 2 ** 40]) expect(() => split(none, parts)).toThrow(ArgumentError)
    expect(split(x, [0, 3]).map(({ shape }) => shape)).toEqual([[0], [3], [0]])
    expect(() => oneHot(tensor([0.5]), 2)).toThrow(DTypeError)
    expect(toArray(oneHot(i32([5, -1, 1]), 2))).toEqual([
      [0, 0],
      [0, 0],
      [0, 1],
    ])
    for (const step of [NaN, 0, Infinity]) expect(() => arange(0, 1, step)).toThrow(ArgumentError)
    for (const end of [NaN, Infinity]) {
      expect(() => arange(end)).toThrow(ArgumentError)
      expect(() => arange(0, end)).toThrow(ArgumentError)
      expect(() => linspace(0, end, 3)).toThrow(ArgumentError)
    }
  })
})
