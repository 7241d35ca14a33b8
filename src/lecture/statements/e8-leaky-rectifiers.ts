import {
  abs,
  add,
  foldIn,
  grad,
  item,
  max,
  maximum,
  minimum,
  mul,
  normal,
  sub,
  tensor,
  toTypedArray,
  type Key,
  type Tensor,
} from 'puregrad'
import { digits16, rowsAt } from 'puregrad/data'
import {
  activation,
  dense,
  evalMode,
  leaky,
  maxout,
  meanSquaredError,
  network,
  prelu,
  softmaxCrossEntropy,
} from 'puregrad/nn'
import { sgd } from 'puregrad/optim'
import { trajectory } from 'puregrad/study'
import { evaluate, supervisedStep } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { rowsFrom } from './trained-by-adam.ts'
import { trainEpochs } from './train-epochs.ts'

const slopes = [0.25, 0.01, -0.3, 0.9]

const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** The paths of the slopes by gradient descent from ½, and how far they end from those that made the targets. */
const recovered = (key: Key) => {
  const net = network(slopes.length, prelu('bend', 0.5))
  const { params, state } = net.init(key, { dtype: 'float64' })
  const z = normal(foldIn(key, 'z'), [200, slopes.length], { dtype: 'float64' })
  const right = tensor(slopes, { dtype: 'float64' })
  const targets = add(maximum(z, 0), mul(minimum(z, 0), right))
  const way = trajectory(
    (p: typeof params) => meanSquaredError(net.apply(evalMode, p, state, z)[0], targets),
    params,
    { steps: 80, by: 1 },
  )
  const last = way.at(-1)?.params ?? params
  return {
    error: apart(last.bend.slope, right),
    paths: slopes.map((slope, i) => ({
      name: `α = ${slope}`,
      points: way.map((place, k) => [k, Number(toTypedArray(place.params.bend.slope)[i])] as const),
    })),
  }
}

/** A network trained too fast, and the units whose weights get no gradient from any training row. */
const afterRate2 = (key: Key, unit: ReturnType<typeof leaky>) => {
  const data = digits16({ key: foldIn(key, 'digits'), n: 1500 })
  const train = rowsAt(data, rowsFrom(0, 1000), 'train')
  const net = network(256, dense('hidden', 64), unit, dense('output', 10))
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const optimizer = sgd<typeof params>({ learningRate: 2 })
  const loss = (logits: Tensor, labels: Tensor): Tensor => softmaxCrossEntropy(logits, labels)
  const end = trainEpochs(
    supervisedStep({ model: net, loss, optimizer }),
    train,
    { batch: 32, epochs: 5, key: foldIn(key, 'training') },
    { params, layers: state, optimizer: optimizer.init(params) },
  )
  const gradient = grad((p: typeof params) => loss(net.apply(evalMode, p, state, train.x)[0], train.y))(
    end.params,
  )
  const largest = toTypedArray(max(abs(gradient.hidden.weight), { axis: 0 }))
  const rows = rowsAt(data, rowsFrom(1000, 1500), 'dev')
  return {
    dead: Array.from(largest).filter((size) => size === 0).length / largest.length,
    accuracy: evaluate(net, end.params, end.layers, rows).accuracy,
  }
}

/** max(z, αz) as maxout of two pieces. */
const asMaxout = (key: Key): number => {
  const alpha = 0.25
  const z = normal(foldIn(key, 'maxout'), [200, 1], { dtype: 'float64' })
  const params = {
    pieces: {
      weight: tensor([[1, alpha]], { dtype: 'float64' }),
      bias: tensor([0, 0], { dtype: 'float64' }),
    },
  }
  const [pieces] = network(1, maxout('pieces', 1)).apply(evalMode, params, { pieces: {} }, z)
  const [bent] = network(1, leaky(alpha)).apply(evalMode, {}, {}, z)
  return apart(pieces, bent)
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const { error, paths } = recovered(foldIn(key, 'slopes'))
  const plain = afterRate2(foldIn(key, 'rate 2'), activation('relu'))
  const bent = afterRate2(foldIn(key, 'rate 2'), leaky())
  return {
    figures: {
      'learned slopes: largest error': error,
      'share of units without a gradient at rate 2, ReLU': plain.dead,
      'share of units without a gradient at rate 2, leaky': bent.dead,
      'accuracy at rate 2, ReLU': plain.accuracy,
      'accuracy at rate 2, leaky': bent.accuracy,
      'maxout of two pieces against leaky': asMaxout(key),
    },
    pictures: [
      {
        title: 'Slopes of a parametric rectifier, learned by gradient descent from ½',
        x: { title: 'step' },
        y: { title: 'α' },
        mark: 'line',
        series: paths,
      },
    ],
  }
}

/** Leaky, parametric and maxout rectifiers. */
export const e8 = earlierClaim({
  id: 'E8',
  lines: '480–491',
  asWritten: {
    en: 'Variants of ReLU: a leaky one has a small slope for negative inputs; in the parametric one that slope α is learned by gradient descent too.',
    bg: 'Разновидности на ReLU: при leaky наклонът за отрицателни входове е малък; при параметричната и този наклон α се учи чрез градиентно спускане.',
  },
  corrected: {
    en: 'The same, measured: gradient descent finds the slopes that made the data; a leaky unit (slope 0.01) always has a gradient where a rectified one may have none for any input. That alone does not rescue a network trained at too high a rate. Maxout has both as special cases.',
    bg: 'Същото, измерено: градиентното спускане намира наклоните, с които са направени данните; leaky неврон (наклон 0.01) винаги има градиент, докато този на ReLU може да е нула за всички входове. Само това не спасява мрежа, обучавана с твърде голяма скорост. И двете са частни случаи на maxout.',
  },
  marks: {
    'learned slopes: largest error': { atMost: 1e-3 },
    'share of units without a gradient at rate 2, ReLU': { atLeast: 0.9 },
    'share of units without a gradient at rate 2, leaky': { within: [0, 0] },
    'accuracy at rate 2, ReLU': { atMost: 0.5 },
    'accuracy at rate 2, leaky': { atMost: 0.5 },
    'maxout of two pieces against leaky': { atMost: 0 },
  },
  measure,
})
