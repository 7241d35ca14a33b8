import {
  abs,
  add,
  argmax,
  cast,
  div,
  equal,
  foldIn,
  item,
  jit,
  log,
  max,
  maximum,
  mean,
  normal,
  slice,
  softmax,
  sub,
  zerosLike,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  activation,
  dense,
  dropout,
  evalMode,
  network,
  softmaxCrossEntropy,
  trainMode,
  type Network,
} from 'puregrad/nn'
import { arithmeticMean, geometricMean, submodels } from 'puregrad/study'
import { claim } from '../claim.ts'
import { lossBars } from './loss-bars.ts'
import { decimalComma } from './decimal-comma.ts'
import { masksOf } from './dropout-masks.ts'
import { noisyBatch } from './noisy-digits.ts'
import { keyOfUpdate } from './train-epochs.ts'
import { withAndWithoutDropout } from './with-and-without-dropout.ts'

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** How far the mean of all 2^10 sub-networks of a small network is from the scaled one. */
const allSubmodels = (key: Key): Readonly<Record<'linear' | 'softmax' | 'rectified', number>> => {
  const x = normal(foldIn(key, 'x'), [4, 10], { dtype: 'float64' })
  const drop = dropout('drop', 0.5, { scaling: 'slide' })
  const outputs = <P, S>(net: Network<P, S>, own: Key) => {
    const { params, state } = net.init(own, { dtype: 'float64' })
    const models = submodels(net)
    return {
      each: Array.from({ length: Number(models.count) }, (_, mask) =>
        models.apply(BigInt(mask), params, state, x),
      ),
      scaled: net.apply(evalMode, params, state, x)[0],
    }
  }
  const linear = outputs(network(10, drop, dense('out', 3)), foldIn(key, 'linear'))
  const rectified = outputs(
    network(
      10,
      dense('in', 10),
      activation('relu'),
      drop,
      dense('middle', 6),
      activation('relu'),
      dense('out', 1),
    ),
    foldIn(key, 'rectified'),
  )
  return {
    linear: distance(arithmeticMean(linear.each), linear.scaled),
    softmax: distance(geometricMean(linear.each.map((logits) => softmax(logits))), softmax(linear.scaled)),
    rectified: distance(arithmeticMean(rectified.each), rectified.scaled),
  }
}

/** Each sub-network that an update of a training was made to, once. */
const subnetworksMet = (
  training: Key,
  { rate, epochs, batches }: { readonly rate: number; readonly epochs: number; readonly batches: number },
): ReadonlySet<string> => {
  const layers = [
    masksOf('drop1', { width: 128, rate, mask: 'per-batch' }),
    masksOf('drop2', { width: 64, rate, mask: 'per-batch' }),
  ]
  return new Set(
    Array.from({ length: epochs * batches }, (_, i) => {
      const update = keyOfUpdate(training, Math.floor(i / batches), i % batches)
      return layers.map((masks) => masks(update, 1)[0]!).join('')
    }),
  )
}

/** Losses on some test rows: without dropout, of the scaled network, and of the mean over masks. */
const meanAndScaled = (
  { data, plain, dropped }: ReturnType<typeof withAndWithoutDropout>,
  { masks, rows }: { readonly masks: readonly Key[]; readonly rows: number },
) => {
  const { net, params, state } = dropped
  const x = slice(data.test.x, [0, 0], [rows, 256])
  const y = slice(data.test.y, [0], [rows])
  const summed = jit((sum: Tensor, own: Key) =>
    add(sum, softmax(net.apply(trainMode(own), params, state, x)[0])),
  )
  const scaled = softmax(net.apply(evalMode, params, state, x)[0])
  const sum = masks.reduce<Tensor>((total, own) => summed(total, own), zerosLike(scaled))
  const average = div(sum, masks.length)
  const loss = (probabilities: Tensor): number =>
    item(softmaxCrossEntropy(log(maximum(probabilities, 1e-38)), y))
  const same = equal(argmax(average, { axis: 1 }), argmax(scaled, { axis: 1 }))
  return {
    agreement: item(mean(cast(same, 'float64'))),
    plainLoss: item(softmaxCrossEntropy(plain.net.apply(evalMode, plain.params, plain.state, x)[0], y)),
    scaledLoss: loss(scaled),
    averageLoss: loss(average),
  }
}

/** Dropout trains all thinner networks at once; scaling stands for their average. */
export const c7 = claim({
  id: 'C7',
  lines: '180–187',
  asWritten: {
    en: 'Dropout is bagging for neural networks: it cheaply trains the ensemble of all sub-networks that are left when units other than outputs are removed.',
    bg: 'Отпадането (dropout) е пакетиране (bagging) за невронни мрежи: евтино обучава ансамбъла от всички подмрежи, които остават при премахване на неврони извън изходните.',
  },
  corrected: {
    en: 'The 2^M sub-networks have one set of parameters; a training meets a vanishing share of them, nearly each for one update. That the scaled network is their average is exact for linear units (arithmetic mean) and for one softmax layer (geometric mean); elsewhere it is an approximation that mostly names the same class, with more confidence than the average has and a higher loss. With or without the average, dropout lowers the test loss.',
    bg: 'Подмрежите са 2^M с общи параметри; обучението среща нищожен дял от тях, почти всяка за една стъпка. Че мащабираната мрежа е тяхното средно, е точно за линейни неврони (средно аритметично) и за един слой softmax (средно геометрично); другаде е приближение, което обикновено посочва същия клас, но по-уверено от средното и с по-голяма загуба. И без осредняване отпадането намалява загубата върху тестовия набор.',
  },
  condition: {
    en: '“all” sub-networks are those that share parameters with the few which are met, and their average is only approximated where a non-linearity follows the dropped units.',
    bg: '„всички“ подмрежи са тези, които имат общи параметри с малкото срещнати, а средното им е само приближено, когато след премахнатите неврони има нелинейност.',
  },
  measures: {
    met: {
      name: {
        en: 'share of all sub-networks that an update was made to',
        bg: 'дял на подмрежите, обучавани поне с една стъпка',
      },
      corrected: { atMost: 1e-6 },
      literal: { within: [1, 1] },
    },
    rectifiedMean: {
      name: {
        en: 'ReLU: mean of all sub-networks against the scaled network',
        bg: 'ReLU: средно на всички подмрежи спрямо мащабираната мрежа',
      },
      // A million times what rounding does to the means that are exact.
      corrected: { atLeast: 1e-6 },
      literal: { atMost: 1e-12 },
    },
    gain: {
      name: {
        en: 'test cross-entropy with dropout / without',
        bg: 'кръстосана ентропия (тестов набор) с отпадане / без него',
      },
      corrected: { atMost: 0.9 },
      literal: { atMost: 1 },
    },
    once: {
      name: {
        en: 'share of updates that met a new sub-network',
        bg: 'дял на стъпките, срещнали нова подмрежа',
      },
      corrected: { atLeast: 0.99 },
    },
    linearMean: {
      name: {
        en: 'linear: mean of all against the scaled network',
        bg: 'линейна: средно на всички спрямо мащабираната мрежа',
      },
      corrected: { atMost: 1e-12 },
    },
    softmaxMean: {
      name: {
        en: 'softmax: geometric mean of all against the scaled network',
        bg: 'softmax: средно геометрично на всички спрямо мащабираната мрежа',
      },
      corrected: { atMost: 1e-12 },
    },
    agreement: {
      name: {
        en: 'trained network: rows with the same class by the mean of many masks',
        bg: 'обучена мрежа: дял на редовете със същия клас според средното на много маски',
      },
      corrected: { atLeast: 0.85 },
    },
    confidence: {
      name: {
        en: 'cross-entropy of the scaled network / of that mean',
        bg: 'кръстосана ентропия на мащабираната мрежа / на това средно',
      },
      corrected: { atLeast: 1.02 },
    },
  },
  settings: {
    rate: { name: { en: 'dropout rate', bg: 'дял на отпадане' }, value: 0.5, max: 0.95 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 150, whole: true, max: 1000 },
    masks: { name: { en: 'masks in the mean', bg: 'маски в средното' }, value: 500, whole: true, max: 5000 },
    rows: {
      name: { en: 'test rows for the mean', bg: 'тестови редове за средното' },
      value: 400,
      whole: true,
      max: 4000,
    },
  },
  measure: ({ key, settings: { rate, epochs, masks, rows }, progress }) => {
    const small = allSubmodels(key)
    progress(1, 4)
    const trained = withAndWithoutDropout(key, { rate, epochs })
    progress(2, 4)
    const batches = Math.ceil(trained.data.train.n / noisyBatch)
    const met = subnetworksMet(foldIn(key, 'training'), { rate, epochs, batches })
    progress(3, 4)
    const { agreement, plainLoss, scaledLoss, averageLoss } = meanAndScaled(trained, {
      masks: Array.from({ length: masks }, (_, i) => foldIn(foldIn(key, 'masks'), i)),
      rows,
    })
    return {
      figures: {
        met: met.size / Number(submodels(trained.dropped.net).count),
        rectifiedMean: small.rectified,
        gain: trained.dropped.test.loss / trained.plain.test.loss,
        once: met.size / (epochs * batches),
        linearMean: small.linear,
        softmaxMean: small.softmax,
        agreement,
        confidence: scaledLoss / averageLoss,
      },
      pictures: [
        lossBars(
          {
            en: `Noisy digits after ${epochs} epochs, dropout rate ${rate}: loss on ${rows} test rows`,
            bg: `Цифри с шум след ${epochs} епохи, дял на отпадане ${decimalComma(rate)}: загуба върху ${rows} тестови реда`,
          },
          [
            { name: { en: 'without dropout', bg: 'без отпадане' }, value: plainLoss },
            { name: { en: 'with dropout, scaled', bg: 'с отпадане, мащабирана' }, value: scaledLoss },
            {
              name: { en: `mean of ${masks} sub-networks`, bg: `средно на ${masks} подмрежи` },
              value: averageLoss,
            },
          ],
        ),
      ],
    }
  },
})
