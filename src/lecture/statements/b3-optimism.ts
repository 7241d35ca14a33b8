import { cast, foldIn, less, mean, toTypedArray, uniform, type Key } from 'puregrad'
import { expectedOptimism } from 'puregrad/data'
import { earlierClaim, type EarlierClaim } from '../earlier-claim.ts'
import type { Progress } from '../claim.ts'

const [rows, repeats] = [100, 60]
const counts = [10, 100, 1000]

/** Accuracies of models that guess, each on rows of its own drawing. */
const guesses = (models: number, key: Key): readonly number[] =>
  Array.from(toTypedArray(mean(cast(less(uniform(key, [models, rows]), 0.5), 'float64'), { axis: 1 })))

const average = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length

const measure = (key: Key, progress: Progress): ReturnType<EarlierClaim['measure']> => {
  const runs = counts.map((models, step) => {
    const own = foldIn(key, models)
    const best = Array.from({ length: repeats }, (_, i) => Math.max(...guesses(models, foldIn(own, i))) - 0.5)
    progress(step + 1, counts.length)
    return { models, optimism: average(best), ...expectedOptimism({ models, rows }) }
  })
  // The chosen model guesses on the test part as on any other.
  const onTest = average(guesses(repeats * counts.length, foldIn(key, 'test'))) - 0.5
  const curve = Array.from({ length: 13 }, (_, i) => Math.round(10 ** (i / 4)))
  return {
    figures: {
      'best of 10 looks better by': runs[0]?.optimism ?? NaN,
      'best of 100 looks better by': runs[1]?.optimism ?? NaN,
      'best of 1,000 looks better by': runs[2]?.optimism ?? NaN,
      'largest distance from the expectation': Math.max(
        ...runs.map(({ optimism, independent }) => Math.abs(optimism - independent)),
      ),
      'largest share of the bound √(ln K / 2m)': Math.max(
        ...runs.map(({ optimism, bound }) => optimism / bound),
      ),
      'the chosen ones on a test part look better by': onTest,
    },
    pictures: [
      {
        title: 'How much better the best of K guessing models looks on 100 rows',
        x: { title: 'models compared', scale: 'log' },
        y: { title: 'accuracy − ½' },
        mark: 'line',
        series: [
          { name: 'measured', points: runs.map(({ models, optimism }) => [models, optimism] as const) },
          {
            name: 'expected',
            points: curve.map((models) => [models, expectedOptimism({ models, rows }).independent] as const),
          },
          {
            name: 'bound',
            points: curve.map((models) => [models, expectedOptimism({ models, rows }).bound] as const),
          },
        ],
      },
    ],
  }
}

/** Choosing on dev uses dev up. */
export const b3 = earlierClaim({
  id: 'B3',
  lines: '85',
  asWritten: {
    en: 'The test set may be left out; then one validates on the dev set.',
    bg: 'Тестовото множество може да се пропусне; тогава се валидира върху dev.',
  },
  corrected: {
    en: 'Only where no unbiased estimate is needed: the best of K models on m rows looks better than it is, by up to √(ln K / 2m). Of models that only guess, the best of 10, 100, 1,000 on 100 rows seems better than guessing by 0.08, 0.13, 0.16.',
    bg: 'Само когато не е нужна неизместена оценка: най-добрият от K модела върху m реда изглежда по-добър, отколкото е, с до √(ln K / 2m). От модели, които само налучкват, най-добрият от 10, 100, 1000 върху 100 реда изглежда по-добър от налучкване с 0,08, 0,13, 0,16.',
  },
  condition: {
    en: 'no unbiased estimate is needed of what was chosen.',
    bg: 'за избраното не е нужна неизместена оценка.',
  },
  marks: {
    'best of 10 looks better by': { within: [0.04, 0.1] },
    'best of 100 looks better by': { within: [0.09, 0.15] },
    'best of 1,000 looks better by': { within: [0.13, 0.19] },
    'largest distance from the expectation': { atMost: 0.015 },
    'largest share of the bound √(ln K / 2m)': { atMost: 1 },
    'the chosen ones on a test part look better by': { within: [-0.02, 0.02] },
  },
  measure,
})
