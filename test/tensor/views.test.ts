import ndarray from 'ndarray'
import { expect, test } from 'vitest'
import {
  arange,
  broadcastTo,
  DTypeError,
  flip,
  fromNdarray,
  reshape,
  ShapeError,
  slice,
  tensor,
  toArray,
  toNdarray,
  transpose,
  type Tensor,
} from '../../src/index.ts'

test('transposes, slices, reversals, reshapes and broadcasts share the buffer', () => {
  const x: Tensor = reshape(arange(6), [2, 3])
  const { data } = toNdarray(x)
  for (const view of [
    transpose(x),
    slice(x, [0, 1], [2, 3]),
    flip(x),
    reshape(x, [6]),
    broadcastTo(x, [4, 2, 3]),
  ])
    expect(toNdarray(view).data).toBe(data)
  expect(toArray(flip(x, { axis: 1 }))).toEqual([
    [2, 1, 0],
    [5, 4, 3],
  ])
  expect(toArray(slice(x, [1, -1], [2, -4], [1, -2]))).toEqual([[5, 3]])
})

test('an ndarray and a tensor are views of one memory', () => {
  const array = ndarray(new Float64Array([1, 2, 3, 4]), [2, 2]).transpose(1, 0)
  const x = fromNdarray(array)
  expect(x.dtype).toBe('float64')
  expect(toArray(x)).toEqual([
    [1, 3],
    [2, 4],
  ])
  expect(toNdarray(x).data).toBe(array.data)
  expect(() => fromNdarray(ndarray(new Int8Array(2)))).toThrow(DTypeError)
})

test('bad elements are named with their place', () => {
  expect(() => tensor([[1, 2], [3]])).toThrow(/ragged at value\[1\]: 1 elements/)
  expect(() => tensor([[1, 2], 3] as never)).toThrow(ShapeError)
  expect(() => tensor([1, 'x'] as never)).toThrow(/string at value\[1\]/)
  expect(() => tensor(new Float32Array(3), { shape: [2, 2] })).toThrow(
    /3 elements do not fill the shape \[2, 2\]/,
  )
})
