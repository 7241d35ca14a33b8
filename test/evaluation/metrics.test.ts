import { describe, expect, test } from 'vitest'
import { tensor } from '../../src/index.ts'
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brierScore,
  calibrationError,
  classPredictions,
  classRates,
  cohenKappa,
  confusionCounts,
  explainedVariance,
  fitTemperature,
  logLoss,
  matthews,
  mcNemar,
  meanAbsoluteError,
  meanPercentageError,
  meanRocArea,
  meanSquaredError,
  medianAbsoluteError,
  precisionRecallCurve,
  quantileLoss,
  rocArea,
  rocCurve,
  rootMeanSquaredError,
  rSquared,
  studentReach,
  topAccuracy,
  withTemperature,
  type Measured,
} from '../../src/evaluation/index.ts'
import { classes, doubles, eightRows, tenRows } from './printed-rows.ts'

/** To 1e-12. */
const near = (found: number, expected: number): void => {
  expect(Math.abs(found - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)))
}
const allNear = (found: readonly number[], expected: readonly number[]): void => {
  expect(found.length).toBe(expected.length)
  found.forEach((value, i) =>
    expected[i] === Infinity ? expect(value).toBe(Infinity) : near(value, expected[i]!),
  )
}
const intervalOf = (measured: Measured, value: number, interval: readonly number[]): void => {
  near(measured.value, value)
  allNear(measured.interval, interval)
}
const z = 1.959963984540054

/*
 * The figures of the printed rows come from scikit-learn 1.9.1 (metrics of these names, zero_division=0), those of
 * intervals from SciPy 1.17.1 (scipy.stats.t.interval, scipy.stats.t.ppf) and statsmodels 0.15.0 (proportion_confint,
 * cohens_kappa, mcnemar), or from the formula by central differences where it says so.
 */
const figures = {
  plain: {
    weights: {},
    counts: [
      [3, 1, 0],
      [1, 2, 0],
      [0, 1, 2],
    ],
    accuracy: 0.7,
    balanced: 0.6944444444444443,
    precision: [0.75, 0.7, 0.75],
    precisions: [0.75, 0.5, 1],
    recall: [0.6944444444444443, 0.7, 0.7],
    recalls: [0.75, 0.6666666666666666, 0.6666666666666666],
    f1: [0.7071428571428572, 0.7, 0.7114285714285715],
    f1s: [0.75, 0.5714285714285714, 0.8],
    matthews: 0.5539117094069973,
    kappa: 0.5454545454545454,
    logLoss: 0.8460434857597627,
    brier: 0.492,
    top2: 0.9,
    areas: [0.8541666666666666, 0.6666666666666666, 0.9761904761904762],
    meanArea: 0.8323412698412698,
    average: [0.7470238095238095, 0.6, 0.9166666666666665],
    roc: [
      [0, 0, Infinity],
      [0, 0.3333333333333333, 0.6],
      [0.2857142857142857, 0.6666666666666666, 0.5],
      [0.42857142857142855, 0.6666666666666666, 0.4],
      [0.7142857142857143, 0.6666666666666666, 0.3],
      [1, 1, 0.2],
    ],
    precisionRecall: [
      [0, 1, Infinity],
      [0.3333333333333333, 1, 0.6],
      [0.6666666666666666, 0.5, 0.5],
      [0.6666666666666666, 0.4, 0.4],
      [0.6666666666666666, 0.2857142857142857, 0.3],
      [1, 0.3, 0.2],
    ],
  },
  weighted: {
    weights: { weights: tenRows.weights },
    counts: [
      [4, 1, 0],
      [2, 4, 0],
      [0, 1, 3],
    ],
    accuracy: 0.7333333333333333,
    balanced: 0.7388888888888889,
    precision: [0.7777777777777777, 0.7333333333333333, 0.7555555555555554],
    precisions: [0.6666666666666666, 0.6666666666666666, 1],
    recall: [0.7388888888888889, 0.7333333333333333, 0.7333333333333333],
    recalls: [0.8, 0.6666666666666666, 0.75],
    f1: [0.7503607503607505, 0.7333333333333333, 0.7376623376623377],
    f1s: [0.7272727272727273, 0.6666666666666666, 0.8571428571428571],
    matthews: 0.5959463289819201,
    kappa: 0.5918367346938775,
    logLoss: 0.8467307953331874,
    brier: 0.4866666666666667,
    top2: 0.8666666666666667,
    areas: [0.85, 0.6851851851851851, 0.9772727272727273],
    meanArea: 0.8374859708193041,
    average: [0.6733333333333333, 0.7444444444444445, 0.9166666666666666],
    roc: [
      [0, 0, Infinity],
      [0, 0.5, 0.6],
      [0.2222222222222222, 0.6666666666666666, 0.5],
      [0.3333333333333333, 0.6666666666666666, 0.4],
      [0.7777777777777778, 0.6666666666666666, 0.3],
      [1, 1, 0.2],
    ],
    precisionRecall: [
      [0, 1, Infinity],
      [0.5, 1, 0.6],
      [0.6666666666666666, 0.6666666666666666, 0.5],
      [0.6666666666666666, 0.5714285714285714, 0.4],
      [0.6666666666666666, 0.36363636363636365, 0.3],
      [1, 0.4, 0.2],
    ],
  },
}

describe.each(Object.entries(figures))('ten %s rows of three classes', (_name, expected) => {
  const { said, y } = tenRows
  const options = expected.weights
  const confusion = confusionCounts(said, y, options)

  test('decisions', () => {
    expect(confusion.counts).toEqual(expected.counts)
    near(accuracy(confusion).value, expected.accuracy)
    near(balancedAccuracy(confusion).value, expected.balanced)
    near(matthews(confusion).value, expected.matthews)
    near(cohenKappa(confusion).value, expected.kappa)
    const rates = classRates(confusion)
    allNear(
      rates.classes.map(({ precision }) => precision.value),
      expected.precisions,
    )
    allNear(
      rates.classes.map(({ recall }) => recall.value),
      expected.recalls,
    )
    allNear(
      rates.classes.map(({ f1 }) => f1.value),
      expected.f1s,
    )
    for (const rate of ['precision', 'recall', 'f1'] as const) {
      const { macro, micro, weighted } = rates[rate]
      allNear([macro.value, micro.value, weighted.value], expected[rate])
    }
    near(topAccuracy(said, y, { k: 2, ...options }).value, expected.top2)
    near(topAccuracy(said, y, { k: 3, ...options }).value, 1)
  })

  test('probabilities', () => {
    near(logLoss(said, y, options).value, expected.logLoss)
    near(brierScore(said, y, options).value, expected.brier)
  })

  test('ranking', () => {
    allNear(
      [0, 1, 2].map((positive) => rocArea(said, y, { positive, ...options }).value),
      expected.areas,
    )
    near(meanRocArea(said, y, options).value, expected.meanArea)
    allNear(
      [0, 1, 2].map((positive) => averagePrecision(said, y, { positive, ...options }).value),
      expected.average,
    )
    const roc = rocCurve(said, y, { positive: 1, ...options })
    roc.forEach((point, i) => {
      allNear([point.falsePositiveRate, point.truePositiveRate, point.threshold], expected.roc[i]!)
    })
    const curve = precisionRecallCurve(said, y, { positive: 1, ...options })
    curve.forEach((point, i) => {
      allNear([point.recall, point.precision, point.threshold], expected.precisionRecall[i]!)
    })
    expect([roc.length, curve.length]).toEqual([expected.roc.length, expected.precisionRecall.length])
  })
})

const valueFigures = {
  plain: {
    weights: {},
    mse: 0.44140625,
    mae: 0.578125,
    rSquared: 0.9459495386637491,
    first: 0.9435119805533048,
    explained: 0.9595552743243821,
    pinball: 0.378125,
    percentage: 0.16373739108114108,
  },
  weighted: {
    weights: { weights: eightRows.weights },
    mse: 0.4453125,
    mae: 0.5729166666666667,
    rSquared: 0.9476245690927557,
    first: 0.9491707068129625,
    explained: 0.9643973052349288,
    pinball: 0.3895833333333333,
    percentage: 0.2250076890701891,
  },
}

test.each(Object.entries(valueFigures))('eight %s rows of two targets', (_name, expected) => {
  const { said, y, firstSaid, firstY } = eightRows
  const options = expected.weights
  near(meanSquaredError(said, y, options).value, expected.mse)
  near(rootMeanSquaredError(said, y, options).value, Math.sqrt(expected.mse))
  near(meanAbsoluteError(said, y, options).value, expected.mae)
  near(rSquared(said, y, options).value, expected.rSquared)
  near(rSquared(firstSaid, firstY, options).value, expected.first)
  near(explainedVariance(said, y, options).value, expected.explained)
  near(quantileLoss(said, y, { quantile: 0.2, ...options }).value, expected.pinball)
  near(medianAbsoluteError(firstSaid, firstY, options).value, 0.5)
  near(meanPercentageError(eightRows.shiftedSaid, eightRows.shiftedY, options).value, expected.percentage)
})

describe('intervals', () => {
  const { said, y } = tenRows
  const confusion = confusionCounts(said, y)

  test("reaches of Student's distribution are those of scipy.stats.t.ppf", () => {
    const freedoms = [1, 2, 4, 7.5, 30, 1000]
    allNear(
      freedoms.map((freedom) => studentReach(freedom)),
      [
        12.706204736174694, 4.302652729749462, 2.7764451051977934, 2.333039626864974, 2.0422724563012378,
        1.9623390808264083,
      ],
    )
    allNear(
      freedoms.map((freedom) => studentReach(freedom, 0.99)),
      [
        63.656741162871526, 9.924843200918287, 4.604094871349992, 3.421422688124044, 2.7499956535672254,
        2.580754698065951,
      ],
    )
  })

  test("means of rows have Student's, shares Wilson's", () => {
    intervalOf(logLoss(said, y), 0.8460434857597627, [0.5552728371541364, 1.136814134365389])
    intervalOf(
      meanSquaredError(eightRows.said, eightRows.y),
      0.44140625,
      [0.2724169144409633, 0.6103955855590367],
    )
    intervalOf(accuracy(confusion), 0.7, [0.39677814746114537, 0.8922087325936989])
    // 3 of 4 and 2 of 2, by proportion_confint.
    const [a, , c] = classRates(confusion).classes
    intervalOf(a!.recall, 0.75, [0.30064184258240184, 0.9544127391902995])
    intervalOf(c!.precision, 1, [0.342380227506653, 1])
  })

  test('functions of the confusion have the delta method: standard errors by central differences of the formulas', () => {
    const errorOf = ({ value, interval: [lower] }: Measured): number => (value - lower) / z
    const rates = classRates(confusion)
    const close = (found: number, expected: number): void => expect(found).toBeCloseTo(expected, 8)
    close(errorOf(balancedAccuracy(confusion)), 0.14720475088542545)
    close(errorOf(rates.f1.macro), 0.1392083746747354)
    close(errorOf(rates.f1.weighted), 0.13745577229518813)
    close(errorOf(rates.precision.macro), 0.11023963796122228)
    close(errorOf(rates.classes[1]!.f1), 0.22356022755244254)
    close(errorOf(matthews(confusion)), 0.21637358057685732)
    // For kappa the formula of Fleiss, Cohen and Everitt, as statsmodels has it.
    near(errorOf(cohenKappa(confusion)), 0.21935018443409793)
  })

  test("areas have DeLong's, average precision the logit's, R² that of log(1 − R²)", () => {
    const area = 2 / 3
    const lower = 0.13733018601538327
    intervalOf(rocArea(said, y, { positive: 1 }), area, [lower, 1])
    intervalOf(averagePrecision(said, y, { positive: 1 }), 0.6, [0.1296141567550785, 0.9379237283269655])
    intervalOf(
      rSquared(eightRows.firstSaid, eightRows.firstY),
      0.9435119805533048,
      [0.9174352334280259, 0.961352808546626],
    )
  })

  test('the median has that of order statistics: of 8 rows the lowest and the highest hold it with 99 %', () => {
    // P(X = 0) + P(X = 8) = 2/256 for the extremes, 18/256 = 7 % for the next: only the extremes reach 95 %.
    const { interval } = medianAbsoluteError(eightRows.firstSaid, eightRows.firstY)
    expect(interval).toEqual([0, 1])
    const twelve = classPredictionsOfErrors(12)
    // Of 12 the third: 2 · (1 + 12 + 66)/4096 = 3.9 %.
    expect(medianAbsoluteError(twelve.said, twelve.y).interval).toEqual([3, 10])
    const few = classPredictionsOfErrors(5)
    expect(medianAbsoluteError(few.said, few.y).interval).toEqual([0, Infinity])
  })
})

/** Errors 1, 2 … n. */
const classPredictionsOfErrors = (n: number) => {
  const errors = Array.from({ length: n }, (_, i) => i + 1)
  return {
    said: { kind: 'values', names: ['y'], estimates: doubles(errors.map((e) => [e])) } as const,
    y: doubles(errors.map(() => 0)),
  }
}

/** Rows of scores that only their order matters of. */
const ranked = (scores: readonly number[], labels: readonly number[]) =>
  [classPredictions(doubles(scores.map((s) => [1 - s, s])), ['no', 'yes']), classes(labels)] as const

describe('published worked examples', () => {
  test('J. A. Hanley, B. J. McNeil, Radiology 143, 1982, table I: 109 CT images in five ratings', () => {
    const repeat = (counts: readonly number[]): readonly number[] =>
      counts.flatMap((count, rating) => Array.from({ length: count }, () => (rating + 1) / 10))
    const [normal, abnormal] = [repeat([33, 6, 6, 11, 2]), repeat([3, 2, 2, 11, 33])]
    const [said, y] = ranked([...normal, ...abnormal], [...normal.map(() => 0), ...abnormal.map(() => 1)])
    const { value, interval } = rocArea(said, y)
    expect(value.toFixed(3)).toBe('0.893')
    // The paper has 0.032 by its approximation; DeLong's formula gives 0.0307.
    near((value - interval[0]) / z, 0.030724408379381122)
    near(value, 0.8931710615280595)
  })

  test('T. Fawcett, Pattern Recognition Letters 27, 2006, figure 3: twenty instances', () => {
    const scores = [
      0.9, 0.8, 0.7, 0.6, 0.55, 0.54, 0.53, 0.52, 0.51, 0.505, 0.4, 0.39, 0.38, 0.37, 0.36, 0.35, 0.34, 0.33,
      0.3, 0.1,
    ]
    const [said, y] = ranked(scores, [1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0])
    near(rocArea(said, y).value, 0.68)
    near(averagePrecision(said, y).value, 0.7357475805927818)
    const curve = rocCurve(said, y)
    expect(curve.length).toBe(21)
    expect(curve.at(5)).toMatchObject({ threshold: 0.55, falsePositiveRate: 0.1, truePositiveRate: 0.4 })
  })

  test('J. L. Fleiss, J. Cohen, B. S. Everitt, Psychological Bulletin 72, 1969: 200 diagnoses', () => {
    const counts = [
      [106, 10, 4],
      [22, 28, 10],
      [2, 12, 6],
    ]
    const { value, interval } = cohenKappa({ names: ['1', '2', '3'], counts, rows: 200 })
    expect(value.toFixed(3)).toBe('0.429')
    near((value - interval[0]) / z, 0.05371100486916735)
  })

  test('A. Agresti, Categorical Data Analysis, table 10.1: 1600 people asked twice', () => {
    const { difference, interval, pValue } = mcNemar({ onlyFirst: 150, onlySecond: 86, rows: 1600 })
    near(difference, 0.04)
    // Without the two rows that are added on each side the book has (0.021, 0.059).
    expect(interval.map((bound) => bound.toFixed(3))).toEqual(['0.021', '0.059'])
    near(pValue, 3.7159361395713866e-5)
  })
})

test('the exact test of McNemar is that of statsmodels', () => {
  const p = (onlyFirst: number, onlySecond: number) => mcNemar({ onlyFirst, onlySecond, rows: 100 }).pValue
  allNear([p(12, 3), p(5, 5), p(1, 9), p(0, 0)], [0.03515625, 1, 0.021484375, 1])
})

describe('calibration', () => {
  const { said, y } = tenRows
  test('the expected calibration error of ten rows, bin by bin', () => {
    // Confidence 0.7 twice, both right; 0.6 right; 0.5 of 5 rows, 2 right; 0.4 of 2 rows, both right.
    near(calibrationError(said, y).value, (2 * 0.3 + 0.4 + 5 * 0.1 + 2 * 0.6) / 10)
  })
  test('the temperature is the root of the derivative of the log loss, by scipy.optimize.brentq', () => {
    const temperature = fitTemperature(said, y)
    near(temperature, 0.5381522375619617)
    const cooled = withTemperature(said, temperature)
    expect(logLoss(cooled, y).value).toBeLessThan(logLoss(said, y).value)
    near(fitTemperature(cooled, y), 1)
  })
  test('a classifier that is always right comes to lie below any loss', () => {
    const sure = classPredictions(
      tensor([
        [0.9, 0.1],
        [0.2, 0.8],
      ]),
      ['no', 'yes'],
    )
    const temperature = fitTemperature(sure, classes([0, 1]))
    expect(temperature).toBeGreaterThanOrEqual(0.01)
    expect(logLoss(withTemperature(sure, temperature), classes([0, 1])).value).toBeLessThan(1e-15)
  })
})
