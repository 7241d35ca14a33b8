import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { foldIn, key } from '../../../src/index.ts'
import { hyperParametersCodec, type HyperParameters } from '../../../src/study/index.ts'
import { spaces, type Space } from '../../../src/search/index.ts'
import { keys } from '../../../src/testing/index.ts'

const bounds = fc
  .tuple(fc.integer({ min: -640, max: 640 }), fc.integer({ min: 1, max: 640 }))
  .map(([low, width]) => [low / 64, (low + width) / 64] as const)

const axes: fc.Arbitrary<Space<unknown>> = fc.oneof(
  bounds.map(([low, high]) => spaces.uniform(low, high)),
  bounds.map(([low, high]) => spaces.logUniform(2 ** low, 2 ** high)),
  fc
    .tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 1, max: 9 }))
    .map(([low, width]) => spaces.integer(low, low + width)),
  fc
    .uniqueArray(fc.oneof(fc.integer(), fc.string(), fc.boolean()), { minLength: 1, maxLength: 4 })
    .map((choices) => spaces.oneOf(...choices)),
) as fc.Arbitrary<Space<unknown>>

const someSpace: fc.Arbitrary<Space<unknown>> = fc.oneof(
  axes,
  fc
    .dictionary(fc.constantFrom('rate', 'units', 'kind', '__proto', 'a b'), axes, {
      minKeys: 1,
      maxKeys: 3,
      noNullPrototype: true,
    })
    .map((fields) => spaces.struct({ ...fields, nested: spaces.struct(fields) }) as Space<unknown>),
)

describe('a search space', () => {
  test('draws and lists configurations that its codec accepts and gives back, through JSON too', () => {
    fc.assert(
      fc.property(someSpace, keys(), fc.integer({ min: 1, max: 2 }), (space, own, perAxis) => {
        for (const config of [space.sample(own), ...space.grid(perAxis).slice(0, 40)]) {
          expect(space.codec.is(config)).toBe(true)
          const written = JSON.parse(JSON.stringify(space.codec.encode(config)))
          expect(space.codec.decode(written)).toEqual(E.right(config))
        }
        expect(space.sample(own)).toEqual(space.sample(own))
        expect(JSON.parse(JSON.stringify(space.spec))).toEqual(space.spec)
      }),
    )
  })
  test('refuses what lies outside of it', () => {
    const space = spaces.struct({
      rate: spaces.logUniform(1e-4, 1),
      units: spaces.integer(1, 4),
      kind: spaces.oneOf('a', 'b'),
    })
    const config = { rate: 0.1, units: 2, kind: 'a' }
    expect(E.isRight(space.codec.decode(config))).toBe(true)
    for (const odd of [{ rate: 2 }, { rate: NaN }, { units: 1.5 }, { kind: 'c' }, { extra: 1 }])
      expect(E.isLeft(space.codec.decode({ ...config, ...odd }))).toBe(true)
  })
  test('lays grids that grow evenly from bound to bound', () => {
    fc.assert(
      fc.property(bounds, fc.integer({ min: 2, max: 9 }), ([low, high], n) => {
        const linear = spaces.uniform(low, high).grid(n)
        const logs = spaces.logUniform(2 ** low, 2 ** high).grid(n)
        expect([linear[0], linear.at(-1), linear.length]).toEqual([low, high, n])
        expect([logs[0], logs.at(-1), logs.length]).toEqual([2 ** low, 2 ** high, n])
        linear.forEach((x, i) => expect(x).toBeCloseTo(low + ((high - low) * i) / (n - 1), 10))
        logs.forEach((x, i) => expect(Math.log2(x)).toBeCloseTo(linear[i]!, 10))
      }),
    )
    expect(spaces.uniform(0, 4).grid(1)).toEqual([2])
    expect(spaces.integer(1, 3).grid(7)).toEqual([1, 2, 3])
    expect(() => spaces.uniform(0, 1).grid(0)).toThrow(/positive integer, got 0/)
  })
  test('draws every choice alike, and logarithms evenly', () => {
    const draws = Array.from({ length: 2000 }, (_, i) => foldIn(key(1), i))
    const share = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length
    // Four standard errors of a share of p in 2000 draws.
    const near = (p: number) => [p, 4 * Math.sqrt((p * (1 - p)) / 2000)] as const
    const check = (hits: readonly boolean[], p: number): void => {
      const [centre, reach] = near(p)
      expect(Math.abs(share(hits) - centre)).toBeLessThan(reach)
    }
    const rates = draws.map(spaces.logUniform(1e-4, 1).sample)
    check(
      rates.map((rate) => rate < 1e-3),
      0.25,
    )
    check(
      rates.map((rate) => rate < 1e-2),
      0.5,
    )
    const whole = draws.map(spaces.integer(3, 6).sample)
    for (const value of [3, 4, 5, 6])
      check(
        whole.map((x) => x === value),
        0.25,
      )
    const chosen = draws.map(spaces.oneOf('a', 'b', 'c').sample)
    for (const value of ['a', 'b', 'c'])
      check(
        chosen.map((x) => x === value),
        1 / 3,
      )
  })
  test('another name changes no other draw', () => {
    fc.assert(
      fc.property(axes, axes, keys(), (a, b, own) => {
        expect(spaces.struct({ a, b }).sample(own).a).toEqual(spaces.struct({ a }).sample(own).a)
      }),
    )
    // And two names over one space draw apart.
    const { x, y } = spaces.struct({ x: spaces.uniform(0, 1), y: spaces.uniform(0, 1) }).sample(key(0))
    expect(x).not.toBe(y)
  })
  test('of hyper-parameters has their type and passes their codec', () => {
    const space = spaces.struct({
      learningRate: spaces.logUniform(1e-4, 1e-1),
      epochs: spaces.oneOf(10),
      layers: spaces.integer(1, 3),
      units: spaces.oneOf(16, 32, 64),
      activation: spaces.oneOf('relu', 'tanh'),
      batchSize: spaces.oneOf(16, 32),
      regularization: spaces.struct({
        l1: spaces.oneOf(0),
        l2: spaces.logUniform(1e-6, 1e-1),
        dropout: spaces.uniform(0, 0.5),
      }),
    })
    expectTypeOf(space.sample).returns.toExtend<HyperParameters>()
    expectTypeOf(space.sample(key(0)).units).toEqualTypeOf<16 | 32 | 64>()
    fc.assert(
      fc.property(keys(), (own) => {
        expect(hyperParametersCodec.is(space.sample(own))).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
  test('bounds and choices are checked', () => {
    expect(() => spaces.uniform(1, 1)).toThrow(/low < high, got 1 and 1/)
    expect(() => spaces.logUniform(0, 1)).toThrow(/0 < low < high, got 0 and 1/)
    expect(() => spaces.uniform(NaN, 1)).toThrow(/finite bounds/)
    expect(() => spaces.integer(0.5, 2)).toThrow(/expected integers/)
    expect(() => spaces.oneOf()).toThrow(/at least one choice/)
    expect(() => spaces.oneOf('a', 'a')).toThrow(/"a" occurs twice/)
    expect(() => spaces.oneOf(NaN)).toThrow(/finite numbers, got NaN/)
    expect(() => spaces.struct({})).toThrow(/at least one name/)
  })
})
