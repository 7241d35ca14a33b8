import { foldIn, item, max, min, sub, sum, toArray, type Key } from 'puregrad'
import { digits16 } from 'puregrad/data'
import {
  activation,
  constant,
  dense,
  network,
  softmaxCrossEntropy,
  xavierNormal,
  zerosInitializer,
  type InitializerSpec,
} from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { evaluate, supervisedStep } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { numericalRank } from './numerical-rank.ts'
import { trainEpochs } from './train-epochs.ts'

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const n = 500
  const data = digits16({ key: foldIn(key, 'digits'), n })
  const train = { ...data, role: 'train' as const }
  const net = network(256, dense('hidden', 32), activation('tanh'), dense('output', 10))
  type Params = ReturnType<typeof net.init>['params']
  const optimizer = adam<Params>({ learningRate: 2e-3 })
  const step = supervisedStep({
    model: net,
    loss: (logits, labels) => softmaxCrossEntropy(logits, labels),
    optimizer,
  })
  const trained = (weight: InitializerSpec) => {
    const own = network(
      256,
      dense('hidden', 32, { weight }),
      activation('tanh'),
      dense('output', 10, { weight }),
    )
    const { params, state } = own.init(foldIn(key, 'parameters'))
    const end = trainEpochs(
      step,
      train,
      { batch: 32, epochs: 60, key: foldIn(key, 'training') },
      { params, layers: state, optimizer: optimizer.init(params) },
    )
    const w = end.params.hidden.weight
    return {
      spread: item(sum(sub(max(w, { axis: 1 }), min(w, { axis: 1 })))),
      rank: numericalRank(toArray(w) as readonly (readonly number[])[]),
      accuracy: evaluate(net, end.params, end.layers, train).accuracy,
    }
  }
  const [zero, same, random] = [trained(zerosInitializer), trained(constant(0.1)), trained(xavierNormal)]
  return {
    figures: {
      'spread of hidden columns, zeros': zero.spread,
      'spread of hidden columns, constant': same.spread,
      'rank of the hidden weights, zeros': zero.rank,
      'rank of the hidden weights, constant': same.rank,
      'rank of the hidden weights, random': random.rank,
      'training accuracy, zeros': zero.accuracy,
      'training accuracy, constant': same.accuracy,
      'training accuracy, random': random.accuracy,
    },
  }
}

/** Units that start equal stay equal: their gradients are equal. */
export const e3 = earlierClaim({
  id: 'E3',
  lines: '438–441',
  asWritten: {
    en: 'Weights are initialized at random to break symmetry, so that hidden units learn different patterns.',
    bg: 'Теглата се инициализират случайно, за да се наруши симетрията и скритите неврони да учат различни образци.',
  },
  corrected: {
    en: 'The same, measured: after 60 epochs from zeros or a constant all hidden units are one unit, bit for bit, and the network learns no more than one unit can.',
    bg: 'Същото, измерено: след 60 епохи от нули или константа всички скрити неврони са един и същ неврон, бит по бит, и мрежата не научава повече от един неврон.',
  },
  marks: {
    'spread of hidden columns, zeros': { within: [0, 0] },
    'spread of hidden columns, constant': { within: [0, 0] },
    'rank of the hidden weights, zeros': { atMost: 1 },
    'rank of the hidden weights, constant': { atMost: 1 },
    'rank of the hidden weights, random': { within: [32, 32] },
    'training accuracy, zeros': { atMost: 0.45 },
    'training accuracy, constant': { atMost: 0.45 },
    'training accuracy, random': { atLeast: 0.99 },
  },
  measure,
})
