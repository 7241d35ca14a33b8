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
  max,
  mean,
  normal,
  slice,
  softmax,
  sub,
  zerosLike,
  type Key,
  type Tensor,
} from 'puregrad'
import { activation, dense, dropout, evalMode, network, trainMode } from 'puregrad/nn'
import { arithmeticMean, geometricMean, submodels } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { droppedNetwork, trainedOnNoise } from './noisy-digits.ts'

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const x = normal(foldIn(key, 'x'), [4, 10], { dtype: 'float64' })
  const slide = { scaling: 'slide' } as const
  const linear = network(10, dropout('drop', 0.5, slide), dense('out', 3))
  const rectified = network(
    10,
    dense('in', 10),
    activation('relu'),
    dropout('drop', 0.5, slide),
    dense('middle', 6),
    activation('relu'),
    dense('out', 1),
  )
  const start = linear.init(foldIn(key, 'linear'), { dtype: 'float64' })
  const deep = rectified.init(foldIn(key, 'rectified'), { dtype: 'float64' })
  const masks = Array.from({ length: 1024 }, (_, mask) => BigInt(mask))
  const models = submodels(linear)
  const outputs = masks.map((mask) => models.apply(mask, start.params, start.state, x))
  const scaled = linear.apply(evalMode, start.params, start.state, x)[0]
  const deepModels = submodels(rectified)
  const deepMean = arithmeticMean(masks.map((mask) => deepModels.apply(mask, deep.params, deep.state, x)))
  const deepScaled = rectified.apply(evalMode, deep.params, deep.state, x)[0]

  const net = droppedNetwork('inverted')
  const { data, params, state } = trainedOnNoise(key, net)
  const rows = slice(data.test.x, [0, 0], [200, 256])
  const summed = jit((sum: Tensor, own: Key) =>
    add(sum, softmax(net.apply(trainMode(own), params, state, rows)[0])),
  )
  const plain = softmax(net.apply(evalMode, params, state, rows)[0])
  const average = div(
    Array.from({ length: 2000 }, (_, i) => foldIn(foldIn(key, 'masks'), i)).reduce<Tensor>(
      (sum, own) => summed(sum, own),
      zerosLike(plain),
    ),
    2000,
  )
  const same = equal(argmax(average, { axis: 1 }), argmax(plain, { axis: 1 }))
  return {
    figures: {
      'submodels of 10 units': Number(models.count),
      'linear: mean of all against the scaled network': distance(arithmeticMean(outputs), scaled),
      'softmax: geometric mean of all against the scaled network': distance(
        geometricMean(outputs.map((logits) => softmax(logits))),
        softmax(scaled),
      ),
      'ReLU: mean of all against the scaled network': distance(deepMean, deepScaled),
      'trained network: same class as the mean of 2,000 masks': item(mean(cast(same, 'float64'))),
    },
  }
}

/** Dropout trains all thinner networks at once; scaling stands for their average. */
export const c7 = earlierClaim({
  id: 'C7',
  lines: '180–187',
  asWritten: {
    en: 'Dropout is bagging for neural networks: it trains the ensemble of all sub-networks that are left when units other than outputs are removed, cheaply.',
    bg: 'Dropout е bagging за невронни мрежи: евтино обучава ансамбъла от всички подмрежи, които остават при премахване на неврони извън изходните.',
  },
  corrected: {
    en: 'There are 2^M sub-networks with one set of parameters. That the scaled network is their average is exact for linear units (arithmetic mean) and for one softmax layer (geometric mean); elsewhere it is an approximation that mostly names the same class.',
    bg: 'Подмрежите са 2^M с едни и същи параметри. Че мащабираната мрежа е тяхното средно, е точно за линейни неврони (аритметично) и за един softmax слой (геометрично); другаде е приближение, което в повечето случаи посочва същия клас.',
  },
  condition: {
    en: '“the ensemble” is read as an average that is only approximated where a non-linearity follows the dropped units.',
    bg: '„ансамбълът“ се чете като средно, което е само приближено, когато след премахнатите неврони има нелинейност.',
  },
  marks: {
    'submodels of 10 units': { within: [1024, 1024] },
    'linear: mean of all against the scaled network': { atMost: 1e-12 },
    'softmax: geometric mean of all against the scaled network': { atMost: 1e-12 },
    'ReLU: mean of all against the scaled network': { atLeast: 0.01 },
    'trained network: same class as the mean of 2,000 masks': { atLeast: 0.9 },
  },
  measure,
})
