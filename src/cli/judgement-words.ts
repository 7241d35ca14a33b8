import { decimalText, numberText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { JudgementNote, Verdict } from '../evaluation/judgement.ts'
import type { Measured } from '../evaluation/measured.ts'
import type { Interval } from '../training/confidence.ts'

/** What the models of a comparison are called. */
export const recipeWords: Readonly<Record<string, Wording>> = {
  baseline: { en: 'baseline', bg: 'базов модел' },
  linear: { en: 'linear', bg: 'линеен' },
  network: { en: 'network', bg: 'мрежа' },
  realMlp: { en: 'RealMLP', bg: 'RealMLP' },
  kept: { en: 'given', bg: 'даденият' },
}

export const recipeWord = (name: string): Wording => recipeWords[name] ?? { en: name, bg: name }

/** Titles of tables about what models are worth. */
export const judgementWords = {
  model: { en: 'model', bg: 'модел' },
  devLoss: { en: 'dev log loss', bg: 'dev загуба' },
  devRmse: { en: 'dev RMSE', bg: 'dev RMSE' },
  accuracy: { en: 'accuracy', bg: 'точност' },
  balanced: { en: 'balanced', bg: 'балансирана' },
  interval: { en: '95 %', bg: '95 %' },
  area: { en: 'AUC', bg: 'AUC' },
  logLoss: { en: 'log loss', bg: 'логаритмична загуба' },
  rmse: { en: 'RMSE', bg: 'RMSE' },
  rSquared: { en: 'R²', bg: 'R²' },
  mae: { en: 'MAE', bg: 'MAE' },
  isClass: { en: 'class', bg: 'клас' },
  takenFor: { en: 'taken for:', bg: 'взет за:' },
  rows: { en: 'rows', bg: 'редове' },
  recall: { en: 'recall', bg: 'пълнота (recall)' },
  precision: { en: 'precision', bg: 'прецизност (precision)' },
  f1: { en: 'F1', bg: 'F1' },
  target: { en: 'target', bg: 'цел' },
} as const satisfies Readonly<Record<string, Wording>>

/** What the figures of cross-validation are called. */
export const measureWords = {
  accuracy: judgementWords.accuracy,
  balancedAccuracy: judgementWords.balanced,
  rocArea: judgementWords.area,
  logLoss: judgementWords.logLoss,
  rootMeanSquaredError: judgementWords.rmse,
  rSquared: judgementWords.rSquared,
  meanAbsoluteError: judgementWords.mae,
} as const

const both = (f: (language: Language) => string): Wording => ({ en: f('en'), bg: f('bg') })

/** A share, or another figure near 1, with three decimals. */
export const shareText = (value: number, language: Language): string =>
  Number.isNaN(value) ? '—' : decimalText(value, 3, language)

/** `0.74 … 0.86`, as narrow as it says enough. */
export const shareInterval = ([lower, upper]: Interval, language: Language): string =>
  Number.isNaN(lower) || Number.isNaN(upper)
    ? '—'
    : `${decimalText(lower, 2, language)} … ${decimalText(upper, 2, language)}`

export const valueInterval = ([lower, upper]: Interval, language: Language): string =>
  `${numberText(lower, language)} … ${numberText(upper, language)}`

const measured = ({ value, interval }: Measured, language: Language): string =>
  `${shareText(value, language)}, 95 %: ${shareInterval(interval, language)}`

/** Whether a model is better than the baseline, by what. */
export const verdictWords: Readonly<Record<Verdict, (name: Wording, difference: Wording) => Wording>> = {
  better: (name, difference) => ({
    en: `The ${name.en} model is better than the baseline (${difference.en}).`,
    bg: `Моделът „${name.bg}“ е по-добър от базовия (${difference.bg}).`,
  }),
  'not better': (name, difference) => ({
    en: `The ${name.en} model is not shown to be better than the baseline (${difference.en}): it may have learnt nothing.`,
    bg: `Не е показано, че моделът „${name.bg}“ е по-добър от базовия (${difference.bg}): може да не е научил нищо.`,
  }),
  worse: (name, difference) => ({
    en: `The ${name.en} model is worse than the baseline (${difference.en}): do not use it.`,
    bg: `Моделът „${name.bg}“ е по-лош от базовия (${difference.bg}): не го използвайте.`,
  }),
}

/** What the user of a model should know besides. */
export const noteText = (note: JudgementNote): Wording => {
  switch (note.kind) {
    case 'class-never-decided':
      return {
        en: `class ${note.name}: none of its ${note.rows} rows is found, no row is taken for it; try --class-weights balanced`,
        bg: `клас ${note.name}: нито един от неговите ${note.rows} реда не е открит; опитайте --class-weights balanced`,
      }
    case 'class-poorly-found':
      return {
        en: `class ${note.name}: less than half of its rows are found (${measured(note.recall, 'en')}); try --class-weights balanced`,
        bg: `клас ${note.name}: открита е по-малко от половината от редовете (${measured(note.recall, 'bg')}); опитайте --class-weights balanced`,
      }
    case 'probabilities-worse':
      return {
        en: 'the shares of the classes are better probabilities than those of the model: go by its classes, not by its probabilities',
        bg: 'дяловете на класовете са по-добри вероятности от тези на модела: доверете се на класовете му, не на вероятностите',
      }
    case 'miscalibrated':
      return {
        en: `probabilities are off by ${measured(note.error, 'en')}: calibrate them (withTemperature) before they are used as such`,
        bg: `вероятностите се отклоняват с ${measured(note.error, 'bg')}: калибрирайте ги (withTemperature), преди да ги използвате като вероятности`,
      }
    case 'ranks-without-deciding':
      return {
        en: `it ranks rows (AUC ${measured(note.area, 'en')}) but decides no better than the baseline: another threshold, or --class-weights balanced, may help`,
        bg: `подрежда редовете (AUC ${measured(note.area, 'bg')}), но не решава по-добре от базовия модел: може да помогне друг праг или --class-weights balanced`,
      }
    case 'biased':
      return both((language) => {
        const { value, interval } = note.residual
        const by = `${numberText(Math.abs(value), language)}, 95 %: ${valueInterval(interval, language)}`
        return {
          en: `${note.name}: estimates are too ${value > 0 ? 'low' : 'high'} on the whole (by ${by})`,
          bg: `${note.name}: оценките като цяло са твърде ${value > 0 ? 'ниски' : 'високи'} (с ${by})`,
        }[language]
      })
    case 'too-few-rows':
      return {
        en: `${note.rows} test rows are too few to tell: about ${note.needed} would`,
        bg: `${note.rows} тестови реда са твърде малко, за да се каже: нужни са около ${note.needed}`,
      }
  }
}
