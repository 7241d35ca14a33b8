import {
  add,
  foldIn,
  item,
  matmul,
  mul,
  norm,
  normal,
  sub,
  toTypedArray,
  type Key,
  type Tensor,
} from 'puregrad'
import { contourGrid, trajectory } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import { randomQuadratic } from './random-quadratic.ts'

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const { hessian, minimum, largest, value } = randomQuadratic(foldIn(key, 'quadratic'), 2)
  const start = normal(foldIn(key, 'start'), [2], { dtype: 'float64' })
  const rate = 0.9 / largest
  const way = trajectory(value, start, { steps: 40, by: rate })
  // (I − ηH)^k (θ⁰ − θ*), one factor at a time.
  const errors = way.reduce<{ readonly d: Tensor; readonly seen: readonly number[] }>(
    ({ d, seen }, { params }) => ({
      d: sub(d, mul(rate, matmul(hessian, d))),
      seen: [...seen, item(norm(sub(params, add(minimum, d))))],
    }),
    { d: sub(start, minimum), seen: [] },
  ).seen
  const rises = way.slice(1).filter((place, k) => place.value > (way[k]?.value ?? 0)).length
  const points = way.map(({ params }) => Array.from(toTypedArray(params)))
  const [xs, ys] = [0, 1].map((i) => points.map((point) => point[i] ?? 0))
  const range = (values: readonly number[] = []): readonly [number, number] => {
    const [low, high] = [Math.min(...values), Math.max(...values)]
    const margin = 0.3 * Math.max(high - low, 1e-3)
    return [low - margin, high + margin]
  }
  const grid = contourGrid(value, { x: range(xs), y: range(ys), points: 81 })
  const top = way[0]?.value ?? 1
  // Points next to which the value passes a level: the contour lines as dots.
  const level = (share: number): readonly (readonly [number, number])[] =>
    grid.values.flatMap((row, j) =>
      row.flatMap((v, i) => {
        const right = row[i + 1] ?? v
        const above = grid.values[j + 1]?.[i] ?? v
        const at = share * top
        return (v - at) * (right - at) < 0 || (v - at) * (above - at) < 0
          ? [[grid.xs[i] ?? 0, grid.ys[j] ?? 0] as const]
          : []
      }),
    )
  return {
    figures: { 'largest distance from the closed form': Math.max(...errors), 'steps that rise': rises },
    pictures: [
      {
        title: 'Gradient descent over the contours of a quadratic',
        x: { title: 'w₁' },
        y: { title: 'w₂' },
        mark: 'point',
        series: [
          { name: 'path', points: points.map(([a = 0, b = 0]) => [a, b] as const) },
          { name: 'contours', points: [0.02, 0.1, 0.3, 0.6, 1].flatMap(level) },
        ],
      },
    ],
  }
}

/** The update rule itself. */
export const f1 = earlierClaim({
  id: 'F1',
  lines: '495–541',
  asWritten: {
    en: 'For two parameters: start at a random θ⁰, compute the negative gradient of the cost there, multiply it by the rate η, move; and so on.',
    bg: 'При два параметъра: започва се от случайно θ⁰, пресмята се отрицателният градиент на цената там, умножава се по скоростта η, прави се стъпка; и така нататък.',
  },
  corrected: {
    en: 'The same. On a quadratic the whole path is known, (I − ηH)ᵏ applied to the start, and for η below 2/L every step goes down.',
    bg: 'Същото. При квадратична функция целият път е известен, (I − ηH)ᵏ върху началото, и при η под 2/L всяка стъпка слиза.',
  },
  marks: {
    'largest distance from the closed form': { atMost: 1e-12 },
    'steps that rise': { within: [0, 0] },
  },
  measure,
})
