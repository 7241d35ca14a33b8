import { add, cast, foldIn, less, mean, mul, toTypedArray, uniform, type Key } from 'puregrad'
import { expectedOptimism } from 'puregrad/data'
import { claim } from '../claim.ts'

const counts = [10, 100, 1000] as const

/** Accuracies of models that guess, each on rows of its own drawing. */
const guesses = (models: number, rows: number, key: Key): readonly number[] =>
  Array.from(toTypedArray(mean(cast(less(uniform(key, [models, rows]), 0.5), 'float64'), { axis: 1 })))

const average = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0) / of.length

/** How far below the best of some models, right in 50 to 90 % of cases, the one lies that dev finds the best. */
const regret = (models: number, rows: number, key: Key): number => {
  const right = add(0.5, mul(0.4, uniform(foldIn(key, 'models'), [models, 1])))
  const onDev = Array.from(
    toTypedArray(
      mean(cast(less(uniform(foldIn(key, 'rows'), [models, rows]), right), 'float64'), { axis: 1 }),
    ),
  )
  const truth = Array.from(toTypedArray(right))
  return Math.max(...truth) - truth[onDev.indexOf(Math.max(...onDev))]!
}

/** Choosing on dev uses dev up. */
export const b3 = claim({
  id: 'B3',
  lines: '85',
  asWritten: {
    en: 'The test set may be left out; then one validates on the dev set.',
    bg: 'Тестовият набор може да се пропусне; тогава се валидира върху проверяващия (dev).',
  },
  corrected: {
    en: 'Only where no unbiased estimate is needed. Dev chooses well; but the best of K models on m rows looks better than it is, by up to √(ln K / 2m): of models that only guess, the best of 10, 100, 1,000 on 100 rows seems better than guessing by 0.08, 0.13, 0.16.',
    bg: 'Само когато не е нужна неизместена оценка. Проверяващият набор избира добре; но най-добрият от K модела върху m реда изглежда по-добър, отколкото е, с до √(ln K / 2m): от модели, които само налучкват, най-добрият от 10, 100, 1000 върху 100 реда изглежда по-добър от налучкване с 0,08, 0,13, 0,16.',
  },
  condition: {
    en: 'no unbiased estimate is needed of what was chosen.',
    bg: 'за избраното не е нужна неизместена оценка.',
  },
  measures: {
    regret: {
      name: {
        en: 'accuracy that the best of 100 by dev lacks to the truly best',
        bg: 'точност, която не достига на избрания от 100 до истински най-добрия',
      },
      corrected: { atMost: 0.05 },
      literal: { atMost: 0.05 },
    },
    tenBetter: {
      name: {
        en: 'best of 10 guessing: dev shows more than it has',
        bg: 'най-добрият от 10 налучкващи изглежда по-добър с',
      },
      corrected: { within: [0.04, 0.11] },
    },
    hundredBetter: {
      name: { en: 'best of 100 guessing: the same', bg: 'най-добрият от 100 налучкващи изглежда по-добър с' },
      corrected: { within: [0.09, 0.16] },
    },
    thousandBetter: {
      name: {
        en: 'best of 1,000 guessing: the same',
        bg: 'най-добрият от 1000 налучкващи изглежда по-добър с',
      },
      corrected: { within: [0.13, 0.2] },
      literal: { within: [-0.03, 0.03] },
    },
    fromExpected: {
      name: { en: 'largest distance from the expectation', bg: 'най-голямо разстояние от очакваното' },
      corrected: { atMost: 0.02 },
    },
    ofBound: {
      name: { en: 'largest share of the bound √(ln K / 2m)', bg: 'най-голям дял от границата √(ln K / 2m)' },
      corrected: { atMost: 1 },
    },
    onTest: {
      name: {
        en: 'the chosen ones on a test part look better by',
        bg: 'избраните върху тестов набор изглеждат по-добри с',
      },
      corrected: { within: [-0.02, 0.02] },
    },
  },
  settings: {
    rows: { name: { en: 'rows of dev', bg: 'редове за проверка' }, value: 100, whole: true },
    repeats: { name: { en: 'repeats', bg: 'повторения' }, value: 60, whole: true },
  },
  measure: ({ key, settings: { rows, repeats }, progress }) => {
    const repeated = (of: (i: number) => number): number =>
      average(Array.from({ length: repeats }, (_, i) => of(i)))
    const runs = counts.map((models, step) => {
      const own = foldIn(key, models)
      const optimism = repeated((i) => Math.max(...guesses(models, rows, foldIn(own, i))) - 0.5)
      progress(step + 1, counts.length)
      return { models, optimism, ...expectedOptimism({ models, rows }) }
    })
    const curve = Array.from({ length: 13 }, (_, i) => Math.round(10 ** (i / 4)))
    const expected = (of: 'independent' | 'bound') =>
      curve.map((models) => [models, expectedOptimism({ models, rows })[of]] as const)
    return {
      figures: {
        regret: repeated((i) => regret(100, rows, foldIn(foldIn(key, 'regret'), i))),
        tenBetter: runs[0]!.optimism,
        hundredBetter: runs[1]!.optimism,
        thousandBetter: runs[2]!.optimism,
        fromExpected: Math.max(...runs.map(({ optimism, independent }) => Math.abs(optimism - independent))),
        ofBound: Math.max(...runs.map(({ optimism, bound }) => optimism / bound)),
        // The chosen model guesses on the test part as on any other.
        onTest: average(guesses(repeats * counts.length, rows, foldIn(key, 'test'))) - 0.5,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `How much better the best of K guessing models looks on ${rows} rows`,
            bg: `Колко по-добър изглежда най-добрият от K налучкващи модела върху ${rows} реда`,
          },
          x: { title: { en: 'models compared', bg: 'сравнени модели' }, scale: 'log' },
          y: { title: { en: 'accuracy − ½', bg: 'точност − ½' } },
          series: [
            {
              name: { en: 'measured', bg: 'измерено' },
              mark: 'point',
              points: runs.map(({ models, optimism }) => [models, optimism] as const),
            },
            { name: { en: 'expected', bg: 'очаквано' }, points: expected('independent') },
            { name: { en: 'bound', bg: 'граница' }, points: expected('bound') },
          ],
        },
      ],
    }
  },
})
