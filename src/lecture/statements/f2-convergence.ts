import {
  add,
  dot,
  foldIn,
  grad,
  item,
  jit,
  matmul,
  mul,
  normal,
  pow,
  sub,
  take,
  tensor,
  type Key,
  type Tensor,
} from 'puregrad'
import { rateBound, trajectory } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { randomQuadratic } from './random-quadratic.ts'

const steps = 50

/** w₁² − w₂² + ½w₂⁴: a saddle at 0 between two minima of −½. */
const saddle = (w: Tensor): Tensor => {
  const [a, b] = [0, 1].map((i) => take(w, tensor(i, { dtype: 'int32' }))) as [Tensor, Tensor]
  return add(sub(mul(a, a), mul(b, b)), mul(0.5, pow(b, 4)))
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  // One compiled step for all quadratics: H and η are its arguments. d is the distance from the minimum.
  const step = jit((d: Tensor, hessian: Tensor, rate: number) => {
    const gradient = grad((at: Tensor) => mul(0.5, dot(at, matmul(hessian, at))))(d)
    const next = sub(d, mul(rate, gradient))
    return { next, value: mul(0.5, dot(next, matmul(hessian, next))) }
  })
  const runs = Array.from({ length: 500 }, (_, i) => {
    const own = foldIn(key, i)
    const { hessian, largest } = randomQuadratic(own, 5)
    const start = normal(foldIn(own, 'start'), [5], { dtype: 'float64' })
    const squared = item(dot(start, start))
    const values = (by: number): readonly number[] =>
      Array.from({ length: steps }).reduce<{ readonly d: Tensor; readonly seen: readonly number[] }>(
        ({ d, seen }) => {
          const { next, value } = step(d, hessian, by / largest)
          return { d: next, seen: [...seen, item(value)] }
        },
        { d: start, seen: [] },
      ).seen
    const good = values(1)
    const worst = Math.max(...good.map((value, k) => value / ((largest * squared) / (2 * (k + 1)))))
    const far = i < 20 ? values(2.1) : []
    return { worst, grew: (far.at(-1) ?? 0) > (far.at(-6) ?? 0), tried: far.length > 0 }
  })
  const { hessian, largest } = randomQuadratic(foldIn(key, 'bound'), 5)
  const estimate = rateBound(
    (w: Tensor) => mul(0.5, dot(w, matmul(hessian, w))),
    normal(foldIn(key, 'place'), [5], { dtype: 'float64' }),
    { key: foldIn(key, 'power'), iterations: 2000, tolerance: 1e-14 },
  )
  const onRidge = trajectory(saddle, tensor([1, 0], { dtype: 'float64' }), { steps: 300, by: 0.1 })
  const beside = trajectory(saddle, tensor([1, 1e-3], { dtype: 'float64' }), { steps: 300, by: 0.1 })
  return {
    figures: {
      'largest f_k / (L‖d₀‖²/2k) over 500 quadratics': Math.max(...runs.map(({ worst }) => worst)),
      'share that grows at η = 2.1/L':
        runs.filter(({ tried, grew }) => tried && grew).length / runs.filter(({ tried }) => tried).length,
      'error of 2/L by power iteration': Math.abs(estimate.bound * largest - 2) / 2,
      'value reached from w₂ = 0': onRidge.at(-1)?.value ?? NaN,
      'value reached from w₂ = 0.001': beside.at(-1)?.value ?? NaN,
    },
    counterExample: `w₁² − w₂² + ½w₂⁴ from (1, 0) ends with the value ${(onRidge.at(-1)?.value ?? NaN).toFixed(6)}, from (1, 0.001) with ${(beside.at(-1)?.value ?? NaN).toFixed(6)}: the first end is a saddle`,
  }
}

/** Descent converges where the rate fits the curvature, and then only to a stationary point. */
export const f2 = earlierClaim({
  id: 'F2',
  lines: '550–551',
  asWritten: {
    en: 'Gradient descent is guaranteed to find the global minimum if the cost is convex, and a local minimum if it is not.',
    bg: 'Градиентното спускане гарантирано намира глобалния минимум, ако цената е изпъкнала, и локален минимум, ако не е.',
  },
  corrected: {
    en: 'With η ≤ 1/L a convex cost falls at least like L‖d₀‖²/(2k) to its global minimum; above 2/L it grows. Without convexity only a stationary point is certain: it may be a saddle.',
    bg: 'При η ≤ 1/L изпъкналата цена пада поне като L‖d₀‖²/(2k) до глобалния минимум; над 2/L тя расте. Без изпъкналост сигурна е само стационарна точка: тя може да е седло.',
  },
  condition: {
    en: 'the rate is at most 1/L and, for a cost that is not convex, “minimum” is read as “stationary point”.',
    bg: 'скоростта е най-много 1/L и при неизпъкнала цена „минимум“ се чете като „стационарна точка“.',
  },
  marks: {
    'largest f_k / (L‖d₀‖²/2k) over 500 quadratics': { atMost: 1 },
    'share that grows at η = 2.1/L': { atLeast: 1 },
    'error of 2/L by power iteration': { atMost: 1e-6 },
    'value reached from w₂ = 0': { within: [-1e-12, 1e-12] },
    'value reached from w₂ = 0.001': { within: [-0.5, -0.499999] },
  },
  literalMarks: { 'value reached from w₂ = 0': { atMost: -0.49 } },
  measure,
})
