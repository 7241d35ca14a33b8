import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { grad, item, leavesOf, sub, tensor, toTypedArray, type Tensor } from '../../src/index.ts'
import { activationNames, l1, l2, penaltyMonoid, penaltyValue, type Penalty } from '../../src/nn/index.ts'
import {
  decodeHyperParameters,
  hyperParametersCodec,
  layerWidths,
  logDensity,
  modelOf,
  parameterCount,
  priorOf,
  type HyperParameters,
} from '../../src/study/index.ts'
import { dyadic, keys } from '../../src/testing/index.ts'

const counts = fc.integer({ min: 1, max: 1000 })
const positive = fc.double({ min: 1e-12, max: 1e3, noNaN: true })
const settings: fc.Arbitrary<HyperParameters> = fc.record(
  {
    learningRate: positive,
    epochs: counts,
    layers: fc.nat(4),
    units: fc.integer({ min: 1, max: 9 }),
    activation: fc.constantFrom(...activationNames),
    batchSize: counts,
    regularization: fc.record(
      { l1: fc.oneof(fc.constant(0), positive), l2: positive, dropout: fc.constantFrom(0, 0.25, 0.5) },
      { noNullPrototype: true },
    ),
  },
  { noNullPrototype: true },
)

/** Where a setting is, with values it cannot have. */
const wrongValues: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  learningRate: fc.constantFrom(0, -1, NaN, Infinity, '0.1', null),
  epochs: fc.constantFrom(0, 1.5, NaN, Infinity, -1, [10]),
  layers: fc.constantFrom(-1, 0.5, NaN, '2'),
  units: fc.constantFrom(0, 2.5, {}),
  activation: fc.constantFrom('rely', 'toString', 7),
  batchSize: fc.constantFrom(0, Infinity),
  'regularization.l1': fc.constantFrom(-1, NaN, 'a'),
  'regularization.l2': fc.constantFrom(-1e-9, Infinity),
  'regularization.dropout': fc.constantFrom(1, -0.1, NaN),
}
const paths = Object.keys(wrongValues)

const changed = (
  value: unknown,
  path: readonly string[],
  change: (old: object, name: string) => object,
): object => {
  const [name, ...rest] = path as [string, ...string[]]
  const record = value as Record<string, unknown>
  return rest.length === 0 ? change(record, name) : { ...record, [name]: changed(record[name], rest, change) }
}

describe('the codec of hyper-parameters', () => {
  test('gives back what it wrote, also through JSON', () => {
    fc.assert(
      fc.property(settings, (hyper) => {
        const written = JSON.parse(JSON.stringify(hyperParametersCodec.encode(hyper)))
        expect(decodeHyperParameters(written)).toEqual(E.right(hyper))
        expect(hyperParametersCodec.is(hyper)).toBe(true)
      }),
    )
  })
  test('names the path of every wrong, missing or misspelt setting, and nothing else', () => {
    const damage = fc.uniqueArray(fc.constantFrom(...paths), { minLength: 1 }).chain((chosen) =>
      fc.tuple(
        ...chosen.map((path) =>
          fc.tuple(
            fc.constant(path),
            fc.oneof(
              fc.constant({ kind: 'missing' as const }),
              fc.constant({ kind: 'misspelt' as const }),
              wrongValues[path]!.map((value) => ({ kind: 'wrong' as const, value })),
            ),
          ),
        ),
      ),
    )
    fc.assert(
      fc.property(settings, damage, (hyper, damages) => {
        const data = damages.reduce<unknown>(
          (sofar, [path, what]) =>
            changed(sofar, path.split('.'), (record, name) => {
              const { [name]: old, ...rest } = record as Record<string, unknown>
              return what.kind === 'missing'
                ? rest
                : what.kind === 'misspelt'
                  ? { ...rest, [`${name}s`]: old }
                  : { ...rest, [name]: what.value }
            }),
          hyper,
        )
        const result = decodeHyperParameters(data)
        const expected = damages.flatMap(([path, { kind }]) =>
          kind === 'misspelt' ? [path, `${path}s`] : [path],
        )
        expect(E.isLeft(result) && [...result.left.problems.map(({ path }) => path)].sort()).toEqual(
          expected.sort(),
        )
        if (E.isLeft(result))
          for (const { path, message } of result.left.problems) expect(message).toContain(path)
      }),
    )
  })
  test('is total', () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(E.isLeft(decodeHyperParameters(data))).toBe(true)
      }),
    )
  })
})

describe('the model of hyper-parameters', () => {
  test('has Σ (n_{l−1} + 1) · n_l parameters', () => {
    fc.assert(
      fc.property(settings, keys(), fc.integer({ min: 1, max: 5 }), (hyper, key, inputs) => {
        const { params } = modelOf(hyper, { inputs, outputs: 3 }).network.init(key)
        const size = leavesOf(params).reduce((total, leaf) => total + leaf.size, 0)
        expect(parameterCount(layerWidths(hyper, { inputs, outputs: 3 }))).toBe(size)
      }),
      { numRuns: 40 },
    )
    expect(() => parameterCount([3, 0])).toThrow(/positive integer, got 0/)
  })
  test('has the activation, dropout and penalty it was asked for', () => {
    const hyper: HyperParameters = {
      learningRate: 0.1,
      epochs: 1,
      layers: 2,
      units: 4,
      activation: 'tanh',
      batchSize: 8,
      regularization: { l1: 0.5, l2: 0.25, dropout: 0.5 },
    }
    const { network, penalty, optimizer } = modelOf(hyper, { inputs: 3, outputs: 2 })
    expect(network.spec.layers.map(({ kind }) => kind)).toEqual([
      ...['dense', 'activation', 'dropout'],
      ...['dense', 'activation', 'dropout'],
      'dense',
    ])
    expect(penalty.terms.map(({ name, lambda }) => [name, lambda])).toEqual([
      ['l1', 0.5],
      ['l2', 0.25],
    ])
    expect(optimizer.parts?.some(({ hyperParameters }) => hyperParameters?.['rate'] === 0.1)).toBe(true)
  })
})

describe('the prior of a penalty', () => {
  type P = { readonly weight: Tensor; readonly bias: Tensor }
  const weights = fc.array(dyadic(), { minLength: 1, maxLength: 6 })
  const params = (w: readonly number[]): P => ({
    weight: tensor(w, { dtype: 'float64' }),
    bias: tensor([7], { dtype: 'float64' }),
  })
  const kinds: fc.Arbitrary<(lambda: number) => Penalty<P>> = fc.constantFrom(
    (lambda: number) => l1<P>(lambda),
    (lambda: number) => l2<P>(lambda),
  )
  const lambdas = fc.integer({ min: 1, max: 200 }).map((i) => i / 64)
  const prior = (penalty: Penalty<P>) => E.getOrElseW(() => expect.fail('no prior'))(priorOf(penalty))

  test('differs from the penalty by a constant, and by nothing in the gradient', () => {
    fc.assert(
      fc.property(kinds, lambdas, weights, weights, (kind, lambda, a, b) => {
        const penalty = kind(lambda)
        const n = Math.min(a.length, b.length)
        const excess = (w: readonly number[]): number =>
          item(logDensity(prior(penalty), params(w.slice(0, n)))) +
          item(penaltyValue(penalty, params(w.slice(0, n))))
        // Sums of up to six terms below 50 · λ.
        expect(Math.abs(excess(a) - excess(b))).toBeLessThan(1e-11 * Math.max(1, 100 * lambda))
        const ours = grad((p: P) => logDensity(prior(penalty), p))(params(a)).weight
        const theirs = grad((p: P) => penaltyValue(penalty, p))(params(a)).weight
        toTypedArray(ours).forEach((x, i) => expect(x).toBeCloseTo(-Number(toTypedArray(theirs)[i]), 10))
      }),
    )
  })
  test('is a density: its integral is 1', () => {
    fc.assert(
      fc.property(kinds, lambdas, (kind, lambda) => {
        const own = prior(kind(lambda))
        const [reach, n] = [30 / Math.sqrt(lambda) + 30 / lambda, 40_001]
        const step = (2 * reach) / (n - 1)
        const total = Array.from({ length: n }, (_, i) => -reach + i * step)
          .map((w) => {
            const log =
              own.kind === 'normal'
                ? -0.5 * Math.log(2 * Math.PI * own.variance) - (w * w) / (2 * own.variance)
                : -Math.log(2 * own.scale) - Math.abs(w) / own.scale
            return Math.exp(log) * step
          })
          .reduce((a, b) => a + b, 0)
        expect(total).toBeCloseTo(1, 4)
        const at = item(sub(logDensity(own, params([0.5])), logDensity(own, params([0]))) as Tensor)
        expect(at).toBeCloseTo(-lambda * (own.kind === 'normal' ? 0.25 : 0.5), 10)
      }),
      { numRuns: 20 },
    )
  })
  test('is missing for a flat density, for several terms and for other penalties', () => {
    const message = (penalty: Penalty<P>): string => {
      const found = priorOf(penalty)
      return E.isLeft(found) ? found.left.message : ''
    }
    expect(message(l2(0))).toMatch(/λ = 0/)
    expect(message(penaltyMonoid<P>().concat(l1(1), l2(1)))).toMatch(/one term, got 2/)
    expect(message(penaltyMonoid<P>().empty)).toMatch(/one term, got 0/)
    expect(message({ terms: [{ name: 'tie', lambda: 1, omega: ({ bias }) => bias }] })).toMatch(/got tie/)
  })
})
