import { describe, expect, test } from 'vitest'
import { halfBits, halfValue } from '../../src/core/tensor/half-bits.ts'
import {
  DTypeError,
  add,
  cast,
  concat,
  dtypes,
  grad,
  item,
  jit,
  mul,
  pad,
  reshape,
  slice,
  sum,
  take,
  tensor,
  toArray,
  toTypedArray,
  transpose,
  vmap,
  type DType,
  type Tensor,
} from '../../src/index.ts'
import { encodeNpy, encodeSafetensors, parseSafetensors } from '../../src/data/index.ts'
import { rightOf } from '../data/rows.ts'

const formats = ['float16', 'bfloat16'] as const
const every = Array.from({ length: 65536 }, (_, bits) => bits)

describe.each(formats)('%s', (dtype) => {
  const numbers = every.map((bits) => halfValue(bits, dtype))

  test('all bits but those of NaN come back from their numbers', () => {
    const other = every.filter(
      (bits, i) => !Number.isNaN(numbers[i]) && halfBits(numbers[i]!, dtype) !== bits,
    )
    expect(other).toEqual([])
  })

  test('what lies between two neighbours becomes the nearer one, in the middle the even one', () => {
    const positive = every.slice(0, halfBits(Infinity, dtype))
    const wrong = positive.slice(1).filter((bits) => {
      const [below, above] = [halfValue(bits - 1, dtype), halfValue(bits, dtype)]
      const middle = (below + above) / 2
      const even = bits % 2 === 0 ? bits : bits - 1
      const nudge = middle * 2 ** -50 + 2 ** -1060
      return (
        halfBits(middle, dtype) !== even ||
        halfBits(middle - nudge, dtype) !== bits - 1 ||
        halfBits(middle + nudge, dtype) !== bits ||
        halfBits(-middle, dtype) !== (even | 0x8000)
      )
    })
    expect(wrong).toEqual([])
  })

  test('beyond the largest number lies infinity', () => {
    const largest = halfValue(halfBits(Infinity, dtype) - 1, dtype)
    expect(halfValue(halfBits(largest * (1 + 2 ** -12), dtype), dtype)).toBe(
      dtype === 'float16' ? largest : largest,
    )
    expect(halfValue(halfBits(largest * 1.01, dtype), dtype)).toBe(Infinity)
    expect(halfBits(1e300, dtype)).toBe(halfBits(Infinity, dtype))
    expect(halfBits(-1e-300, dtype)).toBe(0x8000)
  })

  test('conversions are those of the elements, eager and compiled, on every executor', () => {
    const x = tensor(
      numbers.filter((_, i) => i % 61 === 0),
      { dtype: 'float64' },
    )
    const f = (from: Tensor): readonly Tensor[] =>
      dtypes.flatMap((through) => {
        const kept = cast(cast(from, through), dtype)
        return [kept, ...dtypes.map((to) => cast(kept, to))]
      })
    const expected = f(x).map(toTypedArray)
    for (const backend of ['native', 'wasm', 'typescript'] as const)
      for (const reproducible of [false, true])
        expect(jit(f, { backend, reproducible })(x).map(toTypedArray)).toEqual(expected)
  })

  test('elements are moved, joined and picked like others', () => {
    const f = (x: Tensor): readonly Tensor[] => {
      const kept = cast(x, dtype)
      return [
        transpose(kept),
        concat([kept, kept]),
        pad(kept, [
          [1, 0],
          [0, 2],
        ]),
        take(kept, tensor([1, 0, 1], { dtype: 'int32' })),
        slice(kept, [0, 1], [2, 3]),
        reshape(transpose(kept), [6]),
      ]
    }
    const x = tensor([
      [1, 2.5, -3],
      [0.25, 5, 6],
    ])
    expect(toArray(f(x)[0]!)).toEqual([
      [1, 0.25],
      [2.5, 5],
      [-3, 6],
    ])
    for (const backend of ['native', 'wasm', 'typescript'] as const)
      jit(f, { backend })(x).forEach((found, i) => {
        expect(found.dtype).toBe(dtype)
        expect(toArray(found)).toEqual(toArray(f(x)[i]!))
      })
    expect(toArray(vmap((row: Tensor) => cast(row, dtype))(x))).toEqual(toArray(x))
  })

  test('derivatives pass, rounded as the elements are', () => {
    const f = (x: Tensor): Tensor => sum(mul(cast(cast(x, dtype), 'float32'), tensor([1, 3])))
    expect(toArray(grad(f)(tensor([0.1, 0.2])))).toEqual([1, 3])
    expect(toArray(jit(grad(f))(tensor([0.1, 0.2])))).toEqual([1, 3])
  })

  test('nothing is computed: the error names the remedy', () => {
    const x = tensor([1, 2], { dtype })
    expect(() => add(x, x)).toThrow(DTypeError)
    expect(() => add(x, x)).toThrow(/cast/)
    expect(() => sum(x)).toThrow(DTypeError)
  })

  test('is printed, read and written as numbers', () => {
    const x = tensor([1.5, -2, 1 / 3], { dtype })
    expect(String(x)).toContain(dtype)
    expect(item(tensor(1.5, { dtype }))).toBe(1.5)
    const { tensors } = rightOf(parseSafetensors(encodeSafetensors({ tensors: { x }, metadata: {} })))
    expect(tensors['x']!.dtype).toBe<DType>(dtype)
    expect(toTypedArray(tensors['x']!)).toEqual(toTypedArray(x))
    if (dtype === 'float16') expect(encodeNpy(x).length).toBe(134)
    else expect(() => encodeNpy(x)).toThrow(DTypeError)
  })
})
