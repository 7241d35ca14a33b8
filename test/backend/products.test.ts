import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type {
  FactorPrecision,
  KernelProgram,
  StridedPlace,
} from '../../src/compile/executors/kernel-program.ts'
import { nativeExecutor, nativeMachine, setNativeThreads } from '../../src/compile/executors/native.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { wasmExecutor } from '../../src/compile/executors/wasm.ts'
import { bfloat16Factor, halfBits, halfValue } from '../../src/core/tensor/half-bits.ts'
import { input, out, programOf } from './programs-by-hand.ts'
import { outputOf } from './random-kernel-programs.ts'

/*
 * The law of a product, on every executor: c = a · b is within
 *
 *   k · 2⁻²³ · Σ |aᵢ| |bᵢ| + k · 2⁻¹²⁵
 *
 * of the exact product of the factors as they are taken (float32, or rounded to bfloat16), an element with a NaN or an
 * infinity among its terms is what they give, and how many threads work changes no byte.
 */

const executors: readonly (readonly [string, Executor | undefined])[] = [
  ['native', nativeExecutor()],
  ['wasm', wasmExecutor()],
  ['typescript', typescriptExecutor],
]

/** Sizes around those of tiles and blocks of all executors. */
const across = [0, 1, 2, 3, 4, 7, 8, 9, 12, 13, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 65, 97, 150]
const depths = [0, 1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 257, 513, 1030]

const lays = ['rows', 'columns', 'gaps', 'spread', 'repeated'] as const
type Lay = (typeof lays)[number]

/** A matrix in memory: strides in elements, and how many elements it takes. */
const laid = (lay: Lay, rows: number, columns: number) => {
  const [rowStride, columnStride] = {
    rows: [columns, 1],
    columns: [1, rows],
    gaps: [columns + 3, 1],
    spread: [2 * columns, 2],
    repeated: [0, 1],
  }[lay] as [number, number]
  const size = Math.max(0, 1 + (rows - 1) * rowStride + (columns - 1) * columnStride)
  return { rowStride, columnStride, size: rows * columns === 0 ? 0 : size }
}

const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -3e-39, 2 ** -126, -(2 ** -127), 1.17e-38]

const product = fc.record({
  m: fc.constantFrom(...across),
  n: fc.constantFrom(...across),
  k: fc.constantFrom(...depths),
  layA: fc.constantFrom(...lays),
  layB: fc.constantFrom(...lays),
  seed: fc.integer({ min: 1, max: 1e6 }),
  /** How many elements of a factor are special ones. */
  odd: fc.constantFrom(0, 0, 0, 1, 3),
})
type Product = typeof product extends fc.Arbitrary<infer P> ? P : never

/** Numbers of many sizes, none of which is lost beside the others, with special ones among them. */
const elements = (size: number, seed: number, odd: number): Float32Array<ArrayBuffer> => {
  let state = seed
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647
  const made = Float32Array.from({ length: size }, () => (next() - 0.5) * 2 ** Math.floor(8 * next()))
  for (let i = 0; i < odd && size > 0; i++)
    made[Math.floor(next() * size)] = specials[Math.floor(next() * specials.length)]!
  return made
}

const madeOf = ({ m, n, k, layA, layB, seed, odd }: Product, factors: FactorPrecision) => {
  const [a, b] = [laid(layA, m, k), laid(layB, k, n)]
  const inputs = [elements(a.size, seed, odd), elements(b.size, seed + 7, odd)] as const
  const placed = (index: number, { rowStride, columnStride }: typeof a): StridedPlace => ({
    place: input(index),
    outerStrides: [],
    rowStride,
    columnStride,
  })
  const c = { place: out, outerStrides: [], rowStride: n, columnStride: 1 }
  const program: KernelProgram = programOf(
    [{ kind: 'matmul', dtype: 'float32', factors, outer: [], m, n, k, a: placed(0, a), b: placed(1, b), c }],
    inputs,
    4 * m * n,
  )
  return { program, inputs, a, b }
}

/** What an element must be, and by how much it may be off. */
const expectedAt = (
  { k }: Product,
  { inputs: [x, y], a, b }: ReturnType<typeof madeOf>,
  take: (x: number) => number,
  i: number,
  j: number,
) => {
  let [sum, size] = [0, 0]
  for (let p = 0; p < k; p++) {
    const term =
      take(x[i * a.rowStride + p * a.columnStride]!) * take(y[p * b.rowStride + j * b.columnStride]!)
    sum += term
    size += Math.abs(term)
  }
  return { sum, most: k * (size * 2 ** -23 + 2 ** -125) }
}

const lawfully = (executor: Executor, made: Product, factors: FactorPrecision): void => {
  const { m, n } = made
  const whole = madeOf(made, factors)
  const take = factors === 'bfloat16' ? bfloat16Factor : (x: number): number => x
  const bytes = outputOf(executor, whole.program, whole.inputs)
  const c = new Float32Array(bytes)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const { sum, most } = expectedAt(made, whole, take, i, j)
      const found = c[i * n + j]!
      const lawful = Number.isFinite(sum) ? Math.abs(found - sum) <= most : Object.is(found, sum)
      if (!lawful) expect.fail(`at ${i}, ${j}: ${found} for ${sum}, allowed ${most}`)
    }
  if (executor.name !== 'native') return
  const { threads } = nativeMachine()!
  setNativeThreads(3)
  expect(new Uint8Array(outputOf(executor, whole.program, whole.inputs))).toEqual(new Uint8Array(bytes))
  setNativeThreads(threads)
}

describe.each(executors)('products on the %s executor', (_, executor) => {
  const { threads } = nativeMachine() ?? { threads: 1 }
  afterAll(() => {
    if (nativeExecutor() !== undefined) setNativeThreads(threads)
  })
  it.skipIf(executor === undefined).each(['float32', 'bfloat16'] as const)(
    'are near the exact ones, of factors in %s',
    (factors) => {
      fc.assert(
        fc.property(product, (made) => {
          lawfully(executor!, made, factors)
        }),
        { numRuns: 60 },
      )
    },
  )
})

describe('a factor in bfloat16', () => {
  it('is the nearest one, of two as near the even one, and 0 where it would be no normal number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.float(), fc.constantFrom(...specials)), (x) => {
        const near = halfValue(halfBits(x, 'bfloat16'), 'bfloat16')
        const expected = Math.abs(x) < 2 ** -126 ? (x < 0 || Object.is(x, -0) ? -0 : 0) : near
        expect(bfloat16Factor(x)).toBe(expected)
      }),
      { numRuns: 1000 },
    )
  })
})
