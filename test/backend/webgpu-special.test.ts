import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import type { Instruction } from '../../src/compile/executors/kernel-program.ts'
import { stepOf, type StepOperation } from '../../src/compile/executors/steps.ts'
import { loadWebGpuProgram } from '../../src/compile/executors/webgpu/load-webgpu-program.ts'
import { betaInc } from '../../src/core/kernel/special/beta.ts'
import { gammaP, gammaQ } from '../../src/core/kernel/special/incomplete-gamma.ts'
import { programOf } from './programs-by-hand.ts'
import { runLoaded } from './run-on-webgpu.ts'
import { softwareDevice } from './software-webgpu.ts'
import { operationsOfParameters } from './step-operations.ts'

const device = await softwareDevice()

afterAll(() => {
  device?.destroy()
})

/** What is drawn for one point of every function: shares from 0 to 1, the first of which chooses among kinds of points. */
type Draw = readonly [kind: number, first: number, second: number, third: number]

/** Shares by a seed, evenly spread. */
const drawsOf = (seed: number, count: number): readonly Draw[] => {
  let state = seed
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32
  }
  return Array.from({ length: count }, (): Draw => [next(), next(), next(), next()])
}

type Point = readonly number[]

/** From 10⁻⁴ to 10⁸ */
const shapeOf = (share: number): number => 10 ** (12 * share - 4)

/** Near the mean of a distribution, within 12 deviations, and far from it. */
const aroundOf = (kind: number, share: number, mean: number, deviation: number): number =>
  kind < 0.4
    ? mean + (2 * share - 1) * 12 * deviation
    : kind < 0.7
      ? mean * Math.exp(1.2 * share - 0.6)
      : 10 ** (8 * share - 6)

/** Shares in the middle, and as near to 0 and to 1 as float32 has them; not below 10⁻⁹, where the reference has no digits. */
const chanceOf = (kind: number, share: number): number =>
  Math.min(
    1 - 2 ** -24,
    Math.max(1e-9, kind < 0.5 ? share : kind < 0.75 ? 10 ** (-9 * share) : 1 - 2 ** (-24 * share)),
  )

const ofShape = ([kind, first, second]: Draw): Point => {
  const a = shapeOf(first)
  return [a, Math.max(0, aroundOf(kind, second, a, Math.sqrt(a)))]
}

/** Orders to 150, with arguments around the order and up to 1000, of both signs. */
const ofOrder = ([kind, first, second, third]: Draw): Point => {
  const n = Math.floor(10 ** (2.18 * first)) - 1
  const size = kind < 0.3 ? n * (0.85 + 0.3 * second) : kind < 0.6 ? 20 * second : 10 ** (8 * second - 5)
  return [n, third < 0.5 ? -size : size]
}

const betweenEnds = ([kind, first, second, third]: Draw): Point => {
  const [a, b] = [10 ** (9 * first - 3), 10 ** (9 * second - 3)]
  const mean = a / (a + b)
  const near = mean + (2 * third - 1) * 8 * Math.sqrt((mean * (1 - mean)) / (a + b + 1))
  const x = kind < 0.4 ? near : kind < 0.6 ? third : kind < 0.8 ? 10 ** (-8 * third) : 1 - 10 ** (-7 * third)
  return [a, b, Math.min(1, Math.max(0, x))]
}

/** Half units in the last place, by so many of which the logarithm of a value may be wrong, and the value itself. */
const unit = 2 ** -24

const least = 2 ** -120

/** Values below the smallest normal numbers may be 0; so may those that the reference takes of a difference. */
const isNear = (units: number, x: number, y: number, floor = least): boolean =>
  x === Math.fround(y) ||
  Math.abs(x - y) <= floor + units * unit * Math.abs(y) * (1 + Math.abs(Math.log(Math.abs(y))))

type Law = (x: number, y: number, point: Point) => boolean

/** A count as of the processor; or its neighbour, if the share is as near as 10⁻⁵ of itself to the step between both. */
const countLaw =
  (lower: (k: number, point: Point) => number, upper: (k: number, point: Point) => number): Law =>
  (x, y, point) => {
    const u = point[point.length - 1]!
    if (x === Math.fround(y)) return true
    // One of the next float32.
    if (y > 2 ** 24) return Math.abs(x - y) <= 2 ** -22 * y
    const below = Math.min(x, y)
    const [rest, step] = u < 0.5 ? [u, lower(below, point)] : [1 - u, upper(below, point)]
    return Math.abs(x - y) === 1 && Math.abs(step - rest) <= 1e-5 * rest
  }

const within =
  (units: number): Law =>
  (x, y) =>
    isNear(units, x, y)

const laws: Readonly<Partial<Record<StepOperation, readonly [point: (draw: Draw) => Point, law: Law]>>> = {
  gammaDensity: [ofShape, within(30)],
  gammaP: [ofShape, within(30)],
  gammaQ: [ofShape, within(30)],
  // Below a shape of 1 it is a difference.
  gammaPSlope: [ofShape, (x, y, [a]) => isNear(a! < 1 ? 40 : 15, x, y)],
  // A relative error of the share is one of 1/a of the quantile.
  gammaPInv: [
    ([kind, first, second]) => [shapeOf(first), chanceOf(kind, second)],
    (x, y, [a]) => Math.abs(x - y) <= least + 40 * unit * (1 + 1 / a!) * y,
  ],
  betaInc: [betweenEnds, (x, y) => isNear(50, x, y, 1e-13)],
  // Where they oscillate, errors are those of the amplitude.
  besselJ: [ofOrder, (x, y) => Math.abs(x - y) <= 10 * unit],
  besselI: [ofOrder, within(10)],
  besselIe: [ofOrder, within(10)],
  poissonQuantile: [
    ([kind, first, second]) => [10 ** (14 * first - 6), chanceOf(kind, second)],
    countLaw(
      (k, [mean]) => gammaQ(k + 1, mean!),
      (k, [mean]) => gammaP(k + 1, mean!),
    ),
  ],
  binomialQuantile: [
    ([kind, first, second, third]) => [
      Math.floor(10 ** (7.2 * first)),
      kind < 0.3 ? second : kind < 0.6 ? 10 ** (-9 * second) : 1 - 2 ** (-24 * second),
      chanceOf((7 * kind) % 1, third),
    ],
    countLaw(
      (k, [n, p]) => betaInc(n! - k, k + 1, 1 - p!),
      (k, [n, p]) => betaInc(k + 1, n! - k, p!),
    ),
  ],
}

const arityOf = (operation: StepOperation): number => stepOf(operation)!.arity

/** A function of `count` points, whose arguments lie behind each other in the input. */
const instructionOf = (operation: StepOperation, count: number): Instruction => {
  const place = { outerStrides: [], rowStride: 0, columnStride: 1 }
  const inputs = Array.from({ length: arityOf(operation) }, (_, i) => i)
  return {
    kind: 'nest',
    outer: [],
    rows: 1,
    columns: count,
    loads: inputs.map((i) => ({
      ...place,
      dtype: 'float32',
      extent: 'full',
      place: { space: 'input', index: 0, offset: i * count },
    })),
    steps: [{ operation, dtype: 'float32', extent: 'full', inputs }],
    stores: [{ ...place, register: inputs.length, place: { space: 'output', offset: 0 } }],
    accumulations: [],
  }
}

/** A function on the device, with nothing left to the processor: the first of some points where a law does not hold, in words. */
const onDevice = async (operation: StepOperation, count: number) => {
  const arity = arityOf(operation)
  const program = programOf([instructionOf(operation, count)], [new Float32Array(arity * count)], 4 * count)
  const loaded = await loadWebGpuProgram(device!, program)
  expect(loaded.onProcessor).toEqual([])
  const element = stepOf(operation)!.element
  return async (pointOf: (i: number) => Point, law: Law): Promise<string | undefined> => {
    const input = Float32Array.from(
      { length: arity * count },
      (_, i) => pointOf(i % count)[Math.floor(i / count)]!,
    )
    const output = new Float32Array(await runLoaded(device!, loaded, program, [input]))
    for (const [i, x] of output.entries()) {
      const point = Array.from({ length: arity }, (_, j) => input[j * count + i]!)
      const y = element(...point)
      if (!Object.is(x, Math.fround(y)) && !law(x, y, point))
        return `${operation}(${point.join(', ')}): expected ${String(y)}, got ${String(x)}`
    }
    return undefined
  }
}

const edges = [
  ...[0, -0, 0.5, 1, 2, 3, -1, NaN, Infinity, -Infinity, 1e-30, 1e-10, 1e10, 3.4e38, -3.4e38],
  ...[0.49999997, 1 - unit, 8, 20, 21, 10_000, 10_001, 88.7],
]

/** Every pair of edges; a third argument is the share ¼, an edge or the first argument. */
const edgeOf = (i: number): Point => {
  const [first, second] = [edges[Math.floor(i / edges.length) % edges.length]!, edges[i % edges.length]!]
  return [first, second, [0.25, edges[(i * 7) % edges.length]!, first][i % 3]!]
}

/** What float32 has not of a distribution function counts as 0. */
const isWithoutReference = (operation: StepOperation, point: Point): boolean =>
  operation.endsWith('Quantile') && (point[point.length - 1]! < 1e-9 || point[0]! > 2 ** 24)

describe.skipIf(device === undefined)('special functions on WebGPU', { timeout: 60_000 }, () => {
  const count = edges.length ** 2

  it.each(operationsOfParameters)(
    '%s is that of the processor, wherever float32 has the digits',
    async (operation) => {
      const wrongAt = await onDevice(operation, count)
      const [pointOf, law] = laws[operation]!
      expect(
        await wrongAt(edgeOf, (x, y, point) => isWithoutReference(operation, point) || law(x, y, point)),
      ).toBeUndefined()
      await fc.assert(
        fc.asyncProperty(fc.integer(), async (seed) => {
          const draws = drawsOf(seed, count)
          expect(await wrongAt((i) => pointOf(draws[i]!), law)).toBeUndefined()
        }),
        { numRuns: 5, endOnFailure: true },
      )
    },
  )
})
