import { signalPicture } from 'puregrad/report'
import { foldIn, slice, type Key } from 'puregrad'
import type { Classes, Dataset } from 'puregrad/data'
import { calibrateMode, softmaxCrossEntropy, xavierNormal, type BatchNormOptions } from 'puregrad/nn'
import { gainReport, layerOutputs, probe } from 'puregrad/study'
import { evaluate } from 'puregrad/training'
import { claim } from '../claim.ts'
import { digitsParts } from './digits-parts.ts'
import { histograms } from './histogram.ts'
import { descendedNetwork, normalizedNetwork } from './normalized-network.ts'

const activations = ['sigmoid', 'tanh', 'relu'] as const

const watched = 200

const sigmoids = (layers: number, norm?: BatchNormOptions) =>
  normalizedNetwork({ layers, by: 'sigmoid', norm, weight: xavierNormal })

/** The largest share of saturated units of any layer, before training: slopes below a hundredth, a 25th of the greatest. */
const mostSaturated = (key: Key, { x, y }: Dataset<'train', Classes>, layers: number): number => {
  const net = sigmoids(layers)
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const labels = slice(y, [0], [watched])
  const rows = slice(x, [0, 0], [watched, 256])
  const probes = probe(net, params, state, rows, (logits) => softmaxCrossEntropy(logits, labels))
  return Math.max(...probes.map(({ saturated }) => saturated))
}

/** What the sigmoids of the first, the middle and the last hidden layer are given at the start. */
const inputPicture = (key: Key, { x }: Dataset<'train', Classes>, layers: number) => {
  const rows = slice(x, [0, 0], [watched, 256])
  const given = (norm: BatchNormOptions | undefined) => {
    const net = sigmoids(layers, norm)
    const { params, state } = net.init(foldIn(key, 'parameters'))
    const stride = norm === undefined ? 2 : 3
    const outputs = layerOutputs(net, params, state, rows, calibrateMode)
    return [1, layers].map((layer) => ({ layer, values: outputs[stride * layer - 2] ?? rows }))
  }
  return {
    kind: 'histograms',
    title: {
      en: `${layers} sigmoid layers before training: what the sigmoids are given, ${watched} digits`,
      bg: `${layers} сигмоидни слоя преди обучение: входът на сигмоидите, ${watched} цифри`,
    },
    x: { title: 'z' },
    panels: histograms([
      ...given(undefined).map(({ layer, values }) => ({
        name: { en: `layer ${layer}`, bg: `слой ${layer}` },
        values,
      })),
      ...given({}).map(({ layer, values }) => ({
        name: { en: `layer ${layer}, normalized`, bg: `слой ${layer}, с нормализация` },
        values,
      })),
    ]),
  } as const
}

/** A sigmoid passes on at most a quarter of a signal. */
export const e5 = claim({
  id: 'E5',
  lines: '442–443',
  asWritten: {
    en: 'Sigmoids should not be used in deep networks, because they saturate.',
    bg: 'Сигмоидни функции не бива да се ползват в дълбоки мрежи, защото се насищат.',
  },
  corrected: {
    en: 'The slope of a sigmoid is at most ¼, so in hidden layers the signal shrinks with depth although not one unit saturates, and nothing is learned; tanh keeps it. With batch normalization the same sigmoids learn, and as an output a sigmoid is fine.',
    bg: 'Наклонът на сигмоидата е най-много ¼, затова в скритите слоеве сигналът се свива с дълбочината, макар че нито един неврон не се насища, и нищо не се научава; tanh го запазва. С нормализация по партиди същите сигмоиди се учат, а като изход сигмоидата е подходяща.',
  },
  condition: {
    en: 'the sigmoids are in hidden layers and nothing normalizes what they are given; and the reason is their slope of at most ¼.',
    bg: 'сигмоидите са в скрити слоеве и нищо не нормализира входа им; а причината е наклонът им от най-много ¼.',
  },
  measures: {
    sigmoid: {
      name: {
        en: 'signal at the first layer / last, sigmoid',
        bg: 'сигнал при първия слой / последния, сигмоида',
      },
      corrected: { atMost: 1e-9 },
      literal: { atMost: 1e-3 },
    },
    tanh: {
      name: { en: 'the same, tanh', bg: 'същото, tanh' },
      corrected: { atLeast: 0.05 },
    },
    plainAccuracy: {
      name: {
        en: 'test accuracy of a deep sigmoid network',
        bg: 'точност при тест на дълбока сигмоидна мрежа',
      },
      corrected: { atMost: 0.2 },
      literal: { atMost: 0.5 },
    },
    normalizedAccuracy: {
      name: { en: 'the same with batch normalization', bg: 'същата с нормализация по партиди' },
      corrected: { atLeast: 0.6 },
      literal: { atMost: 0.5 },
    },
    saturated: {
      name: {
        en: 'largest share of saturated units of a layer, before training',
        bg: 'най-голям дял на наситени неврони в слой, преди обучение',
      },
      corrected: { atMost: 0.01 },
      literal: { atLeast: 0.1 },
    },
  },
  settings: {
    layers: {
      name: { en: 'layers for signals', bg: 'слоеве за сигналите' },
      value: 20,
      whole: true,
      min: 2,
      max: 200,
    },
    trained: {
      name: { en: 'layers of the trained network', bg: 'слоеве на обучаваната мрежа' },
      value: 10,
      whole: true,
      min: 1,
      max: 50,
    },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 10, whole: true, min: 1, max: 200 },
    rate: { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 0.2 },
  },
  measure: ({ key, settings: { layers, trained, epochs, rate }, progress }) => {
    const reports = activations.map(
      (name) => [name, gainReport(xavierNormal, name, { key, depth: layers, width: 64 })] as const,
    )
    const [sigmoid = NaN, tanh = NaN] = reports.map(([, { firstToLast }]) => firstToLast)
    const { train, test } = digitsParts(key, { train: 2000, test: 1000 })
    const accuracyOf = (norm: BatchNormOptions | undefined, done: number): number => {
      const net = sigmoids(trained, norm)
      const end = descendedNetwork(key, net, train, { epochs, rate })
      progress(done, 2)
      return evaluate(net, end.params, end.layers, test).accuracy
    }
    return {
      figures: {
        sigmoid,
        tanh,
        plainAccuracy: accuracyOf(undefined, 1),
        normalizedAccuracy: accuracyOf({}, 2),
        saturated: mostSaturated(key, train, trained),
      },
      pictures: [
        signalPicture(
          reports.map(([name, { probes }]) => ({ name, probes })),
          {
            title: {
              en: `The signal on its way back through ${layers} layers of 64 units under Xavier’s initialization`,
              bg: `Обратният сигнал през ${layers} слоя с 64 неврона при инициализация на Xavier`,
            },
            layers: 'numbered',
          },
        ),
        inputPicture(key, train, trained),
      ],
    }
  },
})
