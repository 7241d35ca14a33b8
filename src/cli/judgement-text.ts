import type { ClassJudgement, Judgement, ValueJudgement } from '../evaluation/judgement.ts'
import { evaluationWords, measureTitles } from '../report/evaluation-words.ts'
import { judgementText, judgementWords } from '../report/judgement-text.ts'
import { decimalText, numberText } from '../report/number-text.ts'
import { textTable, type Column } from '../report/table.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import type { Interval } from '../training/confidence.ts'
import { optionRemedies } from './option-remedies.ts'
import { recipeWord } from './recipe-word.ts'

/** Titles of tables about what models are worth. */
export const titles = {
  model: { en: 'model', bg: 'модел' },
  devLoss: { en: 'dev log loss', bg: 'загуба (проверяващ)' },
  devRmse: { en: 'dev RMSE', bg: 'dev RMSE' },
  interval: { en: '95 %', bg: '95 %' },
  isClass: { en: 'class', bg: 'клас' },
  takenFor: { en: 'taken for:', bg: 'взет за:' },
  rows: { en: 'rows', bg: 'редове' },
  recall: evaluationWords.recall,
  precision: evaluationWords.precision,
  f1: { en: 'F1', bg: 'F1' },
  target: { en: 'target', bg: 'цел' },
  ...measureTitles,
} as const satisfies Readonly<Record<string, Wording>>

/** A share, or another figure near 1, with three decimals. */
const shareText = (value: number, language: Language): string =>
  Number.isNaN(value) ? '—' : decimalText(value, 3, language)

/** `0.74 … 0.86`, as narrow as it says enough. */
const shareInterval = ([lower, upper]: Interval, language: Language): string =>
  Number.isNaN(lower) || Number.isNaN(upper)
    ? '—'
    : `${decimalText(lower, 2, language)} … ${decimalText(upper, 2, language)}`

const valueInterval = ([lower, upper]: Interval, language: Language): string =>
  `${numberText(lower, language)} … ${numberText(upper, language)}`

/** A model of a comparison: what it is worth on the rows it was chosen by and on those it is judged by. */
export interface Judged {
  readonly name: string
  readonly dev: Judgement
  readonly test: Judgement
}

const title = (name: keyof typeof titles, language: Language, align?: 'left'): Column => ({
  title: titles[name][language],
  ...(align === undefined ? {} : { align }),
})

const classRow = (
  name: string,
  dev: Judgement,
  { accuracy, balancedAccuracy, rocArea }: ClassJudgement,
  language: Language,
): readonly string[] => [
  name,
  dev.kind === 'classes' ? shareText(dev.logLoss.value, language) : '',
  shareText(accuracy.value, language),
  shareInterval(accuracy.interval, language),
  shareText(balancedAccuracy.value, language),
  shareInterval(balancedAccuracy.interval, language),
  shareText(rocArea.value, language),
]

const valueRow = (
  name: string,
  dev: Judgement,
  { rootMeanSquaredError, rSquared, meanAbsoluteError }: ValueJudgement,
  language: Language,
): readonly string[] => [
  name,
  dev.kind === 'values' ? numberText(dev.rootMeanSquaredError.value, language) : '',
  numberText(rootMeanSquaredError.value, language),
  valueInterval(rootMeanSquaredError.interval, language),
  shareText(rSquared.value, language),
  shareInterval(rSquared.interval, language),
  numberText(meanAbsoluteError.value, language),
]

/** The models side by side, each with the spread of its figures on the test part. */
export const contendersText = (models: readonly Judged[], { language, paint }: Speech): string => {
  const classes = models[0]?.test.kind === 'classes'
  const columns: readonly (keyof typeof titles)[] = classes
    ? ['devLoss', 'accuracy', 'interval', 'balancedAccuracy', 'interval', 'rocArea']
    : ['devRmse', 'rootMeanSquaredError', 'interval', 'rSquared', 'interval', 'meanAbsoluteError']
  return textTable(
    [title('model', language, 'left'), ...columns.map((name) => title(name, language))],
    models.map(({ name, dev, test }) => {
      const shown = paint('strong', recipeWord(name)[language])
      return test.kind === 'classes'
        ? classRow(shown, dev, test, language)
        : valueRow(shown, dev, test, language)
    }),
  )
}

/** The figures of one model alone, each with its interval, beside the baseline. */
export const figuresText = (judgement: Judgement, { language, paint }: Speech): string =>
  textTable(
    [
      { title: `${judgement.rows} ${titles.rows[language]}`, align: 'left' },
      { title: '' },
      title('interval', language),
      { title: recipeWord('baseline')[language] },
    ],
    judgementText(judgement).figures.map(({ name, measured: { value, interval }, baseline }) => [
      paint('strong', name[language]),
      numberText(value, language),
      valueInterval(interval, language),
      baseline === undefined ? '' : numberText(baseline, language),
    ]),
  )

/** With more classes than this a table of all pairs is no help on a terminal. */
const mostClasses = 10

const confusionText = ({ confusion: { names, counts } }: ClassJudgement, language: Language): string =>
  textTable(
    [
      { title: `${titles.isClass[language]} \\ ${titles.takenFor[language]}`, align: 'left' },
      ...names.map((name) => ({ title: name })),
    ],
    counts.map((row, i) => [names[i] ?? '', ...row.map((count) => numberText(count, language, 6))]),
  )

const ratesText = ({ classes }: ClassJudgement, language: Language): string =>
  textTable(
    [
      title('isClass', language, 'left'),
      ...(['rows', 'recall', 'interval', 'precision', 'f1'] as const).map((name) => title(name, language)),
    ],
    classes.map(({ name, rows, recall, precision, f1 }) => [
      name,
      numberText(rows, language, 6),
      shareText(recall.value, language),
      shareInterval(recall.interval, language),
      shareText(precision.value, language),
      shareText(f1.value, language),
    ]),
  )

const targetsText = ({ targets }: ValueJudgement, language: Language): string =>
  textTable(
    [
      title('target', language, 'left'),
      ...(['rootMeanSquaredError', 'interval', 'rSquared', 'meanAbsoluteError'] as const).map((name) =>
        title(name, language),
      ),
    ],
    targets.map(({ name, rootMeanSquaredError, rSquared, meanAbsoluteError }) => [
      name,
      numberText(rootMeanSquaredError.value, language),
      valueInterval(rootMeanSquaredError.interval, language),
      shareText(rSquared.value, language),
      numberText(meanAbsoluteError.value, language),
    ]),
  )

/** What one model does in each class, or with each of several targets; nothing where the comparison has said it. */
export const detailText = (judgement: Judgement, language: Language): readonly string[] =>
  judgement.kind === 'classes'
    ? [
        ...(judgement.names.length > mostClasses ? [] : [confusionText(judgement, language), '']),
        ratesText(judgement, language),
      ]
    : judgement.targets.length > 1
      ? [targetsText(judgement, language)]
      : []

const roles = { better: 'good', 'not better': 'near', worse: 'bad' } as const

/** Whether a model is better than the baseline, and what its user should know besides. */
export const verdictText = (judgement: Judgement, { language, paint }: Speech): readonly string[] => {
  const { verdict, notes } = judgementWords(judgement, optionRemedies)
  return [paint(roles[judgement.verdict], verdict[language]), ...notes.map((note) => `  ${note[language]}`)]
}
