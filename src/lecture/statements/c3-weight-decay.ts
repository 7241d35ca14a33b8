import { abs, foldIn, grad, item, max, mul, normal, sub, type Key, type Tensor } from 'puregrad'
import { convertLambda, dense, l2, network, penalized, penaltyValue } from 'puregrad/nn'
import { applyStep, chain, decayWeights, descend, scaleByAdam, sgd, type Optimizer } from 'puregrad/optim'
import { claim } from '../claim.ts'
import { plantedRegression, type PlantedRegression } from './planted-regression.ts'
import { ridgePath, squaredErrorOf, type Weights } from './ridge-path.ts'

const lambdas = Array.from({ length: 20 }, (_, i) => 10 ** (-2 + i / 6))

const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))

const randomWeights = (key: Key, features: number): Weights => ({
  weight: normal(key, [features, 1], { dtype: 'float64' }),
})

/** The largest slope of Ω along a bias. */
const biasSlope = (key: Key): number => {
  const net = network(4, dense('hidden', 3), dense('output', 2))
  const { params } = net.init(key)
  const moved: typeof params = {
    ...params,
    hidden: { ...params.hidden, bias: normal(foldIn(key, 'bias'), [3]) },
  }
  const slopes = grad((at: typeof params) => penaltyValue(l2<typeof params>(1), at))(moved)
  return Math.max(...[slopes.hidden.bias, slopes.output.bias].map((slope) => item(max(abs(slope)))))
}

/** How far one step on the cost with the penalty is from one that makes the weights smaller by 2ηλ beside. */
const fromDecay = (
  data: PlantedRegression,
  at: Weights,
  { lambda, rate }: { readonly lambda: number; readonly rate: number },
): Readonly<Record<'descent' | 'adam', number>> => {
  const loss = squaredErrorOf(data)
  const stepped = (
    cost: (params: Weights) => Tensor,
    optimizer: Optimizer<Weights, readonly unknown[]>,
  ): Tensor => {
    const context = { params: at, step: 0, value: 0 }
    const [move] = optimizer.update(grad(cost)(at), optimizer.init(at), context)
    return applyStep(at, move).weight
  }
  const priced = penalized(loss, l2<Weights>(lambda))
  const decay = decayWeights<Weights>(convertLambda(lambda, 'plain', 'half'))
  const adam = chain(scaleByAdam<Weights>(), descend<Weights>(rate))
  return {
    descent: distance(
      stepped(priced, sgd({ learningRate: rate })),
      stepped(loss, chain(decay, descend(rate))),
    ),
    adam: distance(
      stepped(priced, adam),
      stepped(loss, chain(scaleByAdam<Weights>(), decay, descend<Weights>(rate))),
    ),
  }
}

/** The sum of squared weights as a penalty. */
export const c3 = claim({
  id: 'C3',
  lines: '134–142',
  asWritten: {
    en: 'The L2 norm of the parameters as Ω, biases left out, which is the sum of all squared weights; it does not let the training error reach zero.',
    bg: 'За Ω се взема L2 нормата на параметрите без отместванията (bias), т.е. сумата от квадратите на всички тегла; тя не допуска грешката при обучение да стигне нула.',
  },
  corrected: {
    en: 'It is the square of the norm, with no ½ and no 1/m (other sources have them; λ converts). The larger λ, the smaller Ω and the larger the training error. In gradient descent it is a decay of the weights by the factor 1 − 2ηλ; under Adam it is not.',
    bg: 'Това е квадратът на нормата, без ½ и без 1/m (други източници ги имат; λ се преобразува). Колкото по-голямо е λ, толкова по-малко е Ω и толкова по-голяма е грешката при обучение. При градиентно спускане теглата намаляват с множител 1 − 2ηλ; при Adam не е така.',
  },
  condition: {
    en: '“norm” is read as its square, as the sum of squares beside it says.',
    bg: '„нормата“ се чете като нейния квадрат, както казва сумата от квадрати до нея.',
  },
  measures: {
    doubling: {
      name: { en: 'Ω(2w) / Ω(w), which is 2 for a norm', bg: 'Ω(2w) / Ω(w), което за норма е 2' },
      corrected: { within: [4, 4] },
      literal: { within: [2, 2] },
    },
    biasSlope: {
      name: { en: 'largest slope of Ω along a bias', bg: 'най-голям наклон на Ω по отместване' },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    heldError: {
      name: {
        en: 'training error with more weights than rows, with λ',
        bg: 'грешка при обучение с повече тегла, отколкото редове, с λ',
      },
      corrected: { atLeast: 1e-3 },
      literal: { atLeast: 1e-3 },
    },
    freeError: {
      name: {
        en: 'training error with more weights than rows, λ = 0',
        bg: 'грешка при обучение с повече тегла, отколкото редове, λ = 0',
      },
      corrected: { atMost: 1e-9 },
    },
    omegaRatio: {
      name: {
        en: 'largest ratio of Ω from one λ to the next',
        bg: 'най-голямо отношение на Ω от едно λ към следващото',
      },
      corrected: { atMost: 0.999 },
    },
    lossRatio: {
      name: {
        en: 'smallest ratio of ℓ from one λ to the next',
        bg: 'най-малко отношение на ℓ от едно λ към следващото',
      },
      corrected: { atLeast: 1.00001 },
    },
    descentDecay: {
      name: {
        en: 'one step of gradient descent: penalty against decay of the weights by 2ηλ',
        bg: 'една стъпка на градиентно спускане: наказание спрямо намаляване на теглата с 2ηλ',
      },
      corrected: { atMost: 1e-12 },
    },
    adamDecay: {
      name: {
        en: 'one step of Adam: penalty against decay of the weights by 2ηλ',
        bg: 'една стъпка на Adam: наказание спрямо намаляване на теглата с 2ηλ',
      },
      corrected: { atLeast: 0.01 },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 60, whole: true },
    features: { name: { en: 'features', bg: 'признаци' }, value: 10, whole: true },
    wideRows: {
      name: { en: 'rows where weights are more', bg: 'редове, когато теглата са повече' },
      value: 20,
      whole: true,
    },
    wideFeatures: {
      name: { en: 'weights where they are more', bg: 'тегла, когато са повече' },
      value: 40,
      whole: true,
    },
    lambda: { name: { en: 'λ there', bg: 'λ при тях' }, value: 0.1 },
    rate: { name: { en: 'learning rate of the step', bg: 'скорост на обучение за стъпката' }, value: 0.1 },
  },
  measure: ({ key, settings: { rows, features, wideRows, wideFeatures, lambda, rate } }) => {
    const { weight } = randomWeights(foldIn(key, 'weights'), features)
    const path = ridgePath(plantedRegression(foldIn(key, 'data'), rows, weight, 1), lambdas)
    const ratios = (of: (point: (typeof path)[number]) => number): readonly number[] =>
      path.slice(1).map((point, i) => of(point) / of(path[i]!))
    // More weights than rows: the training error can be 0.
    const many = randomWeights(foldIn(key, 'many'), wideFeatures)
    const wide = plantedRegression(foldIn(key, 'wide'), wideRows, many.weight, 1)
    const [exact, held] = ridgePath(wide, [0, lambda])
    const at = randomWeights(foldIn(key, 'somewhere'), wideFeatures)
    const omega = (params: Weights): number => item(penaltyValue(l2(1), params))
    const { descent, adam } = fromDecay(wide, at, { lambda, rate })
    return {
      figures: {
        doubling: omega({ weight: mul(at.weight, 2) }) / omega(at),
        biasSlope: biasSlope(foldIn(key, 'biases')),
        heldError: held!.loss,
        freeError: exact!.loss,
        omegaRatio: Math.max(...ratios((point) => point.omega)),
        lossRatio: Math.min(...ratios((point) => point.loss)),
        descentDecay: descent,
        adamDecay: adam,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Both parts of ℓ + λΣw² at its minimum: linear model, ${rows} rows, ${features} features`,
            bg: `Двете части на ℓ + λΣw² в минимума: линеен модел, ${rows} реда, ${features} признака`,
          },
          x: { title: 'λ', scale: 'log' },
          y: { title: { en: 'value', bg: 'стойност' }, scale: 'log' },
          series: [
            {
              name: { en: 'training error ℓ', bg: 'грешка при обучение ℓ' },
              points: path.map((point) => [point.lambda, point.loss]),
            },
            { name: 'Ω = Σw²', points: path.map((point) => [point.lambda, point.omega]) },
          ],
        },
      ],
    }
  },
})
