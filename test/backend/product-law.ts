import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type {
  FactorPrecision,
  KernelProgram,
  StridedPlace,
} from '../../src/compile/executors/kernel-program.ts'
import { nativeMachine, setNativeThreads } from '../../src/compile/executors/native.ts'
import { bfloat16Factor } from '../../src/core/tensor/half-bits.ts'
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

export const specials = [NaN, Infinity, -Infinity, 0, -0, 1e-40, -3e-39, 2 ** -126, -(2 ** -127), 1.17e-38]

/** Products of all kinds of shapes and lays. */
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
      assert(lawful, `at ${i}, ${j}: ${found} for ${sum}, allowed ${most}`)
    }
  if (executor.name !== 'native') return
  const { threads } = nativeMachine()!
  setNativeThreads(3)
  try {
    assert.deepEqual(outputOf(executor, whole.program, whole.inputs), bytes)
  } finally {
    setNativeThreads(threads)
  }
}

/** Tries the law on so many products. */
export const productLaw = (executor: Executor, factors: FactorPrecision, numRuns: number): void => {
  fc.assert(
    fc.property(product, (made) => {
      lawfully(executor, made, factors)
    }),
    { numRuns },
  )
}
