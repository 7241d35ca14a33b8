import {
  cast,
  div,
  item,
  max,
  abs,
  matmul,
  mul,
  norm,
  square,
  sub,
  sum,
  transpose,
  type Key,
  type Tensor,
} from 'puregrad'
import { evalMode } from 'puregrad/nn'
import { trajectory } from 'puregrad/study'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { deepLinearNetwork, firstGradient, randomInput } from './deep-linear-network.ts'

const rate = 0.01

/** ‖∂Σȳ²/∂W¹‖ / ‖x‖². */
const sizeOf = (p: number, layers: number, x: Tensor, key: Key): number =>
  item(norm(firstGradient(p, layers, x, key))) / item(sum(square(x)))

/** How far the gradient is from 2p^(2L−1)·xxᵀ, relative to it. */
const errorOf = (p: number, layers: number, x: Tensor, key: Key): number => {
  const formula = mul(matmul(transpose(x), x), 2 * p ** (2 * layers - 1))
  return item(norm(sub(firstGradient(p, layers, x, key), formula))) / item(norm(formula))
}

/** The distance from p to the next number of float32. */
const spacing = (p: number): number => 2 ** (Math.floor(Math.log2(p)) - 23)

/** By what share Σȳ² of x/‖x‖ falls in some steps of gradient descent in float32. */
const fall = (p: number, layers: number, x: Tensor, key: Key, steps: number): number => {
  const net = deepLinearNetwork(p, layers)
  const { params, state } = net.init(key)
  const row = cast(div(x, norm(x)), 'float32')
  const cost = (at: typeof params): Tensor => sum(square(net.apply(evalMode, at, state, row)[0]))
  const way = trajectory(cost, params, { steps, by: rate })
  const [first, last] = [way[0]?.value ?? NaN, way.at(-1)?.value ?? NaN]
  return 1 - last / first
}

/** Derivatives multiply too, twice as fast as outputs. */
export const e9 = claim({
  id: 'E9',
  lines: '404–432',
  asWritten: {
    en: 'In a very deep network derivatives become colossal or very small, and then learning takes tiny steps.',
    bg: 'В много дълбока мрежа производните стават колосални или много малки и тогава обучението върви с нищожни стъпки.',
  },
  corrected: {
    en: 'The same, measured on 50 linear layers: ∂Σȳ²/∂W¹ is 2p^(2L−1)·xxᵀ, of the order of 10¹⁷ at p = 1.5 and 10⁻³⁰ at p = 0.5. There a step is far below the distance of two neighbouring numbers of float32, so that the weights do not take tiny steps but none at all; at p = 1 the same descent works.',
    bg: 'Същото, измерено при 50 линейни слоя: ∂Σȳ²/∂W¹ е 2p^(2L−1)·xxᵀ, от порядъка на 10¹⁷ при p = 1,5 и 10⁻³⁰ при p = 0,5. Тогава стъпката е далеч под разстоянието между две съседни числа от float32, така че теглата правят не нищожни стъпки, а никакви; при p = 1 същото спускане работи.',
  },
  measures: {
    up: {
      name: {
        en: '‖∂Σȳ²/∂W¹‖ / ‖x‖², p above 1',
        bg: '‖∂Σȳ²/∂W¹‖ / ‖x‖², p над 1',
      },
      corrected: { within: [5.3e17, 5.5e17] },
      literal: { atLeast: 1e9 },
    },
    down: {
      name: {
        en: '‖∂Σȳ²/∂W¹‖ / ‖x‖², p below 1',
        bg: '‖∂Σȳ²/∂W¹‖ / ‖x‖², p под 1',
      },
      corrected: { within: [3.1e-30, 3.2e-30] },
      literal: { atMost: 1e-9 },
    },
    formula: {
      name: {
        en: 'largest relative distance of the gradient from 2p^(2L−1)·xxᵀ',
        bg: 'най-голямо относително разстояние на градиента до 2p^(2L−1)·xxᵀ',
      },
      corrected: { atMost: 1e-12 },
    },
    step: {
      name: {
        en: 'largest step of a weight / distance to the next number of float32, p below 1',
        bg: 'най-голяма стъпка на тегло / разстояние до следващото число от float32, p под 1',
      },
      corrected: { atMost: 0.5 },
      literal: { atMost: 1 },
    },
    stuck: {
      name: {
        en: 'fall of the cost in all steps, p below 1',
        bg: 'спад на функцията на разходите за всички стъпки, p под 1',
      },
      corrected: { within: [0, 0] },
      literal: { atMost: 0.01 },
    },
    learns: {
      name: { en: 'the same at p = 1', bg: 'същият при p = 1' },
      corrected: { atLeast: 0.9 },
    },
  },
  settings: {
    layers: { name: { en: 'layers', bg: 'слоеве' }, value: 50, whole: true, min: 2, max: 200 },
    above: { name: { en: 'p above 1', bg: 'p над 1' }, value: 1.5 },
    below: { name: { en: 'p below 1', bg: 'p под 1' }, value: 0.5 },
    steps: { name: { en: 'steps of descent', bg: 'стъпки на спускането' }, value: 50, whole: true },
  },
  measure: ({ key, settings: { layers, above, below, steps } }) => {
    const x = randomInput(key)
    const size = (p: number): number => sizeOf(p, layers, x, key)
    const largest = item(max(abs(firstGradient(below, layers, x, key))))
    const depths = Array.from({ length: Math.ceil(layers / 5) }, (_, i) => 1 + 5 * i)
    return {
      figures: {
        up: size(above),
        down: size(below),
        formula: Math.max(...[above, below].map((p) => errorOf(p, layers, x, key))),
        step: (rate * largest) / spacing(below),
        stuck: fall(below, layers, x, key, steps),
        learns: fall(1, layers, x, key, steps),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Linear networks of up to ${layers} layers: gradient of the first weights`,
            bg: `Линейни мрежи с до ${layers} слоя: градиент на първите тегла`,
          },
          x: { title: { en: 'layers', bg: 'слоеве' }, whole: true },
          y: { title: '‖∂Σȳ²/∂W¹‖ / ‖x‖²', scale: 'log' },
          series: [above, 1, below].map((p) => ({
            name: { en: `p = ${p}`, bg: `p = ${decimalComma(p)}` },
            points: depths.map((depth) => [depth, sizeOf(p, depth, x, key)] as const),
          })),
        },
      ],
    }
  },
})
