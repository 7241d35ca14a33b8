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
  sum,
  toTypedArray,
  uniform,
  type Tensor,
} from 'puregrad'
import { contourGrid, multiStart, trajectory, type Basin } from 'puregrad/study'
import { claim } from '../claim.ts'
import { decimalComma } from './decimal-comma.ts'

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

/** One minimum: convex. */
const bowl = (w: Tensor): Tensor => sum(square(w))

const rates = { himmelblau: 0.003, tilted: 0.02, bowl: 0.02 }
const steps = 800

const descended = (
  f: (w: Tensor) => Tensor,
  starts: readonly Tensor[],
  rate: number,
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

const planar = (w: Tensor): readonly [number, number] => {
  const [x = NaN, y = NaN] = toTypedArray(w)
  return [x, y]
}

/** Which minimum is found depends on the start. */
export const f4 = claim({
  id: 'F4',
  lines: '561–565',
  asWritten: {
    en: 'Different starting points lead to different minima and so to different results.',
    bg: 'Различни начални точки водят до различни минимуми и така до различни резултати.',
  },
  corrected: {
    en: 'The same, where there is more than one minimum: a table of basins shows how often each one is reached. On a bowl all starts end in one place.',
    bg: 'Същото, когато минимумите са повече от един: таблица на басейните показва колко често се стига до всеки. При купа всички начала свършват на едно място.',
  },
  measures: {
    basins: {
      name: {
        en: 'minima found of Himmelblau’s function',
        bg: 'намерени минимуми на функцията на Himmelblau',
      },
      corrected: { within: [4, 4] },
      literal: { atLeast: 2 },
    },
    smallest: {
      name: {
        en: 'share of starts that lead to the rarest of them',
        bg: 'дял на началата, водещи до най-редкия от тях',
      },
      corrected: { atLeast: 0.05 },
    },
    wells: {
      name: { en: 'wells found of the tilted function', bg: 'намерени ями на наклонената функция' },
      corrected: { within: [2, 2] },
    },
    difference: {
      name: { en: 'difference of the results in its two wells', bg: 'разлика в резултатите в двете ями' },
      corrected: { within: [0.59, 0.61] },
      literal: { atLeast: 0.1 },
    },
    rarer: {
      name: {
        en: 'share of starts that lead to the rarer well',
        bg: 'дял на началата, водещи до по-рядката яма',
      },
      corrected: { atLeast: 0.25 },
    },
    bowl: {
      name: { en: 'minima found of a bowl', bg: 'намерени минимуми на купа' },
      corrected: { within: [1, 1] },
    },
  },
  settings: {
    starts: { name: { en: 'random starts', bg: 'случайни начала' }, value: 100, whole: true },
  },
  measure: ({ key, settings: { starts: count }, progress }) => {
    const starts = (name: string, width: number, bound: number): readonly Tensor[] =>
      Array.from({ length: count }, (_, i) =>
        uniform(foldIn(foldIn(key, name), i), [width], { low: -bound, high: bound, dtype: 'float64' }),
      )
    const four = starts('himmelblau', 2, 5)
    const basins = descended(himmelblau, four, rates.himmelblau)
    progress(1, 3)
    const wells = descended(tilted, starts('tilted', 1, 2), rates.tilted)
    progress(2, 3)
    const bottoms = descended(bowl, starts('bowl', 2, 5), rates.bowl)
    progress(3, 3)
    const least = (of: readonly Basin<Tensor>[]): number =>
      Math.min(...of.map((basin) => basin.count)) / count
    const place = (w: Tensor, print: (x: number) => string): string =>
      `(${planar(w)
        .map((x) => print(x))
        .join('; ')})`
    return {
      figures: {
        basins: basins.length,
        smallest: least(basins),
        wells: wells.length,
        difference: (wells.at(-1)?.at.value ?? NaN) - (wells[0]?.at.value ?? NaN),
        rarer: least(wells),
        bowl: bottoms.length,
      },
      pictures: [
        {
          kind: 'isolines',
          title: {
            en: `Himmelblau’s function: a start for each minimum, of ${count}`,
            bg: `Функцията на Himmelblau: по едно начало за всеки минимум, от ${count}`,
          },
          x: { title: 'w₁' },
          y: { title: 'w₂' },
          grid: contourGrid(himmelblau, { x: [-5, 5], y: [-5, 5], points: 81 }),
          value: { title: { en: 'cost', bg: 'функция на разходите' }, levels: 'log' },
          paths: basins.map(({ at, count: led, starts: own }) => ({
            name: {
              en: `${led} starts lead to ${place(at.params, (x) => x.toFixed(1).replace('-', '−'))}`,
              bg: `${led} начала водят до ${place(at.params, (x) => decimalComma(x.toFixed(1).replace('-', '−')))}`,
            },
            points: trajectory(himmelblau, four[own[0]!]!, { steps: 200, by: rates.himmelblau }).map(
              ({ params }) => planar(params),
            ),
          })),
        },
      ],
    }
  },
})
