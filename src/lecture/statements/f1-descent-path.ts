import { add, foldIn, item, matmul, mul, norm, normal, sub, toTypedArray, type Tensor } from 'puregrad'
import { contourGrid, trajectory } from 'puregrad/study'
import { claim } from '../claim.ts'
import { randomQuadratic } from './random-quadratic.ts'

const planar = (w: Tensor): readonly [number, number] => {
  const [a = NaN, b = NaN] = toTypedArray(w)
  return [a, b]
}

/** A square around some points, with some room, so that circles look round. */
const squareAround = (points: readonly (readonly [number, number])[]) => {
  const ends = ([0, 1] as const).map((i) => {
    const along = points.map((point) => point[i])
    return [Math.min(...along), Math.max(...along)] as const
  })
  const half = 0.65 * Math.max(1e-3, ...ends.map(([low, high]) => high - low))
  const side = ([low, high]: readonly [number, number]) =>
    [(low + high) / 2 - half, (low + high) / 2 + half] as const
  return { x: side(ends[0]!), y: side(ends[1]!) }
}

/** The update rule itself. */
export const f1 = claim({
  id: 'F1',
  lines: '495–541',
  asWritten: {
    en: 'For two parameters: start at a random θ⁰, compute the negative gradient of the cost there, multiply it by the rate η, move; and so on.',
    bg: 'При два параметъра: започва се от случайно θ⁰, пресмята се отрицателният градиент на функцията на разходите там, умножава се по скоростта на обучение η, прави се стъпка; и така нататък.',
  },
  corrected: {
    en: 'The same. On a quadratic the whole path is known, (I − ηH)ᵏ applied to the start; for η below 2/L, L the largest curvature, every step goes down, and above it the cost grows.',
    bg: 'Същото. При квадратична функция целият път е известен, (I − ηH)ᵏ върху началото; при η под 2/L, където L е най-голямата кривина, всяка стъпка слиза, а над нея разходите растат.',
  },
  measures: {
    fromFormula: {
      name: {
        en: 'largest distance of the path from the known one',
        bg: 'най-голямо разстояние на пътя от известния',
      },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    rises: {
      name: { en: 'steps that go up', bg: 'стъпки, които се изкачват' },
      corrected: { within: [0, 0] },
      literal: { within: [0, 0] },
    },
    tooFast: {
      name: { en: 'cost at the end / at the start, above 2/L', bg: 'разходи накрая / в началото, над 2/L' },
      corrected: { atLeast: 1 },
    },
  },
  settings: {
    steps: { name: { en: 'steps', bg: 'стъпки' }, value: 40, whole: true },
    rate: {
      name: { en: 'learning rate, in units of 1/L', bg: 'скорост на обучение в единици 1/L' },
      value: 0.9,
    },
    fastRate: {
      name: { en: 'the rate that is too high, in units of 1/L', bg: 'твърде високата скорост в единици 1/L' },
      value: 2.3,
    },
  },
  measure: ({ key, settings: { steps, rate, fastRate } }) => {
    const { hessian, minimum, largest, value } = randomQuadratic(foldIn(key, 'quadratic'), 2)
    const start = normal(foldIn(key, 'start'), [2], { dtype: 'float64' })
    const by = rate / largest
    const way = trajectory(value, start, { steps, by })
    const fast = trajectory(value, start, { steps, by: fastRate / largest })
    // (I − ηH)^k (θ⁰ − θ*), one factor at a time.
    const { seen: distances } = way.reduce<{ readonly d: Tensor; readonly seen: readonly number[] }>(
      ({ d, seen }, { params }) => ({
        d: sub(d, mul(by, matmul(hessian, d))),
        seen: [...seen, item(norm(sub(params, add(minimum, d))))],
      }),
      { d: sub(start, minimum), seen: [] },
    )
    const points = way.map(({ params }) => planar(params))
    const goal = planar(minimum)
    const grid = contourGrid(value, { ...squareAround([...points, goal]), points: 81 })
    return {
      figures: {
        fromFormula: Math.max(...distances),
        rises: way.slice(1).filter((place, k) => place.value > way[k]!.value).length,
        tooFast: fast.at(-1)!.value / fast[0]!.value,
      },
      pictures: [
        {
          kind: 'isolines',
          title: {
            en: `Gradient descent on a random quadratic of two parameters, ${steps} steps`,
            bg: `Градиентно спускане по случайна квадратична функция на два параметъра, ${steps} стъпки`,
          },
          x: { title: 'w₁' },
          y: { title: 'w₂' },
          grid,
          value: { title: { en: 'cost C', bg: 'функция на разходите C' } },
          paths: [{ name: { en: 'path from θ⁰', bg: 'път от θ⁰' }, points }],
          places: [
            { name: 'θ⁰', at: points[0]! },
            { name: { en: 'minimum', bg: 'минимум' }, at: goal },
          ],
        },
      ],
    }
  },
})
