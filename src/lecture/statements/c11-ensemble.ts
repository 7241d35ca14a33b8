import {
  argmax,
  cast,
  equal,
  foldIn,
  item,
  log,
  maximum,
  mean,
  softmax,
  type Key,
  type Tensor,
} from 'puregrad'
import { noisy300, type Dataset, type Noisy300 } from 'puregrad/data'
import { activation, dense, evalMode, network, softmaxCrossEntropy, type Network } from 'puregrad/nn'
import { adam } from 'puregrad/optim'
import { arithmeticMean, bag, geometricMean, outOfBagEstimate } from 'puregrad/study'
import { claim } from '../claim.ts'
import { lossBars } from './loss-bars.ts'
import { noisyBatch, noisyNetwork, noisyStep } from './noisy-digits.ts'
import { trainEpochs } from './train-epochs.ts'

/** The probabilities that a trained network gives rows. */
type Member = (x: Tensor) => Tensor
/** Trains one on some rows. */
type Structure = (rows: Dataset<'train'>, key: Key, epochs: number) => Member

const structure =
  <P, S>(net: Network<P, S>): Structure =>
  (rows, key, epochs) => {
    const { params, state } = net.init(foldIn(key, 'parameters'))
    const end = trainEpochs(
      noisyStep(net),
      rows,
      { batch: noisyBatch, epochs, key: foldIn(key, 'training') },
      { params, layers: state, optimizer: adam<P>({ learningRate: 1e-3 }).init(params) },
    )
    return (x) => softmax(net.apply(evalMode, end.params, end.layers, x)[0])
  }

const relu = activation('relu')
const structures: readonly { readonly name: string; readonly train: Structure }[] = [
  { name: '256-128-64-10', train: structure(noisyNetwork()) },
  { name: '256-256-10', train: structure(network(256, dense('a', 256), relu, dense('out', 10))) },
  {
    name: '256-64-64-32-10',
    train: structure(
      network(256, dense('a', 64), relu, dense('b', 64), relu, dense('c', 32), relu, dense('out', 10)),
    ),
  },
  {
    name: '256-96-48-10 (tanh)',
    train: structure(
      network(256, dense('a', 96), activation('tanh'), dense('b', 48), activation('tanh'), dense('out', 10)),
    ),
  },
]

/** Cross-entropy and accuracy of probabilities. */
const scored = (probabilities: Tensor, y: Tensor) => ({
  loss: item(softmaxCrossEntropy(log(maximum(probabilities, 1e-38)), y)),
  accuracy: item(mean(cast(equal(argmax(probabilities, { axis: 1 }), y), 'float64'))),
})

const average = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length

/** Members on bootstrap samples of the rows, in turn of each of the structures, and what they say together. */
const ensemble = (
  key: Key,
  { train, test }: Noisy300,
  of: readonly { readonly train: Structure }[],
  {
    members,
    epochs,
    progress,
  }: { readonly members: number; readonly epochs: number; readonly progress: (member: number) => void },
) => {
  const bagged = bag(train, { members, key: foldIn(key, 'bag') }, (rows, own, member) => {
    progress(member)
    return of[member % of.length]!.train(rows, own, epochs)
  })
  const said = bagged.map(({ model }) => model(test.x))
  return {
    bagged,
    each: said.map((probabilities) => scored(probabilities, test.y)),
    together: scored(arithmeticMean(said), test.y),
    geometric: scored(geometricMean(said), test.y),
  }
}

/** Many networks, averaged, are better than one. */
export const c11 = claim({
  id: 'C11',
  lines: '258–271',
  asWritten: {
    en: 'Dropout is a kind of ensemble: train many networks of different structure on subsets of the training set and average what they say.',
    bg: 'Отпадането (dropout) е вид ансамбъл: обучават се много мрежи с различна структура върху подмножества на обучаващия набор и отговорите им се осредняват.',
  },
  corrected: {
    en: 'The same, measured on networks of different structure, each on a bootstrap sample: the mean has a lower loss than its members and than one network on all rows, and is right more often than its best member; not more often than one network on all rows. Members of one structure do as well, since the samples and the starts differ too. Rows that a member has not seen estimate its accuracy without further data.',
    bg: 'Същото, измерено върху мрежи с различна структура, всяка върху извадка с връщане (bootstrap): средното има по-малка загуба от членовете си и от една мрежа върху всички редове и е вярно по-често от най-добрия си член; не по-често от една мрежа върху всички редове. Членове с еднаква структура се справят също толкова добре, защото се различават и извадките, и началата. Редовете, които един член не е виждал, оценяват точността му без нови данни.',
  },
  remark: {
    en: 'Beside these words stood a picture that is lost; a training set, its subsets, a network on each and their mean are filled in from the course that the lecture follows.',
    bg: 'До тези думи е имало схема, която е изгубена; обучаващият набор, подмножествата му, по една мрежа върху всяко и тяхното средно са допълнени от курса, който лекцията следва.',
  },
  measures: {
    together: {
      name: {
        en: 'test cross-entropy of the mean / of the members, on average',
        bg: 'кръстосана ентропия (тестов набор) на средното / на членовете, средно',
      },
      corrected: { atMost: 0.85 },
      literal: { atMost: 1 },
    },
    whole: {
      name: {
        en: 'test cross-entropy of the mean / of one network on all rows',
        bg: 'кръстосана ентропия (тестов набор) на средното / на една мрежа върху всички редове',
      },
      corrected: { atMost: 0.95 },
      literal: { atMost: 1 },
    },
    accuracy: {
      name: {
        en: 'accuracy of the mean − of the members, on average',
        bg: 'точност на средното − на членовете, средно',
      },
      corrected: { atLeast: 0.02 },
      literal: { atLeast: 0 },
    },
    bestMember: {
      name: {
        en: 'accuracy of the mean − of the best member',
        bg: 'точност на средното − на най-добрия член',
      },
      corrected: { atLeast: -0.01 },
    },
    wholeAccuracy: {
      name: {
        en: 'accuracy of the mean − of one network on all rows',
        bg: 'точност на средното − на една мрежа върху всички редове',
      },
      corrected: { within: [-0.07, 0.07] },
    },
    structure: {
      name: {
        en: 'cross-entropy of the mean, different structures / one structure',
        bg: 'кръстосана ентропия на средното, различни структури / една структура',
      },
      corrected: { within: [0.85, 1.15] },
    },
    unseen: {
      name: { en: 'share of rows a member has not seen', bg: 'дял на редовете, които член не е виждал' },
      // 1/e, with a standard deviation of 0.009 over four samples of 300 rows.
      corrected: { within: [0.338, 0.398] },
    },
    outOfBag: {
      name: {
        en: 'accuracy on unseen rows − expected from the members and the noise of the labels',
        bg: 'точност върху невижданите редове − очакваната от членовете и шума в класовете',
      },
      corrected: { within: [-0.12, 0.14] },
    },
  },
  settings: {
    members: { name: { en: 'networks', bg: 'мрежи' }, value: 4, whole: true, max: 40 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 100, whole: true, max: 1000 },
  },
  measure: ({ key, settings: { members, epochs }, progress }) => {
    const data = noisy300(foldIn(key, 'data'))
    const { train, test } = data
    const all = 2 * members + 1
    const rules = { members, epochs }
    const different = ensemble(key, data, structures, { ...rules, progress: (i) => progress(i, all) })
    const alike = ensemble(key, data, structures.slice(0, 1), {
      ...rules,
      progress: (i) => progress(members + i, all),
    })
    progress(2 * members, all)
    const whole = scored(structures[0]!.train(train, key, epochs)(test.x), test.y)
    const { bagged, each, together, geometric } = different
    const unseen = outOfBagEstimate(train, bagged, (model, x) => argmax(model(x), { axis: 1 }))
    const accuracy = average(each.map((member) => member.accuracy))
    // Of the labels 15 % are drawn anew from ten classes: what is right names 0.865 of them, and what is wrong 0.015.
    const expected = 0.865 * accuracy + 0.015 * (1 - accuracy)
    return {
      figures: {
        together: together.loss / average(each.map(({ loss }) => loss)),
        whole: together.loss / whole.loss,
        accuracy: together.accuracy - accuracy,
        bestMember: together.accuracy - Math.max(...each.map((member) => member.accuracy)),
        wholeAccuracy: together.accuracy - whole.accuracy,
        structure: together.loss / alike.together.loss,
        unseen: average(bagged.map(({ outOfBag }) => outOfBag.size / train.n)),
        outOfBag: unseen.accuracy - expected,
      },
      pictures: [
        lossBars(
          {
            en: '300 noisy digits: test loss of networks on bootstrap samples, and of their mean',
            bg: '300 цифри с шум: загуба върху тестовия набор на мрежи върху извадки с връщане и на средното им',
          },
          [
            ...each.map(({ loss }, i) => ({
              name: `${i + 1}: ${structures[i % structures.length]!.name}`,
              value: loss,
            })),
            { name: { en: 'their mean', bg: 'средното им' }, value: together.loss },
            { name: { en: 'their geometric mean', bg: 'средното им геометрично' }, value: geometric.loss },
            {
              name: { en: 'mean, all 256-128-64-10', bg: 'средно, всички 256-128-64-10' },
              value: alike.together.loss,
            },
            { name: { en: 'one on all rows', bg: 'една върху всички редове' }, value: whole.loss },
          ],
        ),
      ],
    }
  },
})
