import fc from 'fast-check'
import ndarray, { type NdArray } from 'ndarray'
import { expect, expectTypeOf, test } from 'vitest'
import { fromNdarray, reshape, arange, toArray, toNdarray, type Tensor, type View } from '../../src/index.ts'

type Elements = Float32Array<ArrayBuffer>
type Move = (view: NdArray<Elements>) => NdArray<Elements>

const position = fc.option(fc.integer({ min: 0, max: 3 }), { nil: null })
const positions = fc.tuple(position, position, position)

/** Moves of a view as ndarray has them; both kinds of view can do them. */
const move: fc.Arbitrary<Move> = fc.oneof(
  positions.map(
    (at): Move =>
      (v) =>
        v.hi(...at.map((n, axis) => Math.min(n ?? 9, v.shape[axis] ?? 0))),
  ),
  positions.map(
    (at): Move =>
      (v) =>
        v.lo(...(at.map((n, axis) => (n === null ? null : Math.min(n, v.shape[axis] ?? 0))) as number[])),
  ),
  fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(null, 1, 2, 3, -1, -2))).map(
    (by): Move =>
      (v) =>
        v.step(...(by as number[])),
  ),
  fc.nat(5).map((seed): Move => (v) => {
    const axes = [...v.shape.keys()]
    return v.transpose(...axes.map((_, i) => axes[(i + seed) % axes.length] as number))
  }),
  fc.tuple(fc.nat(2), fc.nat(3)).map(
    ([axis, at]): Move =>
      (v) =>
        v.dimension < 2 ? v : v.pick(...v.shape.map((n, i) => (i === axis && at < n ? at : null))),
  ),
)

const seen = (view: NdArray<Elements>) => ({
  shape: [...view.shape],
  stride: [...view.stride],
  offset: view.offset,
  size: view.size,
  dimension: view.dimension,
  dtype: view.dtype,
  // Steps of equal size may stand in either order.
  order: view.order.map((axis) => Math.abs(view.stride[axis] ?? 0)),
})

test('a view does what one of ndarray does, whatever the moves', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 6 }), (moves) => {
      const data = Float32Array.from({ length: 24 }, (_, i) => i)
      const theirs = moves.reduce((v, f) => f(v), ndarray(data, [2, 3, 4]))
      const mine = moves.reduce(
        (v, f) => f(v),
        toNdarray(reshape(arange(24), [2, 3, 4]) as Tensor) as unknown as NdArray<Elements>,
      )
      expect(seen(mine)).toEqual(seen(theirs))
      if (theirs.size > 0) {
        const first = theirs.shape.map(() => 0)
        const last = theirs.shape.map((n) => n - 1)
        for (const at of [first, last]) {
          expect(mine.index(...at)).toBe(theirs.index(...at))
          expect(mine.get(...at)).toBe(theirs.get(...at))
        }
      }
      // Tensors of both are the same.
      expect(toArray(fromNdarray(mine))).toEqual(toArray(fromNdarray(theirs)))
    }),
    { numRuns: 500 },
  )
})

test('the types of ndarray take a view for one of their own', () => {
  expectTypeOf<View>().toExtend<Pick<NdArray<Elements>, 'shape' | 'stride' | 'offset' | 'get' | 'order'>>()
  expectTypeOf(fromNdarray).toBeCallableWith(ndarray(new Float64Array(3)))
  // A function of the packages around ndarray: it reads the fields and takes parts.
  const fill = (view: NdArray, value: number): void => {
    if (view.dimension === 1) for (let i = 0; i < (view.shape[0] ?? 0); i++) view.set(i, value)
    else for (let i = 0; i < (view.shape[0] ?? 0); i++) fill(view.pick(i), value)
  }
  const view = toNdarray(reshape(arange(6), [2, 3]))
  fill(view.lo(0, 1), 7)
  expect([...view.data]).toEqual([0, 7, 7, 3, 7, 7])
})

test('writing to the shape of a view that was handed out leaves the tensor alone', () => {
  const x = arange(6)
  const view = toNdarray(x)
  view.shape[0] = 2
  view.stride[0] = 3
  view.offset = 4
  expect(x.shape).toEqual([6])
  expect(toArray(x)).toEqual([0, 1, 2, 3, 4, 5])
})

test('a view that is none is refused with what is wrong', () => {
  const data = new Float32Array(6)
  const made = (shape: unknown, stride: unknown, offset: unknown, elements: unknown = data) =>
    fromNdarray({ data: elements, shape, stride, offset } as never)
  expect(() => made([2, 4], [4, 1], 0)).toThrow(/reaches from element 0 to 7 of 6/)
  expect(() => made([3], [-1], 1)).toThrow(/reaches from element -1 to 1 of 6/)
  expect(() => made([3], [1, 1], 0)).toThrow(/one whole-number stride for each axis of \[3\]/)
  expect(() => made([3], [0.5], 0)).toThrow(/whole-number stride/)
  expect(() => made([3], [1], NaN)).toThrow(/offset NaN/)
  expect(() => made([-1], [1], 0)).toThrow(/non-negative integer dimensions/)
  expect(() => made([3], [1], 0, [1, 2, 3])).toThrow(/expected an ndarray of float32/)
  expect(() => made([2], [1], 0, new Uint8Array([1, 2]))).toThrow(/booleans, 0 or 1/)
  for (const junk of [undefined, null, 3, 'x', [], {}, new Float32Array(2)])
    expect(() => fromNdarray(junk as never)).toThrow(/expected an ndarray of float32/)
  expect(made([0, 9], [1, 1], 99).shape).toEqual([0, 9])
})
