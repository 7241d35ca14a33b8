import { abs, item, max, mean, sub, toTypedArray, variance, type Tensor } from 'puregrad'
import { claim } from '../claim.ts'
import { descentGap, stepsOf } from './descent-gap.ts'
import { leastSquares } from './least-squares.ts'
import { carRows, formNames, scaledCars } from './scaled-cars.ts'

const forms = ['raw', 'minMax', 'zScore'] as const

const greatest = (of: Tensor): number => item(max(abs(of)))

/** Means 0 and variances 1 make descent fast. */
export const d3 = claim({
  id: 'D3',
  lines: '293–310',
  asWritten: {
    en: 'From every feature its mean is subtracted and it is divided by its standard deviation; means become 0 and variances 1, and gradient descent converges much faster.',
    bg: 'От всеки признак се вади средното и се дели на стандартното отклонение; средните стават 0, дисперсиите 1, и градиентното спускане се схожда много по-бързо (по-голяма скорост на сходимост).',
  },
  corrected: {
    en: 'The same, with the statistics of the training part only, and the standard deviation over all its rows. Means 0 and variances 1 hold of that part exactly, of others nearly; a feature that does not vary has no z-score.',
    bg: 'Същото, със статистиките само на обучаващия набор и със стандартно отклонение по всички негови редове. Средни 0 и дисперсии 1 важат точно за него, за другите набори приблизително; признак, който не се мени, няма z-оценка.',
  },
  measures: {
    zScoreSteps: {
      name: {
        en: 'steps of descent until the cost is within a millionth of its minimum, z-scores',
        bg: 'стъпки на спускането, докато остане милионна от пътя до минимума, z-оценки',
      },
      corrected: { atMost: 10 },
      literal: { atMost: 100 },
    },
    minMaxSteps: {
      name: { en: 'the same after min–max', bg: 'същото след min–max' },
      corrected: { atMost: 500 },
    },
    rawGap: {
      name: {
        en: 'share of the way still left after all steps, raw',
        bg: 'дял от пътя, който остава след всички стъпки, сурови данни',
      },
      corrected: { atLeast: 1e-4 },
      literal: { atLeast: 1e-6 },
    },
    largestMean: {
      name: { en: 'largest |mean| of a training feature', bg: 'най-голямо |средно| на признак при обучение' },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    largestVariance: {
      name: {
        en: 'largest |variance − 1| of a training feature',
        bg: 'най-голямо |дисперсия − 1| на признак при обучение',
      },
      corrected: { atMost: 1e-12 },
      literal: { atMost: 1e-12 },
    },
    freshMean: {
      name: { en: 'mean car value of fresh rows', bg: 'средна стойност на колата при нови редове' },
      corrected: { within: [-0.15, 0.15] },
    },
  },
  settings: {
    rows: carRows,
    steps: { name: { en: 'steps at most', bg: 'най-много стъпки' }, value: 200_000, whole: true },
  },
  measure: ({ key, settings: { rows, steps }, progress }) => {
    const cars = scaledCars(key, rows)
    const curves = forms.map((form, i) => {
      const { train } = cars[form]
      const { hessian, toMinimum } = leastSquares(train)
      const points = descentGap(hessian, toMinimum, { steps })
      progress(i + 1, forms.length)
      return points
    })
    const [raw = [], minMax = [], zScore = []] = curves
    const z = cars.zScore.train.x
    const [, freshMean = NaN] = toTypedArray(mean(cars.zScore.fresh.x, { axis: 0 }))
    return {
      figures: {
        zScoreSteps: stepsOf(zScore),
        minMaxSteps: stepsOf(minMax),
        rawGap: raw.at(-1)?.[1] ?? NaN,
        largestMean: greatest(mean(z, { axis: 0 })),
        largestVariance: greatest(sub(variance(z, { axis: 0 }), 1)),
        freshMean,
      },
      pictures: [
        {
          kind: 'curves',
          title: {
            en: `Gradient descent at the rate 1/L on ${rows} rows of the car data`,
            bg: `Градиентно спускане със скорост 1/L върху ${rows} реда от данните за колите`,
          },
          x: { title: { en: 'step', bg: 'стъпка' }, scale: 'log', whole: true },
          y: {
            title: { en: 'share of the way still left', bg: 'дял от пътя, който остава' },
            scale: 'log',
          },
          series: curves.map((points, i) => ({
            name: formNames[forms[i]!],
            // Every step at first, then fewer and fewer: the axis is logarithmic.
            points: points.filter(
              ([step, gap], at) =>
                step > 0 &&
                gap > 1e-12 &&
                (at < 20 || at === points.length - 1 || at % Math.ceil(at / 20) === 0),
            ),
          })),
        },
      ],
    }
  },
})
