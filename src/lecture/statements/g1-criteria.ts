import * as E from 'fp-ts/lib/Either.js'
import {
  exp,
  foldIn,
  grad,
  item,
  jit,
  matmul,
  mul,
  neg,
  normal,
  square,
  sub,
  sum,
  toTypedArray,
  transpose,
  uniform,
  type Key,
  type Tensor,
} from 'puregrad'
import {
  hypervolume,
  jointGradient,
  meanWeighting,
  minNormWeighting,
  pcGradWeighting,
  smoothChebyshev,
  upGradWeighting,
  weightedSum,
  type Gramian,
  type Weighting,
} from 'puregrad/criteria'
import type { PictureText } from 'puregrad/report'
import { claim } from '../claim.ts'

const rate = 0.2

/** Fonseca and Fleming's pair in three variables: each objective is least at its own end of a diagonal. */
const bump =
  (at: number) =>
  (x: Tensor): Tensor =>
    sub(1, exp(neg(sum(square(sub(x, at))))))
const end = 1 / Math.sqrt(3)
const objectives = { f1: bump(end), f2: bump(-end) }

type Outcome = readonly [f1: number, f2: number]

const outcomeAt = (x: Tensor): Outcome => [item(objectives.f1(x)), item(objectives.f2(x))]

/** Two bowls: a front that bulges in, 1 apart. */
const bowl =
  (at: number) =>
  (x: Tensor): Tensor =>
    mul(sum(square(sub(x, at))), 1 / 4)
const bowls = { f1: bowl(end), f2: bowl(-end) }

const descended = (start: Tensor, loss: (x: Tensor) => Tensor, steps: number): Tensor => {
  const step = jit((x: Tensor) => sub(x, mul(rate, grad(loss)(x))))
  return Array.from({ length: steps }).reduce<Tensor>((x) => step(x), start)
}

const volume = (outcomes: readonly Outcome[]): number => hypervolume(['min', 'min'], [1, 1], outcomes)

/**
 * The front is the diagonal from end to end. It bulges out where |s| < 1/√2 for the place s on it, −1 to 1: there
 * f₂″/f₂′ < f₁″/f₁′, so no weighted sum of the two has even a local minimum.
 */
const bulge = 1 - Math.exp(-((1 + Math.SQRT1_2) ** 2))

const inBulge = ([f1, f2]: Outcome): boolean => Math.max(f1, f2) < bulge

const alongDiagonal = (outcome: (s: number) => Outcome): readonly Outcome[] =>
  Array.from({ length: 401 }, (_, i) => outcome(i / 200 - 1))

const trueFront = alongDiagonal((s) => [1 - Math.exp(-((s - 1) ** 2)), 1 - Math.exp(-((s + 1) ** 2))])
const convexFront = alongDiagonal((s) => [((s - 1) / 2) ** 2, ((s + 1) / 2) ** 2])

/** In what share of random sets of m gradients in six dimensions, with log-normal lengths, a step harms an objective. */
const conflictRate = (key: Key, m: number, sets: number, weighting: (key: Key) => Weighting): number => {
  const float64 = { dtype: 'float64' } as const
  const lengths = exp(normal(foldIn(key, 'length'), [sets, m, 1], float64))
  const rows = mul(normal(foldIn(key, 'direction'), [sets, m, 6], float64), lengths)
  const gramians = toTypedArray(matmul(rows, transpose(rows, [0, 2, 1])))
  const worse = Array.from({ length: sets }, (_, s) => {
    const gramian: Gramian = Array.from({ length: m }, (__, i) =>
      Array.from(gramians.subarray((s * m + i) * m, (s * m + i + 1) * m)),
    )
    const found = weighting(foldIn(foldIn(key, 'order'), s))(gramian)
    const weights = E.isRight(found) ? found.right : []
    const times = (vector: readonly number[]): readonly number[] =>
      gramian.map((row) => row.reduce((total, x, j) => total + x * (vector[j] ?? NaN), 0))
    const gains = times(weights)
    const length = Math.sqrt(gains.reduce((total, x, i) => total + x * (weights[i] ?? NaN), 0))
    return gains.some((gain, i) => !(gain >= -1e-9 * length * Math.sqrt(gramian[i]?.[i] ?? 0)))
  })
  return worse.filter(Boolean).length / sets
}

const weightings = {
  mean: () => meanWeighting,
  PCGrad: pcGradWeighting,
  MGDA: () => minNormWeighting,
  UPGrad: () => upGradWeighting,
}
const names = ['mean', 'PCGrad', 'MGDA', 'UPGrad'] as const
const counts = [2, 3, 5]

/** Where descent by a weighted sum, by the smooth Chebyshev loss and by MGDA ends from the same starts. */
const outcomesOf = (runs: number, steps: number, key: Key, done: () => void) => {
  const starts = Array.from({ length: runs }, (_, i) =>
    uniform(foldIn(key, i), [3], { low: -1, high: 1, dtype: 'float64' }),
  )
  const weightsOf = (i: number): Readonly<Record<'f1' | 'f2', number>> => ({
    f1: (i + 0.5) / runs,
    f2: 1 - (i + 0.5) / runs,
  })
  const summed = starts.map((start, i) =>
    outcomeAt(descended(start, weightedSum(weightsOf(i))(objectives), steps)),
  )
  const convex = starts.map((start, i): Outcome => {
    const x = descended(start, weightedSum(weightsOf(i))(bowls), steps)
    return [item(bowls.f1(x)), item(bowls.f2(x))]
  })
  done()
  const ideal = { f1: 0, f2: 0 }
  const chebyshev = starts.map((start, i) =>
    outcomeAt(descended(start, smoothChebyshev(weightsOf(i), { ideal, mu: 0.01 })(objectives), steps)),
  )
  done()
  const joint = jointGradient(objectives, minNormWeighting)
  const shortest = starts.map((start) =>
    outcomeAt(
      Array.from({ length: steps }).reduce<Tensor>((x) => {
        const found = joint(x)
        return E.isRight(found) ? sub(x, mul(rate, found.right.gradient)) : x
      }, start),
    ),
  )
  done()
  return { summed, convex, chebyshev, shortest }
}

const criteria: Readonly<Record<'weightedSum' | 'chebyshev', PictureText>> = {
  weightedSum: { en: 'weighted sum', bg: 'претеглена сума' },
  chebyshev: { en: 'smooth Chebyshev', bg: 'гладка загуба на Чебишов' },
}

/** Several criteria: what a weighted sum cannot reach. */
export const g1 = claim({
  id: 'G1',
  lines: 'title',
  asWritten: {
    en: 'Multi-criteria optimization is a way of training and tuning a network; the form of it that the text has, the loss plus λΩ, is a weighted sum.',
    bg: 'Многокритериалната оптимизация е начин за обучение и настройване на мрежа; формата ѝ в текста, загубата плюс λΩ, е претеглена сума.',
  },
  corrected: {
    en: 'A weighted sum is enough where the front of best compromises bulges in, as with convex criteria. Where it bulges out, no weights lead inside; the shortest combination of the gradients (MGDA) and the smooth Chebyshev loss do. And a step along the mean gradient often harms one criterion, a step along the shortest one never.',
    bg: 'Претеглената сума е достатъчна там, където фронтът на най-добрите компромиси е вдлъбнат навътре, както при изпъкнали критерии. Където е изпъкнал навън, никакви тегла не водят до вътрешността му; най-късата комбинация на градиентите (MGDA) и гладката загуба на Чебишов водят. А стъпка по средния градиент често влошава някой от критериите, стъпка по най-късия – никога.',
  },
  condition: {
    en: 'the front of best compromises does not bulge out, as with convex criteria.',
    bg: 'фронтът на най-добрите компромиси не е изпъкнал навън, както при изпъкнали критерии.',
  },
  measures: {
    convexShare: {
      name: {
        en: 'two bowls, weighted sum: hypervolume / that of the true front',
        bg: 'две купи, претеглена сума: хиперобем / този на истинския фронт',
      },
      corrected: { atLeast: 0.95 },
      literal: { atLeast: 0.95 },
    },
    summedShare: {
      name: {
        en: 'front that bulges out, weighted sum: hypervolume / that of the true front',
        bg: 'изпъкнал фронт, претеглена сума: хиперобем / този на истинския фронт',
      },
      corrected: { atMost: 0.4 },
      literal: { atLeast: 0.9 },
    },
    summedInside: {
      name: {
        en: 'the same: share of runs that end inside of the bulge',
        bg: 'същото: дял на опитите, свършили в изпъкналостта',
      },
      corrected: { within: [0, 0] },
    },
    shortestShare: {
      name: {
        en: 'the same front, MGDA: hypervolume / true',
        bg: 'същият фронт, MGDA: хиперобем / истинския',
      },
      corrected: { atLeast: 0.8 },
    },
    chebyshevShare: {
      name: {
        en: 'the same front, smooth Chebyshev: hypervolume / true',
        bg: 'същият фронт, гладка загуба на Чебишов: хиперобем / истинския',
      },
      corrected: { atLeast: 0.9 },
    },
    meanHarms2: {
      name: {
        en: 'mean gradient: share of steps that harm one of 2 criteria',
        bg: 'среден градиент: дял на стъпките, вредни за един от 2 критерия',
      },
      corrected: { within: [0.14, 0.28] },
    },
    meanHarms5: {
      name: {
        en: 'mean gradient: share of steps that harm one of 5',
        bg: 'среден градиент: дял на стъпките, вредни за един от 5',
      },
      corrected: { within: [0.67, 0.82] },
    },
    pcGradHarms5: {
      name: {
        en: 'PCGrad: share of steps that harm one of 5',
        bg: 'PCGrad: дял на стъпките, вредни за един от 5',
      },
      corrected: { within: [0.2, 0.36] },
    },
    shortestHarms: {
      name: {
        en: 'MGDA and UPGrad: the same, most of 2, 3 and 5',
        bg: 'MGDA и UPGrad: същото, най-много от 2, 3 и 5',
      },
      corrected: { within: [0, 0] },
    },
  },
  settings: {
    runs: { name: { en: 'runs of each method', bg: 'опити на всеки метод' }, value: 40, whole: true },
    steps: { name: { en: 'steps of a run', bg: 'стъпки на опит' }, value: 400, whole: true },
    sets: {
      name: { en: 'sets of random gradients', bg: 'набори от случайни градиенти' },
      value: 1000,
      whole: true,
    },
  },
  measure: ({ key, settings: { runs, steps, sets }, progress }) => {
    const parts = [1, 2, 3, 4].values()
    const done = (): void => progress(parts.next().value ?? 4, 4)
    const { summed, convex, chebyshev, shortest } = outcomesOf(runs, steps, foldIn(key, 'start'), done)
    const rates = names.map((name) =>
      counts.map((m) => conflictRate(foldIn(foldIn(key, 'gradients'), m), m, sets, weightings[name])),
    )
    done()
    const [mean, pcGrad, mgda, upGrad] = [rates[0]!, rates[1]!, rates[2]!, rates[3]!]
    const ofTrue = (outcomes: readonly Outcome[]): number => volume(outcomes) / volume(trueFront)
    return {
      figures: {
        convexShare: volume(convex) / volume(convexFront),
        summedShare: ofTrue(summed),
        summedInside: summed.filter(inBulge).length / runs,
        shortestShare: ofTrue(shortest),
        chebyshevShare: ofTrue(chebyshev),
        meanHarms2: mean[0]!,
        meanHarms5: mean[2]!,
        pcGradHarms5: pcGrad[2]!,
        shortestHarms: Math.max(...mgda, ...upGrad),
      },
      pictures: [
        {
          kind: 'front',
          title: {
            en: `What ${runs} runs reach of a front that bulges out (Fonseca and Fleming)`,
            bg: `Какво достигат ${runs} опита от фронт, изпъкнал навън (Fonseca и Fleming)`,
          },
          x: { title: 'f₁', direction: 'min' },
          y: { title: 'f₂', direction: 'min' },
          methods: [
            { name: { en: 'the front', bg: 'фронтът' }, points: trueFront.filter((_, i) => i % 8 === 0) },
            { name: criteria.weightedSum, points: summed },
            { name: 'MGDA', points: shortest },
            { name: criteria.chebyshev, points: chebyshev },
          ],
          reference: [1, 1],
        },
        {
          kind: 'bars',
          title: {
            en: `Share of steps that make some criterion worse, ${sets} sets of random gradients`,
            bg: `Дял на стъпките, които влошават някой критерий, ${sets} набора от случайни градиенти`,
          },
          x: { title: { en: 'number of criteria', bg: 'брой критерии' } },
          y: { title: { en: 'share', bg: 'дял' } },
          categories: counts.map(String),
          series: names.map((name, n) => ({
            name: name === 'mean' ? { en: 'mean', bg: 'средно' } : name,
            values: rates[n]!.map((value) => ({ value })),
          })),
        },
      ],
    }
  },
})
