import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { routineOf } from '../../src/compile/executors/routines.ts'
import { loadWebGpuProgram } from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import { svdLayout } from '../../src/core/kernel/svd.ts'
import { runLoaded } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'
import { meetAll } from './step-operations.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

meetAll()

/** Errors of values, of products and of the unit, to the largest value; those of vectors are larger by it over a gap. */
const tolerance = 3e-6

type Element = (i: number, j: number, random: () => number) => number

/**
 * Matrices of every kind: what rotates nothing, what has values that are equal, opposite or 0, what overflows where it is
 * squared, what lies 10¹² apart, and what is not finite.
 */
const kinds: readonly Element[] = [
  (_i, _j, random) => random(),
  () => 0,
  (i, j) => (i === j ? 1 : 0),
  (i, j) => ((i % 3) - 1.1) * ((j % 3) - 1.1),
  () => -1,
  (i, j) => (i + j === 4 ? 1 : 0),
  (i, j, random) => (i === j ? -9 : random()),
  (_i, _j, random) => 1e37 * random(),
  (_i, _j, random) => 1e-33 * random(),
  (i, j, random) => random() * 10 ** (-2 * (i + j)),
  (i, j, random) => (i === 0 && j === 0 ? Infinity : random()),
  (i, j, random) => (i === 0 && j === 0 ? NaN : random()),
]

const matricesOf = (
  seed: number,
  rows: number,
  columns: number,
  batch: number,
): Float32Array<ArrayBuffer> => {
  let state = seed
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 31 - 1
  }
  const size = rows * columns
  return Float32Array.from({ length: batch * size }, (_, e) =>
    kinds[Math.floor(e / size)]!(Math.floor((e % size) / columns), e % columns, random),
  )
}

/** A routine on the device, with nothing left to the processor: its results, and those of TypeScript. */
const onDevice = async (name: string, sizes: readonly number[]) => {
  const { reads, writes } = routineOf(name)!.reach(sizes)!
  const program: KernelProgram = {
    reproducible: false,
    arenaBytes: 0,
    constants: new Uint8Array(0),
    inputBytes: reads.map((count) => 4 * count),
    outputBytes: 4 * writes,
    instructions: [
      {
        kind: 'routine',
        name,
        dtype: 'float32',
        sizes,
        reads: [{ space: 'input', index: 0, offset: 0 }],
        out: { space: 'output', offset: 0 },
      },
    ],
  }
  const loaded = await loadWebGpuProgram(device!, program)
  expect(loaded.onProcessor).toEqual([])
  return async (input: Float32Array<ArrayBuffer>) => {
    const expected = new Float32Array(writes)
    routineOf(name)!.run(sizes, [input], expected, false)
    return [new Float32Array(await runLoaded(device!, loaded, program, [input])), expected] as const
  }
}

/** Rows of a part of a result. */
type Matrix = readonly (readonly number[])[]

const matrixAt = (all: Float32Array, at: number, rows: number, columns: number, width: number): Matrix =>
  Array.from({ length: rows }, (_, i) => [...all.subarray(at + i * width, at + i * width + columns)])

const transposed = (a: Matrix, columns: number): Matrix =>
  Array.from({ length: columns }, (_, j) => a.map((row) => row[j]!))

const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, x, k) => sum + x * b[k]![j]!, 0)))

const largest = (xs: readonly number[]): number => xs.reduce((most, x) => Math.max(most, Math.abs(x)), 0)

/** NaN where one is. */
const apart = (a: Matrix, b: Matrix): number =>
  a
    .flatMap((row, i) => row.map((x, j) => Math.abs(x - b[i]![j]!)))
    .reduce((most, d) => (d <= most ? most : d), 0)

const unitMatrix = (n: number): Matrix =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_each, j) => (i === j ? 1 : 0)))

const scaledBy = (a: Matrix, factor: number): Matrix => a.map((row) => row.map((x) => x * factor))

/** The columns are perpendicular and of length 1. */
const expectOrthonormal = (columns: Matrix, count: number, name: string): void => {
  expect(
    apart(times(transposed(columns, count), columns), unitMatrix(count)),
    `${name}: orthonormal`,
  ).toBeLessThan(tolerance)
}

/** Where the largest component of a column is the only one, it is positive. */
const expectSigns = (columns: Matrix, count: number, name: string): void => {
  transposed(columns, count).forEach((column, k) => {
    const most = largest(column)
    const large = column.filter((x) => Math.abs(x) > 0.999 * most)
    expect(large.length > 1 || large[0]! > 0, `${name}: the sign of vector ${String(k)}`).toBe(true)
  })
}

/** Vectors whose value is apart from the others are those of the reference. */
const expectVectors = (
  actual: Matrix,
  expected: Matrix,
  values: readonly number[],
  scale: number,
  name: string,
): void => {
  values.forEach((value, k) => {
    const gap = Math.min(
      ...values.map((other, j) => (j === k ? Infinity : Math.abs(other - value))),
      Math.abs(value),
    )
    const column = expected.map((row) => Math.abs(row[k]!)).toSorted((a, b) => b - a)
    if (!(gap > 0.02 * scale) || column[1]! > 0.999 * column[0]!) return
    const difference = largest(actual.map((row, i) => row[k]! - expected[i]![k]!))
    expect(difference, `${name}: vector ${String(k)}`).toBeLessThan(
      (4 * tolerance * scale) / Math.min(gap, scale),
    )
  })
}

const isNaNs = (xs: Float32Array): boolean => xs.every(Number.isNaN)

const expectEigenvectors = (
  n: number,
  a: Matrix,
  actual: Float32Array,
  expected: Float32Array,
  name: string,
) => {
  if (isNaNs(expected)) {
    expect(isNaNs(actual), name).toBe(true)
    return
  }
  const values = [...expected.subarray(0, n)]
  const scale = largest(values) || 1
  expect(apart([[...actual.subarray(0, n)]], [values]) / scale, `${name}: values`).toBeLessThan(tolerance)
  const [vectors, others] = [actual, expected].map((all) => matrixAt(all, n, n, n, n)) as [Matrix, Matrix]
  const symmetric = a.map((row, i) => row.map((x, j) => (0.5 * x + 0.5 * a[j]![i]!) / scale))
  const moved = vectors.map((row) => row.map((x, k) => (x * actual[k]!) / scale))
  expect(apart(times(symmetric, vectors), moved), `${name}: A·V = V·Λ`).toBeLessThan(tolerance)
  expectOrthonormal(vectors, n, name)
  expectSigns(vectors, n, name)
  expectVectors(vectors, others, values, scale, name)
}

const expectSingularVectors = (
  [m, n, full]: readonly [number, number, boolean],
  a: Matrix,
  actual: Float32Array,
  expected: Float32Array,
  name: string,
) => {
  const { values: count, lefts, rights, width } = svdLayout(m, n, full)
  if (isNaNs(expected)) {
    expect(isNaNs(actual), name).toBe(true)
    return
  }
  const parts = (all: Float32Array) => ({
    u: matrixAt(all, 0, m, lefts, width),
    s: [...all.subarray(m * width, m * width + count)],
    v: matrixAt(all, (m + 1) * width, n, rights, width),
  })
  const [found, other] = [parts(actual), parts(expected)]
  const scale = largest(other.s) || 1
  expect(apart([found.s], [other.s]) / scale, `${name}: values`).toBeLessThan(tolerance)
  const scaled = found.u.map((row) => row.slice(0, count).map((x, k) => (x * found.s[k]!) / scale))
  const back = transposed(found.v, rights).slice(0, count)
  if (count > 0)
    expect(apart(times(scaled, back), scaledBy(a, 1 / scale)), `${name}: A = U·S·Vᵀ`).toBeLessThan(tolerance)
  expectOrthonormal(found.u, lefts, name)
  expectOrthonormal(found.v, rights, name)
  expectSigns(found.u, lefts, name)
  expectVectors(found.u, other.u, other.s, scale, name)
  expectVectors(found.v, other.v, other.s, scale, name)
  const rest = actual.filter((_, e) => {
    const row = Math.floor(e / width)
    return e % width >= (row < m ? lefts : row === m ? count : rights)
  })
  expect(
    [...rest].every((x) => x === 0),
    `${name}: filled up with 0`,
  ).toBe(true)
}

const eachSeed = (check: (seed: number) => Promise<void>, numRuns: number): Promise<void> =>
  fc.assert(fc.asyncProperty(fc.integer(), check), { numRuns, endOnFailure: true })

describe.skipIf(device === undefined)('decompositions by rotations on WebGPU', { timeout: 60_000 }, () => {
  it.each([
    [0, 12, 1],
    [1, 12, 1],
    [4, 12, 3],
    [19, 12, 2],
    [34, 1, 1],
  ] as const)('eigenvalues and vectors of order %i are those of the reference', async (n, batch, numRuns) => {
    const run = await onDevice('eigh', [batch, n])
    await eachSeed(async (seed) => {
      const input = matricesOf(seed, n, n, batch)
      const [actual, expected] = await run(input)
      for (let b = 0; b < batch; b++) {
        const part = (all: Float32Array) => all.subarray(b * (n + 1) * n, (b + 1) * (n + 1) * n)
        const a = matrixAt(input, b * n * n, n, n, n)
        expectEigenvectors(n, a, part(actual), part(expected), `kind ${String(b)}`)
      }
    }, numRuns)
  })

  it.each([
    [0, 3, 1, 1, 1],
    [1, 5, 0, 12, 1],
    [6, 6, 0, 12, 2],
    [4, 9, 1, 12, 2],
    [35, 34, 1, 1, 1],
  ] as const)(
    'singular values and vectors of %i × %i are those of the reference',
    async (m, n, full, batch, numRuns) => {
      const run = await onDevice('svd', [batch, m, n, full])
      const size = (m + 1 + n) * svdLayout(m, n, full === 1).width
      await eachSeed(async (seed) => {
        const input = matricesOf(seed, m, n, batch)
        const [actual, expected] = await run(input)
        for (let b = 0; b < batch; b++) {
          const part = (all: Float32Array) => all.subarray(b * size, (b + 1) * size)
          const a = matrixAt(input, b * m * n, m, n, n)
          expectSingularVectors([m, n, full === 1], a, part(actual), part(expected), `kind ${String(b)}`)
        }
      }, numRuns)
    },
  )
})
