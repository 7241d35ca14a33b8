import * as E from 'fp-ts/lib/Either.js'
import { abs, add, foldIn, grad, item, jit, max, mul, normal, sub, type Key, type Tensor } from 'puregrad'
import { decodePenalty, l2, penalized, penaltyMonoid, penaltyValue } from 'puregrad/nn'
import { rateBound, trajectory } from 'puregrad/study'
import { claim } from '../claim.ts'
import { plantedRegression } from './planted-regression.ts'
import { ridgePath, squaredErrorOf, type Weights } from './ridge-path.ts'

const grid = Array.from({ length: 13 }, (_, i) => 10 ** (-2 + i / 4))
/** Half the relative distance of the two λ whose difference is taken. */
const apart = 1e-3
/** Numbers that λ can be, and others. */
const prices = [0, 1e-300, 1, 1e300]
const noPrices = [-1, -1e-300, NaN, Infinity]

const randomWeights = (key: Key, features: number): Weights => ({
  weight: normal(key, [features, 1], { dtype: 'float64' }),
})

/** The share of numbers that are taken for λ, or refused, as they should be. */
const toldApart = (): number => {
  const taken = (lambda: number): boolean => E.isRight(decodePenalty({ l2: lambda }))
  const right = [...prices.map(taken), ...noPrices.map((lambda) => !taken(lambda))]
  return right.filter(Boolean).length / right.length
}

/** How far gradient descent on J stays above its minimum, in parts of it. */
const excess = (
  loss: (params: Weights) => Tensor,
  start: Weights,
  { lambda, steps, key, least }: { lambda: number; steps: number; key: Key; least: number },
): number => {
  const cost = jit(penalized(loss, l2<Weights>(lambda)))
  const { bound } = rateBound(cost, start, { key })
  const end = trajectory(cost, start, { steps, by: bound / 2 }).at(-1)!
  return end.value / least - 1
}

/** The penalized cost is two criteria in one sum, with λ as the price. */
export const c2 = claim({
  id: 'C2',
  lines: '123–128',
  asWritten: {
    en: 'Regularized training minimizes J(θ) = ℓ(θ) + λΩ(θ) with λ from 0 upwards.',
    bg: 'Обучението с регуларизация минимизира J(θ) = ℓ(θ) + λΩ(θ), където наказателният коефициент λ е от 0 нагоре.',
  },
  corrected: {
    en: 'The same, and λ has a meaning: along the minima, one unit of Ω is bought for λ units of ℓ, dℓ/dΩ = −λ. λ = 0 leaves the cost as it is; what is below 0 or not finite is refused.',
    bg: 'Същото, а λ има смисъл на цена: по минимумите единица Ω струва λ единици ℓ, dℓ/dΩ = −λ. При λ = 0 функцията на разходите остава каквато е; отрицателни и безкрайни стойности се отхвърлят.',
  },
  measures: {
    excess: {
      name: {
        en: 'J after gradient descent, relatively above its minimum',
        bg: 'J след градиентно спускане: относително превишение над минимума',
      },
      literal: { within: [-1e-12, 1e-6] },
    },
    toldApart: {
      name: {
        en: 'share of numbers rightly taken for λ or refused',
        bg: 'дял на числата, правилно приети за λ или отхвърлени',
      },
      corrected: { within: [1, 1] },
      literal: { within: [1, 1] },
    },
    slopeError: {
      name: {
        en: 'largest relative error of the slope dℓ/dΩ = −λ',
        bg: 'най-голяма относителна грешка на наклона dℓ/dΩ = −λ',
      },
      // The difference quotient over ±0.1 % of λ is off by parts in a million.
      corrected: { atMost: 1e-4 },
    },
    gradientSum: {
      name: { en: '∇(ℓ + λΩ) against ∇ℓ + λ∇Ω', bg: '∇(ℓ + λΩ) спрямо ∇ℓ + λ∇Ω' },
      corrected: { atMost: 1e-12 },
    },
    zeroChange: {
      name: { en: 'change of the cost at λ = 0', bg: 'промяна на разходите при λ = 0' },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    rows: { name: { en: 'rows', bg: 'редове' }, value: 60, whole: true },
    features: { name: { en: 'features', bg: 'признаци' }, value: 10, whole: true },
    lambda: { name: { en: 'λ that is trained with', bg: 'λ, с което се обучава' }, value: 1 },
    steps: { name: { en: 'steps of gradient descent', bg: 'стъпки на спускането' }, value: 200, whole: true },
  },
  measure: ({ key, settings: { rows, features, lambda, steps } }) => {
    const { weight } = randomWeights(foldIn(key, 'weights'), features)
    const data = plantedRegression(foldIn(key, 'data'), rows, weight, 1)
    const loss = squaredErrorOf(data)
    const lambdas = [...new Set([...grid, lambda])].sort((a, b) => a - b)
    const path = ridgePath(data, lambdas)
    const chosen = path.find((point) => point.lambda === lambda)!
    const slopes = lambdas.map((price) => {
      const [below, above] = ridgePath(data, [price * (1 - apart), price * (1 + apart)])
      return (above!.loss - below!.loss) / (above!.omega - below!.omega)
    })
    const at = randomWeights(foldIn(key, 'somewhere'), features)
    const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))
    const omega = (params: Weights): Tensor => penaltyValue(l2<Weights>(1), params)
    const sum = add(grad(loss)(at).weight, mul(lambda, grad(omega)(at).weight))
    const none = [l2<Weights>(0), penaltyMonoid<Weights>().empty]
    return {
      figures: {
        excess: excess(loss, at, {
          lambda,
          steps,
          key: foldIn(key, 'rate'),
          least: chosen.loss + lambda * chosen.omega,
        }),
        toldApart: toldApart(),
        slopeError: Math.max(...slopes.map((slope, i) => Math.abs(slope / -lambdas[i]! - 1))),
        gradientSum: distance(grad(penalized(loss, l2<Weights>(lambda)))(at).weight, sum),
        zeroChange: Math.max(
          ...none.map((penalty) => Math.abs(item(penalized(loss, penalty)(at)) - item(loss(at)))),
        ),
      },
      pictures: [
        {
          kind: 'lambda-front',
          title: {
            en: `Minima of ℓ + λΩ for a linear model of ${rows} rows: at each λ the front has the slope −λ`,
            bg: `Минимуми на ℓ + λΩ за линеен модел с ${rows} реда: при всяко λ наклонът на фронта е −λ`,
          },
          loss: { title: { en: 'mean squared error ℓ', bg: 'средноквадратична грешка ℓ' } },
          penalty: { title: 'Ω = Σw²' },
          points: path.map((point) => ({ lambda: point.lambda, loss: point.loss, penalty: point.omega })),
          chosen: lambda,
        },
        {
          kind: 'curves',
          title: { en: 'The slope of the same front, measured', bg: 'Измереният наклон на същия фронт' },
          x: { title: 'λ', scale: 'log' },
          y: { title: '−dℓ/dΩ', scale: 'log' },
          series: [
            { name: { en: 'λ itself', bg: 'самото λ' }, points: lambdas.map((price) => [price, price]) },
            {
              name: { en: 'measured', bg: 'измерено' },
              mark: 'point',
              points: slopes.map((slope, i) => [lambdas[i]!, -slope]),
            },
          ],
        },
      ],
    }
  },
})
