import * as E from 'fp-ts/lib/Either.js'
import {
  div,
  foldIn,
  grad,
  item,
  jit,
  leavesOf,
  matmul,
  normal,
  square,
  sub,
  sum,
  tensor,
  toTypedArray,
  transpose,
  type Key,
  type Tensor,
} from 'puregrad'
import { l1, l2, penaltyValue, type Penalty } from 'puregrad/nn'
import { decodeHyperParameters, logDensity, modelOf, priorOf, type HyperParameters } from 'puregrad/study'
import { claim } from '../claim.ts'
import { certainly } from './certainly.ts'
import { changedSettings, type SettingName } from './changed-settings.ts'
import { trialTraining, tuningData } from './tuned-digits.ts'

type Weights = { readonly weight: Tensor }

const width = 8

const settingsOf = (lambda: number): HyperParameters => ({
  learningRate: 3e-3,
  epochs: 3,
  layers: 1,
  units: 16,
  activation: 'relu',
  batchSize: 32,
  regularization: { l1: 0, l2: lambda, dropout: 0 },
})

/** How far −log prior − λΩ strays from a constant over random weights. */
const spread = (penalty: Penalty<Weights>, draws: number, key: Key): number => {
  const prior = certainly(priorOf(penalty))
  const both = jit((params: Weights) => [logDensity(prior, params), penaltyValue(penalty, params)] as const)
  const excess = Array.from({ length: draws }, (_, i) => {
    const [log, value] = both({ weight: normal(foldIn(key, i), [width], { std: 2, dtype: 'float64' }) })
    return -item(log) - item(value)
  })
  return Math.max(...excess) - Math.min(...excess)
}

/** The settings as plain data, without one of them; names in a path are joined by dots. */
const without = (settings: HyperParameters, path: SettingName): unknown => {
  const left = (record: object, name: string): object =>
    Object.fromEntries(Object.entries(record).filter(([key]) => key !== name))
  const [outer = '', inner] = path.split('.')
  return inner === undefined
    ? left(settings, outer)
    : { ...settings, regularization: left(settings.regularization, inner) }
}

const isRefused = (data: unknown, path: string): boolean => {
  const read = decodeHyperParameters(data)
  return E.isLeft(read) && read.left.problems.some((problem) => problem.path === path)
}

/** How many settings change what the penalties say of the same parameters: minus the logarithm of their prior. */
const countInPrior = (settings: HyperParameters, key: Key): number => {
  const ends = { inputs: width, outputs: 2 }
  const { params } = modelOf(settings, ends).network.init(key)
  const value = (of: HyperParameters): number => item(penaltyValue(modelOf(of, ends).penalty, params))
  return changedSettings(settings).filter(({ changed }) => value(changed) !== value(settings)).length
}

/** The share of weights and biases that a training moves. */
const movedShare = (settings: HyperParameters, key: Key): number => {
  const data = tuningData(foldIn(key, 'data'), 300)
  const at = (epochs: number): readonly number[] => {
    const { state } = trialTraining(settings)(data, foldIn(key, 'training'), epochs)
    return leavesOf(state!.params).flatMap((leaf) => Array.from(toTypedArray(leaf), Number))
  }
  const [start, end] = [at(0), at(settings.epochs)]
  return end.filter((value, i) => value !== start[i]).length / end.length
}

/** Least squares in two unknowns, solved by Cramer's rule: the largest slope of the cost at the answer. */
const slopeWhereSolved = (key: Key): number => {
  const x = normal(foldIn(key, 'x'), [40, 2], { dtype: 'float64' })
  const y = normal(foldIn(key, 'y'), [40, 1], { dtype: 'float64' })
  const numbers = (of: Tensor): readonly number[] => Array.from(toTypedArray(of), Number)
  const [a = 0, b = 0, , d = 0] = numbers(matmul(transpose(x), x))
  const [u = 0, v = 0] = numbers(matmul(transpose(x), y))
  const determinant = a * d - b * b
  const solved = tensor([[(d * u - b * v) / determinant], [(a * v - b * u) / determinant]], {
    dtype: 'float64',
  })
  const cost = (w: Tensor): Tensor => div(sum(square(sub(matmul(x, w), y))), 40)
  return Math.max(...numbers(grad(cost)(solved)).map(Math.abs))
}

/** Hyper-parameters are set, parameters are fitted; the weight of a penalty is a parameter of a prior. */
export const a2 = claim({
  id: 'A2',
  lines: '25–32',
  asWritten: {
    en: 'Parameters are found by fitting the model to the data. A hyper-parameter is a parameter of a prior distribution, set before any data is seen. Every algorithm needs its hyper-parameters set before training.',
    bg: 'Параметрите се намират, като моделът се напасва към данните. Хиперпараметърът е параметър на априорно разпределение и се избира, преди да са видени данните. Всеки алгоритъм изисква хиперпараметрите му да са зададени преди обучението.',
  },
  corrected: {
    en: 'Parameters are fitted, and hyper-parameters have to be there before: with one left out training does not start, while a weight is no input at all. A parameter of a prior is, strictly, the weight of a penalty alone: λΣw² is, up to a constant, minus the logarithm of N(0, 1/(2λ)), and λΣ|w| that of Laplace(1/λ). Learning rate, widths and batch size are settings of the procedure. And least squares, solved at once, have none.',
    bg: 'Параметрите се напасват, а хиперпараметрите трябва да ги има отпреди: ако един липсва, обучението не започва, докато теглото изобщо не се задава. Параметър на априорно разпределение в тесен смисъл е само наказателният коефициент: λΣw² е, с точност до константа, минус логаритъмът на N(0, 1/(2λ)), а λΣ|w| – на Laplace(1/λ). Скоростта на обучение, броят неврони и големината на партидата са настройки на процедурата. А методът на най-малките квадрати, решен наведнъж, няма никакви.',
  },
  condition: {
    en: '“parameter of a prior” is said of the weights of penalties only, and “every algorithm” of those that iterate.',
    bg: '„параметър на априорно разпределение“ се казва само за наказателните коефициенти, а „всеки алгоритъм“ – за итеративните.',
  },
  measures: {
    refused: {
      name: {
        en: 'share of hyper-parameters without which training is refused by name',
        bg: 'дял на хиперпараметрите, без които обучението се отказва поименно',
      },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    weightsTaken: {
      name: { en: 'names of weights taken as settings', bg: 'имена на тегла, приети за настройки' },
      corrected: { within: [0, 0] },
    },
    fitted: {
      name: {
        en: 'share of weights and biases that fitting moves',
        bg: 'дял на теглата и отместванията, които напасването променя',
      },
      corrected: { atLeast: 0.9 },
      literal: { atLeast: 0.9 },
    },
    normalPrior: {
      name: {
        en: 'spread of −log N(0, 1/(2λ)) − λΣw²',
        bg: 'разлика между крайните стойности на −log N(0, 1/(2λ)) − λΣw²',
      },
      corrected: { atMost: 1e-10 },
    },
    laplacePrior: {
      name: {
        en: 'spread of −log Laplace(1/λ) − λΣ|w|',
        bg: 'разлика между крайните стойности на −log Laplace(1/λ) − λΣ|w|',
      },
      corrected: { atMost: 1e-10 },
    },
    inPrior: {
      name: {
        en: 'hyper-parameters of 9 on which the prior of the weights depends',
        bg: 'хиперпараметри от 9, от които зависи априорното разпределение на теглата',
      },
      corrected: { within: [2, 2] },
      literal: { within: [9, 9] },
    },
    solved: {
      name: {
        en: 'least squares solved without hyper-parameters: largest slope of the cost',
        bg: 'най-малки квадрати без хиперпараметри: най-голям наклон на функцията на разходите',
      },
      corrected: { atMost: 1e-12 },
    },
  },
  settings: {
    lambda: { name: { en: 'penalty weight λ', bg: 'наказателен коефициент λ' }, value: 0.3 },
    draws: {
      name: { en: 'random draws of the weights', bg: 'случайни избори на теглата' },
      value: 1000,
      whole: true,
    },
  },
  measure: ({ key, settings: { lambda, draws } }) => {
    const settings = settingsOf(lambda)
    const names = changedSettings(settings).map(({ name }) => name)
    const weightNames = Object.keys(modelOf(settings, { inputs: 256, outputs: 10 }).network.init(key).params)
    return {
      figures: {
        refused: names.filter((name) => isRefused(without(settings, name), name)).length / names.length,
        weightsTaken: weightNames.filter((name) => !isRefused({ ...settings, [name]: [0] }, name)).length,
        fitted: movedShare(settings, foldIn(key, 'fitted')),
        normalPrior: spread(l2(lambda), draws, foldIn(key, 'l2')),
        laplacePrior: spread(l1(lambda), draws, foldIn(key, 'l1')),
        inPrior: countInPrior(settings, foldIn(key, 'prior')),
        solved: slopeWhereSolved(foldIn(key, 'least squares')),
      },
    }
  },
})
