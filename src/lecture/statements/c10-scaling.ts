import fc from 'fast-check'
import { abs, item, mapTree, max, mul, sub, type Key, weightsOnly, type Tensor } from 'puregrad'
import { accuracy, evalMode, softmaxCrossEntropy } from 'puregrad/nn'
import { counterExample } from 'puregrad/testing'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { droppedNetwork, trainedOnNoise } from './noisy-digits.ts'

const rate = 0.5

/** A weight and a drop rate in percent. */
interface Scaling {
  readonly percent: number
  readonly weight: number
}

const asWritten = ({ percent, weight }: Scaling): number => ((1 - percent) / 100) * weight
const meant = ({ percent, weight }: Scaling): number => (1 - percent / 100) * weight

const scalings = fc.record({
  percent: fc.integer({ min: 1, max: 99 }),
  weight: fc.integer({ min: 1, max: 64 }),
})

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const net = droppedNetwork('slide', rate)
  const { data, params, state } = trainedOnNoise(key, net)
  const { x, y } = data.test
  // In evaluation the slide's scaling multiplies what leaves a dropout layer by 1 − p: the tap takes that back.
  const unscaled = (at: typeof params): Tensor =>
    net.apply(evalMode, at, state, x, (output, position) =>
      net.spec.layers[position]?.kind === 'dropout' ? mul(output, 1 / (1 - rate)) : output,
    )[0]
  const scaled = net.apply(evalMode, params, state, x)[0]
  const all = unscaled(mapTree(params, (leaf, path) => (weightsOnly(path) ? mul(leaf, 1 - rate) : leaf)))
  const leaving = unscaled({
    ...params,
    hidden2: { ...params.hidden2, weight: mul(params.hidden2.weight, 1 - rate) },
    output: { ...params.output, weight: mul(params.output.weight, 1 - rate) },
  })
  const loss = (logits: Tensor): number => item(softmaxCrossEntropy(logits, y))
  const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))
  const size = item(max(abs(scaled)))
  const found = counterExample(scalings, (drawn) => asWritten(drawn) === meant(drawn))
  return {
    figures: {
      'test cross-entropy, unscaled / scaled': loss(unscaled(params)) / loss(scaled),
      'accuracy that scaling changes': Math.abs(
        item(accuracy(unscaled(params), y)) - item(accuracy(scaled, y)),
      ),
      'weights that leave dropped units scaled: largest relative change of an output':
        distance(leaving, scaled) / size,
      'all weights scaled: largest relative change of an output': distance(all, scaled) / size,
      'w = 1 times (1 − p) % at p = 50': asWritten({ percent: 50, weight: 1 }),
    },
    ...(found === undefined
      ? {}
      : {
          counterExample: `p = ${found.percent} and w = ${found.weight}: (1 − p) % of w is ${asWritten(found)}, but w is kept with probability 1 − p %, which makes ${meant(found)} on average`,
        }),
  }
}

/** At test time the weights that leave droppable units are scaled by 1 − p. */
export const c10 = earlierClaim({
  id: 'C10',
  lines: '239–254',
  asWritten: {
    en: 'Training: no dropout; if the rate is p %, all weights are multiplied by (1 − p) %; for p = 50 % a weight of 1 becomes 0.5.',
    bg: 'Обучение: без dropout; ако делът е p %, всички тегла се умножават по (1 − p) %; при p = 50 % тегло 1 става 0.5.',
  },
  corrected: {
    en: 'Testing: no dropout; with a fraction p the weights that leave droppable units are multiplied by 1 − p. Without it what they feed is 1/(1 − p) times as large: over-confident outputs, a far higher cross-entropy and nearly the same accuracy. Dividing by 1 − p in training instead is the same function.',
    bg: 'Тестване: без dropout; при дял p теглата, излизащи от неврони, които могат да отпаднат, се умножават по 1 − p. Без това входовете им са 1/(1 − p) пъти по-големи: прекалено уверени изходи, много по-висока кръстосана ентропия и почти същата точност. Делението на 1 − p при обучение е същата функция.',
  },
  marks: {
    'test cross-entropy, unscaled / scaled': { atLeast: 2.5 },
    'accuracy that scaling changes': { atMost: 0.03 },
    'weights that leave dropped units scaled: largest relative change of an output': { atMost: 1e-5 },
  },
  literalMarks: {
    'all weights scaled: largest relative change of an output': { atMost: 1e-5 },
    'w = 1 times (1 − p) % at p = 50': { within: [0.5, 0.5] },
  },
  measure,
})
