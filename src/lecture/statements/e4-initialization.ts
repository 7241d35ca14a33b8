import { foldIn, grad, item, mul, norm, normal, sum, type Key } from 'puregrad'
import {
  activation,
  dense,
  evalMode,
  heNormal,
  lecunNormal,
  network,
  normalInitializer,
  type InitializerSpec,
} from 'puregrad/nn'
import { gainReport } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { signalPicture } from './signal-picture.ts'

const depth = 50
const width = 64

const initializers = [
  ['He', heNormal],
  ['1/n', lecunNormal],
  ['N(0, 1)', normalInitializer(1)],
] as const

/** ‖∂loss/∂W‖ of the first layer over that of the last. */
const weightGradientRatio = (weight: InitializerSpec, key: Key): number => {
  const net = network(
    width,
    ...Array.from({ length: depth }, (_, l) => [
      dense(`layer${l + 1}`, width, { weight }),
      activation('relu'),
    ]).flat(),
  )
  const { params, state } = net.init(foldIn(key, 'parameters'), { dtype: 'float64' })
  const x = normal(foldIn(key, 'inputs'), [width, width], { dtype: 'float64' })
  const direction = normal(foldIn(key, 'loss'), [width, width], { dtype: 'float64' })
  const gradient = grad((at: typeof params) => sum(mul(net.apply(evalMode, at, state, x)[0], direction)))(
    params,
  )
  const size = (layer: number): number => {
    const own = Object.entries(gradient).find(([name]) => name === `layer${layer}`)?.[1]
    return own === undefined ? NaN : item(norm(own.weight))
  }
  return size(1) / size(depth)
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const reports = initializers.map(
    ([name, weight]) => [name, gainReport(weight, 'relu', { key, depth, width })] as const,
  )
  return {
    figures: Object.fromEntries([
      ...reports.map(([name, { firstToLast }]) => [`δ first / last, ${name}`, firstToLast] as const),
      ...initializers.map(
        ([name, weight]) =>
          [`weight gradient first / last, ${name}`, weightGradientRatio(weight, key)] as const,
      ),
    ]),
    pictures: [signalPicture('The signal on its way back through 50 ReLU layers', reports)],
  }
}

/** Which initialization keeps signals alive; the lecture names the topic only in its title. */
export const e4 = earlierClaim({
  id: 'E4',
  lines: 'title',
  asWritten: {
    en: 'Initialization is announced in the title; no formula is given.',
    bg: 'Инициализацията е обявена в заглавието; формула не е дадена.',
  },
  corrected: {
    en: 'With ReLU a weight variance of 2/n (He) keeps the signal of back-propagation alive through 50 layers; 1/n lets it vanish and 1 lets it explode. The norms of the weight gradients show none of it: the signals and the activations have to be looked at.',
    bg: 'При ReLU дисперсия на теглата 2/n (He) запазва обратния сигнал през 50 слоя; 1/n го гаси, а 1 го взривява. Нормите на градиентите по теглата не показват това: трябва да се гледат самите сигнали и активации.',
  },
  marks: {
    'δ first / last, He': { within: [0.1, 10] },
    'δ first / last, 1/n': { atMost: 1e-6 },
    'δ first / last, N(0, 1)': { atLeast: 1e30 },
    'weight gradient first / last, He': { within: [0.1, 10] },
    'weight gradient first / last, 1/n': { within: [0.1, 10] },
    'weight gradient first / last, N(0, 1)': { within: [0.1, 10] },
  },
  measure,
})
