import type { ActivationName } from './activation-functions.ts'

/**
 * A point without a derivative: the slopes on both sides, and the one that gradients use there.
 *
 * @category Activations
 */
export interface Kink {
  readonly at: number
  readonly left: number
  readonly right: number
  readonly chosen: number
}

/**
 * What decides how an activation function passes signals on, in both directions.
 *
 * @category Activations
 */
export interface ActivationFacts {
  readonly formula: string
  /** The least and the greatest value, or what values come arbitrarily close to. */
  readonly range: readonly [low: number, high: number]
  /** The least and the greatest slope, or what slopes come arbitrarily close to. */
  readonly slopes: readonly [least: number, greatest: number]
  /** The slopes far out on the left and on the right: a unit whose slope is 0 there saturates. */
  readonly tails: readonly [left: number, right: number]
  readonly kinks: readonly Kink[]
  /** Whether f(cx) = c·f(x) for every c > 0, so that scaling the inputs of a layer scales its outputs. */
  readonly homogeneous: boolean
}

const line = [-Infinity, Infinity] as const
const smooth = { kinks: [], homogeneous: false } as const
const selu = { scale: 1.0507009873554805, limit: 1.7580993408473766 } as const

/**
 * The facts about every registered activation function; numbers with ten digits are extrema without a closed form.
 *
 * @example
 * ```ts
 * import { activationFacts } from 'puregrad/nn'
 * activationFacts.sigmoid.slopes // => [0, 0.25]
 * activationFacts.relu.kinks[0]?.chosen // => 0
 * Object.entries(activationFacts).filter(([, { tails }]) => tails.every((slope) => slope === 0)).map(([name]) => name) // => ['sigmoid', 'tanh', 'hardTanh', 'hardSigmoid', 'softsign']
 * ```
 * @category Activations
 */
export const activationFacts: Readonly<Record<ActivationName, ActivationFacts>> = {
  identity: {
    formula: 'x',
    range: line,
    slopes: [1, 1],
    tails: [1, 1],
    kinks: [],
    homogeneous: true,
  },
  relu: {
    formula: 'max(0, x)',
    range: [0, Infinity],
    slopes: [0, 1],
    tails: [0, 1],
    kinks: [{ at: 0, left: 0, right: 1, chosen: 0 }],
    homogeneous: true,
  },
  leakyRelu: {
    formula: 'x where x > 0, else 0.01x',
    range: line,
    slopes: [0.01, 1],
    tails: [0.01, 1],
    kinks: [{ at: 0, left: 0.01, right: 1, chosen: 0.01 }],
    homogeneous: true,
  },
  elu: {
    formula: 'x where x > 0, else eˣ − 1',
    range: [-1, Infinity],
    slopes: [0, 1],
    tails: [0, 1],
    ...smooth,
  },
  selu: {
    formula: 'λx where x > 0, else λα(eˣ − 1)',
    range: [-selu.limit, Infinity],
    slopes: [0, selu.limit],
    tails: [0, selu.scale],
    kinks: [{ at: 0, left: selu.limit, right: selu.scale, chosen: selu.limit }],
    homogeneous: false,
  },
  gelu: {
    formula: 'x·Φ(x)',
    range: [-0.1699712075, Infinity],
    slopes: [-0.1289041451, 1.1289041451],
    tails: [0, 1],
    ...smooth,
  },
  geluTanh: {
    formula: '½x(1 + tanh(√(2/π)(x + 0.044715x³)))',
    range: [-0.1700407506, Infinity],
    slopes: [-0.1289930687, 1.1289930687],
    tails: [0, 1],
    ...smooth,
  },
  silu: {
    formula: 'x·σ(x)',
    range: [-0.2784645428, Infinity],
    slopes: [-0.0998393201, 1.0998393201],
    tails: [0, 1],
    ...smooth,
  },
  softplus: {
    formula: 'log(1 + eˣ)',
    range: [0, Infinity],
    slopes: [0, 1],
    tails: [0, 1],
    ...smooth,
  },
  mish: {
    formula: 'x·tanh(log(1 + eˣ))',
    range: [-0.308843413, Infinity],
    slopes: [-0.1125261224, 1.0884981612],
    tails: [0, 1],
    ...smooth,
  },
  sigmoid: {
    formula: '1/(1 + e⁻ˣ)',
    range: [0, 1],
    slopes: [0, 0.25],
    tails: [0, 0],
    ...smooth,
  },
  tanh: {
    formula: 'tanh(x)',
    range: [-1, 1],
    slopes: [0, 1],
    tails: [0, 0],
    ...smooth,
  },
  hardTanh: {
    formula: 'x limited to [−1, 1]',
    range: [-1, 1],
    slopes: [0, 1],
    tails: [0, 0],
    kinks: [
      { at: -1, left: 0, right: 1, chosen: 0.5 },
      { at: 1, left: 1, right: 0, chosen: 0.5 },
    ],
    homogeneous: false,
  },
  hardSigmoid: {
    formula: 'x/6 + ½ limited to [0, 1]',
    range: [0, 1],
    slopes: [0, 1 / 6],
    tails: [0, 0],
    kinks: [
      { at: -3, left: 0, right: 1 / 6, chosen: 1 / 12 },
      { at: 3, left: 1 / 6, right: 0, chosen: 1 / 12 },
    ],
    homogeneous: false,
  },
  softsign: {
    formula: 'x/(1 + |x|)',
    range: [-1, 1],
    slopes: [0, 1],
    tails: [0, 0],
    ...smooth,
  },
}
