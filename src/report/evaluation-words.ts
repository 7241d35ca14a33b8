import type { Measure } from '../evaluation/measures.ts'
import type { Wording } from './wording.ts'

/**
 * What the figures of an evaluation are called.
 *
 * @category Language
 */
export const measureWords: Readonly<Record<Measure, Wording>> = {
  accuracy: { en: 'accuracy', bg: 'точност' },
  balancedAccuracy: { en: 'balanced accuracy', bg: 'балансирана точност' },
  macroF1: { en: 'macro F1', bg: 'F1, средно по класове' },
  matthews: { en: "Matthews' correlation", bg: 'корелация на Матюс' },
  rocArea: { en: 'area under the ROC', bg: 'площ под ROC кривата' },
  logLoss: { en: 'log loss', bg: 'логаритмична загуба' },
  brierScore: { en: 'Brier score', bg: 'оценка на Брайър' },
  calibrationError: { en: 'calibration error', bg: 'грешка на калибриране' },
  rootMeanSquaredError: {
    en: 'root mean squared error',
    bg: 'корен от средната квадратична грешка (RMSE)',
  },
  meanAbsoluteError: { en: 'mean absolute error', bg: 'средна абсолютна грешка (MAE)' },
  medianAbsoluteError: { en: 'median absolute error', bg: 'медианна абсолютна грешка' },
  rSquared: { en: 'R²', bg: 'R²' },
}

/** The same as narrow as the columns of a table on a terminal. */
export const measureTitles: Readonly<Record<Measure, Wording>> = {
  ...measureWords,
  balancedAccuracy: { en: 'balanced', bg: 'балансирана' },
  rocArea: { en: 'AUC', bg: 'AUC' },
  rootMeanSquaredError: { en: 'RMSE', bg: 'RMSE' },
  meanAbsoluteError: { en: 'MAE', bg: 'MAE' },
}

/** The words that pictures of an evaluation say. */
export const evaluationWords = {
  roc: { en: 'ROC: hits against false alarms', bg: 'ROC крива: попадения срещу лъжливи тревоги' },
  falsePositiveRate: {
    en: 'share of the others taken for the class (false positive rate)',
    bg: 'дял на чуждите редове, взети за класа (false positive rate)',
  },
  truePositiveRate: {
    en: 'share of the class that is found (recall)',
    bg: 'дял на намерените редове от класа: пълнота (recall)',
  },
  guessing: { en: 'guessing', bg: 'налучкване' },
  precisionRecall: { en: 'Precision against recall', bg: 'Прецизност срещу пълнота' },
  recall: { en: 'recall', bg: 'пълнота (recall)' },
  precision: { en: 'precision', bg: 'прецизност (precision)' },
  share: { en: 'share of the class', bg: 'дял на класа' },
  residuals: { en: 'Residuals', bg: 'Остатъци' },
  estimate: { en: 'estimate', bg: 'оценка' },
  residual: { en: 'target − estimate', bg: 'цел − оценка' },
  zero: { en: 'exact', bg: 'без грешка' },
  featureImportance: { en: 'Importance of features', bg: 'Важност на признаците' },
} as const satisfies Readonly<Record<string, Wording>>
