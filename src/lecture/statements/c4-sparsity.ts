import { abs, equal, foldIn, grad, item, max, sub, tensor, toTypedArray, where, type Key } from 'puregrad'
import { dense, l1, meanSquaredError, network, type LinearParams, type Penalty } from 'puregrad/nn'
import { sgd, softThreshold, type AfterStep } from 'puregrad/optim'
import { rateBound, sparsityReport } from 'puregrad/study'
import { supervisedStep } from 'puregrad/training'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { plantedRegression, type PlantedRegression } from './planted-regression.ts'
import { ridgePath, squaredErrorOf } from './ridge-path.ts'

const [rows, features, real] = [200, 50, 5]
const lambda = 0.1
const steps = 1000
const net = network(features, dense('model', 1, { bias: false }))
type Params = Readonly<Record<'model', LinearParams>>

/** Weights after some steps of gradient descent on the whole data. */
const descended = (
  key: Key,
  data: PlantedRegression,
  {
    rate,
    ...rules
  }: {
    readonly penalty?: Penalty<Params>
    readonly after?: readonly AfterStep<Params>[]
    readonly rate: number
  },
  start: Params,
): Params => {
  const optimizer = sgd<Params>({ learningRate: rate })
  const step = supervisedStep({
    model: net,
    loss: (predictions, targets) => meanSquaredError(predictions, targets),
    optimizer,
    ...rules,
  })
  return Array.from({ length: steps }, (_, i) => i).reduce(
    (place, i) => step({ ...place, step: i }, data, key),
    { params: start, layers: { model: {} }, optimizer: optimizer.init(start) },
  ).params
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const planted = tensor(
    Array.from({ length: features }, (_, i) => [i < real ? (i % 2 === 0 ? 1 : -1) : 0]),
    { dtype: 'float64' },
  )
  const data = plantedRegression(foldIn(key, 'data'), rows, planted, 0.3)
  const loss = squaredErrorOf(data)
  const { params: start } = net.init(foldIn(key, 'parameters'), { dtype: 'float64' })
  const rate = rateBound(loss, start.model, { key: foldIn(key, 'rate') }).bound / 2
  const sparse = (by: number, from: Params): Params =>
    descended(key, data, { after: [softThreshold(by)], rate }, from)
  const proximal = sparse(lambda, start)
  const subgradient = descended(key, data, { penalty: l1(lambda), rate }, start)
  const [ridge] = ridgePath(data, [lambda])
  const weights = ({ model }: Params): readonly number[] => Array.from(toTypedArray(model.weight), Number)
  const kept = weights(proximal)
    .slice(0, real)
    .filter((w) => w !== 0).length
  const slopes = grad(loss)(proximal.model).weight
  const atZeros = where(equal(proximal.model.weight, 0), abs(slopes), 0)
  const path = [1, 0.7, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02].reduce<
    readonly { readonly by: number; readonly params: Params }[]
  >((seen, by) => [...seen, { by, params: sparse(by, seen.at(-1)?.params ?? start) }], [])
  const zeros = (params: Params): number => sparsityReport(params).zeros
  return {
    figures: {
      'proximal: exact zeros of 45 without effect': zeros(proximal) - (real - kept),
      'proximal: real features kept of 5': kept,
      'proximal: largest |∇ℓ| / λ where w = 0': item(max(atZeros)) / lambda,
      'subgradient: exact zeros of 50': zeros(subgradient),
      'subgradient: largest distance from the proximal weights': item(
        max(abs(sub(subgradient.model.weight, proximal.model.weight))),
      ),
      'L2: exact zeros of 50': ridge === undefined ? NaN : sparsityReport({ weight: ridge.weight }).zeros,
    },
    pictures: [
      {
        title: 'The path of the weights under λΣ|w|: five real features and the first five others',
        x: { title: 'λ', scale: 'log' },
        y: { title: 'weight' },
        mark: 'line',
        series: Array.from({ length: 2 * real }, (_, i) => ({
          name: i < real ? `w${i + 1}` : `w${i + 1} (no effect)`,
          points: path.map(({ by, params }) => [by, weights(params)[i] ?? NaN] as const),
        })),
      },
    ],
  }
}

/** An L1 penalty selects features; the way there matters. */
export const c4 = earlierClaim({
  id: 'C4',
  lines: '144–156',
  asWritten: {
    en: 'Ω = ‖w‖₁ gives sparse solutions and selects features; the L2 penalty only fades components of little weight.',
    bg: 'Ω = ‖w‖₁ води до разредени решения и подбира признаци; L2 наказанието само отслабва слабите компоненти.',
  },
  corrected: {
    en: 'True of the minimizer. Gradient steps with the sign of the weights never arrive at 0; a proximal step, which follows each gradient step, does, exactly.',
    bg: 'Вярно за самия минимум. Градиентните стъпки със знака на теглата никога не стигат 0; проксималната стъпка след всяка градиентна стига, точно.',
  },
  condition: {
    en: 'the minimum is reached by proximal steps; with plain gradient steps no weight becomes 0.',
    bg: 'минимумът се достига с проксимални стъпки; с обикновени градиентни стъпки никое тегло не става 0.',
  },
  marks: {
    'proximal: exact zeros of 45 without effect': { atLeast: 40 },
    'proximal: real features kept of 5': { within: [5, 5] },
    'proximal: largest |∇ℓ| / λ where w = 0': { atMost: 1 },
    'subgradient: exact zeros of 50': { within: [0, 0] },
    'subgradient: largest distance from the proximal weights': { atMost: 0.05 },
    'L2: exact zeros of 50': { within: [0, 0] },
  },
  literalMarks: { 'subgradient: exact zeros of 50': { atLeast: 40 } },
  measure,
})
