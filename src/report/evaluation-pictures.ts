import { toTypedArray } from '../core/autodiff/read.ts'
import { checkOptions } from '../core/tensor/check-options.ts'
import { checkSetting } from '../core/tensor/check-setting.ts'
import type { Tensor } from '../core/tensor/tensor.ts'
import type { FeatureImportance, RowLoss } from '../evaluation/permutation-importance.ts'
import { precisionRecallCurve } from '../evaluation/precision-recall.ts'
import type { ClassPredictions, ValuePredictions } from '../evaluation/predictions.ts'
import { rocCurve } from '../evaluation/roc.ts'
import { valueRows } from '../evaluation/value-rows.ts'
import type { CurvesPicture, PictureSeries } from './curves-picture.ts'
import { evaluationWords as words } from './evaluation-words.ts'
import type { ImportancePicture } from './importance-picture.ts'
import type { PictureText } from './picture-text.ts'
import type { Wording } from './wording.ts'

/**
 * What a curve over thresholds shows.
 *
 * @category Makers of pictures
 */
export interface ThresholdCurveOptions {
  readonly title?: PictureText
  /** The numbers of the classes whose curves are drawn: of two classes the second, of more all that have rows. */
  readonly classes?: readonly number[]
}

/** The classes to draw, those of which some row is and some is not. */
const drawn = (
  where: string,
  { names }: ClassPredictions,
  y: Tensor,
  { classes }: ThresholdCurveOptions,
): readonly number[] => {
  const present = new Set(Array.from(toTypedArray(y), Number))
  const asked = classes ?? (names.length === 2 ? [1] : names.map((_, k) => k))
  asked.forEach((k) => {
    checkSetting(where, 'classes', k, { min: 0, max: names.length - 1, whole: true })
  })
  return asked.filter((k) => present.has(k) && present.size > 1)
}

/**
 * The receiver operating characteristic of one or several classes, each against the rest.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions and classes do not go together, and for another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions } from 'puregrad/evaluation'
 * import { rocPicture } from 'puregrad/report'
 * const said = classPredictions(tensor([[0.75, 0.25], [0.25, 0.75]]), ['no', 'yes'])
 * rocPicture(said, tensor([0, 1], { dtype: 'int32' })).series[0]?.points // => [[0, 0], [0, 1], [1, 1]]
 * ```
 * @category Makers of pictures
 */
export const rocPicture = (
  predictions: ClassPredictions,
  y: Tensor,
  options: ThresholdCurveOptions = {},
): CurvesPicture => {
  checkOptions<ThresholdCurveOptions>('rocPicture', options, { title: true, classes: true })
  return {
    kind: 'curves',
    title: options.title ?? words.roc,
    x: { title: words.falsePositiveRate, domain: [0, 1] },
    y: { title: words.truePositiveRate, domain: [0, 1] },
    series: [
      ...drawn('rocPicture', predictions, y, options).map((positive): PictureSeries => ({
        name: predictions.names[positive]!,
        points: rocCurve(predictions, y, { positive }).map(
          (point) => [point.falsePositiveRate, point.truePositiveRate] as const,
        ),
        mark: 'line',
      })),
      {
        name: words.guessing,
        points: [
          [0, 0],
          [1, 1],
        ],
        mark: 'line',
      },
    ],
  }
}

/**
 * Precision against recall of one or several classes, each against the rest; of one class with its share, which is the
 * precision of guessing.
 *
 * @throws ShapeError, DTypeError, ArgumentError where predictions and classes do not go together, and for another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { classPredictions } from 'puregrad/evaluation'
 * import { precisionRecallPicture } from 'puregrad/report'
 * const said = classPredictions(tensor([[0.75, 0.25], [0.25, 0.75]]), ['no', 'yes'])
 * const picture = precisionRecallPicture(said, tensor([0, 1], { dtype: 'int32' }))
 * picture.series[0]?.points // => [[0, 1], [1, 1], [1, 0.5]]
 * picture.rules?.map(({ at }) => at) // => [0.5]
 * ```
 * @category Makers of pictures
 */
export const precisionRecallPicture = (
  predictions: ClassPredictions,
  y: Tensor,
  options: ThresholdCurveOptions = {},
): CurvesPicture => {
  checkOptions<ThresholdCurveOptions>('precisionRecallPicture', options, { title: true, classes: true })
  const classes = drawn('precisionRecallPicture', predictions, y, options)
  const labels = Array.from(toTypedArray(y), Number)
  const [only] = classes
  return {
    kind: 'curves',
    title: options.title ?? words.precisionRecall,
    x: { title: words.recall, domain: [0, 1] },
    y: { title: words.precision, domain: [0, 1] },
    series: classes.map((positive) => ({
      name: predictions.names[positive]!,
      points: precisionRecallCurve(predictions, y, { positive }).map(
        ({ recall, precision }) => [recall, precision] as const,
      ),
      mark: 'line',
    })),
    ...(classes.length === 1
      ? {
          rules: [
            {
              name: words.share,
              axis: 'y',
              at: labels.filter((label) => label === only).length / labels.length,
            },
          ],
        }
      : {}),
  }
}

/**
 * What estimates leave over: target − estimate against the estimate. A slope, a bow or a widening says what the model
 * misses.
 *
 * @throws ShapeError, DTypeError, ArgumentError where estimates and targets do not go together, and for another option.
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { valuePredictions } from 'puregrad/evaluation'
 * import { residualPicture } from 'puregrad/report'
 * residualPicture(valuePredictions(tensor([1, 2]), ['mpg']), tensor([1.5, 2])).series[0]?.points // => [[1, 0.5], [2, 0]]
 * ```
 * @category Makers of pictures
 */
export const residualPicture = (
  predictions: ValuePredictions,
  y: Tensor,
  options: { readonly title?: PictureText } = {},
): CurvesPicture => {
  checkOptions<{ readonly title?: PictureText }>('residualPicture', options, { title: true })
  return {
    kind: 'curves',
    title: options.title ?? words.residuals,
    x: { title: words.estimate },
    y: { title: words.residual },
    series: valueRows('residualPicture', predictions, y, {}).columns.map(({ name, truth, estimates }) => ({
      name,
      points: Array.from(estimates, (estimate, row) => [estimate, truth[row]! - estimate] as const),
      mark: 'point',
    })),
    rules: [{ name: words.zero, axis: 'y', at: 0 }],
  }
}

const lossWords: Readonly<Record<RowLoss, Wording>> = {
  accuracy: {
    en: 'share of rows that are no longer right when the feature is shuffled, 95 % interval',
    bg: 'дял на редовете, които престават да са верни при разбъркан признак, 95-процентен интервал',
  },
  logLoss: {
    en: 'rise of the log loss when the feature is shuffled, 95 % interval',
    bg: 'нарастване на логаритмичната загуба при разбъркан признак, 95-процентен интервал',
  },
  squaredError: {
    en: 'rise of the mean squared error when the feature is shuffled, 95 % interval',
    bg: 'нарастване на средната квадратична грешка при разбъркан признак, 95-процентен интервал',
  },
  absoluteError: {
    en: 'rise of the mean absolute error when the feature is shuffled, 95 % interval',
    bg: 'нарастване на средната абсолютна грешка при разбъркан признак, 95-процентен интервал',
  },
}

/**
 * How much each feature matters, from `permutationImportance`.
 *
 * @param importances in any order; at most so many of the greatest are drawn.
 * @throws ArgumentError for another option, or a number to draw that is not positive.
 * @example
 * ```ts
 * import { featureImportancePicture } from 'puregrad/report'
 * const age = { name: 'age', value: 0.1, interval: [0.05, 0.15] as const, values: [0.1] }
 * featureImportancePicture([age], { by: 'accuracy' }).settings.map(({ name, value }) => [name, value]) // => [['age', 0.1]]
 * ```
 * @category Makers of pictures
 */
export const featureImportancePicture = (
  importances: readonly FeatureImportance[],
  options: { readonly by: RowLoss; readonly most?: number; readonly title?: PictureText },
): ImportancePicture => {
  checkOptions('featureImportancePicture', options, { by: true, most: true, title: true })
  const { by, most = 20, title = words.featureImportance } = options
  checkSetting('featureImportancePicture', 'most', most, { min: 1, whole: true })
  return {
    kind: 'importance',
    title,
    measure: { title: lossWords[by] },
    settings: importances
      .toSorted((a, b) => b.value - a.value)
      .slice(0, most)
      .map(({ name, value, interval }) => ({ name, value, interval })),
  }
}
