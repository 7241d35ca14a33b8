import { afterAll, describe, expect, it } from 'vitest'
import type { Instruction, Nest, Place } from '../../src/compile/executors/kernel-program.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { loadWebGpuProgram } from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import { planOf, dispatchesIn } from '../../src/compile/executors/webgpu/plan.ts'
import { foldsInSubgroups } from '../../src/compile/executors/webgpu/subgroups.ts'
import { foldingLines, type WorkgroupFold } from '../../src/compile/executors/webgpu/workgroup-fold.ts'
import { bufferFrom, bytesOf, viewBytes, type Buffer, type DType } from '../../src/core/tensor/dtype.ts'
import { input, programOf } from './programs-by-hand.ts'
import { outputOf } from './random-kernel-programs.ts'
import { runLoaded } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'

/*
 * Reductions and products on one device that has subgroups and on one that is not asked for them; the laws of
 * test/webgpu run with subgroups, the instructions of test/backend without.
 */
const devices = { plain: await softwareDevice(), subgroups: await softwareDevice('subgroups') }

afterAll(() => {
  Object.values(devices).forEach((device) => device?.destroy())
})

type Step = { readonly exchanged: string; readonly distance: number } | 'barrier'
type Lane = (
  lane: number,
  subgroup: number,
  shared: string[],
  min: typeof Math.min,
  max: typeof Math.max,
) => Generator<Step, string, string | undefined>

/** The lines of a fold as a generator, which stops where invocations exchange values or wait for each other. */
const emulated = (lines: readonly string[]): Lane => {
  const body = lines
    .join('\n')
    .replaceAll('var ', 'let ')
    .replaceAll('workgroupBarrier();', "yield 'barrier';")
    .replaceAll(/subgroupShuffleXor\((\w+), u32\((\w+)\)\)/g, 'yield { exchanged: $1, distance: $2 }')
  // oxlint-disable-next-line typescript/no-implied-eval -- runs the text that shaders are made of
  return new Function(
    `return function* (lane, subgroup, shared, min, max) { let own = String.fromCharCode(256 + lane); ${body}; return result }`,
  )() as Lane
}

/** What every invocation of a workgroup finds, all of them going from one stop to the next together. */
const emulate = (lines: readonly string[], subgroup: number): readonly string[] => {
  const shared: string[] = []
  const lane = emulated(lines)
  const lanes = Array.from({ length: 256 }, (_, i) => lane(i, subgroup, shared, Math.min, Math.max))
  let stops = lanes.map((each) => each.next())
  while (!stops.every(({ done }) => done)) {
    const steps = stops.map(({ value }) => value)
    if (stops.some(({ done }) => done)) throw new Error('some invocations wait for others that are done')
    stops = lanes.map((each, i) => {
      const step = steps[i]!
      if (typeof step === 'string') return each.next()
      const other = i ^ step.distance
      if (Math.floor(other / subgroup) !== Math.floor(i / subgroup)) throw new Error('not of the subgroup')
      return each.next((steps[other] as Exclude<Step, 'barrier'>).exchanged)
    })
  }
  return stops.map(({ value }) => value as string)
}

describe('a fold over a workgroup', () => {
  const folds = [1, 2, 4, 8, 16, 32, 64, 128, 256].flatMap((across): Partial<WorkgroupFold>[] => [
    { stride: 1, span: across, first: `lane - lane % ${String(across)}` },
    { stride: across, span: 256, first: `lane % ${String(across)}` },
  ])

  it('has each invocation once, for subgroups of any size, in an order that all invocations share', () => {
    for (const subgroup of [4, 8, 16, 32, 64, 128])
      for (const group of folds) {
        const fold = {
          ...(group as Pick<WorkgroupFold, 'stride' | 'span' | 'first'>),
          value: 'own',
          result: 'result',
          shared: 'shared',
          // Sorted, since a pair is folded from both of its sides.
          fold: (a: string, b: string) => `[${a}, ${b}].sort().join('')`,
        }
        const { stride, span } = fold
        const found = emulate(foldingLines(true, fold), subgroup)
        found.forEach((text, lane) => {
          const group = found.filter(
            (_, other) =>
              Math.floor(other / span) === Math.floor(lane / span) && other % stride === lane % stride,
          )
          expect(new Set(group).size).toBe(1)
          const codes = [...text].map((letter) => letter.charCodeAt(0) - 256).sort((a, b) => a - b)
          expect(codes).toEqual(
            Array.from(
              { length: span / stride },
              (_, i) => Math.floor(lane / span) * span + (lane % stride) + i * stride,
            ),
          )
        })
      }
  })
})

type Reduced = 'columns' | 'rows' | 'all'

/** Sums over the columns of each row, or over the rows, or over all; and the maxima. */
const nestOf = (
  dtype: DType,
  [rows, columns, over]: readonly [number, number, Reduced],
  at: (count: number) => Place,
): Nest => {
  const isBool = dtype === 'bool'
  const width = over === 'rows' ? 1 : 0
  const steps = (['rowMax', 'rowSum'] as const).slice(0, isBool ? 1 : 2)
  const reductions = (['max', 'sum'] as const).slice(0, isBool ? 1 : 2)
  return {
    kind: 'nest',
    outer: [],
    rows,
    columns,
    loads: [
      { dtype, extent: 'full', place: input(0), outerStrides: [], rowStride: columns, columnStride: 1 },
    ],
    steps:
      over === 'columns' ? steps.map((operation) => ({ operation, dtype, extent: 'row', inputs: [0] })) : [],
    stores:
      over === 'columns'
        ? steps.map((_, i) => ({
            register: i + 1,
            place: at(rows),
            outerStrides: [],
            rowStride: 1,
            columnStride: 0,
          }))
        : [],
    accumulations:
      over === 'columns'
        ? []
        : reductions.map((reduction) => ({
            register: 0,
            reduction,
            over,
            place: at(over === 'rows' ? columns : 1),
            outerStrides: [],
            columnStride: width,
          })),
  }
}

/** Results one behind the other, and how many elements they are. */
const laidOut = (make: (at: (count: number) => Place) => readonly Instruction[]) => {
  let end = 0
  const instructions = make((count) => {
    const place: Place = { space: 'output', offset: end }
    end += count
    return place
  })
  return { instructions, count: end }
}

/** Runs on both devices twice, and in TypeScript. */
const everywhere = async (
  dtype: DType,
  instructions: readonly Instruction[],
  count: number,
  inputs: readonly Buffer[],
) => {
  const program = programOf(instructions, inputs, count * bytesOf(dtype))
  const read = (bytes: ArrayBuffer) => [...viewBytes(dtype, bytes, 0, program.outputBytes)]
  const twice = async (device: GPUDevice) => {
    const loaded = await loadWebGpuProgram(device, program)
    const first = read(await runLoaded(device, loaded, program, inputs))
    expect(read(await runLoaded(device, loaded, program, inputs))).toEqual(first)
    return first
  }
  return {
    plain: await twice(devices.plain!),
    subgroups: await twice(devices.subgroups!),
    expected: read(outputOf(typescriptExecutor, program, inputs)),
  }
}

describe.skipIf(devices.plain === undefined)('with subgroups and without', { timeout: 60_000 }, () => {
  it('are two ways, of which a device has one', async () => {
    expect(await foldsInSubgroups(devices.subgroups!)).toBe(true)
    expect(await foldsInSubgroups(devices.plain!)).toBe(false)
    const { instructions } = laidOut((at) => [nestOf('float32', [4, 40, 'columns'], at)])
    const texts = [false, true].map((hasSubgroups) => {
      const program = programOf(instructions, [new Float32Array(160)], 4 * 8)
      return dispatchesIn(planOf(program, { hasSubgroups, bindings: 8, workgroupBytes: 16_384 }).actions)
        .map(({ shader }) => shader.text)
        .join()
    })
    expect(texts.map((text) => text.includes('subgroup_size'))).toEqual([false, true])
  })

  // On both sides of what one invocation, one subgroup and one workgroup take, and more than one workgroup.
  type Case = readonly [rows: number, columns: number, over: Reduced]
  const reductions: readonly (readonly [DType, readonly Case[]])[] = [
    [
      'float32',
      [
        [40, 7, 'columns'],
        [9, 33, 'columns'],
        [2, 1030, 'columns'],
      ],
    ],
    [
      'float32',
      [
        [300, 2, 'rows'],
        [600, 40, 'rows'],
        [9000, 3, 'rows'],
        [5, 7, 'all'],
        [1, 9000, 'all'],
      ],
    ],
    [
      'float64',
      [
        [3, 40, 'columns'],
        [40, 3, 'rows'],
      ],
    ],
    [
      'bool',
      [
        [9, 33, 'columns'],
        [40, 3, 'rows'],
      ],
    ],
    [
      'int32',
      [
        [9, 33, 'columns'],
        [40, 3, 'rows'],
      ],
    ],
  ]

  /** Whole numbers, so that sums are the same in every order. */
  const wholeNumbers = (dtype: DType, length: number, step: number): Buffer => {
    const values = Array.from({ length }, (_, i) => ((i * step) % 41) - 20)
    return bufferFrom(dtype, dtype === 'bool' ? values.map((v) => Number(v > 19)) : values)
  }

  it.each(reductions)('give the same sums and maxima, of %s, case %#', async (dtype, cases) => {
    const largest = Math.max(...cases.map(([rows, columns]) => rows * columns))
    const { instructions, count } = laidOut((at) => cases.map((each) => nestOf(dtype, each, at)))
    const x = wholeNumbers(dtype, largest, 7919)
    const { plain, subgroups, expected } = await everywhere(dtype, instructions, count, [x])
    expect(plain).toEqual(expected)
    expect(subgroups).toEqual(expected)
  })

  it('give the same products, of which thin ones and those in parts are reductions', async () => {
    const sizes = [[1, 700, 40], [40, 700, 1], [1, 3000, 1], [33, 17, 20], [10, 4096, 12]] as const // prettier-ignore
    const { instructions, count } = laidOut((at) =>
      sizes.map(([m, k, n]): Instruction => {
        const dense = (place: Place, columns: number) => ({
          place,
          outerStrides: [],
          rowStride: columns,
          columnStride: 1,
        })
        const factors = { a: dense(input(0), k), b: dense(input(1), n), c: dense(at(m * n), n) }
        return { kind: 'matmul', dtype: 'float32', outer: [], m, k, n, ...factors }
      }),
    )
    const length = Math.max(...sizes.flatMap(([m, k, n]) => [m * k, k * n]))
    const factors = [wholeNumbers('float32', length, 7919), wholeNumbers('float32', length, 104729)]
    const { plain, subgroups, expected } = await everywhere('float32', instructions, count, factors)
    expect(plain).toEqual(expected)
    expect(subgroups).toEqual(expected)
  })
})
