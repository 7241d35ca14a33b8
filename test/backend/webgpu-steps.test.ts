import { afterAll, describe, expect, it } from 'vitest'
import type { KernelProgram } from '../../src/compile/executors/kernel-program.ts'
import { stepOf } from '../../src/compile/executors/steps.ts'
import { typescriptExecutor } from '../../src/compile/executors/typescript/executor.ts'
import { stepText } from '../../src/compile/executors/webgpu/step-text.ts'
import { outputOf } from './random-kernel-programs.ts'
import { outputOnDevice } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'
import { operationsOfParameters, stepOperations } from './step-operations.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

const edges = [
  ...[
    0,
    -0,
    1,
    -1,
    2,
    -2,
    0.5,
    -0.5,
    NaN,
    Infinity,
    -Infinity,
    1e-10,
    -1e-10,
    3.4e38,
    -3.4e38,
    1.5,
    2.5,
    -1.5,
  ],
  ...[
    0.49999997,
    1e-30,
    1e10,
    -1e10,
    88.7,
    -88,
    -103,
    1e9,
    1 / 3,
    16777217,
    -3,
    2 ** 31,
    2 ** 32,
    1e20,
    4097,
  ],
]

/** Numbers of every size, dense where functions bend. */
const numbers = Float32Array.from({ length: 1500 }, (_, i) => {
  const v = (i * 0.6180339887) % 1
  return [2 * v - 1, 20 * v - 10, 180 * v - 90, (v < 0.5 ? -1 : 1) * 10 ** (60 * ((v * 2) % 1) - 30)][i % 4]!
})

/** Every pair of edges, then pairs of numbers. */
const firsts = Float32Array.from([...edges.flatMap(() => edges), ...numbers])
const seconds = Float32Array.from([
  ...edges.flatMap((x) => edges.map(() => x)),
  ...numbers.map((_, i) => numbers[(i * 7) % 1500]!),
])

/** Below the smallest normal number devices may give 0. */
const leastNormal = 2 ** -126

/** Half units in the last place: digits are lost where a logarithm is large that is taken to be one of a result. */
const unitsAllowed = (operation: string): number =>
  ['pow', 'erfc', 'ndtr', 'erfcx', 'gamma', 'polygamma', 'sinc'].includes(operation) ? 100 : 6

/** Those that are 0 where they cancel have errors that are absolute there. */
const leastScale = (operation: string): number =>
  ['lgamma', 'digamma', 'logBeta', 'logNdtr', 'erfinv', 'erfcinv', 'ndtri', 'polygamma', 'sinc'].includes(
    operation,
  )
    ? 12
    : 0

/**
 * Where the reference has not the digits itself, or a sum of arguments lies between poles that float32 does not part, or
 * where orders of derivatives are such that float32 has not the factorials.
 */
const isUnsure = (operation: string, x: number, y: number): boolean =>
  (['polygamma', 'sinc'].includes(operation) && x > 8) ||
  (operation === 'digamma' && x < 0 && x > -1e-3) ||
  (operation === 'logBeta' && (x < 0 || y < 0))

describe.skipIf(device === undefined)('steps on WebGPU', { timeout: 60_000 }, () => {
  const operations = stepOperations.filter((operation) => {
    const { reduces, condition } = stepOf(operation)!
    const text = stepText(operation, 'float32', 'float32', ['a', 'b', 'c'])
    const isOne = text !== undefined && reduces === undefined && condition !== true
    return isOne && operation !== 'cast' && !operationsOfParameters.includes(operation)
  })

  it('have WGSL for arithmetic and the elementary functions', () => {
    expect(operations.length).toBeGreaterThanOrEqual(54)
  })

  it('give the floats of the reference to within a few units in the last place, and NaN, infinities and signs of zero alike', async () => {
    const inputs = [firsts, seconds, numbers]
    const place = { outerStrides: [], rowStride: 0, columnStride: 1 }
    const count = firsts.length
    const space = { kind: 'nest', outer: [], rows: 1, columns: count, accumulations: [] } as const
    const program: KernelProgram = {
      reproducible: false,
      arenaBytes: 0,
      constants: new Uint8Array(0),
      inputBytes: inputs.map(({ byteLength }) => byteLength),
      outputBytes: 4 * count * operations.length,
      instructions: operations.map((operation, k) => {
        const { arity, gives } = stepOf(operation)!
        const dtype = gives === 'bool' ? 'bool' : 'float32'
        return {
          ...space,
          loads: Array.from({ length: arity }, (_, i) => ({
            ...place,
            dtype: 'float32',
            extent: 'full',
            place: { space: 'input', index: i % 2, offset: 0 },
          })),
          steps: [
            { operation, dtype, extent: 'full', inputs: Array.from({ length: arity }, (_, i) => i) },
            { operation: 'cast', dtype: 'float32', extent: 'full', inputs: [arity] },
          ],
          stores: [{ ...place, register: arity + 1, place: { space: 'output', offset: k * count } }],
        }
      }),
    }
    const actual = new Float32Array(await outputOnDevice(device!, program, inputs))
    const expected = new Float32Array(outputOf(typescriptExecutor, program, inputs))
    const wrong = operations.flatMap((operation, k) => {
      const allowed = unitsAllowed(operation) * 2 ** -24
      const at = Array.from({ length: count }, (_, i) => i).find((i) => {
        const [x, y] = [actual[k * count + i]!, expected[k * count + i]!]
        const isNear =
          Object.is(x, y) ||
          Math.abs(x - y) <= allowed * Math.max(leastScale(operation), Math.abs(y)) ||
          isUnsure(operation, firsts[i]!, seconds[i]!) ||
          (Math.abs(y) < leastNormal && Math.abs(x) <= leastNormal && y !== 0)
        return !isNear
      })
      return at === undefined
        ? []
        : [
            `${operation}(${String(firsts[at])}, ${String(seconds[at])}): expected ${String(expected[k * count + at])}, got ${String(actual[k * count + at])}`,
          ]
    })
    expect(wrong).toEqual([])
  })
})
