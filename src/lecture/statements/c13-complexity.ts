import { foldIn, toTypedArray } from 'puregrad'
import { noisy300 } from 'puregrad/data'
import type { Picture } from 'puregrad/report'
import { claim } from '../claim.ts'
import { complexityUnderL2, type Complexity, type PricedTraining } from './complexity-under-l2.ts'
import { decimalComma } from './decimal-comma.ts'

const end = ({ seen }: PricedTraining): Complexity => seen.at(-1)!
const named = (lambda: number) => ({ en: `λ = ${lambda}`, bg: `λ = ${decimalComma(lambda)}` })

/** The weights of the first hidden units, as images of the inputs. */
const weightsPicture = (trainings: readonly PricedTraining[], units: number): Picture => ({
  kind: 'images',
  title: {
    en: 'Weights of the first hidden units, noisy digits, without L2 and with it',
    bg: 'Тегла на първите скрити неврони, цифри с шум, без L2 и с него',
  },
  scale: 'signed',
  value: { title: { en: 'weight', bg: 'тегло' } },
  images: trainings.flatMap(({ lambda, params: { hidden1 } }) => {
    const weights = toTypedArray(hidden1.weight)
    const width = hidden1.weight.shape[1]!
    return Array.from({ length: units }, (_, unit) => ({
      caption: named(lambda),
      pixels: Array.from({ length: 16 }, (_row, j) =>
        Array.from({ length: 16 }, (_column, i) => Number(weights[(16 * j + i) * width + unit])),
      ),
    }))
  }),
})

const growthPicture = (trainings: readonly PricedTraining[]): Picture => ({
  kind: 'curves',
  title: {
    en: '300 noisy digits, 256-128-64-10 under λΣw²: the sum of squared weights by epoch',
    bg: '300 цифри с шум, 256-128-64-10 с λΣw²: сумата от квадратите на теглата по епохи',
  },
  x: { title: { en: 'epoch', bg: 'епоха' }, whole: true },
  y: { title: 'Σw²' },
  series: trainings.map(({ lambda, seen }) => ({
    name: named(lambda),
    mark: 'both',
    points: seen.map(({ epoch, omega }) => [epoch, omega] as const),
  })),
})

const complexityPicture = (trainings: readonly PricedTraining[]): Picture => ({
  kind: 'bars',
  title: {
    en: 'The same networks at the end: how much an output can change with the inputs',
    bg: 'Същите мрежи в края: колко могат да се променят изходите с входовете',
  },
  x: { title: 'λ' },
  y: { title: { en: 'factor', bg: 'множител' } },
  categories: [
    { en: 'before training', bg: 'преди обучението' },
    ...trainings.map(({ lambda }) => named(lambda)),
  ],
  series: [
    {
      name: { en: 'bound ∏‖W‖₂', bg: 'граница ∏‖W‖₂' },
      values: [trainings[0]!.seen[0]!, ...trainings.map(end)].map(({ bound }) => ({ value: bound })),
    },
    {
      name: { en: 'Jacobian on test rows, per output', bg: 'якобиан върху тестови редове, за изход' },
      values: [trainings[0]!.seen[0]!, ...trainings.map(end)].map(({ jacobian }) => ({ value: jacobian })),
    },
  ],
})

/** L2 and what it does to the size of the weights and to the complexity of the function. */
export const c13 = claim({
  id: 'C13',
  lines: '134–142',
  asWritten: {
    en: 'L2 keeps the weights from growing and so lowers the complexity of the network.',
    bg: 'L2 не позволява на теглата да нарастват и така намалява сложността на мрежата.',
  },
  corrected: {
    en: 'The larger λ, the smaller the weights at the end of training, the product of the norms of the layers, which bounds how fast outputs can change, and the derivatives of the outputs on new rows. A small λ lets the weights grow at first, only less. And lower is meant beside training without L2: since the network learns, its derivatives grow from the start even where its weights shrink.',
    bg: 'Колкото по-голямо е λ, толкова по-малки в края на обучението са теглата, произведението от нормите на слоевете, което ограничава скоростта на промяна на изходите, и производните на изходите върху нови редове. Малко λ отначало позволява на теглата да растат, само че по-слабо. А „намалява“ е спрямо обучението без L2: понеже мрежата се учи, производните ѝ растат спрямо началото дори когато теглата намаляват.',
  },
  condition: {
    en: 'λ is large enough: with a small one the weights grow all the same, though less than without.',
    bg: 'λ е достатъчно голямо: при малко λ теглата все пак растат, макар и по-малко, отколкото без него.',
  },
  remark: {
    en: 'The lines are those of the L2 penalty, which this is said of.',
    bg: 'Посочените редове са на наказанието L2, за което се отнася твърдението.',
  },
  measures: {
    strongGrowth: {
      name: {
        en: 'Σw² with the largest λ: largest while training / at the start',
        bg: 'Σw² при най-голямото λ: най-голямо при обучението / в началото',
      },
      corrected: { atMost: 1 },
      literal: { atMost: 1 },
    },
    weakGrowth: {
      name: {
        en: 'Σw² with the smallest λ: largest while training / at the start',
        bg: 'Σw² при най-малкото λ: най-голямо при обучението / в началото',
      },
      corrected: { atLeast: 1.02 },
      literal: { atMost: 1 },
    },
    freeGrowth: {
      name: { en: 'Σw² without L2: at the end / at the start', bg: 'Σw² без L2: в края / в началото' },
      corrected: { atLeast: 1.1 },
    },
    omega: {
      name: {
        en: 'largest ratio of the final Σw² from one λ to the next',
        bg: 'най-голямо отношение на крайното Σw² от едно λ към следващото',
      },
      corrected: { atMost: 0.95 },
      literal: { atMost: 1 },
    },
    bound: {
      name: {
        en: 'the same of the bound ∏‖W‖₂',
        bg: 'същото за границата ∏‖W‖₂',
      },
      corrected: { atMost: 0.95 },
      literal: { atMost: 1 },
    },
    jacobian: {
      name: {
        en: 'the same of the Jacobian on test rows',
        bg: 'същото за якобиана върху тестови редове',
      },
      corrected: { atMost: 0.95 },
      literal: { atMost: 1 },
    },
    learned: {
      name: {
        en: 'Jacobian on test rows with the largest λ: at the end / at the start',
        bg: 'якобиан върху тестови редове при най-голямото λ: в края / в началото',
      },
      corrected: { atLeast: 1.2 },
    },
    within: {
      name: {
        en: 'steepest change between two test rows / the bound',
        bg: 'най-стръмна промяна между два тестови реда / границата',
      },
      corrected: { atMost: 1 },
    },
  },
  settings: {
    weak: { name: { en: 'smallest λ', bg: 'най-малко λ' }, value: 2e-4 },
    middle: { name: { en: 'middle λ', bg: 'средно λ' }, value: 5e-3 },
    strong: { name: { en: 'largest λ', bg: 'най-голямо λ' }, value: 2e-2 },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 100, whole: true, max: 1000 },
    rows: { name: { en: 'test rows', bg: 'тестови редове' }, value: 400, whole: true, min: 2, max: 4000 },
  },
  measure: ({ key, settings: { weak, middle, strong, epochs, rows }, progress }) => {
    const data = noisy300(foldIn(key, 'data'))
    const lambdas = [0, weak, middle, strong]
    const trainings = lambdas.map((lambda, i) => {
      progress(i, lambdas.length)
      return complexityUnderL2(key, data, { lambda, epochs, rows })
    })
    const [free, weakest, , strongest] = trainings
    const growth = ({ seen }: PricedTraining): number =>
      Math.max(...seen.slice(1).map(({ omega }) => omega)) / seen[0]!.omega
    const ratio = (of: (at: Complexity) => number): number =>
      Math.max(...trainings.slice(1).map((training, i) => of(end(training)) / of(end(trainings[i]!))))
    return {
      figures: {
        strongGrowth: growth(strongest!),
        weakGrowth: growth(weakest!),
        freeGrowth: end(free!).omega / free!.seen[0]!.omega,
        omega: ratio(({ omega }) => omega),
        bound: ratio(({ bound }) => bound),
        jacobian: ratio(({ jacobian }) => jacobian),
        learned: end(strongest!).jacobian / strongest!.seen[0]!.jacobian,
        within: Math.max(...trainings.map((training) => training.steepest / end(training).bound)),
      },
      pictures: [
        growthPicture(trainings),
        complexityPicture(trainings),
        weightsPicture([free!, strongest!], 4),
      ],
    }
  },
})
