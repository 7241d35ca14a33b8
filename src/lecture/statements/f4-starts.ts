import {
  add,
  foldIn,
  grad,
  item,
  jit,
  mul,
  reshape,
  slice,
  square,
  sub,
  toTypedArray,
  uniform,
  type Key,
  type Tensor,
} from 'puregrad'
import { multiStart, type Basin } from 'puregrad/study'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'

const part = (w: Tensor, i: number): Tensor => reshape(slice(w, [i], [i + 1]), [])

const himmelblau = (w: Tensor): Tensor => {
  const [x, y] = [part(w, 0), part(w, 1)]
  return add(square(sub(add(square(x), y), 11)), square(sub(add(x, square(y)), 7)))
}

/** (w² − 1)² + 0.3w: two wells of different depth. */
const tilted = (w: Tensor): Tensor => {
  const x = part(w, 0)
  return add(square(sub(square(x), 1)), mul(0.3, x))
}

const descended = (
  f: (w: Tensor) => Tensor,
  starts: readonly Tensor[],
  rate: number,
  steps: number,
): readonly Basin<Tensor>[] => {
  const step = jit((w: Tensor) => sub(w, mul(rate, grad(f)(w))))
  return multiStart(
    starts,
    (start) => {
      const params = Array.from({ length: steps }).reduce<Tensor>((w) => step(w), start)
      return { params, value: item(f(params)) }
    },
    { distance: 0.05 },
  )
}

const measure = (key: Key): ReturnType<EarlierClaim['measure']> => {
  const starts = (name: string, width: number, bound: number): readonly Tensor[] =>
    Array.from({ length: 100 }, (_, i) =>
      uniform(foldIn(foldIn(key, name), i), [width], { low: -bound, high: bound, dtype: 'float64' }),
    )
  const four = starts('himmelblau', 2, 5)
  const basins = descended(himmelblau, four, 0.003, 800)
  const wells = descended(tilted, starts('tilted', 1, 2), 0.02, 600)
  return {
    figures: {
      'basins of Himmelblau’s function': basins.length,
      'starts in the smallest of them': Math.min(...basins.map(({ count }) => count)),
      'wells of the tilted function': wells.length,
      'value of the deep well': wells[0]?.at.value ?? NaN,
      'value of the shallow well': wells[1]?.at.value ?? NaN,
      'starts in the rarer well': Math.min(...wells.map(({ count }) => count)),
    },
    pictures: [
      {
        title: 'Where 100 starts on Himmelblau’s function lead',
        x: { title: 'w₁ at the start' },
        y: { title: 'w₂ at the start' },
        mark: 'point',
        series: basins.map(({ at, starts: own }) => ({
          name: `to (${Array.from(toTypedArray(at.params), (x) => x.toFixed(2)).join(', ')})`,
          points: own.map((i) => {
            const [x = 0, y = 0] = Array.from(toTypedArray(four[i] ?? at.params))
            return [x, y] as const
          }),
        })),
      },
    ],
  }
}

/** Which minimum is found depends on the start. */
export const f4 = earlierClaim({
  id: 'F4',
  lines: '561–565',
  asWritten: {
    en: 'Different starting points lead to different minima and so to different results.',
    bg: 'Различни начални точки водят до различни минимуми и така до различни резултати.',
  },
  corrected: {
    en: 'The same, where there is more than one minimum: a table of basins shows how often each one is reached.',
    bg: 'Същото, когато минимумите са повече от един: таблица на басейните показва колко често се стига до всеки.',
  },
  marks: {
    'basins of Himmelblau’s function': { within: [4, 4] },
    'starts in the smallest of them': { atLeast: 10 },
    'wells of the tilted function': { within: [2, 2] },
    'value of the deep well': { within: [-0.3055, -0.3045] },
    'value of the shallow well': { within: [0.2935, 0.2945] },
    'starts in the rarer well': { atLeast: 30 },
  },
  measure,
})
