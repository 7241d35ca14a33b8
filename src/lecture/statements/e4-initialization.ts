import { signalPicture } from 'puregrad/report'
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
import { gainReport, layerOutputs } from 'puregrad/study'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { histograms } from './histogram.ts'
import { descendedNetwork, normalizedNetwork } from './normalized-network.ts'

interface Size {
  readonly layers: number
  readonly units: number
}

const initializers = [
  { name: 'He, 2/n', weight: heNormal },
  { name: '1/n', weight: lecunNormal },
  { name: 'N(0, 1)', weight: normalInitializer(1) },
] as const

const deepRelu = (weight: InitializerSpec, { layers, units }: Size, key: Key) => {
  const net = network(
    units,
    ...Array.from({ length: layers }, (_, l) => [
      dense(`layer${l + 1}`, units, { weight }),
      activation('relu'),
    ]).flat(),
  )
  const x = normal(foldIn(key, 'inputs'), [units, units], { dtype: 'float64' })
  return { net, x, ...net.init(foldIn(key, 'parameters'), { dtype: 'float64' }) }
}

/** ‖∂loss/∂W‖ of the first layer over that of the last. */
const weightGradientRatio = (weight: InitializerSpec, size: Size, key: Key): number => {
  const { net, x, params, state } = deepRelu(weight, size, key)
  const direction = normal(foldIn(key, 'loss'), x.shape, { dtype: 'float64' })
  const gradient = grad((at: typeof params) => sum(mul(net.apply(evalMode, at, state, x)[0], direction)))(
    params,
  )
  const normOf = (layer: number): number => {
    const own = Object.entries(gradient).find(([name]) => name === `layer${layer}`)?.[1]
    return own === undefined ? NaN : item(norm(own.weight))
  }
  return normOf(1) / normOf(size.layers)
}

/** The activations of a few layers of such a network. */
const activationPicture = (weight: InitializerSpec, name: string, size: Size, key: Key) => {
  const { net, x, params, state } = deepRelu(weight, size, key)
  const outputs = layerOutputs(net, params, state, x)
  const shown = [...new Set([1, Math.ceil(size.layers / 10), Math.ceil(size.layers / 5)])]
  return {
    kind: 'histograms',
    title: {
      en: `Activations of ReLU layers of ${size.units} units, initialization ${name}`,
      bg: `Активации на слоеве ReLU с ${size.units} неврона, инициализация ${name}`,
    },
    x: { title: { en: 'activation', bg: 'активация' } },
    panels: histograms(
      shown.map((layer) => ({
        name: { en: `layer ${layer}`, bg: `слой ${layer}` },
        values: outputs[2 * layer - 1] ?? x,
      })),
    ),
  } as const
}

const factor = (name: string) => ({
  en: `signal at the first layer / last, ${name}`,
  bg: `сигнал при първия слой / последния, ${name}`,
})

const weights = (name: string) => ({
  en: `weight gradient of the first layer / last, ${name}`,
  bg: `градиент по теглата на първия слой / последния, ${name}`,
})

/** Which initialization keeps signals alive; the lecture names the topic only in its title. */
export const e4 = claim({
  id: 'E4',
  lines: 'title',
  asWritten: {
    en: 'Initialization is among the things that decide whether a deep network can be trained (the title; no formula is given).',
    bg: 'Инициализацията е сред нещата, които решават дали дълбока мрежа може да се обучи (заглавието; формула не е дадена).',
  },
  corrected: {
    en: 'The same, with numbers: with ReLU a weight variance of 2/n (He) keeps the signal of back-propagation alive through 50 layers; 1/n lets it vanish and 1 lets it explode. A network of 15 layers learns from the first and not from the others. The norms of the weight gradients show none of it: the signals and the activations have to be looked at.',
    bg: 'Същото, с числа: при ReLU дисперсия на теглата 2/n (He) запазва обратния сигнал през 50 слоя; 1/n го гаси, а 1 го взривява. Мрежа от 15 слоя се учи от първата инициализация, от другите не. Нормите на градиентите по теглата не показват това: трябва да се гледат самите сигнали и активации.',
  },
  measures: {
    gain: {
      name: {
        en: 'accuracy after a short training, He less 1/n',
        bg: 'точност след кратко обучение, He минус 1/n',
      },
      corrected: { atLeast: 0.2 },
      literal: { atLeast: 0.2 },
    },
    he: { name: factor('He, 2/n'), corrected: { within: [0.01, 100] } },
    lecun: { name: factor('1/n'), corrected: { atMost: 1e-6 } },
    one: { name: factor('N(0, 1)'), corrected: { atLeast: 1e30 } },
    heWeights: { name: weights('He, 2/n'), corrected: { within: [0.1, 10] } },
    lecunWeights: { name: weights('1/n'), corrected: { within: [0.1, 10] } },
    oneWeights: { name: weights('N(0, 1)'), corrected: { within: [0.1, 10] } },
  },
  settings: {
    layers: {
      name: { en: 'layers for signals', bg: 'слоеве за сигналите' },
      value: 50,
      whole: true,
      min: 2,
      max: 200,
    },
    units: {
      name: { en: 'units of a layer', bg: 'неврони в слой' },
      value: 64,
      whole: true,
      min: 1,
      max: 512,
    },
    trained: {
      name: { en: 'layers of the trained network', bg: 'слоеве на обучаваната мрежа' },
      value: 15,
      whole: true,
      min: 1,
      max: 50,
    },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 10, whole: true, min: 1, max: 200 },
    rate: { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 0.05 },
  },
  measure: ({ key, settings: { layers, units, trained, epochs, rate }, progress }) => {
    const size = { layers, units }
    const reports = initializers.map(
      ({ name, weight }) => [name, gainReport(weight, 'relu', { key, depth: layers, width: units })] as const,
    )
    const [he = NaN, lecun = NaN, one = NaN] = reports.map(([, { firstToLast }]) => firstToLast)
    const [heWeights = NaN, lecunWeights = NaN, oneWeights = NaN] = initializers.map(({ weight }) =>
      weightGradientRatio(weight, size, key),
    )
    const { train, test } = digitsParts(key, { train: 2000, test: 1000 })
    const [good = NaN, bad = NaN] = initializers.slice(0, 2).map(({ weight }, i) => {
      const net = normalizedNetwork({ layers: trained, units, by: 'relu', weight })
      const end = descendedNetwork(key, net, train, { epochs, rate })
      progress(i + 1, 2)
      return evaluate(net, end.params, end.layers, test).accuracy
    })
    return {
      figures: { gain: good - bad, he, lecun, one, heWeights, lecunWeights, oneWeights },
      pictures: [
        signalPicture(
          reports.map(([name, { probes }]) => ({ name, probes })),
          {
            title: {
              en: `The signal on its way back through ${layers} ReLU layers of ${units} units`,
              bg: `Обратният сигнал през ${layers} слоя ReLU с ${units} неврона`,
            },
            layers: 'numbered',
          },
        ),
        activationPicture(heNormal, 'He', size, key),
        activationPicture(lecunNormal, '1/n', size, key),
      ],
    }
  },
})
