import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad, key, item, mul, normal, sum, tensor, toArray, type Tensor } from '../../src/index.ts'
import {
  activation,
  activationFacts,
  activationFunctions,
  activationNames,
  dense,
  evalMode,
  leaky,
  network,
} from '../../src/nn/index.ts'
import { checkGrad, dyadic, tensorsOf } from '../../src/testing/index.ts'

const float64 = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float64' }) as Tensor
const at = (name: keyof typeof activationFunctions, values: readonly number[]) => {
  const f: (x: Tensor) => Tensor = activationFunctions[name]
  return {
    values: toArray(f(float64(values))) as number[],
    slopes: toArray(grad((x: Tensor) => sum(f(x)) as Tensor)(float64(values))) as number[],
  }
}
/** Extrema without a closed form are given to ten digits. */
const digits = 1e-10
const grid = Array.from({ length: 32_001 }, (_, i) => (i - 16_000) / 1000)

describe.each(activationNames)('%s', (name) => {
  const { range, slopes, tails, kinks, homogeneous } = activationFacts[name]
  test('has its values and slopes within the bounds, which are sharp', () => {
    const found = at(name, grid)
    const [least, greatest] = [Math.min(...found.slopes), Math.max(...found.slopes)]
    expect(Math.min(...found.values)).toBeGreaterThanOrEqual(range[0] - digits)
    expect(Math.max(...found.values)).toBeLessThanOrEqual(range[1] + digits)
    expect(least).toBeGreaterThanOrEqual(slopes[0] - digits)
    expect(greatest).toBeLessThanOrEqual(slopes[1] + digits)
    // 16 from 0 softsign still has a slope of 0.0035 and is 0.06 below its bound.
    expect(least - slopes[0]).toBeLessThan(0.004)
    expect(slopes[1] - greatest).toBeLessThan(1e-6)
    if (Number.isFinite(range[0])) expect(Math.min(...found.values) - range[0]).toBeLessThan(0.06)
    else expect(Math.min(...found.values)).toBeLessThanOrEqual(-0.16)
    if (Number.isFinite(range[1])) expect(range[1] - Math.max(...found.values)).toBeLessThan(0.06)
    else expect(Math.max(...found.values)).toBeGreaterThanOrEqual(15.9)
  })
  test('has the slopes of its tails far out', () => {
    at(name, [-2000, 2000]).slopes.forEach((slope, side) =>
      expect(Math.abs(slope - tails[side]!)).toBeLessThan(1e-6),
    )
  })
  test('has exactly these kinks, and there the chosen slope between those of the sides', () => {
    fc.assert(
      fc.property(dyadic({ min: -8, max: 8 }), (x) => {
        // The slope of softsign has a kink at 0, where differences are only as good as their step.
        const verdict = checkGrad((z: Tensor) => sum(activationFunctions[name](z)) as Tensor, {
          tolerance: 1e-5,
        })(float64([x]))
        const kink = kinks.find((own) => own.at === x)
        if (kink === undefined) expect(verdict.kind).toBe('agrees')
        else {
          const { left, right, chosen } = kink
          expect(verdict).toMatchObject({
            kind: 'kink',
            ad: expect.closeTo(chosen, 14) as number,
            left: expect.closeTo(left, 4) as number,
            right: expect.closeTo(right, 4) as number,
          })
          expect(chosen).toBeGreaterThanOrEqual(Math.min(left, right))
          expect(chosen).toBeLessThanOrEqual(Math.max(left, right))
        }
      }),
      { examples: [[0], ...kinks.map((kink): [number] => [kink.at])] },
    )
  })
  test(`is ${homogeneous ? '' : 'not '}positively homogeneous`, () => {
    // Powers of 2 make both sides exact, or round them alike.
    const same = (x: number, power: number): boolean =>
      at(name, [x * 2 ** power]).values[0] === at(name, [x]).values[0]! * 2 ** power
    if (homogeneous)
      fc.assert(fc.property(dyadic(), fc.integer({ min: -6, max: 6 }), (x, power) => same(x, power)))
    else expect([-1, 1].every((x) => same(x, 3))).toBe(false)
  })
})

test('the subgradient at 0 is 0 for ReLU and for leaky layers, and the gradient of a network shows it', () => {
  for (const layer of [activation('relu'), leaky(0.3)]) {
    const net = network(1, layer)
    const slope = grad((x: Tensor) => sum(net.apply(evalMode, {}, {}, x)[0]) as Tensor)
    expect(item(slope(tensor([[0]], { dtype: 'float64' }) as Tensor) as never)).toBe(0)
  }
})

test('networks of homogeneous activations without biases are positively homogeneous', () => {
  fc.assert(
    fc.property(
      tensorsOf([3, 4]),
      fc.constantFrom(...activationNames.filter((name) => activationFacts[name].homogeneous)),
      fc.integer({ min: -6, max: 6 }),
      fc.nat(100),
      (x, name, power, seed) => {
        const net = network(
          4,
          dense('a', 5, { bias: false }),
          activation(name),
          dense('b', 5, { bias: false }),
          activation(name),
          dense('c', 2, { bias: false }),
        )
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const of = (input: Tensor) => net.apply(evalMode, params, state, input)[0]
        expect(toArray(of(mul(x, 2 ** power) as Tensor))).toEqual(toArray(mul(of(x), 2 ** power)))
      },
    ),
    { numRuns: 50 },
  )
  // And with sigmoids they are not.
  const net = network(2, dense('a', 2, { bias: false }), activation('sigmoid'))
  const { params, state } = net.init(key(0), { dtype: 'float64' })
  const x = normal(key(1), [1, 2], { dtype: 'float64' })
  expect(toArray(net.apply(evalMode, params, state, mul(x, 2) as Tensor)[0])).not.toEqual(
    toArray(mul(net.apply(evalMode, params, state, x)[0], 2)),
  )
})
