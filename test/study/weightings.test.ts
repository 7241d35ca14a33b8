import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { key } from '../../src/index.ts'
import {
  caGradWeighting,
  constantWeighting,
  imtlGWeighting,
  meanWeighting,
  minNormWeighting,
  nashWeighting,
  pcGradWeighting,
  upGradWeighting,
  type Gramian,
  type Weighting,
} from '../../src/criteria/index.ts'

type Rows = readonly (readonly number[])[]

/** Gradients as rows; few values, so that zeros, equal, opposite and dependent ones are common. */
const entry = fc.integer({ min: -8, max: 8 }).map((i) => i / 4)
const rowsOf = (m: number, n: number): fc.Arbitrary<Rows> =>
  fc.array(fc.array(entry, { minLength: n, maxLength: n }), { minLength: m, maxLength: m })
const jacobians = ({ min = 1, max = 5 } = {}): fc.Arbitrary<Rows> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min: 1, max: 6 })).chain(([m, n]) => rowsOf(m, n))

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, x, i) => total + x * b[i]!, 0)
const gramianOf = (rows: Rows): Gramian => rows.map((a) => rows.map((b) => dot(a, b)))
const combine = (rows: Rows, weights: readonly number[]): readonly number[] =>
  rows[0]!.map((_, k) => rows.reduce((total, row, i) => total + weights[i]! * row[k]!, 0))
const length = (a: readonly number[]): number => Math.sqrt(dot(a, a))
const largest = (rows: Rows): number => Math.max(...rows.map(length))
const direction = (weighting: Weighting, rows: Rows): readonly number[] | undefined => {
  const found = weighting(gramianOf(rows))
  return E.isLeft(found) ? undefined : combine(rows, found.right)
}
const scaled = (rows: Rows, by: readonly number[]): Rows => rows.map((row, i) => row.map((x) => x * by[i]!))
const expectNear = (a: readonly number[], b: readonly number[], tolerance: number): void => {
  expect(length(a.map((x, i) => x - b[i]!))).toBeLessThanOrEqual(tolerance)
}
const weightsOf = (weighting: Weighting, rows: Rows): readonly number[] => {
  const found = weighting(gramianOf(rows))
  if (E.isLeft(found)) throw new Error(found.left.message)
  return found.right
}

const always: Readonly<Record<string, Weighting>> = {
  mean: meanWeighting,
  minNorm: minNormWeighting,
  pcGrad: pcGradWeighting(key(3)),
  upGrad: upGradWeighting,
}
const sometimes: Readonly<Record<string, Weighting>> = {
  caGrad: caGradWeighting(0.5),
  nash: nashWeighting,
  imtlG: imtlGWeighting,
}
const all = { ...always, ...sometimes }

/** A rotation in the plane of two coordinates keeps every inner product, up to rounding. */
const turned = (rows: Rows): Rows =>
  rows.map(([a = 0, b = 0, ...rest]) => [0.6 * a - 0.8 * b, 0.8 * a + 0.6 * b, ...rest])

/** The direction of gradients scaled by a + b is the sum of those of gradients scaled by a and by b. */
const expectLinearInScales = (weightingOf: (seed: number) => Weighting, tolerance: number): void => {
  fc.assert(
    fc.property(
      jacobians({ max: 4 }),
      fc.array(fc.integer({ min: 1, max: 16 }), { minLength: 8, maxLength: 8 }),
      fc.nat(),
      (rows, numbers, seed) => {
        const [a, b] = [numbers.slice(0, 4), numbers.slice(4)]
        const both = a.map((x, i) => x + b[i]!)
        const [d, e, sum] = [a, b, both].map((by) => direction(weightingOf(seed), scaled(rows, by))!)
        expectNear(
          sum!,
          d!.map((x, k) => x + e![k]!),
          tolerance * (1 + largest(rows)) * 32,
        )
      },
    ),
    { numRuns: 200 },
  )
}

describe('every weighting', () => {
  test('has weights wherever the Gramian is finite, or says that there are none', () => {
    fc.assert(
      fc.property(jacobians(), (rows) => {
        for (const [name, weighting] of Object.entries(all)) {
          const found = weighting(gramianOf(rows))
          if (E.isLeft(found)) expect(Object.keys(sometimes)).toContain(name)
          else {
            expect(found.right.length).toBe(rows.length)
            expect(found.right.every(Number.isFinite)).toBe(true)
          }
        }
      }),
      { numRuns: 100 },
    )
  })
  test('gives a direction that turns with the gradients: only their inner products matter', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((m) => rowsOf(m, 4)),
        (rows) => {
          for (const [name, weighting] of Object.entries(all)) {
            const [d, e] = [direction(weighting, rows), direction(weighting, turned(rows))]
            if (Object.hasOwn(always, name)) expect([d, e]).not.toContain(undefined)
            // Whether gradients are dependent is decided by the last bit, which a rotation changes.
            if (d !== undefined && e !== undefined && name !== 'imtlG')
              expectNear(e, turned([d])[0]!, 1e-6 * (1 + largest(rows)))
          }
        },
      ),
      { numRuns: 100 },
    )
  })
  test('gives the same direction for the objectives in another order', () => {
    fc.assert(
      fc.property(
        jacobians({ max: 4 }).chain((rows) =>
          fc.tuple(
            fc.constant(rows),
            fc.shuffledSubarray([...rows.keys()], { minLength: rows.length, maxLength: rows.length }),
          ),
        ),
        ([rows, order]) => {
          const others = order.map((i) => rows[i]!)
          for (const [name, weighting] of Object.entries(all)) {
            // PCGrad's result depends on its random orders where there is more than one order.
            if (name === 'pcGrad' && rows.length > 2) continue
            const [d, e] = [direction(weighting, rows), direction(weighting, others)]
            // Whether gradients are dependent is decided by the last bit, in which the orders may differ.
            if (d !== undefined && e !== undefined && name !== 'imtlG')
              expectNear(d, e, 1e-6 * (1 + largest(rows)))
          }
        },
      ),
      { numRuns: 100 },
    )
  })
  test('gives equal gradients that gradient, up to the scale it is published in', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 3, maxLength: 3 }), fc.integer({ min: 1, max: 4 }), (g, m) => {
        fc.pre(length(g) > 0)
        const rows = Array.from({ length: m }, () => g)
        for (const weighting of Object.values(always)) expectNear(direction(weighting, rows)!, g, 1e-9)
        expectNear(
          direction(caGradWeighting(0.5), rows)!,
          g.map((x) => 1.5 * x),
          1e-9,
        )
        expectNear(
          direction(nashWeighting, rows)!,
          g.map((x) => (Math.sqrt(m) * x) / length(g)),
          1e-9,
        )
        if (m === 1) expectNear(direction(imtlGWeighting, rows)!, g, 1e-9)
      }),
    )
  })
  test('refuses what is not finite with a left, and what is not square with an error', () => {
    for (const [name, weighting] of Object.entries({ ...all, constant: constantWeighting([1, 1]) })) {
      const found = weighting([
        [1, NaN],
        [NaN, 1],
      ])
      expect(E.isLeft(found) && found.left.kind).toBe('not-finite')
      expect(E.isLeft(found) && found.left.message).toMatch(/got \[1, NaN\] for objective 0/)
      expect(() => weighting([[1, 2]])).toThrow(/got 1 rows and a row of 2/)
      expect(() => weighting([]), name).toThrow(/at least one, got 0 rows/)
    }
  })
})

describe('the mean and constant weights', () => {
  test('are those of the mean and of a weighted sum', () => {
    expect(weightsOf(meanWeighting, [[1], [2], [3], [4]])).toEqual([0.25, 0.25, 0.25, 0.25])
    expect(weightsOf(constantWeighting([1, 0]), [[1], [2]])).toEqual([1, 0])
    expect(() => constantWeighting([1, NaN])).toThrow('expected finite weights, got [1, NaN]')
    expect(() =>
      constantWeighting([1])([
        [1, 0],
        [0, 1],
      ]),
    ).toThrow('1 weights were given for 2 objectives')
  })
})

describe('the min-norm weighting', () => {
  test('is convex and has gᵢ·d ≥ ‖d‖², so it is the shortest to 1e-10', () => {
    fc.assert(
      fc.property(jacobians({ max: 8 }), (rows) => {
        const weights = weightsOf(minNormWeighting, rows)
        expect(weights.every((w) => w >= 0)).toBe(true)
        expect(weights.reduce((total, w) => total + w, 0)).toBeCloseTo(1, 12)
        const d = combine(rows, weights)
        // ‖d‖² − minᵢ gᵢ·d bounds how far ‖d‖² is from the least.
        const gap = dot(d, d) - Math.min(...rows.map((g) => dot(g, d)))
        expect(gap).toBeLessThanOrEqual(1e-10 * largest(rows) ** 2)
      }),
      { numRuns: 500 },
    )
  })
  test('of gradients of very different lengths is as exact, measured by the shortest', () => {
    // Their squares stand in the Gramian: lengths beyond 2¹⁶ apart leave it too few digits for those that nearly cancel.
    fc.assert(
      fc.property(
        jacobians({ min: 2 }),
        fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 5 }),
        (rows, powers) => {
          const some = scaled(
            rows,
            powers.map((power) => 2 ** power),
          )
          const d = direction(minNormWeighting, some)!
          const shortest = Math.min(...some.map(length))
          for (const g of some)
            expect(dot(g, d)).toBeGreaterThanOrEqual(dot(d, d) - 1e-8 * length(g) * shortest)
        },
      ),
      { numRuns: 300 },
    )
  })
  test('for two gradients is the closed form', () => {
    fc.assert(
      fc.property(rowsOf(2, 3), (rows) => {
        const [a, b] = rows as [readonly number[], readonly number[]]
        const apart = a.map((x, k) => x - b[k]!)
        fc.pre(length(apart) > 0)
        const share = Math.min(1, Math.max(0, -dot(apart, b) / dot(apart, apart)))
        const expected = combine(rows, [share, 1 - share])
        expectNear(direction(minNormWeighting, rows)!, expected, 1e-12)
      }),
      { numRuns: 300 },
    )
  })
  test('for three gradients is no longer than any convex combination of a fine grid', () => {
    fc.assert(
      fc.property(rowsOf(3, 3), (rows) => {
        const d = direction(minNormWeighting, rows)!
        const steps = 20
        const grid = Array.from({ length: steps + 1 }, (_, i) =>
          Array.from({ length: steps + 1 - i }, (__, j) => [i, j, steps - i - j].map((k) => k / steps)),
        ).flat()
        const best = Math.min(...grid.map((weights) => length(combine(rows, weights))))
        expect(length(d)).toBeLessThanOrEqual(best + 1e-9)
        // A point of the grid is within half a step of the best weights in each coordinate.
        expect(best - length(d)).toBeLessThanOrEqual((2 * largest(rows)) / steps)
      }),
      { numRuns: 60 },
    )
  })
  test('is 0 exactly where the gradients have no common descent direction', () => {
    fc.assert(
      fc.property(
        jacobians({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 4 }),
        (rows, shares) => {
          // The last gradient closes a convex combination that is 0.
          const opposite = combine(rows, shares).map((x) => -x)
          const closed = [...rows, opposite]
          expect(length(direction(minNormWeighting, closed)!)).toBeLessThanOrEqual(
            1e-6 * (1 + largest(closed)),
          )
          expect(E.isLeft(nashWeighting(gramianOf(closed)))).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('UPGrad', () => {
  test('makes nothing worse', () => {
    fc.assert(
      fc.property(jacobians({ max: 6 }), (rows) => {
        const d = direction(upGradWeighting, rows)!
        for (const g of rows)
          expect(dot(g, d)).toBeGreaterThanOrEqual(-1e-7 * length(g) * (length(d) + largest(rows)))
      }),
      { numRuns: 500 },
    )
  })
  test('is the mean of projections: each moves its gradient least among the directions that agree with all', () => {
    fc.assert(
      fc.property(
        jacobians({ min: 2, max: 4 }),
        fc.array(entry, { minLength: 6, maxLength: 6 }),
        (rows, raw) => {
          // Scaling all gradients but one to nothing leaves that one's projection.
          rows.forEach((g, i) => {
            const small = 2 ** -30
            const p = direction(
              upGradWeighting,
              scaled(
                rows,
                rows.map((_, j) => (j === i ? 1 : small)),
              ),
            )!.map((x) => x * rows.length)
            for (const other of rows)
              expect(dot(other, p)).toBeGreaterThanOrEqual(-1e-6 * length(other) * (1 + largest(rows)))
            // p is the projection onto a cone: (g − p)·p = 0 and (g − p)·x ≤ 0 for every x in it.
            const moved = g.map((x, k) => x - p[k]!)
            expect(Math.abs(dot(moved, p))).toBeLessThanOrEqual(1e-6 * (1 + dot(g, g)))
            const x = raw.slice(0, g.length)
            if (rows.every((other) => dot(other, x) >= 0))
              expect(dot(moved, x)).toBeLessThanOrEqual(1e-6 * (1 + length(x)) * (1 + length(g)))
          })
        },
      ),
      { numRuns: 200 },
    )
  })
  test('is linear in the scale of each gradient', () => {
    expectLinearInScales(() => upGradWeighting, 1e-7)
  })
  test('is 0 where 0 is a combination of the gradients with positive weights', () => {
    fc.assert(
      fc.property(
        jacobians({ min: 1, max: 3 }),
        fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 3 }),
        (rows, shares) => {
          const closed = [...rows, combine(rows, shares).map((x) => -x)]
          expect(length(direction(upGradWeighting, closed)!)).toBeLessThanOrEqual(
            1e-6 * (1 + largest(closed)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })
  test('of gradients that do not conflict is their mean', () => {
    fc.assert(
      fc.property(jacobians({ max: 4 }), (rows) => {
        const agreeing = rows.map((row) => row.map(Math.abs))
        const mean = direction(meanWeighting, agreeing)!
        expectNear(direction(upGradWeighting, agreeing)!, mean, 1e-9)
        expectNear(direction(pcGradWeighting(key(1)), agreeing)!, mean, 1e-9)
      }),
    )
  })
})

describe('PCGrad', () => {
  test('of two gradients makes neither worse and is UPGrad', () => {
    fc.assert(
      fc.property(rowsOf(2, 3), fc.nat(), (rows, seed) => {
        const d = direction(pcGradWeighting(key(seed)), rows)!
        for (const g of rows) expect(dot(g, d)).toBeGreaterThanOrEqual(-1e-9)
        expectNear(d, direction(upGradWeighting, rows)!, 1e-7 * (1 + largest(rows)))
      }),
      { numRuns: 200 },
    )
  })
  test('is linear in the scale of each gradient', () => {
    expectLinearInScales((seed) => pcGradWeighting(key(seed)), 1e-9)
  })
  test('is the published loop over the gradients themselves', () => {
    fc.assert(
      fc.property(jacobians({ min: 3, max: 3 }), fc.nat(), (rows, seed) => {
        const d = direction(pcGradWeighting(key(seed)), rows)!
        const project = (g: readonly number[], order: readonly number[]): readonly number[] =>
          order.reduce((sofar, j) => {
            const conflict = dot(sofar, rows[j]!)
            return conflict < 0
              ? sofar.map((x, k) => x - (conflict / dot(rows[j]!, rows[j]!)) * rows[j]![k]!)
              : sofar
          }, g)
        // Two orders for each of the three: the result is the mean of one choice among eight.
        const choices = [0, 1, 2, 3, 4, 5, 6, 7].map((mask) =>
          rows.map((g, i) => {
            const others = [0, 1, 2].filter((j) => j !== i)
            return project(g, (mask >> i) % 2 === 0 ? others : [...others].reverse())
          }),
        )
        const distances = choices.map((parts) =>
          length(combine(parts, [1 / 3, 1 / 3, 1 / 3]).map((x, k) => x - d[k]!)),
        )
        expect(Math.min(...distances)).toBeLessThanOrEqual(1e-9)
      }),
      { numRuns: 200 },
    )
  })
  test('draws its orders from the key: the same key the same, another sooner or later another', () => {
    const rows = [
      [1, 0, 0.5],
      [-1, 1, 0],
      [0.25, -1, -1],
    ]
    const drawn = Array.from({ length: 20 }, (_, seed) => direction(pcGradWeighting(key(seed)), rows)!.join())
    expect(new Set(drawn).size).toBeGreaterThan(1)
    expect(direction(pcGradWeighting(key(7)), rows)!.join()).toBe(drawn[7])
  })
})

describe('CAGrad', () => {
  test('is within c‖ḡ‖ of the mean and as good for the worst objective as the dual bound says is possible', () => {
    fc.assert(
      fc.property(jacobians({ min: 2 }), fc.integer({ min: 1, max: 9 }), (rows, tenths) => {
        const c = tenths / 10
        const d = direction(caGradWeighting(c), rows)
        fc.pre(d !== undefined)
        const mean = direction(meanWeighting, rows)!
        const moved = d.map((x, k) => x - mean[k]!)
        const radius = c * length(mean)
        expect(length(moved)).toBeLessThanOrEqual(radius * (1 + 1e-9))
        const worst = Math.min(...rows.map((g) => dot(g, d)))
        // The convex combination h that is moved towards bounds every direction of the ball from above.
        const h = moved.map((x) => (radius === 0 ? 0 : x / radius))
        const weights = weightsOf(caGradWeighting(c), rows).map((w) => w - 1 / rows.length)
        const total = weights.reduce((sum, w) => sum + w, 0)
        const convex = combine(
          rows,
          weights.map((w) => (total === 0 ? 1 / rows.length : w / total)),
        )
        const bound = dot(mean, convex) + radius * length(convex)
        expect(length(h)).toBeLessThanOrEqual(1 + 1e-9)
        expect(bound - worst).toBeLessThanOrEqual(1e-6 * (1 + largest(rows) ** 2))
      }),
      { numRuns: 200 },
    )
  })
  test('with c = 0 is the mean, and needs 0 ≤ c < 1', () => {
    fc.assert(
      fc.property(jacobians(), (rows) => {
        expect(weightsOf(caGradWeighting(0), rows)).toEqual(weightsOf(meanWeighting, rows))
      }),
    )
    expect(() => caGradWeighting(1)).toThrow('c: expected a finite number of 0 or more and below 1, got 1')
    expect(() => caGradWeighting(NaN)).toThrow(/got NaN/)
  })
})

describe('the bargaining solution', () => {
  test('solves Gw = 1/w, gains in every objective, and does not feel the scale of any', () => {
    fc.assert(
      fc.property(
        jacobians({ max: 4 }),
        fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 4 }),
        (rows, powers) => {
          const found = nashWeighting(gramianOf(rows))
          fc.pre(E.isRight(found))
          const weights = weightsOf(nashWeighting, rows)
          const d = combine(rows, weights)
          rows.forEach((g, i) => {
            expect(weights[i]).toBeGreaterThan(0)
            expect(dot(g, d) * weights[i]!).toBeCloseTo(1, 6)
          })
          const other = direction(
            nashWeighting,
            scaled(
              rows,
              powers.map((power) => 2 ** power),
            ),
          )!
          expectNear(other, d, 1e-6 * length(d))
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('IMTL-G', () => {
  test('has weights of sum 1 and the same angle to every gradient', () => {
    fc.assert(
      fc.property(jacobians({ max: 4 }), (rows) => {
        const found = imtlGWeighting(gramianOf(rows))
        fc.pre(E.isRight(found))
        const weights = weightsOf(imtlGWeighting, rows)
        expect(weights.reduce((total, w) => total + w, 0)).toBeCloseTo(1, 9)
        const d = combine(rows, weights)
        const along = rows.map((g) => dot(g, d) / length(g))
        for (const x of along) expect(x).toBeCloseTo(along[0]!, 6)
      }),
      { numRuns: 200 },
    )
  })
  test('says when the gradients are dependent', () => {
    const found = imtlGWeighting(
      gramianOf([
        [1, 2],
        [2, 4],
      ]),
    )
    expect(E.isLeft(found) && found.left.kind).toBe('dependent-gradients')
  })
})
