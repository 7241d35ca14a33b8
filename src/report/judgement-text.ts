import type { ModelComparison } from '../evaluation/compare-models.ts'
import type {
  ClassDecider,
  Judgement,
  JudgementNote,
  ValueDecider,
  Verdict,
} from '../evaluation/judgement.ts'
import type { Measured } from '../evaluation/measured.ts'
import { measureWords } from './evaluation-words.ts'
import { numberText } from './number-text.ts'
import { remediesInCode, type Remedies } from './remedies.ts'
import type { Language, Wording } from './wording.ts'

/**
 * A judgement for people.
 *
 * @category Language
 */
export interface JudgementText {
  /** Whether the model is better than the baseline, by which figure and by how much. */
  readonly verdict: Wording
  /** The figures with their intervals; where the baseline has the figure too, it is beside it. */
  readonly figures: readonly {
    readonly name: Wording
    readonly measured: Measured
    readonly baseline?: number
  }[]
  /** What its user should know besides, each with what can be done. */
  readonly notes: readonly Wording[]
}

/** Both languages of a sentence with numbers. */
const inBoth = (of: (language: Language, number: (value: number) => string) => string): Wording => ({
  en: of('en', (value) => numberText(value, 'en')),
  bg: of('bg', (value) => numberText(value, 'bg')),
})

const range = ({ interval: [lower, upper] }: Pick<Measured, 'interval'>, number: (value: number) => string) =>
  `${number(lower)} … ${number(upper)}`

const deciders: Readonly<Record<ClassDecider | ValueDecider, Wording>> = {
  accuracy: measureWords.accuracy,
  balancedAccuracy: measureWords.balancedAccuracy,
  logLoss: measureWords.logLoss,
  squaredError: { en: 'mean squared error', bg: 'средна квадратична грешка' },
  absoluteError: measureWords.meanAbsoluteError,
}

const verdicts: Readonly<Record<Verdict, Wording>> = {
  better: { en: 'Better than the baseline', bg: 'По-добре от базовия модел (baseline)' },
  'not better': {
    en: 'Not shown to be better than the baseline',
    bg: 'Не е доказано по-добър от базовия модел (baseline)',
  },
  worse: { en: 'Worse than the baseline', bg: 'По-лошо от базовия модел (baseline)' },
}

/** What follows of a verdict. */
const meanings: Readonly<Record<Verdict, Wording>> = {
  better: { en: '', bg: '' },
  'not better': { en: ': it may have learnt nothing', bg: ': може да не е научил нищо' },
  worse: { en: ': do not use it', bg: ': не го използвайте' },
}

const noteText = (note: JudgementNote, balance: Wording): Wording => {
  switch (note.kind) {
    case 'class-never-decided':
      return inBoth((language, number) =>
        language === 'en'
          ? `No row was taken for ${note.name}, which has ${number(note.rows)}: ${balance.en}, or lower the threshold for it.`
          : `Нито един ред не е взет за ${note.name}, а такива са ${number(note.rows)}: ${balance.bg} или намалете прага за него.`,
      )
    case 'class-poorly-found':
      return inBoth((language, number) =>
        language === 'en'
          ? `Of the rows of ${note.name} only ${number(note.recall.value)} are found (95 %: ${range(note.recall, number)}): ${balance.en}, or lower the threshold for it.`
          : `От редовете на ${note.name} се намират само ${number(note.recall.value)} (95 %: ${range(note.recall, number)}): ${balance.bg} или намалете прага за този клас.`,
      )
    case 'probabilities-worse':
      return {
        en: 'The shares of the classes are better probabilities than those of the model: it is too sure of itself; fit a temperature on the dev part.',
        bg: 'Дяловете на класовете са по-добри вероятности от тези на модела: той е твърде уверен; нагласете температура върху проверяващия набор.',
      }
    case 'miscalibrated':
      return inBoth((language, number) =>
        language === 'en'
          ? `Probabilities are off by ${number(note.error.value)} on average (95 %: ${range(note.error, number)}): fit a temperature on the dev part before they are taken at their word.`
          : `Вероятностите се отклоняват средно с ${number(note.error.value)} (95 %: ${range(note.error, number)}): нагласете температура върху проверяващия набор, преди да им се вярва.`,
      )
    case 'ranks-without-deciding':
      return inBoth((language, number) =>
        language === 'en'
          ? `Yet it ranks rows (area under the ROC ${number(note.area.value)}): to make use of that, ${balance.en}, or take another threshold.`
          : `Все пак подрежда редовете (площ под ROC кривата ${number(note.area.value)}): за да използвате това, ${balance.bg} или вземете друг праг.`,
      )
    case 'biased':
      return inBoth((language, number) => {
        const [low, distance] = [note.residual.value > 0, Math.abs(note.residual.value)]
        return language === 'en'
          ? `Estimates of ${note.name} are too ${low ? 'low' : 'high'} by ${number(distance)} on average (95 %: ${range(note.residual, number)}).`
          : `Оценките на ${note.name} са средно с ${number(distance)} твърде ${low ? 'ниски' : 'високи'} (95 %: ${range(note.residual, number)}).`
      })
    case 'too-few-rows':
      return inBoth((language, number) =>
        language === 'en'
          ? `${number(note.rows)} rows are too few to tell; about ${number(note.needed)} would, were the difference to stay.`
          : `${number(note.rows)} реда са твърде малко за заключение; около ${number(note.needed)} биха стигнали при същата разлика.`,
      )
  }
}

type Figure = JudgementText['figures'][number]

const figuresOf = (judgement: Judgement): readonly Figure[] => {
  const baselineBy = new Map<string, number>(judgement.against.map(({ by, baseline }) => [by, baseline]))
  const beside = (name: Wording, measured: Measured, baseline: number | undefined): Figure => ({
    name,
    measured,
    ...(baseline === undefined ? {} : { baseline }),
  })
  if (judgement.kind === 'values')
    return [
      beside(measureWords.rSquared, judgement.rSquared, judgement.baseline.rSquared.value),
      beside(
        measureWords.rootMeanSquaredError,
        judgement.rootMeanSquaredError,
        judgement.baseline.rootMeanSquaredError.value,
      ),
      beside(
        measureWords.meanAbsoluteError,
        judgement.meanAbsoluteError,
        judgement.baseline.meanAbsoluteError.value,
      ),
      beside(measureWords.medianAbsoluteError, judgement.medianAbsoluteError, undefined),
    ]
  return [
    beside(measureWords.accuracy, judgement.accuracy, baselineBy.get('accuracy')),
    beside(measureWords.balancedAccuracy, judgement.balancedAccuracy, baselineBy.get('balancedAccuracy')),
    beside(measureWords.macroF1, judgement.f1.macro, undefined),
    beside(measureWords.matthews, judgement.matthews, 0),
    beside(measureWords.rocArea, judgement.rocArea, 0.5),
    beside(measureWords.logLoss, judgement.logLoss, baselineBy.get('logLoss')),
    beside(measureWords.brierScore, judgement.brierScore, undefined),
    beside(measureWords.calibrationError, judgement.calibrationError, undefined),
  ]
}

/** A judgement with what helps. */
export const judgementWords = (
  judgement: Judgement,
  { balance }: Pick<Remedies, 'balance'>,
): JudgementText => {
  const decisive = judgement.against.find(({ by }) => by === judgement.decidedBy)
  return {
    verdict:
      decisive === undefined
        ? verdicts[judgement.verdict]
        : inBoth((language, number) =>
            [
              `${verdicts[decisive.verdict][language]} ${language === 'en' ? 'by' : 'по'} ${deciders[decisive.by][language]}:`,
              `${number(decisive.model)} ${language === 'en' ? 'against' : 'срещу'} ${number(decisive.baseline)}`,
              `(${language === 'en' ? 'difference' : 'разлика'} ${number(decisive.difference)}, 95 %: ${range(decisive, number)})${meanings[decisive.verdict][language]}`,
            ].join(' '),
          ),
    figures: figuresOf(judgement),
    notes: judgement.notes.map((note) => noteText(note, balance)),
  }
}

/**
 * What a judgement says, in both languages: the verdict, the figures, and what to know besides.
 *
 * @example
 * ```ts
 * import { tensor } from 'puregrad'
 * import { judge, valuePredictions } from 'puregrad/evaluation'
 * import { judgementText } from 'puregrad/report'
 * const baseline = { kind: 'values', names: ['mpg'], means: [20], medians: [20] } as const
 * const found = judge(valuePredictions(tensor([11, 19, 31, 40]), ['mpg']), tensor([10, 20, 30, 41]), { baseline })
 * judgementText(found).verdict.en // => 'Not shown to be better than the baseline by mean squared error: 1 against 160 (difference −159, 95 %: −466 … 148): it may have learnt nothing'
 * ```
 * @category Language
 */
export const judgementText = (judgement: Judgement): JudgementText =>
  judgementWords(judgement, remediesInCode)

/**
 * Which of several models to take, and why, in both languages.
 *
 * @example
 * ```ts
 * import { comparisonText } from 'puregrad/report'
 * const spread = { difference: 0, interval: [0, 0], pValue: 1, verdict: 'not better' } as const
 * const model = { name: 'linear', measures: {}, folds: 5, overBaseline: spread, toBest: spread }
 * const nothing = { kind: 'classes', by: 'accuracy', folds: 5, baseline: {}, models: [model], best: 'linear', asGood: ['linear'], choose: undefined } as const
 * comparisonText(nothing).en // => 'Take none: no model is shown to be better than the baseline by accuracy.'
 * ```
 * @category Language
 */
export const comparisonText = ({ by, best, asGood, choose, models }: ModelComparison): Wording => {
  const name = measureWords[by]
  if (choose === undefined)
    return {
      en: `Take none: no model is shown to be better than the baseline by ${name.en}.`,
      bg: `Не вземайте никой: никой модел не е доказано по-добър от базовия (baseline) по ${name.bg}.`,
    }
  if (models.length === 1)
    return {
      en: `${choose} is better than the baseline by ${name.en}.`,
      bg: `${choose} е по-добър от базовия модел (baseline) по ${name.bg}.`,
    }
  if (choose === best)
    return asGood.length === 1
      ? {
          en: `Take ${choose}: it is better than the others by ${name.en}.`,
          bg: `Вземете ${choose}: по-добър е от другите по ${name.bg}.`,
        }
      : {
          en: `Take ${choose}: it is the best by ${name.en}, though ${asGood.filter((each) => each !== choose).join(', ')} may be as good.`,
          bg: `Вземете ${choose}: най-добър е по ${name.bg}, макар че ${asGood.filter((each) => each !== choose).join(', ')} може да не отстъпва.`,
        }
  return {
    en: `Take ${choose}: it is the simplest of those that may be as good as ${best}, the best by ${name.en}.`,
    bg: `Вземете ${choose}: най-простият от тези, които може да не отстъпват на ${best}, най-добрия по ${name.bg}.`,
  }
}
