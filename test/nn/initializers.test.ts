import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toArray, toTypedArray } from '../../src/core/autodiff/read.ts'
import {
  constant,
  dense,
  evalMode,
  heNormal,
  heUniform,
  initialize,
  lecunNormal,
  lecunUniform,
  maxout,
  network,
  normalInitializer,
  orthogonal,
  scaledIdentity,
  uniformInitializer,
  xavierNormal,
  xavierUniform,
  zerosInitializer,
} from '../../src/nn/index.ts'
import { item, key, matmul, norm, tensor, transpose } from '../../src/core/numeric/index.ts'
import { ArgumentError } from '../../src/core/tensor/errors.ts'
import type { Tensor } from '../../src/core/tensor/tensor.ts'

const shape = [120, 50] as const
const size = 120 * 50
const random = [
  { initializer: normalInitializer(0.3), variance: 0.09, bounded: false },
  { initializer: uniformInitializer(0.3), variance: 0.03, bounded: true },
  { initializer: xavierNormal, variance: 2 / 170, bounded: false },
  { initializer: xavierUniform, variance: 2 / 170, bounded: true },
  { initializer: heNormal, variance: 2 / 120, bounded: false },
  { initializer: heUniform, variance: 2 / 120, bounded: true },
  { initializer: lecunNormal, variance: 1 / 120, bounded: false },
  { initializer: lecunUniform, variance: 1 / 120, bounded: true },
] as const

describe('random initializers', () => {
  test.each(random)('$initializer.kind has mean 0 and its variance', ({ initializer, variance, bounded }) => {
    ;(['float32', 'float64'] as const).forEach((dtype) => {
      const drawn = initialize(initializer, key(3), shape, dtype)
      expect([drawn.shape, drawn.dtype]).toEqual([[...shape], dtype])
      const xs = Array.from(toTypedArray(drawn))
      const mean = xs.reduce((a, b) => a + b, 0) / size
      const found = xs.reduce((a, b) => a + b * b, 0) / size
      expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(variance / size))
      // The variance of x² is (kurtosis − 1)·variance²: kurtosis 3 of a normal, 9/5 of a uniform.
      expect(Math.abs(found - variance)).toBeLessThan(4 * variance * Math.sqrt((bounded ? 0.8 : 2) / size))
      const limit = Math.sqrt(3 * variance)
      const largest = Math.max(...xs.map(Math.abs))
      if (bounded) {
        expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-7))
        expect(largest).toBeGreaterThan(0.99 * limit)
      } else expect(largest).toBeGreaterThan(1.2 * limit)
    })
  })

  test('one key gives the same bytes, another key others', () => {
    const draw = (seed: number) => toTypedArray(initialize(heNormal, key(seed), [4, 5], 'float32'))
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })
})

describe('orthogonal', () => {
  test.each([
    [6, 6],
    [40, 12],
    [12, 40],
    [1, 5],
  ])('%i × %i has orthonormal columns or rows times the gain', (rows, columns) => {
    const w = initialize(orthogonal(3), key(5), [rows, columns], 'float64')
    expect(w.shape).toEqual([rows, columns])
    const wide = columns > rows
    const other = transpose(w) as Tensor
    const gram = toArray(wide ? matmul(w, other) : matmul(other, w)) as readonly (readonly number[])[]
    expect(gram.length).toBe(Math.min(rows, columns))
    gram.forEach((row, i) =>
      row.forEach((entry, j) => expect(Math.abs(entry / 9 - +(i === j))).toBeLessThan(1e-10)),
    )
  })
})

describe('fixed initializers', () => {
  test('zeros, constant and scaled identity', () => {
    const at = (spec: Parameters<typeof initialize>[0]) =>
      toArray(initialize(spec, key(0), [2, 3], 'float32'))
    expect(at(zerosInitializer)).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(at(constant(2))).toEqual([
      [2, 2, 2],
      [2, 2, 2],
    ])
    expect(at(scaledIdentity(0.5))).toEqual([
      [0.5, 0, 0],
      [0, 0.5, 0],
    ])
  })

  test('those that need fans refuse other shapes', () => {
    ;[
      heNormal,
      heUniform,
      lecunNormal,
      lecunUniform,
      xavierNormal,
      xavierUniform,
      orthogonal(),
      scaledIdentity(1),
    ].forEach((spec) => expect(() => initialize(spec, key(0), [3], 'float32')).toThrow(ArgumentError))
  })
})

describe('fans of layers', () => {
  const variances = {
    heNormal: { initializer: heNormal, variance: (fanIn: number) => 2 / fanIn },
    lecunNormal: { initializer: lecunNormal, variance: (fanIn: number) => 1 / fanIn },
    xavierNormal: {
      initializer: xavierNormal,
      variance: (fanIn: number, fanOut: number) => 2 / (fanIn + fanOut),
    },
  }
  test('are the widths before and after, also where maxout reshapes its pieces', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(variances)),
        fc.integer({ min: 20, max: 80 }),
        fc.integer({ min: 20, max: 80 }),
        ({ initializer, variance }, input, width) => {
          const net = network(
            input,
            dense('dense', width, { weight: initializer }),
            maxout('maxout', 20, { pieces: 3, weight: initializer }),
          )
          const { params } = net.init(key(7))
          const check = (weight: Tensor, expected: number): void => {
            const values = Array.from(toTypedArray(weight))
            const found = values.reduce((total, w) => total + w * w, 0) / values.length
            // The variance of x² is 2·variance² for a normal: 4 standard errors.
            expect(Math.abs(found - expected)).toBeLessThan(4 * expected * Math.sqrt(2 / values.length))
          }
          check(params.dense.weight, variance(input, width))
          check(params.maxout.weight, variance(width, 60))
        },
      ),
      { numRuns: 20, seed: 1 },
    )
  })
})

test('depth multiplies by p: the output of p times the identity grows strictly for p > 1 and shrinks for p < 1', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 128 }).filter((k) => k !== 64),
      fc.integer({ min: 1, max: 30 }),
      (k, depth) => {
        const p = k / 64
        const size = (layers: number): number => {
          const net = network(
            2,
            ...Array.from({ length: layers }, (_, l) => dense(`layer${l}`, 2, { weight: scaledIdentity(p) })),
          )
          const { params, state } = net.init(key(0), { dtype: 'float64' })
          return item(norm(net.apply(evalMode, params, state, tensor([[3, -4]], { dtype: 'float64' }))[0]))
        }
        const [here, deeper] = [size(depth), size(depth + 1)]
        if (p > 1) expect(deeper).toBeGreaterThan(here)
        else expect(deeper).toBeLessThan(here)
        expect(deeper / here).toBeCloseTo(p, 12)
      },
    ),
    { numRuns: 50 },
  )
})
