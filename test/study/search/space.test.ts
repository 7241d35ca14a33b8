import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { foldIn, item, key, uniform } from '../../../src/index.ts'
import { hyperParametersCodec, type HyperParameters } from '../../../src/study/index.ts'
import { randomSearch, spaces, type ConfigOf, type Space } from '../../../src/search/index.ts'
import { searchOfSpec } from '../../../src/search/search-of-spec.ts'
import {
  axisLine,
  axisValue,
  configOfValues,
  isOpenAmong,
  spaceAxes,
} from '../../../src/search/space-axes.ts'
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
    .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 99 }))
    .map(([low, width]) => spaces.logInteger(low, low + width)),
  fc
    .tuple(bounds, fc.integer({ min: 1, max: 12 }))
    .map(([[low, high], parts]) => spaces.uniformStep(low, high, (high - low) / (parts + 0.5))),
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
    .map(
      (fields) =>
        spaces.struct({
          ...fields,
          nested: spaces.struct(fields),
          opened: spaces.variant('case', {
            none: {},
            some: fields,
            more: { again: spaces.variant('inner', { fields, empty: {} }) },
          }),
        }) as Space<unknown>,
    ),
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
        const again = searchOfSpec(
          JSON.parse(JSON.stringify(randomSearch(space, { trials: 1, key: own }).spec)),
        )
        expect(E.isRight(again) && again.right.configOf(0)).toEqual(
          randomSearch(space, { trials: 1, key: own }).configOf(0),
        )
      }),
    )
  })
  test('is the same as a list of numbers, of which those that nothing opens are NaN', () => {
    fc.assert(
      fc.property(someSpace, keys(), (space, own) => {
        const config = space.sample(own)
        const axes = spaceAxes(space.spec)
        const values = axes.map((axis) => axisValue(axis, config))
        expect(configOfValues(space.spec, values)).toStrictEqual(config)
        const isOpen = isOpenAmong(axes)
        values.forEach((value, i) => {
          expect(Number.isNaN(value)).toBe(!isOpen(i, values))
          const { spec } = axes[i]!
          if (spec.kind === 'oneOf' || Number.isNaN(value)) return
          const line = axisLine(spec)
          expect(line.valueAt(line.at(value))).toBeCloseTo(value, 9)
          const [from, to] = line.cell?.(value) ?? [line.at(value), line.at(value)]
          expect(from).toBeGreaterThanOrEqual(line.low - 1e-9)
          expect(to).toBeLessThanOrEqual(line.high + 1e-9)
          for (const share of [0, 0.3, 1])
            expect(
              space.codec.is(
                configOfValues(
                  space.spec,
                  values.with(i, line.valueAt(line.low + share * (line.high - line.low))),
                ),
              ),
            ).toBe(true)
        })
      }),
    )
  })
  test('of a choice that opens settings is a union told apart by its tag', () => {
    const space = spaces.variant('kind', { sgd: {}, momentum: { beta: spaces.uniform(0, 1) } })
    expectTypeOf<ConfigOf<typeof space>>().toEqualTypeOf<
      { readonly kind: 'sgd' } | { readonly kind: 'momentum'; readonly beta: number }
    >()
    expect(space.codec.is({ kind: 'momentum', beta: 0.5 })).toBe(true)
    for (const odd of [{ kind: 'sgd', beta: 0.5 }, { kind: 'momentum' }, { kind: 'adam' }, { beta: 0.5 }])
      expect(E.isLeft(space.codec.decode(odd))).toBe(true)
    expect(() => spaces.variant('kind', { a: { kind: spaces.uniform(0, 1) } })).toThrow(/name of the tag/)
    expect(() => spaces.variant('kind', {})).toThrow(/at least one case/)
  })
  test('draw as uniform does', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), (address) => {
        const own = foldIn(key(1), address)
        expect(spaces.uniform(0, 1).sample(own)).toBe(item(uniform(own, [], { dtype: 'float64' })))
      }),
    )
  })

  test('by steps or by logarithms holds what rounds to its values', () => {
    expect(spaces.uniformStep(0, 1, 0.3).grid(9)).toEqual([0, 0.3, 0.6, 0.9])
    const rates = spaces.uniformStep(0.1, 0.5, 0.1)
    expect([0.3, 0.30000000000000004, 0.35, 0.6, NaN].map((x) => rates.codec.is(x))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
    const draws = Array.from({ length: 2000 }, (_, i) => spaces.logInteger(1, 8).sample(foldIn(key(2), i)))
    // A value x holds the share log((x + ½) / (x − ½)) of the line.
    for (const x of [1, 2, 5, 8]) {
      const p = Math.log((x + 0.5) / (x - 0.5)) / Math.log(8.5 / 0.5)
      const share = draws.filter((each) => each === x).length / 2000
      expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 2000))
    }
    expect(() => spaces.uniformStep(0, 1, 2)).toThrow(
      /step: expected a finite number above 0 and of at most 1/,
    )
    expect(() => spaces.logInteger(0, 3)).toThrow(/0 < low < high/)
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
