import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  abs,
  add,
  foldIn,
  full,
  grad,
  item,
  jit,
  key,
  max,
  mean,
  mul,
  normal,
  sqrt,
  square,
  std,
  sub,
  sum,
  tensor,
  toArray,
  type Tensor,
} from '../../src/index.ts'
import {
  activation,
  batchNorm,
  calibrateMode,
  dense,
  evalMode,
  layerNorm,
  network,
  recalibrate,
  trainMode,
} from '../../src/nn/index.ts'
import { checkGrad } from '../../src/testing/index.ts'

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b) as Tensor)))
const rows = (seed: number, n: number, width: number): Tensor =>
  normal(key(seed), [n, width], { dtype: 'float64' })
const seeds = fc.nat(1000)
const forms = fc.constantFrom<'standard' | 'slide'>('standard', 'slide')

describe('batch normalization in training', () => {
  test('gives mean β and deviation γ, whatever shift and positive scale its input has', () => {
    fc.assert(
      fc.property(
        seeds,
        forms,
        fc.integer({ min: -8, max: 8 }),
        fc.integer({ min: 1, max: 8 }),
        (seed, form, shift, scale) => {
          const net = network(3, batchNorm('norm', { form, epsilon: 1e-14 }))
          const { state } = net.init(key(0), { dtype: 'float64' })
          const params = {
            norm: {
              gamma: tensor([1, 2, 3], { dtype: 'float64' }),
              beta: tensor([4, 5, 6], { dtype: 'float64' }),
            },
          }
          const x = rows(seed, 8, 3)
          const out = (input: Tensor): Tensor => net.apply(trainMode(key(1)), params, state, input)[0]
          expect(distance(mean(out(x), { axis: 0 }) as Tensor, params.norm.beta)).toBeLessThan(1e-12)
          expect(distance(std(out(x), { axis: 0 }) as Tensor, params.norm.gamma)).toBeLessThan(1e-10)
          expect(distance(out(add(mul(x, scale), shift) as Tensor), out(x))).toBeLessThan(1e-9)
        },
      ),
      { numRuns: 30 },
    )
  })
  test('lets gradients flow through mean and deviation, as differences confirm', () => {
    for (const form of ['standard', 'slide'] as const) {
      const net = network(2, batchNorm('norm', { form }))
      const { params, state } = net.init(key(0), { dtype: 'float64' })
      const weight = rows(9, 4, 2)
      const verdict = checkGrad(
        (x: Tensor) => sum(mul(weight, net.apply(trainMode(key(1)), params, state, x)[0])) as Tensor,
      )(rows(3, 4, 2))
      expect(verdict).toMatchObject({ kind: 'agrees' })
    }
  })
  test('makes the gradient of a preceding bias 0', () => {
    fc.assert(
      fc.property(seeds, forms, (seed, form) => {
        const net = network(3, dense('dense', 4), batchNorm('norm', { form }), activation('sigmoid'))
        const { params, state } = net.init(key(seed), { dtype: 'float64' })
        const [x, direction] = [rows(seed + 1, 6, 3), rows(seed + 2, 6, 4)]
        const gradient = grad(
          (p: typeof params) => sum(mul(direction, net.apply(trainMode(key(1)), p, state, x)[0])) as Tensor,
        )(params)
        expect(item(max(abs(gradient.dense.bias)))).toBeLessThan(1e-12)
      }),
      { numRuns: 20 },
    )
  })
  test('has finite gradients on a constant batch, in both forms', () => {
    for (const form of ['standard', 'slide'] as const) {
      const net = network(2, batchNorm('norm', { form }))
      const { params, state } = net.init(key(0), { dtype: 'float64' })
      const gradient = grad(
        (x: Tensor) => sum(square(net.apply(trainMode(key(1)), params, state, x)[0])) as Tensor,
      )(full([4, 2], 3, { dtype: 'float64' }))
      expect((toArray(gradient) as number[][]).flat().every(Number.isFinite)).toBe(true)
    }
  })
  test('refuses a batch of one row, and input of another width', () => {
    const net = network(2, batchNorm('norm'))
    const { params, state } = net.init(key(0))
    expect(() => net.apply(trainMode(key(1)), params, state, tensor([[1, 2]]))).toThrow(
      /'norm': a batch of 1/,
    )
    expect(() => net.apply(evalMode, params, state, tensor([[1, 2, 3]]))).toThrow(
      /\[rows, …, 2\], got \[1, 3\]/,
    )
  })
})

describe('moving statistics', () => {
  const net = network(2, batchNorm('norm', { momentum: 0.9 }))
  const { params, state } = net.init(key(0), { dtype: 'float64' })
  test('are those of the first batch after one step, not a tenth of them', () => {
    const x = rows(4, 16, 2)
    const [, after] = net.apply(trainMode(key(1)), params, state, x)
    const out = net.apply(evalMode, params, after, x)[0]
    expect(distance(mean(out, { axis: 0 }) as Tensor, tensor([0, 0], { dtype: 'float64' }))).toBeLessThan(
      1e-12,
    )
    // The unbiased variance is 16/15 of the batch's own.
    const expected = full([2], Math.sqrt(15 / 16), { dtype: 'float64' }) as Tensor
    expect(distance(std(out, { axis: 0 }) as Tensor, expected)).toBeLessThan(1e-4)
  })
  test('of σ are 0.797 of it for batches of 4 on average, those of the unbiased variance are right', () => {
    // E[σ_B]/σ = √(2/m)·Γ(m/2)/Γ((m−1)/2); four standard errors of 19,000 effective values.
    const average = (track: 'sigma' | 'variance'): number => {
      const wide = network(1000, batchNorm('norm', { track }))
      const start = wide.init(key(0), { dtype: 'float64' })
      const after = Array.from({ length: 40 }, (_, i) => rows(i, 4, 1000)).reduce(
        (s, x) => wide.apply(trainMode(key(1)), start.params, s, x)[1],
        start.state,
      )
      return item(mean(after.norm.spread)) / item(after.norm.weight)
    }
    expect(Math.abs(average('sigma') - 0.797885)).toBeLessThan(0.01)
    expect(Math.abs(average('variance') - 1)).toBeLessThan(0.024)
  })
  test('average like the formula over many batches', () => {
    const batches = [0, 1, 2, 3, 4].map((i) => rows(i, 8, 2))
    const after = batches.reduce((s, x) => net.apply(trainMode(key(1)), params, s, x)[1], state)
    const expected = batches.reduce<Tensor>(
      (m, x) => add(mul(m, 0.9), mul(mean(x, { axis: 0 }) as Tensor, 0.1)) as Tensor,
      tensor([0, 0], { dtype: 'float64' }),
    )
    expect(distance(after.norm.mean, expected)).toBeLessThan(1e-14)
    expect(item(after.norm.weight)).toBeCloseTo(1 - 0.9 ** 5, 14)
  })
  test('never change in evaluation, where a row does not depend on its neighbours', () => {
    fc.assert(
      fc.property(
        seeds,
        forms,
        fc.constantFrom<'variance' | 'sigma'>('variance', 'sigma'),
        (seed, form, track) => {
          const own = network(2, batchNorm('norm', { form, track }))
          const start = own.init(key(0), { dtype: 'float64' })
          const [, trained] = own.apply(trainMode(key(1)), start.params, start.state, rows(seed, 8, 2))
          const x = rows(seed + 1, 5, 2)
          const [whole, after] = own.apply(evalMode, start.params, trained, x)
          expect(after).toEqual(trained)
          const first = tensor([(toArray(x) as number[][])[0]!], { dtype: 'float64' }) as Tensor
          const alone = toArray(own.apply(evalMode, start.params, trained, first)[0]) as number[][]
          alone[0]!.forEach((value, j) =>
            expect(value).toBeCloseTo((toArray(whole) as number[][])[0]![j]!, 12),
          )
        },
      ),
      { numRuns: 20 },
    )
  })
  test('recalibrated on a set make evaluation equal to that set as one training batch, through several layers', () => {
    const deep = network(
      3,
      dense('a', 4),
      batchNorm('n1', { track: 'sigma' }),
      activation('relu'),
      dense('b', 3),
      batchNorm('n2', { track: 'sigma' }),
    )
    const start = deep.init(key(2), { dtype: 'float64' })
    const x = rows(5, 32, 3)
    const renewed = recalibrate(deep, start.params, start.state, x)
    const together = deep.apply(calibrateMode, start.params, start.state, x)[0]
    expect(distance(deep.apply(evalMode, start.params, renewed, x)[0], together)).toBeLessThan(1e-12)
  })
  test('stage and stay pure', () => {
    const step = jit((p: typeof params, s: typeof state, x: Tensor) => net.apply(trainMode(key(1)), p, s, x))
    const x = rows(7, 8, 2)
    const before = toArray(state.norm.mean)
    const [out, after] = step(params, state, x)
    const [eager, eagerAfter] = net.apply(trainMode(key(1)), params, state, x)
    expect(distance(out, eager)).toBeLessThan(1e-12)
    expect(distance(after.norm.spread, eagerAfter.norm.spread)).toBeLessThan(1e-12)
    expect(toArray(state.norm.mean)).toEqual(before)
  })
  test('of bad settings are refused', () => {
    expect(() => batchNorm('norm', { momentum: 1 })).toThrow(
      /momentum: expected a finite number of 0 or more and below 1, got 1/,
    )
    expect(() => batchNorm('', {})).toThrow(/needs a name/)
  })
})

test('γ = √(σ² + ε) (slide: σ + ε) and β = μ give z back for the batch they are of, and for no other', () => {
  fc.assert(
    fc.property(seeds, forms, (seed, form) => {
      const net = network(3, batchNorm('norm', { form, epsilon: 1e-3 }))
      const { state } = net.init(key(0), { dtype: 'float64' })
      const [z, other] = [rows(seed, 6, 3), rows(seed + 1, 6, 3)]
      const slide = add(std(z, { axis: 0 }) as Tensor, 1e-3) as Tensor
      const standard = sqrt(add(square(std(z, { axis: 0 }) as Tensor), 1e-3)) as Tensor
      const beta = mean(z, { axis: 0 }) as Tensor
      const left = (gamma: Tensor, of: Tensor): number =>
        distance(net.apply(trainMode(key(1)), { norm: { gamma, beta } }, state, of)[0], of)
      const [own, wrong] = form === 'slide' ? [slide, standard] : [standard, slide]
      expect(left(own, z)).toBeLessThan(1e-12)
      expect(left(wrong, z)).toBeGreaterThan(1e-5)
      expect(left(own, other)).toBeGreaterThan(1e-3)
    }),
    { numRuns: 30 },
  )
})

test('the two forms differ where σ is near ε: deviations 0.302 and 0.990 at σ = 1e-3', () => {
  const x = mul(1e-3, tensor([[-1], [1]], { dtype: 'float64' })) as Tensor
  const deviation = (form: 'standard' | 'slide'): number => {
    const net = network(1, batchNorm('norm', { form, epsilon: 1e-5 }))
    const { params, state } = net.init(key(0), { dtype: 'float64' })
    return item(std(net.apply(trainMode(key(0)), params, state, x)[0]))
  }
  expect(deviation('standard')).toBeCloseTo(0.3015, 4)
  expect(deviation('slide')).toBeCloseTo(0.9901, 4)
})

test('layer normalization: every row has mean 0 and deviation 1, alone or in company', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const net = network(6, layerNorm('norm', { epsilon: 1e-14 }))
      const { params, state } = net.init(key(0), { dtype: 'float64' })
      const x = rows(seed, 4, 6)
      const [out] = net.apply(trainMode(foldIn(key(0), seed)), params, state, x)
      expect(item(max(abs(mean(out, { axis: 1 }) as Tensor)))).toBeLessThan(1e-12)
      expect(item(max(abs(sub(std(out, { axis: 1 }) as Tensor, 1) as Tensor)))).toBeLessThan(1e-10)
      expect(distance(net.apply(evalMode, params, state, x)[0], out)).toBe(0)
    }),
    { numRuns: 20 },
  )
  expect(() => layerNorm('norm', { epsilon: 0 })).toThrow(/epsilon: expected a finite number above 0, got 0/)
})
