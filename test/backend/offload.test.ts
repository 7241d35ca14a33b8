import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { chooseExecutor } from '../../src/compile/executors/choose-backend.ts'
import {
  add,
  broadcastTo,
  DTypeError,
  exp,
  grad,
  matmul,
  mul,
  sum,
  tanh,
  tensor,
  toTypedArray,
  transpose,
  zeros,
  type Tensor,
} from '../../src/index.ts'
import { nativeOperations as nativeSteps } from './step-operations.ts'
import { offload } from '../../src/compile/offload/offload.ts'
import type { Primitive } from '../../src/core/primitive/primitive.ts'
import { primitiveNamed } from '../../src/core/primitive/named.ts'
import { primitives, type PrimitiveName } from '../../src/core/primitive/table.ts'
import { permuted } from '../../src/core/kernel/movement.ts'
import { isContiguous, viewOf, type ConcreteTensor } from '../../src/core/tensor/concrete.ts'
import { bufferFrom, type DType } from '../../src/core/tensor/dtype.ts'
import { sizeOf, stridesOf } from '../../src/core/tensor/shape.ts'

const before = process.env['PUREGRAD_BACKEND']
const on = (backend: string | undefined): void => {
  if (backend === undefined) delete process.env['PUREGRAD_BACKEND']
  else process.env['PUREGRAD_BACKEND'] = backend
}
afterEach(() => on(before))

const kernelOf = (name: PrimitiveName): Primitive<unknown> => primitiveNamed(name) as Primitive<unknown>

const fast = ['native', 'wasm'].filter((name) => {
  on(name)
  try {
    return (
      add(tensor(1), tensor(1)).size === 1 &&
      offload(
        kernelOf('argsort'),
        [many('float32', [600]) as never],
        {},
        { shape: [600], dtype: 'int32' },
      ) !== undefined
    )
  } catch {
    return false
  } finally {
    on(before)
  }
})

/** Values where functions and comparisons differ, in a fixed disorder. */
function elementAt(i: number): number {
  const odd = [0, -0, 1, -1, NaN, Infinity, -Infinity, 1e-40, 0.5, 88]
  return i % 37 === 0 ? odd[(i / 37) % odd.length]! : Math.sin(i * 12.9898) * (i % 5 === 0 ? 40 : 2)
}

function many(dtype: DType, shape: readonly number[], seed = 0): ConcreteTensor {
  const elements = Float64Array.from({ length: sizeOf(shape) }, (_, i) => elementAt(i + seed * 101))
  return viewOf(
    bufferFrom(dtype, dtype === 'bool' ? elements.map((x) => Number(x > 0)) : elements),
    dtype,
    shape,
  )
}

/** The same shape, laid out in memory as `layout` says. */
const laidOut = (dtype: DType, shape: readonly number[], layout: number, seed: number): ConcreteTensor => {
  const axes = [...shape.keys()]
  switch (layout) {
    case 0:
      return many(dtype, shape, seed)
    case 1:
      return permuted(many(dtype, [...shape].reverse(), seed), [...axes].reverse())
    case 2: {
      // Every second element from the end, and the first one off an aligned place.
      const wide = many(dtype, [...shape.slice(0, -1), 2 * shape.at(-1)! + 1], seed)
      const strides = stridesOf(wide.shape)
      const last = shape.length - 1
      return viewOf(
        wide.view.data,
        dtype,
        shape,
        strides.map((s, i) => (i === last ? -2 : s)),
        wide.shape[last]! - 2,
      )
    }
    default: {
      const row = many(dtype, [1 + shape.at(-1)!], seed)
      return viewOf(
        row.view.data,
        dtype,
        shape,
        axes.map((axis) => (axis === shape.length - 1 ? 1 : 0)),
        1,
      )
    }
  }
}

const arity = (name: PrimitiveName): number => primitives[name].arity as number

/** Relative to the largest finite element, as sums in another order round differently. */
const expectClose = (got: ConcreteTensor, expected: ConcreteTensor, relative: number): void => {
  expect([got.dtype, got.shape]).toEqual([expected.dtype, expected.shape])
  const [a, b] = [got, expected].map((t) => Array.from(toTypedArray(t))) as [number[], number[]]
  const finite = b.filter(Number.isFinite)
  const scale = finite.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1e-30)
  const odd = a.findIndex((x, i) => {
    const y = b[i]!
    return !(
      Object.is(x, y) ||
      x === y ||
      Math.abs(x - y) <= relative * Math.max(Math.abs(y), relative < 1e-4 ? 0 : scale, 1e-30)
    )
  })
  expect(odd < 0 ? 'close' : `${odd}: ${a[odd]} for ${b[odd]}`).toBe('close')
}

/**
 * Sums of so many products, in any order: two of them are within 2 · terms · u of the sum of the sizes of the terms, where u is
 * half the distance from 1 to the next number; and within the least number for each product, which may vanish.
 */
const expectSums = (
  got: ConcreteTensor,
  expected: ConcreteTensor,
  sizes: ConcreteTensor,
  terms: number,
): void => {
  expect([got.dtype, got.shape]).toEqual([expected.dtype, expected.shape])
  const [a, b, most] = [got, expected, sizes].map((t) => Array.from(toTypedArray(t))) as [
    number[],
    number[],
    number[],
  ]
  const [unit, least] = got.dtype === 'float32' ? [2 ** -24, 2 ** -149] : [2 ** -53, 2 ** -1074]
  const odd = a.findIndex((x, i) => !(Math.abs(x - b[i]!) <= terms * (2 * unit * most[i]! + least)))
  expect(odd < 0 ? 'close' : `${odd}: ${a[odd]} for ${b[odd]}, of ${most[odd]}`).toBe('close')
}

const sizesOf = (x: ConcreteTensor): ConcreteTensor => kernelOf('abs').kernel([x], {})

describe.each(fast)('work on %s that is not compiled', (backend) => {
  const shapes = [[5000], [60, 90], [2, 50, 51], [3, 2, 5, 7, 31]] as const
  const known = (nativeSteps as readonly string[]).filter(
    (name): name is PrimitiveName => Object.hasOwn(primitives, name) && name !== 'cast',
  )
  test.each(known)('%s is what the TypeScript kernel gives, however its operands lie', (name) => {
    on(backend)
    for (const dtype of ['float32', 'float64'] as const)
      for (const shape of shapes)
        for (const layout of [0, 1, 2, 3]) {
          const inputs = Array.from({ length: arity(name) }, (_, i) =>
            laidOut(name === 'select' && i === 0 ? 'bool' : dtype, shape, (layout + i) % 4, i),
          )
          const type = kernelOf(name).type(inputs, {})
          const got = offload(kernelOf(name), inputs, {}, type)
          expect(got).toBeDefined()
          expectClose(got!, kernelOf(name).kernel(inputs, {}), dtype === 'float32' ? 4e-6 : 1e-13)
        }
  })
  /** The type of a result, where a primitive takes operands of these types. */
  const typed = (name: PrimitiveName, inputs: readonly ConcreteTensor[], params: object) => {
    try {
      return kernelOf(name).type(inputs, params)
    } catch (error) {
      expect(error).toBeInstanceOf(DTypeError)
      return undefined
    }
  }
  const expectBytes = (what: string, got: ConcreteTensor | undefined, expected: ConcreteTensor): void => {
    const bytes = (t: ConcreteTensor): Buffer =>
      Buffer.from(Uint8Array.from(new Uint8Array(toTypedArray(t).buffer)))
    const same = got?.dtype === expected.dtype && bytes(got).equals(bytes(expected))
    expect([what, same]).toEqual([what, true])
  }
  test('whole numbers and booleans come out as from the TypeScript kernels, to the bit', () => {
    on(backend)
    const reached = new Set<string>()
    for (const name of known)
      for (const dtype of ['int32', 'uint32', 'bool'] as const)
        for (const layout of [0, 1, 2, 3]) {
          const inputs = Array.from({ length: arity(name) }, (_, i) =>
            laidOut(name === 'select' && i === 0 ? 'bool' : dtype, [60, 90], (layout + i) % 4, i),
          )
          const type = typed(name, inputs, {})
          if (type === undefined) continue
          reached.add(`${name} ${dtype}`)
          expectBytes(
            `${name} ${dtype} ${layout}`,
            offload(kernelOf(name), inputs, {}, type),
            kernelOf(name).kernel(inputs, {}),
          )
        }
    for (const name of ['add', 'sub', 'mul', 'max', 'less', 'equal', 'select'])
      expect(reached).toContain(`${name} uint32`)
    expect(reached).toContain('select bool')
  })
  test('cast from and to every dtype that computes', () => {
    on(backend)
    const computing = ['float32', 'float64', 'int32', 'uint32', 'bool'] as const
    for (const from of computing)
      for (const dtype of computing)
        for (const layout of [0, 1, 2, 3]) {
          const x = laidOut(from, [60, 90], layout, 3)
          const got = offload(kernelOf('cast'), [x], { dtype }, { shape: x.shape, dtype })
          expectBytes(`${from} to ${dtype} ${layout}`, got, kernelOf('cast').kernel([x], { dtype }))
        }
  })
  test('random bits are those of the TypeScript kernel', () => {
    on(backend)
    for (const [keys, shape] of [
      [[2], [4001]],
      [
        [3, 2],
        [501, 2],
      ],
    ] as const) {
      const key = many('uint32', keys)
      const type = kernelOf('randomBits').type([key], { shape })
      const got = offload(kernelOf('randomBits'), [key], { shape }, type)
      expect(toTypedArray(got!)).toEqual(toTypedArray(kernelOf('randomBits').kernel([key], { shape })))
    }
    const [key, counter] = [many('uint32', [900, 2]), many('uint32', [900, 2], 1)]
    const got = offload(kernelOf('threefry'), [key, counter], {}, key)
    expect(toTypedArray(got!)).toEqual(toTypedArray(kernelOf('threefry').kernel([key, counter], {})))
  })
  test('is made ready once for operands of one form', () => {
    on(backend)
    const load = vi.spyOn(chooseExecutor(undefined), 'load')
    const run = (seed: number) => {
      const x = laidOut('float32', [7001], 0, seed)
      return offload(kernelOf('exp'), [x], {}, x)
    }
    try {
      for (const seed of [1, 2, 3]) expect(run(seed)).toBeDefined()
      expect(load).toHaveBeenCalledTimes(1)
    } finally {
      load.mockRestore()
    }
  })
  test.each(['sum', 'reduceMax'] as const)('%s over any axes is what the TypeScript kernel gives', (name) => {
    on(backend)
    for (const dtype of ['float32', 'float64'] as const)
      for (const shape of [[6000], [70, 80], [20, 30, 10], [2, 30, 4, 30]])
        for (const axes of [...shape.keys()].flatMap((first) =>
          [...shape.keys()].slice(first).map((last) => [...shape.keys()].slice(first, last + 1)),
        )) {
          const x = viewOf(
            bufferFrom(
              dtype,
              Float64Array.from({ length: sizeOf(shape) }, (_, i) => Math.cos(i)),
            ),
            dtype,
            shape,
          )
          const got = offload(kernelOf(name), [x], { axes }, kernelOf(name).type([x], { axes }))
          expect(got).toBeDefined()
          const expected = kernelOf(name).kernel([x], { axes })
          const terms = sizeOf(shape) / sizeOf(expected.shape)
          if (name === 'sum')
            expectSums(got!, expected, kernelOf('sum').kernel([sizesOf(x)], { axes }), terms)
          else expectBytes(name, got, expected)
        }
  })
  // Views of nothing: an axis of some elements of which none are taken, from anywhere, forwards and backwards.
  const emptyView = fc
    .record({
      shape: fc.array(fc.integer({ min: 2, max: 4 }), { maxLength: 2 }),
      axis: fc.nat(),
      long: fc.nat(),
      none: fc.nat({ max: 3 }),
      start: fc.nat({ max: 3 }),
      step: fc.constantFrom(-3, -1, 1, 2),
      isTurned: fc.boolean(),
    })
    .map(({ shape, axis, long, none, start, step, isTurned }) => {
      const wide = [...shape]
      wide.splice(long % (wide.length + 1), 0, 4001)
      const at = axis % (wide.length + 1)
      wide.splice(at, 0, none)
      const x = isTurned
        ? permuted(many('float32', [...wide].reverse()), [...wide.keys()].reverse())
        : many('float32', wide)
      const along = (value: number, others: number): readonly number[] =>
        wide.map((_, k) => (k === at ? value : others))
      const region = {
        start: along(Math.min(start, none), 0),
        step: along(step, 1),
        shape: wide.map((n, k) => (k === at ? 0 : n)),
      }
      return { x: kernelOf('slice').kernel([x], region), axis: at }
    })
  test('over an empty view there is what the TypeScript kernel gives', () => {
    on(backend)
    const expectSame = (name: PrimitiveName, inputs: readonly ConcreteTensor[], params: object): boolean => {
      const got = offload(kernelOf(name), inputs, params, kernelOf(name).type(inputs, params))
      if (got !== undefined) expectBytes(name, got, kernelOf(name).kernel(inputs, params))
      return got !== undefined
    }
    fc.assert(
      fc.property(emptyView, ({ x, axis }) => {
        expect(expectSame('sum', [x], { axes: [axis] })).toBe(isContiguous(x))
        for (const name of known) {
          const inputs = Array.from({ length: arity(name) }, (_, i) =>
            name === 'select' && i === 0 ? viewOf(bufferFrom('bool', []), 'bool', x.shape) : x,
          )
          expect(expectSame(name, inputs, {})).toBe(false)
        }
        if (axis !== x.shape.length - 1) return
        const square = permuted(x, [...x.shape.keys()].slice(0, -2).concat(axis, axis - 1))
        expectSame('matmul', [x, square], {})
      }),
      { numRuns: 40 },
    )
  })
  test('argsort is that of the TypeScript kernel, NaN and ties included', () => {
    on(backend)
    for (const dtype of ['float32', 'float64', 'int32', 'uint32', 'bool'] as const)
      for (const shape of [[700], [8, 100], [2, 255], [2, 256]]) {
        const x = many(dtype, shape)
        const got = offload(kernelOf('argsort'), [x], {}, kernelOf('argsort').type([x], {}))
        expect(toTypedArray(got!)).toEqual(toTypedArray(kernelOf('argsort').kernel([x], {})))
      }
  })
  test('products are those of the TypeScript kernel, batched and however their factors lie', () => {
    on(backend)
    fc.assert(
      fc.property(
        fc.constantFrom<DType>('float32', 'float64'),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        fc.tuple(
          fc.integer({ min: 1, max: 60 }),
          fc.integer({ min: 1, max: 60 }),
          fc.integer({ min: 1, max: 60 }),
        ),
        fc.nat({ max: 3 }),
        fc.nat({ max: 3 }),
        (dtype, batch, [m, k, n], left, right) => {
          const finite = (x: ConcreteTensor): ConcreteTensor =>
            viewOf(
              x.view.data.map((v) => (Math.abs(v) < 100 ? v : 1)),
              dtype,
              x.shape,
              x.view.stride,
              x.view.offset,
            )
          const [a, b] = [
            finite(laidOut(dtype, [...batch, m, k], left, 1)),
            finite(laidOut(dtype, [...batch, k, n], right, 2)),
          ]
          const type = kernelOf('matmul').type([a, b], {})
          const got = offload(kernelOf('matmul'), [a, b], {}, type)
          if (sizeOf(type.shape) * k >= 8000) expect(got).toBeDefined()
          if (got === undefined) return
          const sizes = kernelOf('matmul').kernel([sizesOf(a), sizesOf(b)], {})
          expectSums(got, kernelOf('matmul').kernel([a, b], {}), sizes, k)
        },
      ),
      { numRuns: 150 },
    )
  })
  test('a gradient of products is one of fast products', () => {
    on(backend)
    const [x, w] = [many('float32', [64, 50]), many('float32', [50, 40])].map(
      (t) =>
        tensor(
          toTypedArray(t).map((v) => (Math.abs(v) < 100 ? v / 100 : 0)),
          { shape: t.shape },
        ) as Tensor,
    ) as [Tensor, Tensor]
    const loss = (weights: Tensor): Tensor => sum(tanh(mul(matmul(x, weights), 3)))
    const quick = grad(loss)(w)
    on('typescript')
    expectClose(quick as never, grad(loss)(w) as never, 1e-4)
  })
  test('inputs are read and never written, and a result is new', () => {
    on(backend)
    const x = many('float32', [4000])
    const bytes = Uint8Array.from(new Uint8Array(x.view.data.buffer))
    const y = exp(x as never) as unknown as ConcreteTensor
    expect(new Uint8Array(x.view.data.buffer)).toEqual(bytes)
    expect(y.view.data.buffer).not.toBe(x.view.data.buffer)
  })
})

describe('small or odd work stays with the TypeScript kernels', () => {
  test('small work', () => {
    expect(
      offload(
        kernelOf('add'),
        [many('float32', [100]), many('float32', [100])],
        {},
        { shape: [100], dtype: 'float32' },
      ),
    ).toBeUndefined()
  })
  test('numbers of 16 bits, which are only kept', () => {
    const x = many('float16', [5000])
    expect(
      offload(kernelOf('cast'), [x], { dtype: 'float32' }, { shape: x.shape, dtype: 'float32' }),
    ).toBeUndefined()
  })
  test('nothing at all', () => {
    expect(toTypedArray(matmul(zeros([3000, 0]), zeros([0, 3000]))).every((v) => v === 0)).toBe(true)
    expect(sum(broadcastTo(zeros([0]), [5000, 0])).size).toBe(1)
    expect(toTypedArray(sum(zeros([5000, 0]), { axis: 1 })).every((v) => v === 0)).toBe(true)
    expect(transpose(exp(zeros([0, 5000]))).shape).toEqual([5000, 0])
  })
})
