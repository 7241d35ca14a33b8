import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { abs, add, item, key, max, mul, normal, softmax, sub, toArray, type Tensor } from '../../src/index.ts'
import { activation, dense, dropout, evalMode, network, trainMode } from '../../src/nn/index.ts'
import { arithmeticMean, geometricMean, submodels } from '../../src/study/index.ts'

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b) as Tensor)))
const rows = (seed: number, n: number, width: number): Tensor =>
  normal(key(seed), [n, width], { dtype: 'float64' })
const seeds = fc.nat(1000)
const rates = fc.integer({ min: 1, max: 9 }).map((i) => i / 10)
const scalings = fc.constantFrom<'inverted' | 'slide'>('inverted', 'slide')
const masksOf = (count: bigint): readonly bigint[] =>
  Array.from({ length: Number(count) }, (_, i) => BigInt(i))

/** Σ probability · output over all masks. */
const weighted = (
  models: { readonly count: bigint; readonly probability: (mask: bigint) => number },
  output: (mask: bigint) => Tensor,
): Tensor =>
  masksOf(models.count)
    .map((mask) => mul(output(mask), models.probability(mask)) as Tensor)
    .reduce((total, term) => add(total, term) as Tensor)

describe('the submodels of a network with dropout', () => {
  test('are 2^M, over all its dropout layers, and their probabilities add up to 1', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (rate, a, b) => {
        const models = submodels(
          network(a, dropout('first', rate), dense('dense', b), dropout('second', 0.25), dense('out', 2)),
        )
        expect(models.units).toBe(a + b)
        expect(models.count).toBe(2n ** BigInt(a + b))
        const total = masksOf(models.count).reduce((sum, mask) => sum + models.probability(mask), 0)
        expect(total).toBeCloseTo(1, 12)
        expect(models.probability(0n)).toBeCloseTo(rate ** a * 0.25 ** b, 12)
      }),
      { numRuns: 20 },
    )
  })

  test('leave out the units whose bit is 0: the others’ rows of the weights are all that matters', () => {
    fc.assert(
      fc.property(seeds, scalings, rates, fc.integer({ min: 0, max: 15 }), (seed, scaling, rate, mask) => {
        const net = network(4, dropout('drop', rate, { scaling }), dense('out', 3))
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = rows(seed + 1, 2, 4)
        const kept = Array.from({ length: 4 }, (_, i) => (mask >> i) % 2)
        const [weight, bias] = [params.out.weight, params.out.bias].map((leaf) => toArray(leaf)) as [
          number[][],
          number[],
        ]
        const by = scaling === 'inverted' ? 1 / (1 - rate) : 1
        const found = toArray(submodels(net).apply(BigInt(mask), params, state, x)) as number[][]
        const inputs = toArray(x) as number[][]
        found.forEach((row, r) =>
          row.forEach((value, j) =>
            expect(value).toBeCloseTo(
              bias[j]! + kept.reduce((sum, keep, i) => sum + keep * by * inputs[r]![i]! * weight[i]![j]!, 0),
              11,
            ),
          ),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('never drop an output: with no unit kept the biases of the last layer are left', () => {
    fc.assert(
      fc.property(seeds, scalings, (seed, scaling) => {
        const net = network(
          3,
          dropout('inputs', 0.5, { scaling }),
          dense('hidden', 4),
          activation('relu'),
          dropout('hiddens', 0.5, { scaling }),
          dense('out', 2),
        )
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const biased = { ...params, out: { ...params.out, bias: rows(seed, 1, 2) } }
        const models = submodels(net)
        const x = rows(seed + 1, 1, 3)
        expect(distance(models.apply(0n, biased, state, x), biased.out.bias)).toBe(0)
        // All of them read the one record of parameters that they are given.
        const doubled = { ...biased, out: { ...biased.out, bias: mul(biased.out.bias, 2) as Tensor } }
        masksOf(models.count)
          .filter((mask) => mask % 13n === 0n)
          .forEach((mask) =>
            expect(
              distance(
                sub(models.apply(mask, doubled, state, x), models.apply(mask, biased, state, x)) as Tensor,
                biased.out.bias,
              ),
            ).toBeLessThan(1e-12),
          )
      }),
      { numRuns: 20 },
    )
  })

  test('a training pass with one mask per batch is one of them', () => {
    fc.assert(
      fc.property(seeds, scalings, rates, (seed, scaling, rate) => {
        const net = network(
          2,
          dropout('a', rate, { scaling, mask: 'per-batch' }),
          dense('hidden', 3),
          activation('tanh'),
          dropout('b', rate, { scaling, mask: 'per-batch' }),
          dense('out', 2),
        )
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = rows(seed + 1, 4, 2)
        const [out] = net.apply(trainMode(key(seed + 2)), params, state, x)
        const models = submodels(net)
        const nearest = Math.min(
          ...masksOf(models.count).map((mask) => distance(models.apply(mask, params, state, x), out)),
        )
        expect(nearest).toBeLessThan(1e-12)
      }),
      { numRuns: 20 },
    )
  })

  test('the scaled network is their weighted mean where everything is linear, to 1e-12; not after a ReLU', () => {
    fc.assert(
      fc.property(seeds, scalings, rates, (seed, scaling, rate) => {
        const net = network(
          3,
          dropout('a', rate, { scaling }),
          dense('hidden', 3, { bias: false }),
          dropout('b', rate, { scaling }),
          dense('out', 2),
        )
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = rows(seed + 1, 2, 3)
        const models = submodels(net)
        const average = weighted(models, (mask) => models.apply(mask, params, state, x))
        const scaled = net.apply(evalMode, params, state, x)[0]
        // Outputs of inverted submodels reach (1 − rate)⁻² times the scaled ones before they average out.
        expect(distance(average, scaled)).toBeLessThan(1e-12 / (1 - rate) ** 2)
      }),
      { numRuns: 20 },
    )
    const bent = network(4, dropout('drop', 0.5), dense('hidden', 3), activation('relu'), dense('out', 1))
    const { params, state } = bent.init(key(1), { dtype: 'float64' })
    const x = rows(2, 1, 4)
    const models = submodels(bent)
    const average = arithmeticMean(masksOf(models.count).map((mask) => models.apply(mask, params, state, x)))
    expect(distance(average, bent.apply(evalMode, params, state, x)[0])).toBeGreaterThan(1e-3)
  })

  test('of one softmax layer have the scaled network as their geometric mean, to 1e-12', () => {
    fc.assert(
      fc.property(seeds, scalings, (seed, scaling) => {
        const net = network(5, dropout('drop', 0.5, { scaling }), dense('out', 3))
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = rows(seed + 1, 2, 5)
        const models = submodels(net)
        const each = masksOf(models.count).map(
          (mask) => softmax(models.apply(mask, params, state, x)) as Tensor,
        )
        const scaled = softmax(net.apply(evalMode, params, state, x)[0]) as Tensor
        expect(distance(geometricMean(each), scaled)).toBeLessThan(1e-12)
      }),
      { numRuns: 20 },
    )
  })

  test('all units kept and nothing scaled feeds on 1/(1 − p) times what the scaled network does', () => {
    fc.assert(
      fc.property(seeds, rates, (seed, rate) => {
        const net = network(4, dropout('drop', rate, { scaling: 'slide' }), dense('out', 2, { bias: false }))
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const x = rows(seed + 1, 3, 4)
        const unscaled = submodels(net).apply(15n, params, state, x)
        const scaled = net.apply(evalMode, params, state, x)[0]
        expect(distance(mul(unscaled, 1 - rate) as Tensor, scaled)).toBeLessThan(1e-12)
      }),
      { numRuns: 20 },
    )
  })

  test('exist only where something can be dropped, and have no other numbers', () => {
    expect(() => submodels(network(2, dense('out', 1)))).toThrow(/no dropout layer/)
    const net = network(2, dropout('drop', 0.5))
    const { params, state } = net.init(key(0))
    for (const mask of [-1n, 4n])
      expect(() => submodels(net).apply(mask, params, state, rows(0, 1, 2))).toThrow(
        `numbers from 0 to 2^2 − 1, got ${mask}`,
      )
  })
})
