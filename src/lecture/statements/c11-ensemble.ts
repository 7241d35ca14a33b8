import {
  argmax,
  cast,
  equal,
  foldIn,
  item,
  log,
  max,
  maximum,
  mean,
  softmax,
  sub,
  type Key,
  type Tensor,
} from 'puregrad'
import { noisy300 } from 'puregrad/data'
import { evalMode, softmaxCrossEntropy } from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { arithmeticMean, bag, geometricMean, outOfBagEstimate } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { noisyBatch, noisyEpochs, noisyNetwork, noisyStep } from './noisy-digits.ts'
import { trainEpochs } from './train-epochs.ts'

const members = 10

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const { train, test } = noisy300(foldIn(key, 'data'))
  const net = noisyNetwork()
  const step = noisyStep(net)
  const bagged = bag(train, { members, key: foldIn(key, 'bag') }, (sample, own, member) => {
    const { params, state } = net.init(foldIn(own, 'parameters'))
    const end = trainEpochs(
      step,
      sample,
      { batch: noisyBatch, epochs: noisyEpochs, key: foldIn(own, 'training') },
      { params, layers: state, optimizer: adam<typeof params>({ learningRate: 1e-3 }).init(params) },
    )
    progress(member + 1, members)
    return end
  })
  const probabilities = (x: Tensor) =>
    bagged.map(({ model }) => softmax(net.apply(evalMode, model.params, model.layers, x)[0]))
  const each = probabilities(test.x)
  // Probabilities are the softmax of their logarithms.
  const rowLosses = (p: Tensor): Tensor =>
    softmaxCrossEntropy(log(maximum(p, 1e-38)), test.y, { reduction: 'none' })
  const loss = (p: Tensor): number => item(mean(rowLosses(p)))
  const hits = (p: Tensor): number => item(mean(cast(equal(argmax(p, { axis: 1 }), test.y), 'float64')))
  const together = arithmeticMean(each)
  const meanLoss = each.map(loss).reduce((total, value) => total + value, 0) / members
  const excess = sub(rowLosses(together), arithmeticMean(each.map(rowLosses)))
  const out = outOfBagEstimate(train, bagged, (model, x) =>
    argmax(net.apply(evalMode, model.params, model.layers, x)[0], { axis: 1 }),
  )
  return {
    figures: {
      'cross-entropy of the mean / mean cross-entropy of members': loss(together) / meanLoss,
      'accuracy of the mean − accuracy of the best member': hits(together) - Math.max(...each.map(hits)),
      'largest excess of the mean’s loss over the mean loss, over inputs': item(max(excess)),
      'cross-entropy of the geometric mean / mean of members': loss(geometricMean(each)) / meanLoss,
      'share of rows a member has not seen':
        bagged.reduce((total, { outOfBag }) => total + outOfBag.size, 0) / (members * train.n),
      'out-of-bag accuracy (on noisy labels)': out.accuracy,
    },
  }
}

/** Many networks, averaged, are better than one. */
export const c11 = earlierClaim({
  id: 'C11',
  lines: '258–271',
  asWritten: {
    en: 'Dropout is a kind of ensemble: train many networks of different structure on subsets of the training set and average what they say.',
    bg: 'Dropout е вид ансамбъл: обучават се много мрежи с различна структура върху подмножества и отговорите им се осредняват.',
  },
  corrected: {
    en: 'The same, measured on bagged networks: by convexity the cross-entropy of the mean is at most the mean cross-entropy, for every input; rows a member has not seen estimate its accuracy without further data.',
    bg: 'Същото, измерено върху bagging: заради изпъкналостта кръстосаната ентропия на средното е най-много средната ентропия, за всеки вход; редовете, които даден член не е виждал, оценяват точността без нови данни.',
  },
  marks: {
    'cross-entropy of the mean / mean cross-entropy of members': { atMost: 0.85 },
    'accuracy of the mean − accuracy of the best member': { atLeast: 0 },
    'largest excess of the mean’s loss over the mean loss, over inputs': { atMost: 1e-4 },
    'cross-entropy of the geometric mean / mean of members': { atMost: 1 },
    'share of rows a member has not seen': { within: [0.338, 0.398] },
    'out-of-bag accuracy (on noisy labels)': { atLeast: 0.3 },
  },
  measure,
})
