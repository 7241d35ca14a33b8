import * as E from 'fp-ts/lib/Either.js'
import * as N from 'fp-ts/lib/number.js'
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
  frontOf,
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
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'

const sets = 1000
const runs = 40
const rate = 0.2
const steps = 400

/** Fonseca and Fleming's pair in three variables: each objective is least at its own end of a diagonal. */
const bump =
  (at: number) =>
  (x: Tensor): Tensor =>
    sub(1, exp(neg(sum(square(sub(x, at))))))
const end = 1 / Math.sqrt(3)
const objectives = { f1: bump(end), f2: bump(-end) }

type Outcome = readonly [f1: number, f2: number]

const outcomeAt = (x: Tensor): Outcome => [item(objectives.f1(x)), item(objectives.f2(x))]

const descended = (start: Tensor, loss: (x: Tensor) => Tensor): Outcome => {
  const step = jit((x: Tensor) => sub(x, mul(rate, grad(loss)(x))))
  return outcomeAt(Array.from({ length: steps }).reduce<Tensor>((x) => step(x), start))
}

const volume = (outcomes: readonly Outcome[]): number => hypervolume(['min', 'min'], [1, 1], outcomes)

/**
 * The front is the diagonal from end to end. It bulges out where |s| < 1/√2 for the place s on it, −1 to 1: there
 * f₂″/f₂′ < f₁″/f₁′, so no weighted sum of the two has even a local minimum.
 */
const bulge = 1 - Math.exp(-((1 + Math.SQRT1_2) ** 2))

const inBulge = ([f1, f2]: Outcome): boolean => Math.max(f1, f2) < bulge

const trueFront: readonly Outcome[] = Array.from({ length: 401 }, (_, i) => {
  const s = i / 200 - 1
  return [1 - Math.exp(-((s - 1) ** 2)), 1 - Math.exp(-((s + 1) ** 2))]
})

/** In what share of random sets of m gradients in six dimensions, with log-normal lengths, a step harms an objective. */
const conflictRate = (key: Key, m: number, weighting: (key: Key) => Weighting): number => {
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

/** The border of what some outcomes dominate within the point (1, 1). */
const stairs = (outcomes: readonly Outcome[]): readonly Outcome[] => {
  const first = frontOf(
    ['min', 'min'],
    N.Ord,
  )(outcomes.map((objectives, config) => ({ config, objectives }))).map(
    ({ objectives: [f1 = NaN, f2 = NaN] }): Outcome => [f1, f2],
  )
  return first.flatMap(([f1, f2], i): readonly Outcome[] => [
    [f1, first[i - 1]?.[1] ?? 1],
    [f1, f2],
    ...(i === first.length - 1 ? [[1, f2] as const] : []),
  ])
}

const weightings = {
  mean: () => meanWeighting,
  PCGrad: pcGradWeighting,
  MGDA: () => minNormWeighting,
  UPGrad: () => upGradWeighting,
}
const names = ['mean', 'PCGrad', 'MGDA', 'UPGrad'] as const
const counts = [2, 3, 5]

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const parts = 4
  const starts = Array.from({ length: runs }, (_, i) =>
    uniform(foldIn(foldIn(key, 'start'), i), [3], { low: -1, high: 1, dtype: 'float64' }),
  )
  const weightsOf = (i: number): Readonly<Record<'f1' | 'f2', number>> => ({
    f1: (i + 0.5) / runs,
    f2: 1 - (i + 0.5) / runs,
  })
  const summed = starts.map((start, i) => descended(start, weightedSum(weightsOf(i))(objectives)))
  progress(1, parts)
  const ideal = { f1: 0, f2: 0 }
  const chebyshev = starts.map((start, i) =>
    descended(start, smoothChebyshev(weightsOf(i), { ideal, mu: 0.01 })(objectives)),
  )
  progress(2, parts)
  const joint = jointGradient(objectives, minNormWeighting)
  const shortest = starts.map((start) =>
    outcomeAt(
      Array.from({ length: steps }).reduce<Tensor>((x) => {
        const found = joint(x)
        return E.isRight(found) ? sub(x, mul(rate, found.right.gradient)) : x
      }, start),
    ),
  )
  progress(3, parts)
  const rates = names.map((name) =>
    counts.map((m) => conflictRate(foldIn(foldIn(key, 'gradients'), m), m, weightings[name])),
  )
  progress(4, parts)
  return {
    figures: {
      'hypervolume of the true front': volume(trueFront),
      'weighted sum: hypervolume of 40 runs': volume(summed),
      'weighted sum: runs ending in the bulge': summed.filter(inBulge).length,
      'MGDA: hypervolume of 40 runs': volume(shortest),
      'MGDA: runs ending in the bulge': shortest.filter(inBulge).length,
      'smooth Chebyshev: hypervolume of 40 runs': volume(chebyshev),
      'smooth Chebyshev: runs ending in the bulge': chebyshev.filter(inBulge).length,
      ...Object.fromEntries(
        names.flatMap((name, n) =>
          counts.map((m, i) => [`${name}: steps that harm one of ${m}`, rates[n]?.[i] ?? NaN] as const),
        ),
      ),
    },
    pictures: [
      {
        title: 'What 40 runs reach of a front that bulges (Fonseca and Fleming)',
        x: { title: 'f₁' },
        y: { title: 'f₂' },
        mark: 'line',
        series: [
          { name: 'the front', points: trueFront },
          { name: 'weighted sum', points: stairs(summed) },
          { name: 'MGDA', points: stairs(shortest) },
          { name: 'smooth Chebyshev', points: stairs(chebyshev) },
        ],
      },
      {
        title: 'Share of steps that make some objective worse, random gradients',
        x: { title: 'number of objectives' },
        y: { title: 'share' },
        mark: 'line',
        series: names.map((name, n) => ({
          name,
          points: counts.map((m, i) => [m, rates[n]?.[i] ?? NaN] as const),
        })),
      },
    ],
  }
}

/** Several criteria: what a weighted sum cannot reach. */
export const g1 = earlierClaim({
  id: 'G1',
  lines: 'title',
  asWritten: {
    en: 'Multi-criteria optimization belongs to the ways of training and tuning a network.',
    bg: 'Многокритериалната оптимизация е сред начините за обучение и настройване на мрежа.',
  },
  corrected: {
    en: 'It does, but the text only uses one form of it, the loss plus λΩ, a weighted sum. Where the front of best compromises bulges out, no weights lead inside; the shortest combination of the gradients (MGDA) and the smooth Chebyshev loss do. And a step along the mean gradient often harms one criterion, a step along the shortest one never.',
    bg: 'Така е, но текстът използва само една нейна форма, загубата плюс λΩ, тоест претеглена сума. Там, където фронтът на най-добрите компромиси е изпъкнал навън, никакви тегла не водят до вътрешността му; най-късата комбинация на градиентите (MGDA) и гладката загуба на Чебишов водят. А стъпка по средния градиент често влошава някой от критериите, стъпка по най-късия – никога.',
  },
  marks: {
    'hypervolume of the true front': { within: [0.34, 0.3422] },
    'weighted sum: hypervolume of 40 runs': { atMost: 0.09 },
    'weighted sum: runs ending in the bulge': { within: [0, 0] },
    'MGDA: hypervolume of 40 runs': { atLeast: 0.28 },
    'MGDA: runs ending in the bulge': { atLeast: 30 },
    'smooth Chebyshev: hypervolume of 40 runs': { atLeast: 0.31 },
    'smooth Chebyshev: runs ending in the bulge': { atLeast: 28 },
    'mean: steps that harm one of 2': { within: [0.14, 0.28] },
    'mean: steps that harm one of 3': { within: [0.36, 0.52] },
    'mean: steps that harm one of 5': { within: [0.67, 0.82] },
    'PCGrad: steps that harm one of 2': { within: [0, 0] },
    'PCGrad: steps that harm one of 3': { within: [0.02, 0.08] },
    'PCGrad: steps that harm one of 5': { within: [0.21, 0.35] },
    'MGDA: steps that harm one of 2': { within: [0, 0] },
    'MGDA: steps that harm one of 3': { within: [0, 0] },
    'MGDA: steps that harm one of 5': { within: [0, 0] },
    'UPGrad: steps that harm one of 2': { within: [0, 0] },
    'UPGrad: steps that harm one of 3': { within: [0, 0] },
    'UPGrad: steps that harm one of 5': { within: [0, 0] },
  },
  measure,
})
