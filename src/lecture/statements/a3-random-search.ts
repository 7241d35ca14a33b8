import { foldIn, key as keyOf, leavesOf } from 'puregrad'
import { ask, emptyHistory, randomSearch, searchResult, spaces, tell } from 'puregrad/search'
import { layerWidths, modelOf, parameterCount } from 'puregrad/study'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { trialTraining, tuningData } from './tuned-digits.ts'

const widths = [8, 16, 32, 64] as const

const spaceOf = (epochs: number) =>
  spaces.struct({
    learningRate: spaces.logUniform(1e-5, 1),
    epochs: spaces.oneOf(epochs),
    layers: spaces.oneOf(1),
    units: spaces.oneOf(...widths),
    activation: spaces.oneOf('relu'),
    batchSize: spaces.oneOf(8, 32, 128),
    regularization: spaces.struct({
      l1: spaces.oneOf(0),
      l2: spaces.logUniform(1e-6, 1),
      dropout: spaces.oneOf(0),
    }),
  })

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN

/** The settings of training are worth a search. */
export const a3 = claim({
  id: 'A3',
  lines: '36–51',
  asWritten: {
    en: 'Parameters are the weights and biases W¹, b¹ … of every layer. Hyper-parameters are seven: the learning rate, the number of iterations, of layers and of units, the kind of activation, the size of a mini-batch and the parameters of regularization.',
    bg: 'Параметри са теглата и отместванията W¹, b¹ … на всички слоеве. Хиперпараметрите са седем: скоростта на обучение, броят на итерациите, на слоевете и на невроните, видът на активационната функция, големината на мини-партидата и параметрите на регуларизацията.',
  },
  corrected: {
    en: 'The same, as one record of seven; which values it has decides the result: the best of 27 random draws of rate, width, λ and batch size has at most half the dev loss of the median one. Beware of the symbols: α is the learning rate and the slope of a rectifier, η a rate too, p a drop rate and an entry of a matrix, and the cost goes by J, ℓ, C, L and h.',
    bg: 'Същото, като един запис от седем полета; стойностите му решават резултата: най-добрият от 27 случайни избора на скорост, широчина, λ и големина на партидата има най-много половината от загубата на медианния върху проверяващия (dev) набор. Внимание с означенията: α е скоростта на обучение и наклонът на ReLU, η също е скорост, p е вероятност за отпадане и елемент на матрица, а функцията на разходите се пише J, ℓ, C, L и h.',
  },
  measures: {
    fields: {
      name: { en: 'fields of the record of hyper-parameters', bg: 'полета в записа на хиперпараметрите' },
      literal: { within: [7, 7] },
      corrected: { within: [7, 7] },
    },
    countError: {
      name: {
        en: 'Σ (n_{l−1} + 1) · n_l − number of learned values, at most',
        bg: 'Σ (n_{l−1} + 1) · n_l − брой научени стойности, най-много',
      },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    ratio: {
      name: {
        en: 'dev cross-entropy of the best draw / of the median one',
        bg: 'кръстосана ентропия върху проверяващия (dev) набор: най-добрият избор / медианният',
      },
      corrected: { atMost: 0.5 },
    },
  },
  settings: {
    trials: { name: { en: 'random draws', bg: 'случайни избори' }, value: 27, whole: true },
    rows: { name: { en: 'training rows', bg: 'обучаващи редове' }, value: 1000, whole: true },
    epochs: { name: { en: 'epochs of a trial', bg: 'епохи на опит' }, value: 8, whole: true },
  },
  measure: ({ key, settings: { trials, rows, epochs }, progress }) => {
    const data = tuningData(foldIn(key, 'data'), rows)
    const search = randomSearch(spaceOf(epochs), { trials, budget: epochs, key: foldIn(key, 'search') })
    const history = ask(search, emptyHistory).reduce((sofar, { id, config, budget, seed }) => {
      const { objectives } = trialTraining(config)(data, keyOf(seed), budget)
      progress(id + 1, trials)
      return tell(search, sofar, { id, budget, result: { kind: 'measured', objectives } })
    }, emptyHistory)
    const { ranked, failures, best } = searchResult(search, history)
    const losses = [...ranked.map(({ objectives: [loss = NaN] }) => loss), ...failures.map(() => Infinity)]
    const countErrors = ranked.map(({ config }) => {
      const ends = { inputs: 256, outputs: 10 }
      const { params } = modelOf(config, ends).network.init(key)
      const size = leavesOf(params).reduce((total, leaf) => total + leaf.size, 0)
      return Math.abs(parameterCount(layerWidths(config, ends)) - size)
    })
    return {
      figures: {
        fields: Object.keys(ranked[0]?.config ?? {}).length,
        countError: Math.max(...countErrors),
        ratio: (best?.objectives[0] ?? NaN) / median(losses),
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `${rows} digits, ${trials} random draws of rate, width, λ and batch size`,
            bg: `${rows} цифри, ${trials} случайни избора на скорост, широчина, λ и партида`,
          },
          x: { title: { en: 'learning rate', bg: 'скорост на обучение' }, scale: 'log' },
          y: {
            title: { en: 'dev cross-entropy', bg: 'кръстосана ентропия, проверяващ (dev) набор' },
            scale: 'log',
          },
          series: widths.map((units) => ({
            name: { en: `${units} units`, bg: `${units} неврона` },
            mark: 'point' as const,
            points: ranked
              .filter(({ config }) => config.units === units)
              .map(({ config, objectives: [loss = NaN] }) => [config.learningRate, loss] as const),
          })),
          rules: [
            { name: { en: 'median', bg: 'медиана' }, axis: 'y', at: median(losses) },
            {
              name: {
                en: `the best: ${(best?.objectives[0] ?? NaN).toFixed(2)}`,
                bg: `най-добрият: ${decimalComma((best?.objectives[0] ?? NaN).toFixed(2))}`,
              },
              axis: 'y',
              at: best?.objectives[0] ?? NaN,
            },
          ],
        },
      ],
    }
  },
})
