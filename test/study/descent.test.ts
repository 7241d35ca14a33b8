import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  add,
  grad,
  item,
  key,
  matmul,
  mul,
  normal,
  square,
  sub,
  sum,
  tensor,
  toArray,
  toTypedArray,
  transpose,
  type Tensor,
} from '../../src/index.ts'
import { adam } from '../../src/optim/index.ts'
import { contourGrid, multiStart, rateBound, sweep, trajectory } from '../../src/study/index.ts'

const f64 = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float64' })
const entry = fc.integer({ min: -64, max: 64 }).map((i) => i / 16)
const curvatures = fc.array(fc.integer({ min: 1, max: 32 }), { minLength: 2, maxLength: 4 })
const bowl =
  (scale: readonly number[]) =>
  (w: Tensor): Tensor =>
    mul(0.5, sum(mul(f64(scale), square(w))))

describe('a trajectory', () => {
  test('stands still at rate 0 and falls at every step below 2/L, by at least the descent lemma', () => {
    fc.assert(
      fc.property(curvatures, entry, fc.integer({ min: 1, max: 19 }), (scale, at, tenths) => {
        const start = f64(scale.map(() => at))
        const f = bowl(scale)
        const still = trajectory(f, start, { steps: 3, by: 0 })
        expect(new Set(still.map(({ value }) => value)).size).toBe(1)
        const largest = Math.max(...scale)
        const rate = tenths / 10 / largest
        trajectory(f, start, { steps: 10, by: rate }).reduce((before, now) => {
          const g = toTypedArray(grad(f)(before.params))
          const squared = Array.from(g).reduce((total, x) => total + x * x, 0)
          // f(w − ηg) ≤ f(w) − η(1 − ηL/2)‖g‖²
          const promised = before.value - rate * (1 - (rate * largest) / 2) * squared
          expect(now.value).toBeLessThanOrEqual(promised + 1e-12 * Math.max(1, before.value))
          return now
        })
      }),
      { numRuns: 30 },
    )
  })
  test('on a quadratic is the path (I − ηH)ᵏ θ⁰, and after k steps of η = 1/L is within L‖d₀‖²/(2k) of the least value', () => {
    fc.assert(
      fc.property(curvatures, fc.array(entry, { minLength: 4, maxLength: 4 }), (scale, at) => {
        const start = scale.map((_, i) => at[i]!)
        const largest = Math.max(...scale)
        const squared = start.reduce((total, x) => total + x * x, 0)
        trajectory(bowl(scale), f64(start), { steps: 20, by: 1 / largest }).forEach(
          ({ params, value }, k) => {
            Array.from(toTypedArray(params)).forEach((x, i) =>
              expect(Math.abs(x - (1 - scale[i]! / largest) ** k * start[i]!)).toBeLessThanOrEqual(1e-12),
            )
            // Source: Nesterov, "Introductory lectures on convex optimization", 2004, corollary 2.1.2.
            if (k > 0) expect(value).toBeLessThanOrEqual((largest * squared) / (2 * k) + 1e-12)
          },
        )
      }),
      { numRuns: 30 },
    )
  })
  test('from the same start is the same to the bit, on a function of several basins too', () => {
    // Himmelblau's function.
    const f = (w: Tensor): Tensor => {
      const [x, y] = [sum(mul(w, f64([1, 0]))), sum(mul(w, f64([0, 1])))]
      return add(square(sub(add(square(x), y), 11)), square(sub(add(x, square(y)), 7)))
    }
    fc.assert(
      fc.property(entry, entry, (x, y) => {
        const path = () =>
          trajectory(f, f64([x, y]), { steps: 30, by: 0.01 }).map(({ params }) => [...toTypedArray(params)])
        expect(path()).toEqual(path())
      }),
      { numRuns: 10 },
    )
  })
  test('is the same from the same start, continues from any of its places, and takes any optimizer', () => {
    const f = bowl([1, 7])
    const whole = trajectory(f, f64([3, -2]), { steps: 9, by: 0.1 })
    const rest = trajectory(f, whole[4]!.params, { steps: 5, by: 0.1 })
    expect(rest.map(({ params }) => toArray(params))).toEqual(
      whole.slice(4).map(({ params }) => toArray(params)),
    )
    expect(
      trajectory(f, f64([3, -2]), { steps: 200, by: adam({ learningRate: 0.1 }) }).at(-1)!.value,
    ).toBeLessThan(1e-2)
    expect(() => trajectory(f, f64([1, 1]), { steps: -1, by: 1 })).toThrow(/of 0 or more, got -1/)
  })
})

test('a contour grid holds the value of the function at its points', () => {
  const f = (p: Tensor): Tensor => sum(mul(f64([1, 10]), square(p)))
  const { xs, ys, values } = contourGrid(f, { x: [-1, 3], y: [0, 2], points: 5 })
  expect(xs).toEqual([-1, 0, 1, 2, 3])
  ys.forEach((y, j) => xs.forEach((x, i) => expect(values[j]![i]).toBeCloseTo(x * x + 10 * y * y, 12)))
  expect(() => contourGrid(f, { x: [0, 1], y: [0, 1], points: 1 })).toThrow(
    /points: expected a whole number of 2 or more/,
  )
})

describe('the rate bound', () => {
  test('is two over the largest curvature of a rotated bowl, whatever the sign', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.constantFrom(1, -1), (seed, way) => {
        const v = normal(key(seed), [3, 3], { dtype: 'float64' })
        // VᵀV + 20 eeᵀ: a gap, so that the power iteration settles.
        const h = mul(
          way,
          add(
            matmul(transpose(v), v) as Tensor,
            mul(
              20,
              tensor(
                [
                  [1, 0, 0],
                  [0, 0, 0],
                  [0, 0, 0],
                ],
                { dtype: 'float64' },
              ),
            ),
          ),
        ) as Tensor
        const f = (w: Tensor): Tensor => mul(0.5, sum(mul(w, matmul(h, w) as Tensor)))
        const { curvature, direction, bound, converged } = rateBound(f, f64([1, 2, 3]), {
          key: key(seed + 1),
          iterations: 2000,
          tolerance: 1e-14,
        })
        expect(converged).toBe(true)
        const image = matmul(h, direction) as Tensor
        expect(item(sum(square(sub(image, mul(curvature, direction)))))).toBeLessThan(1e-6 * curvature ** 2)
        expect(bound).toBe(2 / Math.abs(curvature))
        expect(Math.abs(curvature)).toBeGreaterThan(20)
      }),
      { numRuns: 20 },
    )
  })
  test('of records of parameters too; a plane has no bound', () => {
    const f = ({ a, b }: { a: Tensor; b: Tensor }): Tensor => add(mul(3, sum(square(a))), sum(square(b)))
    expect(rateBound(f, { a: f64([1]), b: f64([1, 1]) }, { key: key(0) }).bound).toBeCloseTo(1 / 3, 8)
    expect(rateBound((w: Tensor) => sum(w) as Tensor, f64([1]), { key: key(0) }).bound).toBe(Infinity)
  })
})

describe('a multi-start', () => {
  test('puts every finite end into one basin and sorts them by value', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 1, 2, NaN), { minLength: 1, maxLength: 30 }), (ends) => {
        const basins = multiStart(
          ends,
          (end) => ({ params: f64([Number.isNaN(end) ? 9 : end]), value: end }),
          {
            distance: 0.1,
          },
        )
        const finite = ends.filter((end) => !Number.isNaN(end))
        expect(basins.map(({ at }) => at.value)).toEqual([...new Set(finite)].sort())
        expect(basins.reduce((total, { count }) => total + count, 0)).toBe(finite.length)
        for (const { at, starts } of basins) for (const i of starts) expect(ends[i]).toBe(at.value)
      }),
    )
  })
})

test('the best of a sweep is the first least score, and NaN is never best', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, 1, 2, NaN), { minLength: 1, maxLength: 8 }), (scores) => {
      const { best, points } = sweep(
        scores,
        (score) => score,
        (score) => score,
      )
      const least = Math.min(...scores.filter((score) => !Number.isNaN(score)))
      expect(points.map(({ result }) => result)).toEqual(scores)
      expect(best === undefined ? -1 : points.indexOf(best)).toBe(scores.indexOf(least))
    }),
  )
  expect(() => sweep([], Number, Number)).toThrow(/at least one setting/)
})
