import { foldIn, grad, toTypedArray, leavesOf, type Key } from 'puregrad'
import { minibatches, rowsAt } from 'puregrad/data'
import { activation, dense, evalMode, network, softmaxCrossEntropy } from 'puregrad/nn'
import type { Batch } from 'puregrad/training'
import { claim } from '../claim.ts'
import { descentOf, searchRate, type CountedDescent } from './counted-descent.ts'
import { digitsParts } from './digits-parts.ts'
import { rowsFrom } from './trained-by-adam.ts'

const net = network(256, dense('hidden', 32), activation('relu'), dense('output', 10))

/** The gradient of the mean loss over some rows as one list of numbers, at the parameters of a key. */
const gradientAt = (key: Key): ((rows: Batch) => readonly number[]) => {
  const { params, state } = net.init(key)
  return ({ x, y }) =>
    leavesOf(
      grad((at: typeof params) => softmaxCrossEntropy(net.apply(evalMode, at, state, x)[0], y))(params),
    ).flatMap((leaf) => Array.from(toTypedArray(leaf), Number))
}

const dotOf = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, x, i) => total + x * b[i]!, 0)

const cosine = (a: readonly number[], b: readonly number[]): number =>
  dotOf(a, b) / Math.sqrt(dotOf(a, a) * dotOf(b, b))

/** What one update on all rows costs and what loss it leads to, at the rate that is best for it. */
const oneUpdate = ({ effort, lossAfter }: CountedDescent, rows: number) => {
  const { evaluations } = effort({ batch: rows, target: Infinity, look: 1, budget: rows }, 0.1)
  const { best } = searchRate(
    1.6,
    (rate) => lossAfter({ batch: rows, budget: rows }, rate),
    (loss) => loss,
  )
  return { evaluations, loss: best }
}

/** An iteration on all rows costs more the more rows there are, and gets no farther. */
export const f10 = claim({
  id: 'F10',
  lines: '648–662',
  asWritten: {
    en: 'With a batch of all m examples one iteration takes too long.',
    bg: 'С партида от всички m примера една итерация отнема твърде много време.',
  },
  corrected: {
    en: 'The same, counted: an iteration costs m evaluations of an example, four times as many with four times the data, and takes the loss no lower for it. The gradient of a few dozen examples points nearly the same way, and in mini-batches the evaluations of that one iteration train most of the network.',
    bg: 'Същото, преброено: една итерация струва m пресмятания на пример, четири пъти повече при четири пъти повече данни, а не сваля загубата повече. Градиентът на няколко десетки примера сочи почти в същата посока и с мини-партиди пресмятанията за тази една итерация обучават мрежата почти докрай.',
  },
  measures: {
    costGrowth: {
      name: {
        en: 'evaluations of a full update: all rows / a quarter of them',
        bg: 'пресмятания за пълно обновяване: всички редове / една четвърт',
      },
      corrected: { within: [3.9, 4.1] },
      literal: { atLeast: 2 },
    },
    sameLoss: {
      name: {
        en: 'loss after one full update at its best rate: all rows / a quarter of them',
        bg: 'загуба след едно пълно обновяване с най-добрата скорост: всички редове / една четвърт',
      },
      corrected: { within: [0.9, 1.1] },
    },
    direction: {
      name: {
        en: 'cosine between the gradients of a mini-batch and of all rows, mean',
        bg: 'косинус между градиентите на мини-партида и на всички редове, средно',
      },
      // Directions drawn at random in so many dimensions have 0.
      corrected: { atLeast: 0.25 },
    },
    meanwhile: {
      name: {
        en: 'loss after as many evaluations: mini-batches / one full update',
        bg: 'загуба след толкова пресмятания: мини-партиди / едно пълно обновяване',
      },
      corrected: { atMost: 0.5 },
      literal: { atMost: 0.8 },
    },
  },
  settings: {
    rows: { name: { en: 'training rows m', bg: 'обучаващи редове m' }, value: 4000, whole: true },
    batch: { name: { en: 'examples of a mini-batch', bg: 'примери в мини-партида' }, value: 32, whole: true },
    rate: {
      name: { en: 'learning rate of mini-batches', bg: 'скорост на обучение с мини-партиди' },
      value: 0.3,
    },
  },
  measure: ({ key, settings: { rows, batch, rate }, progress }) => {
    const { train, test } = digitsParts(key, { train: rows, test: 1000 })
    const few = rowsAt(train, rowsFrom(0, Math.ceil(rows / 4)), 'train')
    const own = foldIn(key, 'training')
    const from = (part: typeof train): CountedDescent => descentOf(net, { train: part, watched: test }, own)
    const whole = from(train)
    const [full, ofQuarter] = [oneUpdate(whole, train.n), oneUpdate(from(few), few.n)]
    progress(1, 3)
    const gradient = gradientAt(foldIn(own, 'parameters'))
    const direction = gradient(train)
    const cosines = minibatches(train, batch, foldIn(key, 'order'))
      .slice(0, 20)
      .map((rowsOfBatch) => cosine(gradient(rowsOfBatch), direction))
    progress(2, 3)
    const shares = [0.1, 0.25, 0.5, 0.75, 1]
    const losses = shares.map(
      (share) => [share, whole.lossAfter({ batch, budget: share * rows }, rate)] as const,
    )
    progress(3, 3)
    return {
      figures: {
        costGrowth: full.evaluations / ofQuarter.evaluations,
        sameLoss: full.loss / ofQuarter.loss,
        direction: cosines.reduce((a, b) => a + b, 0) / cosines.length,
        meanwhile: losses.at(-1)![1] / full.loss,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `${rows} digits: what mini-batches of ${batch} reach while one full update is computed`,
            bg: `${rows} цифри: докъде стигат мини-партиди по ${batch}, докато се пресмята едно пълно обновяване`,
          },
          x: { title: { en: 'share of its evaluations', bg: 'дял от пресмятанията му' } },
          y: { title: { en: 'dev cross-entropy', bg: 'кръстосана ентропия, проверяващ (dev) набор' } },
          series: [{ name: { en: 'mini-batches', bg: 'мини-партиди' }, mark: 'both', points: losses }],
          rules: [
            {
              name: { en: 'after the full update', bg: 'след пълното обновяване' },
              axis: 'y',
              at: full.loss,
            },
          ],
        },
      ],
    }
  },
})
