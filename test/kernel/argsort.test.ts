import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { argsortKernel } from '../../src/core/kernel/argsort.ts'
import { viewOf } from '../../src/core/tensor/concrete.ts'
import { bufferFrom } from '../../src/core/tensor/dtype.ts'

/*
 * Rows of 1 to 600, which are sorted by comparing and by digits, of few values (many ties) and of any bits, with both
 * zeros, both infinities and NaN of either sign among the floats, and of negative strides.
 */

const floats = fc.oneof(
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 1, -1, 5e-324, -5e-324, 1e-45, -1e-45),
  fc.double(),
)
const elementsOf = {
  float32: floats,
  float64: floats,
  int32: fc.oneof(
    fc.constantFrom(-2147483648, 2147483647, 0, -1),
    fc.integer({ min: -3, max: 3 }),
    fc.integer(),
  ),
  uint32: fc.oneof(fc.constantFrom(4294967295, 2147483648, 0), fc.nat({ max: 3 }), fc.nat()),
  bool: fc.constantFrom(0, 1),
} as const

/** Every other NaN with the sign that the arithmetic of JavaScript does not give it. */
const withNegativeNaN = (data: ReturnType<typeof bufferFrom>): void => {
  const bytes = new Uint8Array(data.buffer)
  const width = data.BYTES_PER_ELEMENT
  for (let i = 0; i < data.length; i += 2) if (Number.isNaN(data[i])) bytes[i * width + width - 1] = 0xff
}

/** The positions in order by a stable sort of the values themselves. */
const inOrder = (values: readonly number[]): readonly number[] => {
  const positions = values.map((_, i) => i)
  const numbers = positions.filter((i) => !Number.isNaN(values[i]))
  return [
    ...numbers.toSorted(
      (i, j) =>
        Math.sign(values[i]! - values[j]!) ||
        (values[i]! < values[j]! ? -1 : values[i]! > values[j]! ? 1 : 0),
    ),
    ...positions.filter((i) => Number.isNaN(values[i])),
  ]
}

describe.each(Object.keys(elementsOf) as (keyof typeof elementsOf)[])('argsort of %s', (dtype) => {
  test('is a stable sort, NaN last, of rows of any length and stride', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 }),
        fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 250, max: 600 })),
        fc.boolean(),
        fc.infiniteStream(elementsOf[dtype]),
        (rows, n, reversed, stream) => {
          const data = bufferFrom(
            dtype,
            Array.from({ length: rows * n }, () => stream.next().value as number),
          )
          withNegativeNaN(data)
          const x = reversed
            ? viewOf(data, dtype, [rows, n], [n, -1], n - 1)
            : viewOf(data, dtype, [rows, n], [n, 1], 0)
          const found = argsortKernel(x).view.data
          for (let row = 0; row < rows; row++) {
            const values = Array.from(data.slice(row * n, (row + 1) * n))
            expect([...found.slice(row * n, (row + 1) * n)]).toEqual(
              inOrder(reversed ? values.toReversed() : values),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})
