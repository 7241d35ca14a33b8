import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { supportOf, tangentOperations } from '../../src/core/autodiff/apply.ts'
import { matmul } from '../../src/core/primitive/matmul.ts'
import { withSupport } from '../../src/core/autodiff/tangent-operations.ts'
import type { AnyValue } from '../../src/core/autodiff/value.ts'
import { sizeOf } from '../../src/core/tensor/shape.ts'
import { tensor, toTypedArray, type Tensor } from '../../src/index.ts'

/*
 * A support is what the same operations make of the mask as numbers: an element lies inside where any element that it is
 * added up of does. Shapes have up to three axes of 0 to 3 elements; reshapes leave out and insert axes of one element, fold
 * the elements into the shape read backwards, or join all axes; every value may be added to an earlier one of its shape.
 */

interface Move {
  readonly kind:
    'sum' | 'repeat' | 'transpose' | 'squeeze' | 'fold' | 'flatten' | 'left product' | 'right product'
  readonly seed: number
}

const o = tangentOperations
const valueOf = (numbers: number | readonly number[]): AnyValue =>
  tensor(numbers, { dtype: 'float64' }) as unknown as AnyValue

const movedBy = ({ kind, seed }: Move, x: AnyValue): AnyValue => {
  const { shape } = x
  const picked = (i: number): boolean => ((seed >> i) & 1) === 1
  switch (kind) {
    case 'sum':
      return o.sum(
        x,
        [...shape.keys()].filter((_, i) => picked(i)),
      )
    case 'repeat': {
      const units = shape.flatMap((n, i) => (picked(i) ? [1, n] : [n]))
      const result = units.map((n, i) => (n === 1 && picked(i + 3) ? seed % 4 : n))
      return o.broadcastTo(o.reshape(x, units), units.length > 4 ? units : result)
    }
    case 'transpose':
      return o.transpose(x, seed % 2 === 0 ? [...shape.keys()].reverse() : turned(shape))
    case 'squeeze':
      return o.reshape(
        x,
        shape.filter((n) => n !== 1),
      )
    case 'fold':
      return o.reshape(x, [...shape].reverse())
    case 'flatten':
      return o.reshape(x, [sizeOf(shape)])
    case 'left product':
    case 'right product': {
      if (shape.length < 2) return x
      const [m, n] = shape.slice(-2) as [number, number]
      const other = (rows: number, columns: number) =>
        o.broadcastTo(ones, [...shape.slice(0, -2), rows, columns])
      return kind === 'left product' ? o.call(matmul, x, other(n, m)) : o.call(matmul, other(n, m), x)
    }
  }
}

const turned = (shape: readonly number[]): readonly number[] =>
  [...shape.keys()].map((i) => (i + 1) % shape.length)

const ones = valueOf(1)

const moves = fc.array(
  fc.record({
    kind: fc.constantFrom<Move['kind'][]>(
      'sum',
      'repeat',
      'transpose',
      'squeeze',
      'fold',
      'flatten',
      'left product',
      'right product',
    ),
    seed: fc.nat({ max: 63 }),
  }),
  { minLength: 1, maxLength: 8 },
)

describe('the support of a tangent', () => {
  test('is where any element is that the element is added up of', () => {
    let unions = 0
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 1, 2, 2, 3, 3), { maxLength: 3 }),
        fc.nat(),
        moves,
        (shape, bits, list) => {
          const elements = Array.from({ length: sizeOf(shape) }, (_, i) => (bits >> (i % 31)) & 1)
          const numbers = o.reshape(valueOf(elements), shape)
          const mask = o.plain.less(o.plain.constant(0, numbers), numbers) as AnyValue
          const tangent = withSupport(numbers, mask)
          const made: AnyValue[] = [tangent]
          for (const move of list) {
            const next = movedBy(move, made.at(-1)!)
            const like = made.find((one) => String(one.shape) === String(next.shape) && one !== next)
            if (like !== undefined) unions++
            made.push(next, ...(like === undefined ? [] : [o.add(like, next)]))
          }
          for (const one of made) {
            const support = supportOf(one)
            expect(support === undefined ? [] : [...toTypedArray(support as unknown as Tensor)]).toEqual(
              [...toTypedArray(one as unknown as Tensor)].map((n) => Number(n !== 0)),
            )
          }
        },
      ),
      { numRuns: 400 },
    )
    expect(unions).toBeGreaterThan(100)
  })
})
