import { foldIn, item, max, min, sub, sum, type Tensor } from 'puregrad'
import { allForTraining, digits16 } from 'puregrad/data'
import {
  activation,
  constant,
  dense,
  network,
  xavierNormal,
  zerosInitializer,
  type InitializerSpec,
} from 'puregrad/nn'
import { evaluate } from 'puregrad/training'
import { weightImages, type Picture, type PictureText } from 'puregrad/report'
import { claim } from '../claim.ts'
import { numericalRank } from './numerical-rank.ts'
import { rowsOf } from './rows-of.ts'
import { trainedByAdam } from './trained-by-adam.ts'

/** What the first hidden units look for. */
const unitImages = (title: PictureText, w: Tensor): Picture =>
  weightImages(w, {
    title,
    most: 8,
    caption: (unit) => ({ en: `unit ${unit + 1}`, bg: `неврон ${unit + 1}` }),
  })

/** Units that start equal stay equal: their gradients are equal. */
export const e3 = claim({
  id: 'E3',
  lines: '438–441',
  asWritten: {
    en: 'Weights are initialized at random to break symmetry, so that hidden units learn different patterns.',
    bg: 'Теглата се инициализират случайно, за да се наруши симетрията и скритите неврони да учат различни образци.',
  },
  corrected: {
    en: 'The same, measured: from zeros or a constant all hidden units stay one unit, bit for bit, and the network learns no more than one unit can.',
    bg: 'Същото, измерено: от нули или константа всички скрити неврони остават един и същ неврон, бит по бит, и мрежата не научава повече от един неврон.',
  },
  measures: {
    zeroSpread: {
      name: { en: 'spread of hidden columns, zeros', bg: 'разлика между скритите стълбове, нули' },
      corrected: { within: [0, 0] },
    },
    sameSpread: {
      name: { en: 'spread of hidden columns, constant', bg: 'разлика между скритите стълбове, константа' },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    zeroRank: {
      name: { en: 'rank of the hidden weights, zeros', bg: 'ранг на скритите тегла, нули' },
      corrected: { atMost: 1 },
    },
    sameRank: {
      name: { en: 'rank of the hidden weights, constant', bg: 'ранг на скритите тегла, константа' },
      corrected: { atMost: 1 },
    },
    randomRank: {
      name: { en: 'rank of the hidden weights, random', bg: 'ранг на скритите тегла, случайни' },
      corrected: { within: [32, 32] },
      literal: { atLeast: 32 },
    },
    zeroAccuracy: {
      name: { en: 'training accuracy, zeros', bg: 'точност при обучение, нули' },
      corrected: { atMost: 0.45 },
    },
    sameAccuracy: {
      name: { en: 'training accuracy, constant', bg: 'точност при обучение, константа' },
      corrected: { atMost: 0.45 },
    },
    randomAccuracy: {
      name: { en: 'training accuracy, random', bg: 'точност при обучение, случайни' },
      corrected: { atLeast: 0.99 },
      literal: { atLeast: 0.9 },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 500, whole: true, min: 10, max: 20000 },
    units: { name: { en: 'hidden units', bg: 'скрити неврони' }, value: 32, whole: true, min: 1, max: 512 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 60, whole: true, min: 1, max: 200 },
  },
  measure: ({ key, settings: { rows, units, epochs }, progress }) => {
    const train = allForTraining(digits16({ key: foldIn(key, 'digits'), n: rows }))
    const trained = (weight: InitializerSpec, done: number) => {
      const net = network(
        256,
        dense('hidden', units, { weight }),
        activation('tanh'),
        dense('output', 10, { weight }),
      )
      const { params, state } = trainedByAdam(net, train, { key, epochs })
      const w = params.hidden.weight
      progress(done, 3)
      return {
        w,
        spread: item(sum(sub(max(w, { axis: 1 }), min(w, { axis: 1 })))),
        rank: numericalRank(rowsOf(w)),
        accuracy: evaluate(net, params, state, train).accuracy,
      }
    }
    const [zero, same, random] = [
      trained(zerosInitializer, 1),
      trained(constant(0.1), 2),
      trained(xavierNormal, 3),
    ]
    return {
      figures: {
        zeroSpread: zero.spread,
        sameSpread: same.spread,
        zeroRank: zero.rank,
        sameRank: same.rank,
        randomRank: random.rank,
        zeroAccuracy: zero.accuracy,
        sameAccuracy: same.accuracy,
        randomAccuracy: random.accuracy,
      },
      pictures: [
        unitImages(
          {
            en: `${rows} digits, ${epochs} epochs: weights of hidden units that began at 0.1`,
            bg: `${rows} цифри, ${epochs} епохи: тегла на скрити неврони, започнали от 0,1`,
          },
          same.w,
        ),
        unitImages(
          {
            en: `${rows} digits, ${epochs} epochs: weights of hidden units that began at random`,
            bg: `${rows} цифри, ${epochs} епохи: тегла на скрити неврони, започнали случайно`,
          },
          random.w,
        ),
      ],
    }
  },
})
