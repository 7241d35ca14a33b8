import {
  abs,
  add,
  arange,
  foldIn,
  grad,
  item,
  jvp,
  max,
  maximum,
  minimum,
  mul,
  normal,
  onesLike,
  sub,
  tensor,
  toTypedArray,
  type Key,
  type Tensor,
} from 'puregrad'
import { digits16, rowsAt } from 'puregrad/data'
import {
  activation,
  activationFunctions,
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
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { trainEpochs } from './train-epochs.ts'

const slopes = [0.25, 0.01, -0.3, 0.9]

const apart = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

/** The paths of the slopes by gradient descent from ½, and how far they end from those that made the targets. */
const recovered = (key: Key, steps: number) => {
  const net = network(slopes.length, prelu('bend', 0.5))
  const { params, state } = net.init(key, { dtype: 'float64' })
  const z = normal(foldIn(key, 'z'), [200, slopes.length], { dtype: 'float64' })
  const right = tensor(slopes, { dtype: 'float64' })
  const targets = add(maximum(z, 0), mul(minimum(z, 0), right))
  const way = trajectory(
    (p: typeof params) => meanSquaredError(net.apply(evalMode, p, state, z)[0], targets),
    params,
    { steps, by: 1 },
  )
  const last = way.at(-1)?.params ?? params
  return {
    error: apart(last.bend.slope, right),
    paths: slopes.map((slope, i) => ({
      name: { en: `α = ${slope}`, bg: `α = ${decimalComma(slope)}` },
      points: way.map((place, k) => [k, Number(toTypedArray(place.params.bend.slope)[i])] as const),
    })),
  }
}

/** A network trained too fast, and the units whose weights get no gradient from any training row. */
const trainedFast = (
  key: Key,
  unit: ReturnType<typeof leaky>,
  { rate, epochs }: { readonly rate: number; readonly epochs: number },
) => {
  const data = digits16({ key: foldIn(key, 'digits'), n: 1500 })
  const train = rowsAt(data, arange(0, 1000, 1, { dtype: 'int32' }), 'train')
  const net = network(256, dense('hidden', 64), unit, dense('output', 10))
  const { params, state } = net.init(foldIn(key, 'parameters'))
  const optimizer = sgd<typeof params>({ learningRate: rate })
  const loss = (logits: Tensor, labels: Tensor): Tensor => softmaxCrossEntropy(logits, labels)
  const end = trainEpochs(
    supervisedStep({ model: net, loss, optimizer }),
    train,
    { batch: 32, epochs, key: foldIn(key, 'training') },
    { params, layers: state, optimizer: optimizer.init(params) },
  )
  const gradient = grad((p: typeof params) => loss(net.apply(evalMode, p, state, train.x)[0], train.y))(
    end.params,
  )
  const largest = toTypedArray(max(abs(gradient.hidden.weight), { axis: 0 }))
  const rows = rowsAt(data, arange(1000, 1500, 1, { dtype: 'int32' }), 'dev')
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

/** The slope of the leaky unit at −1 and at 1. */
const leakySlopes = (): readonly [below: number, above: number] => {
  const z = tensor([-1, 1], { dtype: 'float64' })
  const [below = NaN, above = NaN] = toTypedArray(jvp(activationFunctions.leakyRelu, [z], [onesLike(z)])[1])
  return [below, above]
}

/** Leaky, parametric and maxout rectifiers. */
export const e8 = claim({
  id: 'E8',
  lines: '480–491',
  asWritten: {
    en: 'Variants of ReLU: a leaky one has a small slope for negative inputs; in the parametric one that slope α is learned by gradient descent too.',
    bg: 'Разновидности на ReLU: при изтичащата (leaky) наклонът за отрицателни входове е малък; при параметричната и този наклон α се учи чрез градиентно спускане.',
  },
  corrected: {
    en: 'The same, measured: gradient descent finds the slopes that made the data; a leaky unit (slope 0.01) always has a gradient where a rectified one may have none for any input. That alone does not rescue a network trained at too high a rate. Maxout has both as special cases.',
    bg: 'Същото, измерено: градиентното спускане намира наклоните, с които са направени данните; изтичащ неврон (наклон 0,01) винаги има градиент, докато този на ReLU може да е нула за всички входове. Само това не спасява мрежа, обучавана с твърде голяма скорост. И двете са частни случаи на maxout.',
  },
  remark: {
    en: 'The number 0.01 and maxout stood in pictures that are lost.',
    bg: 'Числото 0,01 и maxout са били в картини, които са изгубени.',
  },
  measures: {
    below: {
      name: { en: 'slope of a leaky unit below 0', bg: 'наклон на изтичащ неврон под нулата' },
      corrected: { within: [0.01, 0.01] },
      literal: { within: [1e-6, 0.1] },
    },
    above: {
      name: { en: 'slope of a leaky unit above 0', bg: 'наклон на изтичащ неврон над нулата' },
      corrected: { within: [1, 1] },
    },
    learned: {
      name: { en: 'learned slopes: largest error', bg: 'научени наклони: най-голяма грешка' },
      corrected: { atMost: 1e-3 },
      literal: { atMost: 1e-2 },
    },
    reluDead: {
      name: {
        en: 'share of units without a gradient after training too fast, ReLU',
        bg: 'дял на невроните без градиент след твърде бързо обучение, ReLU',
      },
      corrected: { atLeast: 0.5 },
    },
    leakyDead: {
      name: { en: 'the same, leaky', bg: 'същият, изтичаща' },
      corrected: { within: [0, 0] },
    },
    leakyAccuracy: {
      name: {
        en: 'accuracy after training too fast, leaky',
        bg: 'точност след твърде бързо обучение, изтичаща',
      },
      corrected: { atMost: 0.6 },
    },
    maxout: {
      name: { en: 'maxout of two pieces against leaky', bg: 'maxout от две части спрямо изтичащата' },
      corrected: { atMost: 0 },
    },
  },
  settings: {
    steps: {
      name: { en: 'steps that learn the slopes', bg: 'стъпки, които учат наклоните' },
      value: 80,
      whole: true,
    },
    rate: { name: { en: 'a rate too high', bg: 'твърде голяма скорост на обучение' }, value: 2 },
    epochs: {
      name: { en: 'epochs at that rate', bg: 'епохи с нея' },
      value: 5,
      whole: true,
      min: 1,
      max: 200,
    },
  },
  measure: ({ key, settings: { steps, ...fast }, progress }) => {
    const { error, paths } = recovered(foldIn(key, 'slopes'), steps)
    progress(1, 3)
    const plain = trainedFast(foldIn(key, 'rate 2'), activation('relu'), fast)
    progress(2, 3)
    const bent = trainedFast(foldIn(key, 'rate 2'), leaky(), fast)
    progress(3, 3)
    const [below, above] = leakySlopes()
    return {
      figures: {
        below,
        above,
        learned: error,
        reluDead: plain.dead,
        leakyDead: bent.dead,
        leakyAccuracy: bent.accuracy,
        maxout: asMaxout(key),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: 'Slopes of a parametric rectifier, learned by gradient descent from ½',
            bg: 'Наклони на параметрична ReLU, научени чрез градиентно спускане от ½',
          },
          x: { title: { en: 'step', bg: 'стъпка' }, whole: true },
          y: { title: 'α' },
          series: paths,
        },
      ],
    }
  },
})
