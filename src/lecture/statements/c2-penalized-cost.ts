import { abs, add, foldIn, grad, item, max, mul, normal, sub, type Key, type Tensor } from 'puregrad'
import { l2, penalized, penaltyMonoid, penaltyValue } from 'puregrad/nn'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { plantedRegression } from './planted-regression.ts'
import { ridgePath, squaredErrorOf, type Weights } from './ridge-path.ts'

const lambdas = Array.from({ length: 13 }, (_, i) => 10 ** (-2 + i / 4))
/** Half the relative distance of the two λ whose difference is taken. */
const apart = 1e-3

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const weight = normal(foldIn(key, 'weights'), [10, 1], { dtype: 'float64' })
  const data = plantedRegression(foldIn(key, 'data'), 60, weight, 1)
  const loss = squaredErrorOf(data)
  const path = ridgePath(data, lambdas)
  const slopes = lambdas.map((lambda) => {
    const [below, above] = ridgePath(data, [lambda * (1 - apart), lambda * (1 + apart)])
    return below === undefined || above === undefined
      ? NaN
      : (above.loss - below.loss) / (above.omega - below.omega)
  })
  const errors = slopes.map((slope, i) => Math.abs(slope / -(lambdas[i] ?? NaN) - 1))
  const at: Weights = { weight: normal(foldIn(key, 'somewhere'), [10, 1], { dtype: 'float64' }) }
  const distance = (a: Tensor, b: Tensor): number => item(max(abs(sub(a, b))))
  const omega = (params: Weights): Tensor => penaltyValue(l2<Weights>(1), params)
  const sum = add(grad(loss)(at).weight, mul(0.3, grad(omega)(at).weight))
  const none = [l2<Weights>(0), penaltyMonoid<Weights>().empty]
  return {
    figures: {
      'largest relative error of the slope dℓ/dΩ = −λ': Math.max(...errors),
      '∇(ℓ + λΩ) against ∇ℓ + λ∇Ω': distance(grad(penalized(loss, l2<Weights>(0.3)))(at).weight, sum),
      'change of the cost at λ = 0': Math.max(
        ...none.map((penalty) => Math.abs(item(penalized(loss, penalty)(at)) - item(loss(at)))),
      ),
    },
    pictures: [
      {
        title: 'Each λ picks a point of one front; its slope there is −λ',
        x: { title: 'Ω(θ)' },
        y: { title: 'ℓ(θ)' },
        mark: 'line',
        series: [{ name: 'minima of ℓ + λΩ', points: path.map(({ omega, loss }) => [omega, loss] as const) }],
      },
      {
        title: 'The slope of the front, measured',
        x: { title: 'λ', scale: 'log' },
        y: { title: '−dℓ/dΩ', scale: 'log' },
        mark: 'line',
        series: [{ name: 'slope', points: slopes.map((slope, i) => [lambdas[i] ?? NaN, -slope] as const) }],
      },
    ],
  }
}

/** The penalized cost is two criteria in one sum, with λ as the price. */
export const c2 = earlierClaim({
  id: 'C2',
  lines: '123–128',
  asWritten: {
    en: 'Regularized training minimizes J(θ) = ℓ(θ) + λΩ(θ) with λ from 0 upwards.',
    bg: 'Обучението с регуларизация минимизира J(θ) = ℓ(θ) + λΩ(θ), като λ е от 0 нагоре.',
  },
  corrected: {
    en: 'The same, and λ has a meaning: along the minima, one unit of Ω is bought for λ units of ℓ, dℓ/dΩ = −λ. λ = 0 leaves the cost as it is.',
    bg: 'Същото, а λ има смисъл: по минимумите единица Ω се купува за λ единици ℓ, dℓ/dΩ = −λ. При λ = 0 цената остава каквато е.',
  },
  marks: {
    'largest relative error of the slope dℓ/dΩ = −λ': { atMost: 1e-4 },
    '∇(ℓ + λΩ) against ∇ℓ + λ∇Ω': { atMost: 1e-12 },
    'change of the cost at λ = 0': { within: [0, 0] },
  },
  measure,
})
