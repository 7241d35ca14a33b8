import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concat, pad, slice } from '../../src/core/primitive/movement.ts'
import { PuregradError } from '../../src/core/tensor/errors.ts'
import { tensor, zeros, type Tensor } from '../../src/index.ts'

/*
 * The type rules of primitives themselves, which a decoded program reaches without the checks of the functions users
 * call. Sizes and positions are small and many lie one beside an end.
 */

type Axis = readonly [outer: number, start: number, step: number, count: number]

const axis: fc.Arbitrary<Axis> = fc.tuple(
  fc.integer({ min: 0, max: 4 }),
  fc.integer({ min: -2, max: 5 }),
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: 0, max: 4 }),
)

/** Every position along an axis that a region touches. */
const positions = ([, start, step, count]: Axis): readonly number[] =>
  Array.from({ length: count }, (_, i) => start + i * step)

/** Whether every element of a region is one of the tensor; a region of no elements touches nothing. */
const liesInside = (axes: readonly Axis[]): boolean =>
  axes.some(([, , , count]) => count === 0) ||
  axes.every((one) => positions(one).every((at) => at >= 0 && at < one[0]))

const accepts = (type: () => unknown): boolean => {
  try {
    type()
    return true
  } catch (error) {
    expect(error).toBeInstanceOf(PuregradError)
    return false
  }
}

const inner = (axes: readonly Axis[]) => axes.map(([, , , count]) => count)
const region = (axes: readonly Axis[]) => ({
  start: axes.map(([, start]) => start),
  step: axes.map(([, , step]) => step),
  shape: inner(axes),
})

test('slice takes the regions all of whose elements are there, and no others', () => {
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 3 }), (axes) => {
      const x = zeros(axes.map(([outer]) => outer)) as Tensor
      expect(accepts(() => slice.type([x], region(axes)))).toBe(liesInside(axes))
    }),
    { numRuns: 2000 },
  )
})

test('pad puts elements only where the result has places', () => {
  fc.assert(
    fc.property(fc.array(axis, { maxLength: 3 }), (axes) => {
      const x = zeros(inner(axes)) as Tensor
      const outer = axes.map(([size]) => size)
      // Two elements of the operand may not meet in one place.
      fc.pre(axes.every(([, , step]) => step !== 0))
      expect(accepts(() => pad.type([x], { ...region(axes), shape: outer }))).toBe(liesInside(axes))
    }),
    { numRuns: 2000 },
  )
})

test('concat takes the axes there are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 }),
      fc.integer({ min: -2, max: 4 }),
      (shape, axis) => {
        const x = zeros(shape) as Tensor
        expect(accepts(() => concat.type([x, x], { axis }))).toBe(axis >= 0 && axis < shape.length)
      },
    ),
  )
  expect(accepts(() => concat.type([tensor([1])], { axis: 0 }))).toBe(true)
})
