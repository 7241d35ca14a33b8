import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Executor } from '../../src/compile/executors/executor.ts'
import type { Factor, FactorPrecision, KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { nativeMachine, setNativeThreads } from '../../src/compile/executors/native.ts'
import { bufferFrom, isStorage, numberOf, type DType } from '../../src/core/tensor/dtype.ts'
import { bfloat16Factor } from '../../src/core/tensor/half-bits.ts'
import { input, out, programOf } from './programs-by-hand.ts'
import { outputOf } from './random-kernel-programs.ts'

/*
 * The law of a product, on every executor: c = a · b is within
 *
 *   k · 2⁻²³ · Σ |aᵢ| |bᵢ| + k · 2⁻¹²²
 *
 * of the exact product of the factors as they are taken (float32, in parts of bfloat16 too, or rounded to bfloat16), which lie in
 * memory in float32 or in 16 bits, an element
 * with a NaN or an infinity among its terms is what they give, an element without is infinite only if its positive terms or
 * its negative ones add up to what a number can hardly be, and NaN only if both do; and how many threads work changes no byte.
 */

interface Sizes {
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  readonly depths: readonly number[]
}

/** Sizes around those of tiles and blocks of all executors. */
const across = [0, 1, 2, 3, 4, 7, 8, 9, 12, 13, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 65, 97, 150]
const depths = [0, 1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 257, 513, 1030]

export const allSizes: Sizes = { rows: across, columns: across, depths }

/** About as many rows as a block of factors in bfloat16 has and more, a panel of columns and a part, a block of depths and two. */
export const severalBlocks: Sizes = { rows: [576, 577, 601], columns: [1, 17, 33], depths: [3, 33, 513] }

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
type Laid = ReturnType<typeof laid>

export const specials = [
  ...[NaN, Infinity, -Infinity, 0, -0, 1e-40, -3e-39, 2 ** -126, -(2 ** -127), 1.17e-38],
  ...[2 ** -24, -(2 ** -14) * (1 - 2 ** -9), 2 ** -133, 65504],
  ...[2 ** 128 - 2 ** 104, -(2 ** 127), 1.1e38, 2 ** -103 * (1 + 2 ** -23), -(2 ** -104) * (1 + 2 ** -23)],
]

/**
 * How large elements are: around 1; those of one factor tiny and of the other huge, or even such as the largest number; or such
 * that the first half of the terms of elements that are alike adds up to nearly the largest number, and the second half
 * takes it away again.
 */
const ranges = ['moderate', 'moderate', 'far apart', 'at the top', 'at the brink'] as const

/** In which dtypes two factors lie; those of 16 bits are never taken in parts, which are tried mostly without them. */
const keepsOf = (factors: FactorPrecision) =>
  fc.oneof(
    {
      weight: factors === 'bfloat16x6' ? 4 : 1,
      arbitrary: fc.constant<readonly [Kept, Kept]>(['float32', 'float32']),
    },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...keeps), fc.constantFrom(...keeps)) },
  )
const keeps = ['float32', 'float16', 'bfloat16'] as const
type Kept = (typeof keeps)[number]

/** Products of all kinds of shapes and lays. */
const productOf = ({ rows, columns, depths: deep }: Sizes, factors: FactorPrecision) =>
  fc.record({
    m: fc.constantFrom(...rows),
    n: fc.constantFrom(...columns),
    k: fc.constantFrom(...deep),
    layA: fc.constantFrom(...lays),
    layB: fc.constantFrom(...lays),
    seed: fc.integer({ min: 1, max: 1e6 }),
    /** How many elements of a factor are special ones. */
    odd: fc.constantFrom(0, 0, 0, 1, 3),
    /** Elements of a factor are nearly the same number, so that what its parts leave out adds up. */
    alike: fc.boolean(),
    range: fc.constantFrom(...ranges),
    kept: keepsOf(factors),
  })
type Product = ReturnType<typeof productOf> extends fc.Arbitrary<infer P> ? P : never

/** Numbers of many sizes, none of which is lost beside the others, with special ones among them. */
const elements = (
  size: number,
  seed: number,
  { odd, alike, range }: Product,
  scaled: (one: number) => number,
): Float32Array<ArrayBuffer> => {
  let state = seed
  const next = (): number => (state = (state * 48271) % 2147483647) / 2147483647
  const any = (): number => (next() - 0.5) * 2 ** Math.floor(8 * next())
  const one = any()
  const scale = scaled(one)
  const same = alike || range === 'at the top' || range === 'at the brink'
  const made = Float32Array.from(
    { length: size },
    () => scale * (same ? one * (1 + next() * 2 ** -22) : any()),
  )
  for (let i = 0; i < odd && size > 0; i++)
    made[Math.floor(next() * size)] = specials[Math.floor(next() * specials.length)]!
  return made
}

/** What elements of the first factor, or of the second, are multiplied by, where one would be so large. */
const scaleOf =
  ({ range, k, seed }: Product, factor: 0 | 1) =>
  (one: number): number => {
    const huge = seed % 2 === factor
    return {
      moderate: 1,
      'far apart': 2 ** ((huge ? 1 : -1) * (100 + (seed % 19))),
      'at the top': huge ? (2 ** 128 * (1 - 2 ** -10)) / Math.abs(one) : 2 ** -90,
      // One factor in 8 bits would be 2⁶⁴.
      'at the brink': (2 ** 64 * (huge ? 1 - 2 ** -9 : (1 - 2 ** -11) / Math.ceil(k / 2))) / Math.abs(one),
    }[range]
  }

/** The signs of a factor whose terms rise, then fall. */
const setSigns = (x: Float32Array, { rowStride, columnStride }: Laid, rows: number, depth: number): void => {
  for (let i = 0; i < rows; i++)
    for (let p = 0; p < depth; p++) {
      const at = i * rowStride + p * columnStride
      x[at] = Math.abs(x[at]!) * (2 * p < depth ? 1 : -1)
    }
}

const keptAs = (dtype: DType): Pick<Factor, 'dtype'> => (isStorage(dtype) ? { dtype } : {})

const madeOf = (made: Product, factors: FactorPrecision) => {
  const {
    m,
    n,
    k,
    layA,
    layB,
    seed,
    range,
    kept: [keptA, keptB],
  } = made
  const [a, b] = [laid(layA, m, k), laid(layB, k, n)]
  const numbers = [
    elements(a.size, seed, made, scaleOf(made, 0)),
    elements(b.size, seed + 7, made, scaleOf(made, 1)),
  ] as const
  if (range === 'at the brink') setSigns(numbers[0], a, m, k)
  const inputs = [bufferFrom(keptA, numbers[0]), bufferFrom(keptB, numbers[1])] as const
  const placed = (index: 0 | 1, { rowStride, columnStride }: typeof a): Factor => ({
    ...keptAs([keptA, keptB][index]!),
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
  const taken = [
    Float64Array.from(inputs[0], (x) => numberOf(x, keptA)),
    Float64Array.from(inputs[1], (x) => numberOf(x, keptB)),
  ] as const
  return { program, inputs, taken, a, b }
}

/** What an element is exactly, the sums of its finite terms of each sign, and by how much it may be off. */
const exactAt = (
  { k }: Product,
  { taken: [x, y], a, b }: ReturnType<typeof madeOf>,
  take: (x: number) => number,
  i: number,
  j: number,
) => {
  let [sum, up, down] = [0, 0, 0]
  for (let p = 0; p < k; p++) {
    const term =
      take(x[i * a.rowStride + p * a.columnStride]!) * take(y[p * b.rowStride + j * b.columnStride]!)
    sum += term
    if (Number.isFinite(term)) up += Math.max(0, term)
    if (Number.isFinite(term)) down += Math.max(0, -term)
  }
  return { sum, up, down, most: k * ((up + down) * 2 ** -23 + 2 ** -122) }
}

/** Sums from here on may be beyond the largest number where the order of their terms or roundings have it so. */
const brink = 2 ** 128 * (1 - 2 ** -10)

const isLawful = (found: number, { sum, up, down, most }: ReturnType<typeof exactAt>): boolean => {
  const [mayRise, mayFall] = [up >= brink, down >= brink]
  if (!Number.isFinite(sum)) return Object.is(found, sum) || (!Number.isFinite(found) && (mayRise || mayFall))
  if (Number.isNaN(found)) return mayRise && mayFall
  return Number.isFinite(found) ? Math.abs(found - sum) <= most : found > 0 ? mayRise : mayFall
}

const lawfully = (executor: Executor, made: Product, factors: FactorPrecision): void => {
  const { m, n } = made
  const whole = madeOf(made, factors)
  const take = factors === 'bfloat16' ? bfloat16Factor : (x: number): number => x
  const bytes = outputOf(executor, whole.program, whole.inputs)
  const c = new Float32Array(bytes)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      const exact = exactAt(made, whole, take, i, j)
      const found = c[i * n + j]!
      assert(isLawful(found, exact), `at ${i}, ${j}: ${found} for ${exact.sum}, allowed ${exact.most}`)
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
export const productLaw = (
  executor: Executor,
  factors: FactorPrecision,
  numRuns: number,
  sizes: Sizes = allSizes,
): void => {
  fc.assert(
    fc.property(productOf(sizes, factors), (made) => {
      lawfully(executor, made, factors)
    }),
    { numRuns },
  )
}
