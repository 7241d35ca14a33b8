import {
  abs,
  add,
  foldIn,
  grad,
  item,
  jit,
  max,
  mul,
  norm,
  normal,
  sub,
  zeros,
  type Key,
  type Tensor,
} from 'puregrad'
import { penalized, penaltyValue, tie } from 'puregrad/nn'
import { afterSteps, applyStep, fuse, minimizeLbfgs, sgd, type Gradient } from 'puregrad/optim'
import { rateBound } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { plantedRegression } from './planted-regression.ts'
import { squaredErrorOf, type Weights } from './ridge-path.ts'

type Models = Readonly<Record<'a' | 'b', Weights>>

const squaredLambdas = [0, 0.01, 0.1, 1, 10, 100, 1e4]
const normLambdas = [0, 0.01, 0.03, 0.1, 0.2, 0.3, 1]
const [features, steps] = [5, 2000]

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const planted = normal(foldIn(key, 'weights'), [features, 1], { dtype: 'float64' })
  const moved = add(planted, mul(normal(foldIn(key, 'moved'), [features, 1], { dtype: 'float64' }), 0.3))
  const losses = [planted, moved].map((weight, i) =>
    squaredErrorOf(plantedRegression(foldIn(foldIn(key, 'data'), i), 40, weight, 0.5)),
  )
  const loss = ({ a, b }: Models): Tensor => {
    const [first, second] = [a, b].map((weights, i) => losses[i]?.(weights))
    return add(first!, second!) as Tensor
  }
  const none: Weights = { weight: zeros([features, 1], { dtype: 'float64' }) }
  const start: Models = { a: none, b: none }
  const gap = ({ a, b }: Models): number => item(norm(sub(a.weight, b.weight)))
  const squared = (lambda: number): Models =>
    minimizeLbfgs(jit(penalized(loss, tie<Models>(lambda, 'a', 'b', 'squared'))), start, {
      tolerance: 1e-10,
      iterations: 300,
    }).params
  const learningRate = rateBound(loss, start, { key: foldIn(key, 'rate') }).bound / 2
  const fused = (lambda: number): Models => {
    const optimizer = sgd<Models>({ learningRate })
    const after = afterSteps(optimizer, [fuse<Models>(lambda, 'a', 'b')])
    const step = jit((params: Models) => {
      const gradient = grad(loss)(params) as Gradient<Models>
      const [move] = optimizer.update(gradient, optimizer.init(params), { params, step: 0, value: 0 })
      return after(applyStep(params, move), 0)
    })
    return Array.from({ length: steps }).reduce<Models>((params) => step(params), start)
  }
  const squaredGaps = squaredLambdas.map((lambda) => [lambda, gap(squared(lambda))] as const)
  const normGaps = normLambdas.map((lambda) => [lambda, gap(fused(lambda))] as const)
  const at = (gaps: typeof squaredGaps, lambda: number): number =>
    gaps.find(([other]) => other === lambda)?.[1] ?? NaN
  const slopes = grad((models: Models) => penaltyValue(tie<Models>(1, 'a', 'b', 'norm'), models))(start)
  return {
    figures: {
      'gap without a tie': at(squaredGaps, 0),
      'squared, λ = 1: gap / without': at(squaredGaps, 1) / at(squaredGaps, 0),
      'squared, λ = 10,000: gap': at(squaredGaps, 1e4),
      'norm, λ = 0.03: gap / without': at(normGaps, 0.03) / at(squaredGaps, 0),
      'norm, λ = 1: gap': at(normGaps, 1),
      'gradient of the norm where both are equal': item(max(abs(add(slopes.a.weight, slopes.b.weight)))),
    },
    pictures: [
      {
        title: 'Two tied regressions',
        x: { title: 'λ (0 left out)', scale: 'log' },
        y: { title: '‖A − B‖' },
        mark: 'line',
        series: [
          { name: 'λ‖A − B‖²', points: squaredGaps.filter(([lambda]) => lambda > 0) },
          { name: 'λ‖A − B‖', points: normGaps.filter(([lambda]) => lambda > 0) },
        ],
      },
    ],
  }
}

/** Two models held together by a price on their distance. */
export const c6 = earlierClaim({
  id: 'C6',
  lines: '167–177',
  asWritten: {
    en: 'Parameter tying: the parameters of two models are forced to be close by the penalty ‖W⁽ᴬ⁾ − W⁽ᴮ⁾‖.',
    bg: 'Свързване на параметри: параметрите на два модела се заставят да са близки чрез наказание ‖W⁽ᴬ⁾ − W⁽ᴮ⁾‖.',
  },
  corrected: {
    en: 'It needs a λ, and the form matters: the norm as written makes both models equal, exactly, from a finite λ on; the usual square brings them ever closer and never together.',
    bg: 'Нужно е λ, а формата има значение: нормата, както е записана, прави двата модела напълно равни от някое крайно λ нататък; обичайният квадрат ги сближава все повече, но никога не ги изравнява.',
  },
  condition: {
    en: 'the penalty is weighted by λ; “close” is its square, since the norm itself makes them equal.',
    bg: 'наказанието има тежест λ; „близки“ отговаря на квадрата, защото самата норма ги прави равни.',
  },
  marks: {
    'gap without a tie': { atLeast: 0.2 },
    'squared, λ = 1: gap / without': { atMost: 0.5 },
    'squared, λ = 10,000: gap': { within: [1e-7, 1e-3] },
    'norm, λ = 0.03: gap / without': { atLeast: 0.5 },
    'norm, λ = 1: gap': { within: [0, 0] },
    'gradient of the norm where both are equal': { within: [0, 0] },
  },
  measure,
})
