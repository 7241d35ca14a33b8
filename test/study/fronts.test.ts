import fc from 'fast-check'
import * as N from 'fp-ts/lib/number.js'
import { describe, expect, test } from 'vitest'
import { key, toTypedArray, uniform } from '../../src/index.ts'
import {
  dominates,
  frontMonoid,
  frontOf,
  hypervolume,
  hypervolumeContributions,
  knee,
  paretoRanks,
  type FrontPoint,
} from '../../src/criteria/index.ts'
import type { Direction } from '../../src/criteria/index.ts'

const direction = fc.constantFrom<Direction>('min', 'max')
/** Few values, so that ties, duplicates and both zeros are common. */
const objective = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -3, max: 3 }).map((i) => i / 2) },
  { weight: 2, arbitrary: fc.constantFrom(-0, -0, NaN, Infinity, -Infinity) },
)
const finite = fc.integer({ min: 0, max: 8 }).map((i) => i / 2)
const pointsOf = (value: fc.Arbitrary<number>, width: number, maxLength = 8) =>
  fc.array(fc.array(value, { minLength: width, maxLength: width }), { maxLength })
const cases = (value: fc.Arbitrary<number>, maxWidth = 4, maxLength = 8) =>
  fc
    .array(direction, { minLength: 1, maxLength: maxWidth })
    .chain((directions) => fc.tuple(fc.constant(directions), pointsOf(value, directions.length, maxLength)))
const shuffled = <A>(values: readonly A[]) =>
  fc.shuffledSubarray(values as A[], { minLength: values.length, maxLength: values.length })

describe('dominance', () => {
  test('is a strict partial order', () => {
    fc.assert(
      fc.property(cases(objective, 3), ([directions, points]) => {
        for (const a of points) {
          expect(dominates(directions, a, a)).toBe(false)
          for (const b of points) {
            if (dominates(directions, a, b)) expect(dominates(directions, b, a)).toBe(false)
            for (const c of points)
              if (dominates(directions, a, b) && dominates(directions, b, c))
                expect(dominates(directions, a, c)).toBe(true)
          }
        }
      }),
    )
  })
  test('ranks are what peeling off one front after another gives, with NaN last', () => {
    fc.assert(
      fc.property(cases(objective), ([directions, points]) => {
        const peel = (left: readonly number[], rank: number): readonly (readonly [number, number])[] => {
          const first = left.filter((i) => !left.some((j) => dominates(directions, points[j]!, points[i]!)))
          return left.length === 0
            ? []
            : [
                ...first.map((i) => [i, rank] as const),
                ...peel(
                  left.filter((i) => !first.includes(i)),
                  rank + 1,
                ),
              ]
        }
        const known = points.flatMap((point, i) => (point.some(Number.isNaN) ? [] : [i]))
        const expected = new Map(peel(known, 0))
        const last = Math.max(-1, ...expected.values()) + 1
        expect(paretoRanks(directions, points)).toEqual(points.map((_, i) => expected.get(i) ?? last))
      }),
    )
  })
  test('a wrong number of objectives is an error that says so', () => {
    expect(() => dominates(['min', 'min'], [1, 2], [1])).toThrow(
      'dominates: expected 2 objectives, one for each direction, got 1',
    )
    expect(() => paretoRanks(['min'], [[1, 2]])).toThrow(/expected 1 objectives/)
  })
})

describe('fronts', () => {
  const tried = (directions: readonly Direction[]) =>
    fc.array(
      fc.record<FrontPoint<number>>({
        config: fc.integer({ min: 0, max: 2 }),
        objectives: fc.array(objective, { minLength: directions.length, maxLength: directions.length }),
      }),
      { maxLength: 6 },
    )
  const three = fc
    .array(direction, { minLength: 1, maxLength: 3 })
    .chain((directions) =>
      fc.tuple(fc.constant(directions), tried(directions), tried(directions), tried(directions)),
    )

  test('under merging are an idempotent commutative monoid, bit for bit', () => {
    fc.assert(
      fc.property(three, ([directions, x, y, z]) => {
        const { concat, empty } = frontMonoid(directions, N.Ord)
        const [a, b, c] = [x, y, z].map(frontOf(directions, N.Ord)) as [never, never, never]
        // toStrictEqual tells −0 from 0.
        expect(concat(concat(a, b), c)).toStrictEqual(concat(a, concat(b, c)))
        expect(concat(a, b)).toStrictEqual(concat(b, a))
        expect(concat(a, a)).toStrictEqual(a)
        expect(concat(a, empty)).toStrictEqual(a)
        expect(concat(empty, a)).toStrictEqual(a)
      }),
      { numRuns: 300 },
    )
  })
  test('hold the points of rank 0, dominate or equal everything tried, and do not depend on the order', () => {
    fc.assert(
      fc.property(
        three.chain(([directions, points]) =>
          fc.tuple(fc.constant(directions), fc.constant(points), shuffled(points)),
        ),
        ([directions, points, others]) => {
          const front = frontOf(directions, N.Ord)(points)
          expect(frontOf(directions, N.Ord)(others)).toStrictEqual(front)
          const ranks = paretoRanks(
            directions,
            points.map(({ objectives }) => objectives),
          )
          const known = points.filter(({ objectives }) => !objectives.some(Number.isNaN))
          const text = ({ config, objectives }: FrontPoint<number>) =>
            `${String(config)}: ${objectives.map((x) => x + 0).join()}`
          const first = points.filter((point, i) => ranks[i] === 0 && known.includes(point)).map(text)
          expect(new Set(front.map(text))).toEqual(new Set(first))
          expect(front.length).toBe(new Set(first).size)
          for (const { objectives } of known)
            expect(
              front.some(
                (point) =>
                  dominates(directions, point.objectives, objectives) ||
                  point.objectives.every((x, i) => x === objectives[i]),
              ),
            ).toBe(true)
        },
      ),
    )
  })
  test('have a knee that units, origins and directions do not move', () => {
    fc.assert(
      fc.property(cases(finite, 3), fc.integer({ min: -3, max: 3 }), ([directions, points], power) => {
        const named = points.map((objectives, config) => ({ config, objectives }))
        const front = frontOf(directions, N.Ord)(named)
        // Powers of two scale without rounding; turning an objective round swaps min and max.
        const turned = directions.map((way): Direction => (way === 'min' ? 'max' : 'min'))
        const other = frontOf(
          turned,
          N.Ord,
        )(
          named.map(({ config, objectives }) => ({
            config,
            objectives: objectives.map((x, i) => -(2 ** (power + i)) * x + 4 * i),
          })),
        )
        expect(knee(turned, other)?.config).toBe(knee(directions, front)?.config)
      }),
    )
    expect(knee(['min'], frontOf<number>(['min'], N.Ord)([]))).toBeUndefined()
  })
  test('of two objectives have their knee farthest below the line through the ends', () => {
    const points = [
      [0, 8],
      [1, 5],
      [2, 2],
      [5, 1],
      [8, 0],
    ].map((objectives, config) => ({ config, objectives }))
    expect(knee(['min', 'min'], frontOf(['min', 'min'], N.Ord)(points))?.config).toBe(2)
  })
})

describe('hypervolume', () => {
  const reference = (directions: readonly Direction[]) => directions.map((way) => (way === 'min' ? 4 : 0))
  const boxOf = (directions: readonly Direction[], point: readonly number[]) =>
    point.map((x, i) => (directions[i] === 'min' ? 4 - x : x))

  test('equals inclusion–exclusion', () => {
    fc.assert(
      fc.property(cases(finite, 5, 7), ([directions, points]) => {
        const boxes = points.map((point) => boxOf(directions, point))
        const total = Array.from({ length: 2 ** boxes.length - 1 }, (_, mask) => {
          const chosen = boxes.filter((_, i) => ((mask + 1) >> i) % 2 === 1)
          const common = directions.reduce(
            (product, _, k) => product * Math.max(0, Math.min(...chosen.map((box) => box[k]!))),
            1,
          )
          return chosen.length % 2 === 1 ? common : -common
        }).reduce((sum, x) => sum + x, 0)
        // Halves of small integers: both sides are exact.
        expect(hypervolume(directions, reference(directions), points)).toBe(total)
      }),
      { numRuns: 300 },
    )
  })
  test('is the same in any order, grows with every point, and more where the point is not dominated', () => {
    fc.assert(
      fc.property(
        cases(finite).chain(([directions, points]) =>
          fc.tuple(
            fc.constant(directions),
            fc.constant(points),
            shuffled(points),
            fc.array(finite, { minLength: directions.length, maxLength: directions.length }),
          ),
        ),
        ([directions, points, others, point]) => {
          const from = reference(directions)
          const before = hypervolume(directions, from, points)
          expect(hypervolume(directions, from, others)).toBe(before)
          const after = hypervolume(directions, from, [...points, point])
          const inside = boxOf(directions, point).every((depth) => depth > 0)
          const covered = points.some(
            (other) => dominates(directions, other, point) || other.every((x, i) => x === point[i]),
          )
          if (inside && !covered) expect(after).toBeGreaterThan(before)
          else expect(after).toBe(before)
        },
      ),
      { numRuns: 300 },
    )
  })
  test('loses exactly the contribution of a point that is left out', () => {
    fc.assert(
      fc.property(cases(finite), ([directions, points]) => {
        const from = reference(directions)
        const whole = hypervolume(directions, from, points)
        expect(hypervolumeContributions(directions, from, points)).toEqual(
          points.map(
            (_, i) =>
              whole -
              hypervolume(
                directions,
                from,
                points.filter((_, j) => j !== i),
              ),
          ),
        )
      }),
    )
  })
  test('is within three standard errors of a Monte Carlo estimate', () => {
    const samples = 40_000
    for (const width of [2, 3, 5]) {
      const points = Array.from({ length: 12 }, (_, i) =>
        Array.from(toTypedArray(uniform(key(100 * width + i), [width], { dtype: 'float64' }))),
      )
      const flat = toTypedArray(uniform(key(width), [samples, width], { dtype: 'float64' }))
      const hits = Array.from({ length: samples }, (_, s) =>
        points.some((point) => point.every((x, k) => x <= flat[s * width + k]!)),
      ).filter(Boolean).length
      const share = hits / samples
      const directions = points[0]!.map((): Direction => 'min')
      const ones = directions.map(() => 1)
      const exact = hypervolume(directions, ones, points)
      expect(Math.abs(exact - share)).toBeLessThan(3 * Math.sqrt((share * (1 - share)) / samples))
      const others = hypervolumeContributions(directions, ones, points)
      expect(others.reduce((sum, x) => sum + x, 0)).toBeLessThanOrEqual(exact)
    }
  })
  test('of the curve f₂ = 1 − √f₁ tends to 2/3 within the reference (1, 1)', () => {
    // The staircase of n points misses about 1/(2n) of the area above the curve (ZDT1).
    const points = Array.from({ length: 400 }, (_, i) => {
      const x = ((i + 1) / 401) ** 2
      return [x, 1 - Math.sqrt(x)]
    })
    expect(hypervolume(['min', 'min'], [1, 1], points)).toBeCloseTo(2 / 3 - 1 / 800, 3)
  })
  test('says what is wrong with a reference or a point', () => {
    expect(() => hypervolume(['min'], [NaN], [])).toThrow('expected a finite reference point, got [NaN]')
    expect(() => hypervolume([], [], [])).toThrow('expected at least one objective')
    expect(() => hypervolume(['min', 'max'], [0, 0], [[-1, Infinity]])).toThrow(
      'objective 1 of [-1, Infinity] is infinitely good',
    )
    expect(hypervolume(['min', 'min'], [1, 1], [[NaN, 0]])).toBe(0)
    expect(hypervolumeContributions(['min', 'min'], [1, 1], [[2, 0]])).toEqual([0])
  })
})
