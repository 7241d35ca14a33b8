import type { AgainstBaseline, ClassJudgement, Judgement, ValueJudgement } from '../evaluation/judgement.ts'
import { numberText } from '../report/number-text.ts'
import { textTable, type Column } from '../report/table.ts'
import type { Language, Wording } from '../report/wording.ts'
import type { Speech } from '../terminal/read-arguments.ts'
import {
  judgementWords,
  noteText,
  recipeWord,
  shareInterval,
  shareText,
  valueInterval,
  verdictWords,
} from './judgement-words.ts'
import { percentText } from './messages.ts'

/** A model of a comparison: what it is worth on the rows it was chosen by and on those it is judged by. */
export interface Judged {
  readonly name: string
  readonly dev: Judgement
  readonly test: Judgement
}

const title = (name: keyof typeof judgementWords, language: Language, align?: 'left'): Column => ({
  title: judgementWords[name][language],
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
export const comparisonText = (models: readonly Judged[], { language, paint }: Speech): string => {
  const classes = models[0]?.test.kind === 'classes'
  const columns: readonly (keyof typeof judgementWords)[] = classes
    ? ['devLoss', 'accuracy', 'interval', 'balanced', 'interval', 'area']
    : ['devRmse', 'rmse', 'interval', 'rSquared', 'interval', 'mae']
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

/** The figures of one model alone, each with its interval. */
export const figuresText = (judgement: Judgement, { language, paint }: Speech): readonly string[] => {
  const say = (name: keyof typeof judgementWords): string => judgementWords[name][language]
  const rows =
    judgement.kind === 'classes'
      ? (
          [
            ['accuracy', judgement.accuracy],
            ['balanced', judgement.balancedAccuracy],
            ['area', judgement.rocArea],
            ['logLoss', judgement.logLoss],
          ] as const
        ).map(([name, { value, interval }]) => [
          paint('strong', say(name)),
          shareText(value, language),
          shareInterval(interval, language),
        ])
      : (
          [
            ['rmse', judgement.rootMeanSquaredError],
            ['mae', judgement.meanAbsoluteError],
            ['rSquared', judgement.rSquared],
          ] as const
        ).map(([name, { value, interval }]) => [
          paint('strong', say(name)),
          numberText(value, language),
          valueInterval(interval, language),
        ])
  return [
    textTable(
      [
        { title: `${judgement.rows} ${say('rows')}`, align: 'left' },
        { title: '' },
        title('interval', language),
      ],
      rows,
    ),
  ]
}

/** With more classes than this a table of all pairs is no help on a terminal. */
const mostClasses = 10

const confusionText = ({ confusion: { names, counts } }: ClassJudgement, language: Language): string =>
  textTable(
    [
      { title: `${judgementWords.isClass[language]} \\ ${judgementWords.takenFor[language]}`, align: 'left' },
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
      ...(['rmse', 'interval', 'rSquared', 'mae'] as const).map((name) => title(name, language)),
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

const differenceText = (
  { by, difference, interval: [lower, upper] }: AgainstBaseline,
  language: Language,
): string => {
  const isShare = by === 'accuracy' || by === 'balancedAccuracy'
  const text = (value: number): string =>
    isShare ? percentText(value, language) : numberText(value, language)
  const name: Wording = {
    accuracy: { en: 'accuracy', bg: 'точност' },
    balancedAccuracy: { en: 'balanced accuracy', bg: 'балансирана точност' },
    logLoss: { en: 'log loss', bg: 'логаритмична загуба' },
    squaredError: { en: 'squared error', bg: 'квадратична грешка' },
    absoluteError: { en: 'absolute error', bg: 'абсолютна грешка' },
  }[by]
  return `${name[language]} ${difference > 0 ? '+' : ''}${text(difference)}, 95 %: ${text(lower)} … ${text(upper)}`
}

const roles = { better: 'good', 'not better': 'near', worse: 'bad' } as const

/** Whether a model is better than the baseline, and what its user should know besides. */
export const verdictText = (
  name: string,
  judgement: Judgement,
  { language, paint }: Speech,
): readonly string[] => {
  const decider = judgement.against.find(({ by }) => by === judgement.decidedBy)
  const difference = (spoken: Language): string =>
    decider === undefined ? '' : differenceText(decider, spoken)
  return [
    paint(
      roles[judgement.verdict],
      verdictWords[judgement.verdict](recipeWord(name), { en: difference('en'), bg: difference('bg') })[
        language
      ],
    ),
    ...judgement.notes.map((note) => `  ${noteText(note)[language]}`),
  ]
}
