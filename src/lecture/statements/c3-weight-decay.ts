import { abs, foldIn, grad, item, max, mul, normal, sub, type Key, type Tensor } from 'puregrad'
import { convertLambda, l2, penalized, penaltyValue } from 'puregrad/nn'
import { applyStep, chain, decayWeights, descend, scaleByAdam, sgd, type Optimizer } from 'puregrad/optim'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { plantedRegression } from './planted-regression.ts'
import { ridgePath, squaredErrorOf, type Weights } from './ridge-path.ts'

const lambdas = Array.from({ length: 20 }, (_, i) => 10 ** (-2 + i / 6))
const rate = 0.1

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const weight = normal(foldIn(key, 'weights'), [10, 1], { dtype: 'float64' })
  const path = ridgePath(plantedRegression(foldIn(key, 'data'), 60, weight, 1), lambdas)
  const ratios = (of: (point: (typeof path)[number]) => number): readonly number[] =>
    path.slice(1).map((point, i) => of(point) / of(path[i] ?? point))

  // More weights than rows: the training error can be 0.
  const wide = plantedRegression(
    foldIn(key, 'wide'),
    20,
    normal(foldIn(key, 'many'), [40, 1], { dtype: 'float64' }),
    1,
  )
  const [exact, held] = ridgePath(wide, [0, 0.1])

  const loss = squaredErrorOf(wide)
  const at: Weights = { weight: normal(foldIn(key, 'somewhere'), [40, 1], { dtype: 'float64' }) }
  const penalty = l2<Weights>(0.5)
  const stepped = (
    cost: (params: Weights) => Tensor,
    optimizer: Optimizer<Weights, readonly unknown[]>,
  ): Tensor => {
    const context = { params: at, step: 0, value: 0 }
    const [move] = optimizer.update(grad(cost)(at), optimizer.init(at), context)
    return applyStep(at, move).weight
  }
  const decay = decayWeights<Weights>(convertLambda(0.5, 'plain', 'half'))
  const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))
  const [coupled, beside] = [
    stepped(penalized(loss, penalty), sgd({ learningRate: rate })),
    stepped(loss, chain(decay, descend(rate))),
  ]
  const adam = chain(scaleByAdam<Weights>(), descend<Weights>(rate))
  const adamBeside = chain(scaleByAdam<Weights>(), decay, descend<Weights>(rate))
  const omega = (params: Weights): number => item(penaltyValue(l2(1), params))
  return {
    figures: {
      'largest ratio of Ω from one λ to the next': Math.max(...ratios(({ omega }) => omega)),
      'smallest ratio of ℓ from one λ to the next': Math.min(...ratios((point) => point.loss)),
      'training error with more weights than rows, λ = 0': exact?.loss ?? NaN,
      'training error with more weights than rows, λ = 0.1': held?.loss ?? NaN,
      'Ω(2w) / Ω(w)': omega({ weight: mul(at.weight, 2) }) / omega(at),
      'one step of gradient descent: penalty against decay of the weights by 2ηλ': distance(coupled, beside),
      'one step of Adam: penalty against decay of the weights by 2ηλ': distance(
        stepped(penalized(loss, penalty), adam),
        stepped(loss, adamBeside),
      ),
    },
    pictures: [
      {
        title: 'Both parts of the cost at its minimum',
        x: { title: 'λ', scale: 'log' },
        y: { title: 'value', scale: 'log' },
        mark: 'line',
        series: [
          { name: 'ℓ', points: path.map((point) => [point.lambda, point.loss] as const) },
          { name: 'Ω', points: path.map((point) => [point.lambda, point.omega] as const) },
        ],
      },
    ],
  }
}

/** The sum of squared weights as a penalty. */
export const c3 = earlierClaim({
  id: 'C3',
  lines: '134–142',
  asWritten: {
    en: 'The L2 norm of the parameters as Ω, biases left out, which is the sum of all squared weights; it does not let the training error reach zero.',
    bg: 'За Ω се взема L2 нормата на параметрите без отместванията, т.е. сумата от квадратите на всички тегла; тя не допуска грешката при обучение да стигне нула.',
  },
  corrected: {
    en: 'It is the square of the norm, with no ½ and no 1/m (other sources have them; λ converts). The larger λ, the smaller Ω and the larger the training error. In gradient descent it is a decay of the weights by the factor 1 − 2ηλ; under Adam it is not.',
    bg: 'Това е квадратът на нормата, без ½ и без 1/m (други източници ги имат; λ се преобразува). Колкото по-голямо е λ, толкова по-малко е Ω и толкова по-голяма е грешката при обучение. При градиентно спускане теглата намаляват с множител 1 − 2ηλ; при Adam не е така.',
  },
  condition: {
    en: '“norm” is read as its square; biases are left out by agreement only.',
    bg: '„нормата“ се чете като нейния квадрат; отместванията се пропускат само по уговорка.',
  },
  marks: {
    'largest ratio of Ω from one λ to the next': { atMost: 0.999 },
    'smallest ratio of ℓ from one λ to the next': { atLeast: 1.00001 },
    'training error with more weights than rows, λ = 0': { atMost: 1e-9 },
    'training error with more weights than rows, λ = 0.1': { atLeast: 1e-3 },
    'Ω(2w) / Ω(w)': { within: [4, 4] },
    'one step of gradient descent: penalty against decay of the weights by 2ηλ': { atMost: 1e-12 },
    'one step of Adam: penalty against decay of the weights by 2ηλ': { atLeast: 0.01 },
  },
  literalMarks: { 'Ω(2w) / Ω(w)': { within: [2, 2] } },
  measure,
})
