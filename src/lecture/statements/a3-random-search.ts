import { foldIn, key as keyOf, leavesOf, type Key } from 'puregrad'
import { ask, emptyHistory, randomSearch, searchResult, spaces, tell } from 'puregrad/search'
import { layerWidths, modelOf, parameterCount } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'
import { trialTraining, tuningData } from './tuned-digits.ts'

const space = spaces.struct({
  learningRate: spaces.logUniform(1e-5, 1),
  epochs: spaces.oneOf(6),
  layers: spaces.oneOf(1),
  units: spaces.oneOf(8, 16, 32, 64),
  activation: spaces.oneOf('relu'),
  batchSize: spaces.oneOf(8, 32, 128),
  regularization: spaces.struct({
    l1: spaces.oneOf(0),
    l2: spaces.logUniform(1e-6, 1),
    dropout: spaces.oneOf(0),
  }),
})

const trials = 27

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const data = tuningData(foldIn(key, 'data'), 400)
  const search = randomSearch(space, { trials, budget: 6, key: foldIn(key, 'search') })
  const history = ask(search, emptyHistory).reduce((sofar, { id, config, budget, seed }) => {
    const { objectives } = trialTraining(config)(data, keyOf(seed), budget)
    progress(id + 1, trials)
    return tell(search, sofar, { id, budget, result: { kind: 'measured', objectives } })
  }, emptyHistory)
  const { ranked, failures, best } = searchResult(search, history)
  const losses = [...ranked.map(({ objectives: [loss = NaN] }) => loss), ...failures.map(() => Infinity)]
  const counts = ranked.map(({ config }) => {
    const ends = { inputs: 256, outputs: 10 }
    const { params } = modelOf(config, ends).network.init(key)
    const size = leavesOf(params).reduce((total, leaf) => total + leaf.size, 0)
    return Math.abs(parameterCount(layerWidths(config, ends)) - size)
  })
  return {
    figures: {
      'best dev cross-entropy / median of 27': (best?.objectives[0] ?? NaN) / median(losses),
      'best dev cross-entropy': best?.objectives[0] ?? NaN,
      'Σ (n_{l−1} + 1) · n_l − number of parameters, at most': Math.max(...counts),
    },
    pictures: [
      {
        title: '27 random draws of learning rate, width, λ and batch size',
        x: { title: 'learning rate', scale: 'log' },
        y: { title: 'dev cross-entropy', scale: 'log' },
        mark: 'point',
        series: [8, 16, 32, 64].map((units) => ({
          name: `${units} units`,
          points: ranked
            .filter(({ config }) => config.units === units)
            .map(({ config, objectives: [loss = NaN] }) => [config.learningRate, loss] as const),
        })),
      },
    ],
  }
}

/** The settings of training are worth a search. */
export const a3 = earlierClaim({
  id: 'A3',
  lines: '36–51',
  asWritten: {
    en: 'Parameters are the weights and biases of every layer. Hyper-parameters are the learning rate, the number of iterations, of layers and of units, the kind of activation, the size of a mini-batch and the parameters of regularization.',
    bg: 'Параметри са теглата и отместванията на всички слоеве. Хиперпараметри са скоростта на обучение, броят на итерациите, на слоевете и на невроните, видът на активацията, големината на мини-пакета и параметрите на регуляризацията.',
  },
  corrected: {
    en: 'The same, as one record of seven; which values it has decides the result: the best of 27 random draws of rate, width, λ and batch size has at most 0.4 times the dev loss of the median one. Beware of the symbols: α is the learning rate and the slope of a rectifier, η a rate too, p a drop rate and an entry of a matrix, and the cost goes by J, ℓ, C, L and h.',
    bg: 'Същото, като един запис от седем полета; стойностите му решават резултата: най-добрият от 27 случайни избора на скорост, широчина, λ и големина на пакета има най-много 0,4 от загубата на медианния върху dev. Внимание с означенията: α е скоростта на обучение и наклонът на ReLU, η също е скорост, p е дял на изключените неврони и елемент на матрица, а целевата функция се пише J, ℓ, C, L и h.',
  },
  marks: {
    'best dev cross-entropy / median of 27': { atMost: 0.4 },
    'best dev cross-entropy': { atMost: 0.8 },
    'Σ (n_{l−1} + 1) · n_l − number of parameters, at most': { within: [0, 0] },
  },
  measure,
})
