import { foldIn, leavesOf, softmax, toTypedArray, type Tensor } from 'puregrad'
import { totalVariation } from 'puregrad/data'
import { evalMode } from 'puregrad/nn'
import { modelOf, type HyperParameters } from 'puregrad/study'
import { claim } from '../claim.ts'
import { changedSettings } from './changed-settings.ts'
import { trialTraining, tuningData } from './tuned-digits.ts'

const numbers = (tree: unknown): readonly number[] =>
  leavesOf(tree).flatMap((leaf) => Array.from(toTypedArray(leaf), Number))

const length = (v: readonly number[]): number => Math.hypot(...v)
const difference = (a: readonly number[], b: readonly number[]): readonly number[] =>
  a.map((x, i) => x - (b[i] ?? NaN))

/** The mean total variation of the probabilities that two networks give to the same rows. */
const meanVariation = (a: Tensor, b: Tensor): number => {
  const [rows = 0, classes = 0] = a.shape
  const [p, q] = [numbers(a), numbers(b)]
  const of = Array.from({ length: rows }, (_, i) =>
    totalVariation(p.slice(i * classes, (i + 1) * classes), q.slice(i * classes, (i + 1) * classes)),
  )
  return of.reduce((x, y) => x + y, 0) / rows
}

/** The same data and the same start, one hyper-parameter changed at a time. */
export const a5 = claim({
  id: 'A5',
  lines: '36–51',
  asWritten: {
    en: 'Hyper-parameters steer the parameters: what W and b become in the end depends on them.',
    bg: 'Хиперпараметрите управляват параметрите: от тях зависи какви ще станат накрая W и b.',
  },
  corrected: {
    en: 'Each of them does: with the same data, start and order of rows, changing any one alone leads to other weights and other answers. They do not decide everything: another start leads elsewhere too, and only all of it together gives the same weights to the bit.',
    bg: 'Всеки поотделно: при същите данни, начало и ред на примерите промяната само на един от тях води до други тегла и други отговори. Те не решават всичко: и друго начало води другаде, а едва всичко заедно дава същите тегла до бит.',
  },
  measures: {
    again: {
      name: {
        en: 'distance of the weights when all is repeated',
        bg: 'разстояние между теглата при пълно повторение',
      },
      corrected: { within: [0, 0] },
    },
    leastMove: {
      name: {
        en: 'one of 7 changed: distance of the weights / way from the start, least',
        bg: 'променен един от 7: разстояние между теглата / път от началото, най-малко',
      },
      corrected: { atLeast: 0.1 },
      literal: { atLeast: 0.1 },
    },
    newShapes: {
      name: {
        en: 'the other two, layers and units: how many of them change the number of weights',
        bg: 'другите два, слоеве и неврони: колко от тях променят броя на теглата',
      },
      corrected: { within: [2, 2] },
      literal: { within: [2, 2] },
    },
    leastAnswer: {
      name: {
        en: 'one of 9 changed: mean total variation of the answers, least',
        bg: 'променен един от 9: средна пълна вариация на отговорите, най-малко',
      },
      corrected: { atLeast: 0.01 },
      literal: { atLeast: 0.01 },
    },
    otherStart: {
      name: {
        en: 'another start instead: distance of the weights / way from the start',
        bg: 'вместо това друго начало: разстояние между теглата / път от началото',
      },
      corrected: { atLeast: 0.5 },
    },
  },
  settings: {
    rows: { name: { en: 'training rows', bg: 'обучаващи редове' }, value: 400, whole: true },
    epochs: { name: { en: 'epochs', bg: 'епохи' }, value: 6, whole: true },
    learningRate: { name: { en: 'learning rate', bg: 'скорост на обучение' }, value: 3e-3 },
    units: { name: { en: 'hidden units', bg: 'скрити неврони' }, value: 32, whole: true },
  },
  measure: ({ key, settings: { rows, epochs, learningRate, units }, progress }) => {
    const data = tuningData(foldIn(key, 'data'), rows)
    const base: HyperParameters = {
      learningRate,
      epochs,
      layers: 1,
      units,
      activation: 'relu',
      batchSize: 16,
      regularization: { l1: 0, l2: 1e-4, dropout: 0 },
    }
    const trained = (settings: HyperParameters, seed: number) => {
      const { network } = modelOf(settings, { inputs: 256, outputs: 10 })
      const { state } = trialTraining(settings)(data, foldIn(key, seed), settings.epochs)
      const { params, layers } = state!
      return {
        weights: numbers(params),
        answers: softmax(network.apply(evalMode, params, layers, data.dev.x)[0]),
      }
    }
    const start = numbers(trialTraining(base)(data, foldIn(key, 0), 0).state?.params)
    const first = trained(base, 0)
    const again = trained(base, 0)
    const elsewhere = trained(base, 1)
    const way = length(difference(first.weights, start))
    const changed = changedSettings(base).map(({ title, changed: settings }, i, all) => {
      const { weights, answers } = trained(settings, 0)
      progress(i + 1, all.length)
      return {
        title,
        sameShape: weights.length === first.weights.length,
        move: length(difference(weights, first.weights)) / way,
        answer: meanVariation(answers, first.answers),
      }
    })
    const alike = changed.filter(({ sameShape }) => sameShape)
    return {
      figures: {
        again: length(difference(again.weights, first.weights)),
        leastMove: Math.min(...alike.map(({ move }) => move)),
        newShapes: changed.length - alike.length,
        leastAnswer: Math.min(...changed.map(({ answer }) => answer)),
        otherStart: length(difference(elsewhere.weights, first.weights)) / way,
      },
      pictures: [
        {
          kind: 'bars',
          title: {
            en: `${rows} digits, one hyper-parameter changed: how far the answers move`,
            bg: `${rows} цифри, променен един хиперпараметър: колко се променят отговорите`,
          },
          x: { title: { en: 'changed', bg: 'променен' } },
          y: { title: { en: 'mean total variation', bg: 'средна пълна вариация' } },
          categories: [...changed.map(({ title }) => title), { en: 'another start', bg: 'друго начало' }],
          series: [
            {
              name: { en: 'change of the answers', bg: 'промяна на отговорите' },
              values: [
                ...changed.map(({ answer }) => ({ value: answer })),
                { value: meanVariation(elsewhere.answers, first.answers) },
              ],
            },
          ],
        },
      ],
    }
  },
})
