import { signalPicture } from 'puregrad/report'
import {
  abs,
  div,
  expandDims,
  item,
  jvp,
  max,
  mul,
  onesLike,
  relu,
  sigmoid,
  softplus,
  stage,
  sub,
  sum,
  tensor,
  toTypedArray,
  type Tensor,
} from 'puregrad'
import { activationFunctions, heNormal, xavierNormal, type ActivationName } from 'puregrad/nn'
import { gainReport } from 'puregrad/study'
import { claim } from '../claim.ts'

/** hΣ σ((z − (k − ½)h)/h) for k from 1 to n: n copies of a sigmoid with biases h apart, 1/h times as steep. */
const staircase = (z: Tensor, n: number, h = 1): Tensor => {
  const biases = tensor(
    Array.from({ length: n }, (_, i) => (i + 0.5) * h),
    { dtype: 'float64' },
  )
  return mul(sum(sigmoid(div(sub(expandDims(z, { axis: 1 }), biases), h)), { axis: 1 }), h)
}

/** How many exponentials and functions made of them the value and the slope take. */
const exponentials = (name: ActivationName): number =>
  stage((x: Tensor) => jvp(activationFunctions[name], [x], [onesLike(x)]))(
    tensor([1], { dtype: 'float64' }),
  ).program.equations.filter(({ operation }) =>
    ['exp', 'expm1', 'log1p', 'tanh', 'sigmoid', 'softplus'].includes(operation),
  ).length

const slopesOf = (name: ActivationName, z: Tensor): Tensor =>
  jvp(activationFunctions[name], [z], [onesLike(z)])[1]

const shown = ['sigmoid', 'tanh', 'relu', 'leakyRelu', 'softplus'] as const

const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** Rectified linear units. */
export const e6 = claim({
  id: 'E6',
  lines: '449–466',
  asWritten: {
    en: 'The rectified linear unit is fast to compute, is infinitely many sigmoids with different biases and cures vanishing gradients.',
    bg: 'ReLU се пресмята бързо, равностойна е на безброй сигмоиди с различни отмествания и лекува затихващите градиенти.',
  },
  corrected: {
    en: 'It needs no exponential. Sigmoids with biases −½, −1½, −2½ … add up to softplus within 0.011, which is log 2 away from ReLU at 0; sixteen times as dense and as steep they come within 0.05 of it. Its slope is 1 wherever a unit is active, so under He’s initialization 20 layers keep the signal that sigmoids lose; under Xavier’s, which suits tanh, they keep a thousandth.',
    bg: 'Не изисква експонента. Сигмоиди с отмествания −½, −1½, −2½ … се събират до softplus с точност 0,011, а тя е на log 2 от ReLU в нулата; шестнадесет пъти по-гъсти и по-стръмни, те я доближават до 0,05. Наклонът ѝ е 1, където невронът е активен, затова при инициализация на He 20 слоя запазват сигнала, който сигмоидите губят; при тази на Xavier, подходяща за tanh, остава хилядна.',
  },
  condition: {
    en: 'the sigmoids get steeper as they get denser, and weights have the variance 2/n.',
    bg: 'сигмоидите стават по-стръмни, колкото са по-гъсти, и теглата са с дисперсия 2/n.',
  },
  remark: {
    en: 'The list of reasons is lost; the sigmoids with different biases are not in the text.',
    bg: 'Изброените причини са изгубени; сигмоидите с различни отмествания не са в текста.',
  },
  measures: {
    cheap: {
      name: {
        en: 'exponentials for value and slope of one ReLU',
        bg: 'експоненти за стойност и наклон на една ReLU',
      },
      corrected: { within: [0, 0] },
      literal: { atMost: 0 },
    },
    dear: {
      name: {
        en: 'exponentials for value and slope of one sigmoid',
        bg: 'експоненти за стойност и наклон на една сигмоида',
      },
      corrected: { atLeast: 1 },
      literal: { atLeast: 1 },
    },
    toRelu: {
      name: {
        en: 'sum of sigmoids against ReLU, largest distance on [−5, 8]',
        bg: 'сбор от сигмоиди спрямо ReLU, най-голямо разстояние в [−5, 8]',
      },
      corrected: { within: [0.68, 0.71] },
      literal: { atMost: 0.05 },
    },
    steepToRelu: {
      name: { en: 'the same, denser and steeper', bg: 'същото, по-гъсти и по-стръмни' },
      corrected: { atMost: 0.05 },
    },
    toSoftplus: {
      name: {
        en: 'sum of sigmoids against softplus, largest distance on [−5, 8]',
        bg: 'сбор от сигмоиди спрямо softplus, най-голямо разстояние в [−5, 8]',
      },
      corrected: { atMost: 0.011 },
    },
    he: {
      name: {
        en: 'signal at the first layer / last, ReLU under He',
        bg: 'сигнал при първия слой / последния, ReLU по He',
      },
      corrected: { within: [0.1, 10] },
      literal: { atLeast: 0.1 },
    },
    xavier: {
      name: {
        en: 'the same under Xavier, as for sigmoids',
        bg: 'същото по Xavier, както при сигмоидите',
      },
      corrected: { atMost: 0.05 },
      literal: { atLeast: 0.1 },
    },
    sigmoid: {
      name: { en: 'the same, sigmoid under Xavier', bg: 'същото, сигмоида по Xavier' },
      corrected: { atMost: 1e-9 },
    },
    reluSlope: {
      name: { en: 'greatest slope of ReLU', bg: 'най-голям наклон на ReLU' },
      corrected: { within: [1, 1] },
    },
    sigmoidSlope: {
      name: { en: 'greatest slope of a sigmoid', bg: 'най-голям наклон на сигмоида' },
      corrected: { within: [0.2499, 0.25] },
    },
    atZero: {
      name: { en: 'slope taken at 0', bg: 'наклон, приет в нулата' },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    sigmoids: { name: { en: 'sigmoids', bg: 'сигмоиди' }, value: 199, whole: true, min: 1, max: 2000 },
    denser: {
      name: { en: 'times as dense and steep', bg: 'пъти по-гъсти и стръмни' },
      value: 16,
      whole: true,
      min: 1,
      max: 64,
    },
    layers: { name: { en: 'layers', bg: 'слоеве' }, value: 20, whole: true, min: 2, max: 200 },
  },
  measure: ({ key, settings: { sigmoids, denser, layers } }) => {
    const zs = Array.from({ length: 1301 }, (_, i) => i / 100 - 5)
    const z = tensor(zs, { dtype: 'float64' })
    const curve = (values: Tensor) => {
      const ys = toTypedArray(values)
      return zs.flatMap((x, i) => (i % 10 === 0 ? [[x, Number(ys[i])] as const] : []))
    }
    const depth = { key, depth: layers, width: 64 }
    const reports = [
      [{ en: 'ReLU, He', bg: 'ReLU, He' }, gainReport(heNormal, 'relu', depth)],
      [{ en: 'ReLU, Xavier', bg: 'ReLU, Xavier' }, gainReport(xavierNormal, 'relu', depth)],
      [{ en: 'sigmoid, Xavier', bg: 'сигмоида, Xavier' }, gainReport(xavierNormal, 'sigmoid', depth)],
    ] as const
    const [he = NaN, xavier = NaN, lost = NaN] = reports.map(([, { firstToLast }]) => firstToLast)
    const steep = staircase(z, sigmoids * denser, 1 / denser)
    return {
      figures: {
        cheap: exponentials('relu'),
        dear: exponentials('sigmoid'),
        toRelu: apart(staircase(z, sigmoids), relu(z)),
        steepToRelu: apart(steep, relu(z)),
        toSoftplus: apart(staircase(z, sigmoids), softplus(z)),
        he,
        xavier,
        sigmoid: lost,
        reluSlope: item(max(slopesOf('relu', z))),
        sigmoidSlope: item(max(slopesOf('sigmoid', z))),
        atZero: item(slopesOf('relu', tensor([0], { dtype: 'float64' }))),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: 'Sigmoids with biases −½, −1½ …, added up',
            bg: 'Сбор от сигмоиди с отмествания −½, −1½ …',
          },
          x: { title: 'z' },
          y: { title: 'a' },
          series: [
            { name: { en: '1 sigmoid', bg: '1 сигмоида' }, points: curve(staircase(z, 1)) },
            { name: '3', points: curve(staircase(z, 3)) },
            { name: String(sigmoids), points: curve(staircase(z, sigmoids)) },
            {
              name: { en: `${denser} times as dense`, bg: `${denser} пъти по-гъсти` },
              points: curve(steep),
            },
            { name: 'ReLU', points: curve(relu(z)) },
          ],
        },
        {
          kind: 'curves',
          title: {
            en: 'What an activation lets through on the way back',
            bg: 'Какво пропуска активацията на връщане',
          },
          x: { title: 'z' },
          y: { title: { en: 'slope', bg: 'наклон' } },
          series: shown.map((name) => ({ name, points: curve(slopesOf(name, z)) })),
        },
        signalPicture(
          reports.map(([name, { probes }]) => ({ name, probes })),
          {
            title: {
              en: `The signal on its way back through ${layers} layers of 64 units`,
              bg: `Обратният сигнал през ${layers} слоя с 64 неврона`,
            },
            layers: 'numbered',
          },
        ),
      ],
    }
  },
})
