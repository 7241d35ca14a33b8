import fc from 'fast-check'
import { expect, test } from 'vitest'
import { add, key, mul, normal, type Tensor } from '../../src/index.ts'
import { layerDrift } from '../../src/study/index.ts'
import { dyadic } from '../../src/testing/index.ts'

const outputs = (seed: number): Tensor => normal(key(seed), [8, 3], { dtype: 'float64' })

test('drift is the mean change of means and deviations over units: a shift moves one, a scale both', () => {
  fc.assert(
    fc.property(fc.nat(1000), dyadic(), fc.integer({ min: 1, max: 8 }), (seed, shift, scale) => {
      const x = outputs(seed)
      const [still, shifted, scaled] = layerDrift([x, x, x], [x, add(x, shift), mul(x, scale)] as Tensor[])
      expect(still).toEqual({ position: 0, mean: 0, deviation: 0 })
      expect(shifted!.mean).toBeCloseTo(Math.abs(shift), 12)
      expect(shifted!.deviation).toBeCloseTo(0, 12)
      const [once] = layerDrift([mul(x, 0) as Tensor], [x])
      expect(scaled!.deviation).toBeCloseTo((scale - 1) * once!.deviation, 12)
      expect(scaled!.mean).toBeCloseTo((scale - 1) * once!.mean, 12)
    }),
  )
})

test('drift is symmetric and obeys the triangle inequality', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.nat(1000), (a, b, c) => {
      const between = (from: number, to: number) => layerDrift([outputs(from)], [outputs(to)])[0]!
      expect(between(a, b)).toEqual(between(b, a))
      for (const of of ['mean', 'deviation'] as const)
        expect(between(a, c)[of]).toBeLessThanOrEqual(between(a, b)[of] + between(b, c)[of] + 1e-12)
    }),
  )
})

test('as many layers before as after are needed', () => {
  expect(() => layerDrift([outputs(0)], [])).toThrow(/1 layers before, 0 after/)
})
