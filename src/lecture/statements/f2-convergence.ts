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
  toTypedArray,
  type Key,
  type Tensor,
} from 'puregrad'
import { contourGrid, rateBound, trajectory, type Waypoint } from 'puregrad/study'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'
import { randomQuadratic } from './random-quadratic.ts'

/** w₁² − w₂² + ½w₂⁴: a saddle at 0 between two minima of −½. */
const saddle = (w: Tensor): Tensor => {
  const part = (i: number): Tensor => take(w, tensor(i, { dtype: 'int32' }))
  const [a, b] = [part(0), part(1)]
  return add(sub(mul(a, a), mul(b, b)), mul(0.5, pow(b, 4)))
}

/** One compiled step for all quadratics: H and η are its arguments. d is the distance from the minimum. */
const quadraticStep = jit((d: Tensor, hessian: Tensor, rate: number) => {
  const gradient = grad((at: Tensor) => mul(0.5, dot(at, matmul(hessian, at))))(d)
  const next = sub(d, mul(rate, gradient))
  return { next, value: mul(0.5, dot(next, matmul(hessian, next))) }
})

/** The values on the way down a random quadratic at a rate in units of 1/L, with what the bound needs. */
const descended = (key: Key, rate: number, steps: number) => {
  const { hessian, largest } = randomQuadratic(key, 5)
  const start = normal(foldIn(key, 'start'), [5], { dtype: 'float64' })
  const { seen } = Array.from({ length: steps }).reduce<{
    readonly d: Tensor
    readonly seen: readonly number[]
  }>(
    ({ d, seen: before }) => {
      const { next, value } = quadraticStep(d, hessian, rate / largest)
      return { d: next, seen: [...before, item(value)] }
    },
    { d: start, seen: [] },
  )
  return { values: seen, bound: (largest * item(dot(start, start))) / 2 }
}

const pathOf = (way: readonly Waypoint<Tensor>[]): readonly (readonly [number, number])[] =>
  way.map(({ params }) => {
    const [a = NaN, b = NaN] = toTypedArray(params)
    return [a, b]
  })

/** Descent converges where the rate fits the curvature, and then only to a stationary point. */
export const f2 = claim({
  id: 'F2',
  lines: '550–551',
  asWritten: {
    en: 'Gradient descent is guaranteed to find the global minimum if the cost is convex, and a local minimum if it is not.',
    bg: 'Градиентното спускане гарантирано намира глобалния минимум, ако функцията на разходите е изпъкнала, и локален минимум, ако не е.',
  },
  corrected: {
    en: 'With η ≤ 1/L a convex cost falls at least like L‖d₀‖²/(2k) to its global minimum; above 2/L it grows. Without convexity only a stationary point is certain: it may be a saddle.',
    bg: 'При η ≤ 1/L изпъкналата функция на разходите пада поне като L‖d₀‖²/(2k) до глобалния минимум; над 2/L тя расте. Без изпъкналост сигурна е само стационарна точка: тя може да е седло.',
  },
  condition: {
    en: 'the rate is at most 1/L and, for a cost that is not convex, “minimum” is read as “stationary point”.',
    bg: 'скоростта на обучение е най-много 1/L и при неизпъкнала функция „минимум“ се чете като „стационарна точка“.',
  },
  measures: {
    ofBound: {
      name: {
        en: 'largest f_k / (L‖d₀‖²/2k) over random quadratics at η = 1/L',
        bg: 'най-голямо f_k / (L‖d₀‖²/2k) по случайни квадратични функции при η = 1/L',
      },
      corrected: { atMost: 1 },
      literal: { atMost: 1 },
    },
    growing: {
      name: {
        en: 'share of 20 convex costs that grow at a rate above 2/L',
        bg: 'дял от 20 изпъкнали функции, които растат при скорост над 2/L',
      },
      corrected: { within: [1, 1] },
      literal: { within: [0, 0] },
    },
    powerError: {
      name: {
        en: 'relative error of 2/L by power iteration',
        bg: 'относителна грешка на 2/L по степенния метод',
      },
      corrected: { atMost: 1e-6 },
    },
    fromRidge: {
      name: {
        en: 'w₁² − w₂² + ½w₂⁴, least −½: value reached from w₂ = 0',
        bg: 'w₁² − w₂² + ½w₂⁴, най-малко −½: достигната стойност от w₂ = 0',
      },
      corrected: { within: [-1e-12, 1e-12] },
      literal: { atMost: -0.49 },
    },
    fromBeside: {
      name: { en: 'value reached from beside w₂ = 0', bg: 'достигната стойност от място до w₂ = 0' },
      corrected: { within: [-0.5, -0.4999] },
    },
  },
  settings: {
    quadratics: {
      name: { en: 'random quadratics', bg: 'случайни квадратични функции' },
      value: 300,
      whole: true,
    },
    steps: { name: { en: 'steps on each', bg: 'стъпки по всяка' }, value: 50, whole: true },
    fastRate: {
      name: { en: 'the rate that is too high, in units of 1/L', bg: 'твърде високата скорост в единици 1/L' },
      value: 2.1,
    },
    beside: { name: { en: 'w₂ beside the ridge', bg: 'w₂ до билото' }, value: 1e-3 },
  },
  measure: ({ key, settings: { quadratics, steps, fastRate, beside } }) => {
    const ratios = Array.from({ length: quadratics }, (_, i) => {
      const { values, bound } = descended(foldIn(key, i), 1, steps)
      return Math.max(...values.map((value, k) => value / (bound / (k + 1))))
    })
    const grew = Array.from({ length: 20 }, (_, i) => {
      const { values } = descended(foldIn(key, i), fastRate, steps)
      return values.at(-1)! > (values.at(-6) ?? Infinity)
    })
    const { hessian, largest } = randomQuadratic(foldIn(key, 'bound'), 5)
    const estimate = rateBound(
      (w: Tensor) => mul(0.5, dot(w, matmul(hessian, w))),
      normal(foldIn(key, 'place'), [5], { dtype: 'float64' }),
      { key: foldIn(key, 'power'), iterations: 2000, tolerance: 1e-14 },
    )
    const from = (w2: number) =>
      trajectory(saddle, tensor([1, w2], { dtype: 'float64' }), { steps: 300, by: 0.1 })
    const [onRidge, aside] = [from(0), from(beside)]
    const [ridgeEnd, asideEnd] = [onRidge.at(-1)!.value, aside.at(-1)!.value]
    return {
      figures: {
        ofBound: Math.max(...ratios),
        growing: grew.filter(Boolean).length / grew.length,
        powerError: Math.abs(estimate.bound * largest - 2) / 2,
        fromRidge: ridgeEnd,
        fromBeside: asideEnd,
      },
      counterExample: {
        en: `w₁² − w₂² + ½w₂⁴ from (1, 0) ends with the value ${ridgeEnd.toFixed(6)}, from (1, ${beside}) with ${asideEnd.toFixed(6)}: the first end is a saddle`,
        bg: `w₁² − w₂² + ½w₂⁴ от (1; 0) свършва със стойност ${decimalComma(ridgeEnd.toFixed(6))}, от (1; ${decimalComma(beside)}) с ${decimalComma(asideEnd.toFixed(6))}: първият край е седло`,
      },
      pictures: [
        {
          kind: 'isolines',
          title: {
            en: 'w₁² − w₂² + ½w₂⁴: gradient descent from the ridge and from beside it',
            bg: 'w₁² − w₂² + ½w₂⁴: градиентно спускане от билото и от място до него',
          },
          x: { title: 'w₁' },
          y: { title: 'w₂' },
          grid: contourGrid(saddle, { x: [-1.2, 1.2], y: [-1.5, 1.5], points: 61 }),
          value: { title: { en: 'cost', bg: 'функция на разходите' }, levels: 'linear' },
          paths: [
            { name: { en: 'from w₂ = 0', bg: 'от w₂ = 0' }, points: pathOf(onRidge) },
            {
              name: { en: `from w₂ = ${beside}`, bg: `от w₂ = ${decimalComma(beside)}` },
              points: pathOf(aside),
            },
          ],
          places: [
            { name: { en: 'saddle', bg: 'седло' }, at: [0, 0] },
            { name: { en: 'minimum', bg: 'минимум' }, at: [0, 1] },
            { name: { en: 'minimum', bg: 'минимум' }, at: [0, -1] },
          ],
        },
      ],
    }
  },
})
