import { afterAll, describe, expect, it } from 'vitest'
import type { Instruction, Place } from '../../src/compile/executors/kernel-program.ts'
import { bufferFrom, type StorageDType } from '../../src/core/tensor/dtype.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { dispatchesIn, planOf } from '../../src/compile/executors/webgpu/plan.ts'
import { input, out, programOf } from './programs-by-hand.ts'
import { outputOf } from './random-kernel-programs.ts'
import { outputOnDevice } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

interface Case {
  readonly tile: number
  readonly batch: number
  readonly m: number
  readonly k: number
  readonly n: number
  /** Whether each factor lies column by column. */
  readonly turned: readonly [boolean, boolean]
  /** In which dtype of 16 bits each factor lies, if in one. */
  readonly kept?: readonly (StorageDType | undefined)[]
}

const productOf = ({ batch, m, k, n, turned, kept = [] }: Case): Instruction => {
  const inBits = (dtype: StorageDType | undefined) => (dtype === undefined ? {} : { dtype })
  const lying = (place: Place, rows: number, columns: number, isTurned: boolean) => ({
    place,
    outerStrides: [rows * columns],
    rowStride: isTurned ? 1 : columns,
    columnStride: isTurned ? rows : 1,
  })
  return {
    kind: 'matmul',
    dtype: 'float32',
    outer: [batch],
    m,
    k,
    n,
    a: { ...inBits(kept[0]), ...lying(input(0), m, k, turned[0]) },
    b: { ...inBits(kept[1]), ...lying(input(1), k, n, turned[1]) },
    c: lying(out, m, n, false),
  }
}

/** Whole numbers, so that sums are the same in every order. */
const wholeNumbers = (length: number, step: number) =>
  new Float32Array(length).map((_, i) => ((i * step) % 41) - 20)

/** The side of the tile in the text of a shader. */
const tileIn = (text: string): number => {
  const [, side = ''] = /let top = high \* (\d+);/.exec(text) ?? []
  return Number(side)
}

/** Tiles that end with the factors and tiles that reach beyond them, of factors that lie in rows and in columns. */
const cases: readonly Case[] = [
  { tile: 128, batch: 128, m: 95, k: 11, n: 94, turned: [true, true] },
  { tile: 64, batch: 48, m: 64, k: 16, n: 64, turned: [true, false] },
  { tile: 64, batch: 48, m: 50, k: 21, n: 64, turned: [false, true] },
  { tile: 32, batch: 48, m: 32, k: 16, n: 32, turned: [false, true] },
  { tile: 32, batch: 50, m: 25, k: 35, n: 30, turned: [false, false] },
  { tile: 16, batch: 3, m: 16, k: 48, n: 32, turned: [true, true] },
  { tile: 16, batch: 2, m: 21, k: 17, n: 5, turned: [false, false] },
  { tile: 16, batch: 300, m: 3, k: 4, n: 2, turned: [false, false] },
  { tile: 32, batch: 48, m: 32, k: 16, n: 32, turned: [false, true], kept: ['bfloat16', 'float16'] },
  { tile: 16, batch: 3, m: 17, k: 48, n: 31, turned: [true, false], kept: [undefined, 'bfloat16'] },
  // No tile, but sums.
  { tile: NaN, batch: 3, m: 1, k: 48, n: 31, turned: [false, false], kept: [undefined, 'bfloat16'] },
  { tile: NaN, batch: 3, m: 1, k: 48, n: 31, turned: [false, true], kept: ['float16', 'float16'] },
  { tile: NaN, batch: 3, m: 65, k: 33, n: 1, turned: [false, false], kept: ['bfloat16', undefined] },
  { tile: NaN, batch: 3, m: 65, k: 33, n: 1, turned: [true, false], kept: ['float16', undefined] },
]

describe.skipIf(device === undefined)('a product in tiles', { timeout: 60_000 }, () => {
  it.each(cases)('of $tile is exact: $batch of $m, $k, $n', async (product) => {
    const { batch, m, k, n, tile, kept = [] } = product
    const inputs = [
      bufferFrom(kept[0] ?? 'float32', wholeNumbers(batch * m * k, 7919)),
      bufferFrom(kept[1] ?? 'float32', wholeNumbers(batch * k * n, 104729)),
    ]
    const program = programOf([productOf(product)], inputs, 4 * batch * m * n)
    const limits = { hasSubgroups: false, bindings: 8, workgroupBytes: 16_384 }
    const texts = dispatchesIn(planOf(program, limits).actions).map(({ shader }) => shader.text)
    if (!Number.isNaN(tile)) expect(texts.map(tileIn)).toEqual([tile])
    const found = new Float32Array(await outputOnDevice(device!, program, inputs))
    const expected = new Float32Array(outputOf(typescriptExecutor, program, inputs))
    expect(expected.findIndex((value, i) => !Object.is(value + 0, found[i]! + 0))).toBe(-1)
  })
})
