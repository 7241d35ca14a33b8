import { spaces, type Space } from '../src/search/index.ts'

/** A function to make small, with the settings it has and its least value. */
export interface TestFunction {
  readonly name: string
  // oxlint-disable-next-line typescript/no-explicit-any -- each has configurations of its own
  readonly space: Space<any>
  // oxlint-disable-next-line typescript/no-explicit-any -- likewise
  readonly value: (config: any) => number
  readonly least: number
}

const named = (count: number, low: number, high: number) =>
  spaces.struct(
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`x${i}`, spaces.uniform(low, high)])),
  )
const listed = (config: Readonly<Record<string, number>>): readonly number[] => Object.values(config)

const hartmannA = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
]
const hartmannP = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
]

/** What both this library and another one are tried on: smooth, many-dimensional, and of the kind that training has. */
export const testFunctions: readonly TestFunction[] = [
  {
    name: 'branin',
    space: spaces.struct({ x: spaces.uniform(-5, 10), y: spaces.uniform(0, 15) }),
    value: ({ x, y }: { x: number; y: number }) =>
      (y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6) ** 2 +
      10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) +
      10,
    least: 0.39788735772973816,
  },
  {
    name: 'hartmann6',
    space: named(6, 0, 1),
    value: (config: Readonly<Record<string, number>>) => {
      const x = listed(config)
      return -[1, 1.2, 3, 3.2].reduce(
        (sum, weight, i) =>
          sum +
          weight *
            Math.exp(
              -x.reduce(
                (inner, each, j) => inner + hartmannA[i]![j]! * (each - hartmannP[i]![j]! / 1e4) ** 2,
                0,
              ),
            ),
        0,
      )
    },
    least: -3.322368011415511,
  },
  {
    name: 'rosenbrock5',
    space: named(5, -2, 2),
    value: (config: Readonly<Record<string, number>>) => {
      const x = listed(config)
      return x.slice(1).reduce((sum, next, i) => sum + 100 * (next - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2, 0)
    },
    least: 0,
  },
  {
    // A rate on a logarithmic scale, a width, a choice that opens a setting of its own, and one that does nothing.
    name: 'training',
    space: spaces.struct({
      rate: spaces.logUniform(1e-5, 1),
      units: spaces.logInteger(4, 512),
      drop: spaces.uniformStep(0, 0.5, 0.05),
      seed: spaces.integer(0, 9),
      optimizer: spaces.variant('kind', {
        sgd: {},
        momentum: { beta: spaces.uniform(0, 0.99) },
        adam: { b2: spaces.uniform(0.9, 0.999) },
      }),
    }),
    value: ({
      rate,
      units,
      drop,
      optimizer,
    }: {
      rate: number
      units: number
      drop: number
      optimizer: { kind: string; beta?: number; b2?: number }
    }) => {
      const { kind, beta = 0, b2 = 0 } = optimizer
      const best = kind === 'adam' ? -2.8 : kind === 'momentum' ? -1 + Math.log10(1 - beta) : -0.7
      const own =
        kind === 'adam' ? 5 * (b2 - 0.98) ** 2 : kind === 'momentum' ? 0.05 + 0.2 * (beta - 0.9) ** 2 : 0.15
      return (
        0.15 * (Math.log10(rate) - best) ** 2 + 0.05 * (Math.log2(units) - 7) ** 2 + (drop - 0.2) ** 2 + own
      )
    },
    least: 0,
  },
]
