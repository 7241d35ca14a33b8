import { nativeAdvice } from '../compile/executors/choose-backend.ts'
import { nearestName } from '../core/tensor/nearest-name.ts'
import { decimalText } from '../report/number-text.ts'
import type { Language, Wording } from '../report/wording.ts'
import { recipeWord } from './recipe-word.ts'
import type { StopReason } from '../training/fit.ts'
import type { NonFiniteLoss, NonFiniteOrigin } from '../training/non-finite.ts'

/** Why training ended. */
export const endings: Readonly<Record<StopReason, Wording>> = {
  patience: {
    en: 'the dev loss stopped improving',
    bg: 'загубата върху проверяващия набор (dev) спря да намалява',
  },
  budget: { en: 'all epochs are done', bg: 'всички епохи са изпълнени' },
  aborted: { en: 'interrupted', bg: 'прекъснато' },
  'non-finite': {
    en: 'the loss became infinite or not a number',
    bg: 'загубата стана безкрайна или не е число',
  },
}

/** Titles of the table of results, and what stands around it. */
export const summaryWords = {
  part: { en: 'part', bg: 'набор' },
  train: { en: 'train', bg: 'обучаващ' },
  dev: { en: 'dev', bg: 'проверяващ' },
  test: { en: 'test', bg: 'тестов' },
  rows: { en: 'rows', bg: 'редове' },
  loss: { en: 'loss', bg: 'загуба' },
  interval: { en: '95 % interval', bg: '95 % интервал' },
  accuracy: { en: 'accuracy', bg: 'точност' },
  gap: { en: 'gap', bg: 'разлика' },
  measure: { en: 'cross-entropy', bg: 'кръстосана ентропия' },
  squares: { en: 'mean squared error, standardized', bg: 'средноквадратична грешка, стандартизирана' },
  rmse: { en: 'RMSE', bg: 'RMSE' },
  rSquared: { en: 'R²', bg: 'R²' },
} as const satisfies Readonly<Record<string, Wording>>

/** A name as a shell takes it. */
export const inShell = (file: string): string =>
  /^[\w./:=,+-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`

/** What is said about something, by what it is about. */
export const said = {
  noCommand: (name: string, known: readonly string[]): Wording => {
    const near = nearestName(name, known)
    return {
      en: `unknown command ${name}; ${near === undefined ? `the commands are ${known.join(', ')}` : `did you mean ${near}?`}`,
      bg: `непозната команда ${name}; ${near === undefined ? `командите са ${known.join(', ')}` : `може би ${near}?`}`,
    }
  },
  stopped: (epochs: number, why: StopReason, best: number): Wording => ({
    en: `stopped after ${epochs} epochs (${endings[why].en}); parameters of epoch ${best}:`,
    bg: `край след ${epochs} епохи (${endings[why].bg}); параметрите са от епоха ${best}:`,
  }),
  commands: {
    en: [
      ['train', 'from a table, or arrays, to a model (the command where none is named)'],
      ['predict', 'the targets of new rows, from a model'],
      ['evaluate', 'what a model is worth on rows whose targets are known'],
      ['export', 'a model as an ONNX file'],
      ['search', 'settings of the network of a table, then its model'],
      ['report', 'one HTML page about a training, a search or runs'],
      ['claims', 'measures and judges statements on deep networks'],
    ],
    bg: [
      ['train', 'от таблица или масиви до модел (командата, ако не е посочена друга)'],
      ['predict', 'целите на нови редове по обучен модел'],
      ['evaluate', 'колко струва модел върху редове с известни цели'],
      ['export', 'модел като файл на ONNX'],
      ['search', 'настройки на мрежата за таблица, после нейният модел'],
      ['report', 'една HTML страница за обучение, търсене или пускания'],
      ['claims', 'измерва и преценява твърдения за дълбоките мрежи'],
    ],
  },
  ended: (epochs: number, why: StopReason, best: number): Wording => ({
    en: `network: ${epochs} epochs (${endings[why].en}); parameters of epoch ${best}`,
    bg: `мрежа: ${epochs} епохи (${endings[why].bg}); параметрите са от епоха ${best}`,
  }),
  backend: (name: string, advice: boolean): Wording => ({
    en: `ran on the ${name} backend${advice ? ` (${nativeAdvice})` : ''}`,
    bg: `изпълнено на ${name}${advice ? ' (за добавката native инсталирайте компилатор за C++17 и изпълнете: npm rebuild puregrad)' : ''}`,
  }),
  renamed: (old: string, now: string): Wording => ({
    en: `${old} is ${now} now`,
    bg: `${old} вече е ${now}`,
  }),
  constant: (count: number, names: string): Wording => ({
    en: `${count} columns are constant in the training part and not scaled: ${names}`,
    bg: `${count} колони са постоянни в обучаващия набор и не са мащабирани: ${names}`,
  }),
  byOption: (message: string, option: string): Wording => ({
    en: `${message} (on the command line: ${option})`,
    bg: `${message} (на командния ред: ${option})`,
  }),
  noCurve: (why: string): Wording => ({
    en: `no learning curve: ${why}`,
    bg: `няма крива на обучение: ${why}`,
  }),
  curve: (file: string): Wording => ({ en: `learning curve: ${file}`, bg: `крива на обучение: ${file}` }),
  rateTooLarge: (rate: number, why: Wording): Wording => ({
    en: `--learning-rate: the loss became infinite or not a number in the first epoch with ${rate}; try a smaller one (${why.en})`,
    bg: `--learning-rate: загубата стана безкрайна или не е число още в първата епоха при ${rate}; опитайте с по-малка (${why.bg})`,
  }),
  tooWide: (parameters: number, needed: string, present: string): Wording => ({
    en: `--hidden: the network would have ${parameters} parameters and training it take ${needed}; this machine has ${present}`,
    bg: `--hidden: мрежата би имала ${parameters} параметъра, а обучението ѝ би заело ${needed}; тази машина има ${present}`,
  }),
  networkFailed: (rate: number | undefined, { en, bg }: Wording): Wording => ({
    en: `network: the loss became infinite or not a number in the first epoch${rate === undefined ? '' : ` with ${rate}`}; try a smaller --learning-rate (${en})`,
    bg: `мрежа: загубата стана безкрайна или не е число още в първата епоха${rate === undefined ? '' : ` при ${rate}`}; опитайте с по-малка --learning-rate (${bg})`,
  }),
  folds: (count: number): Wording => ({
    en: `cross-validation over ${count} folds of the other rows, mean ± deviation:`,
    bg: `кръстосана проверка върху ${count} части (folds) от останалите редове, средно ± стандартно отклонение:`,
  }),
  kept: (name: string, asked: boolean): Wording => ({
    en: `kept: ${recipeWord(name).en} (${asked ? 'as told' : 'the smallest dev loss'})`,
    bg: `избран модел: ${recipeWord(name).bg} (${asked ? 'по желание' : 'най-малка загуба върху проверяващия набор'})`,
  }),
  nothingLearnt: {
    en: 'No model has a smaller dev loss than the baseline: there is nothing in these columns that they could learn.',
    bg: 'Никой модел няма по-малка загуба от базовия върху проверяващия набор: от тези колони не успяха да научат нищо.',
  },
  linearWins: {
    en: 'The linear model is at least as good as the network here, and simpler: on small tables it often is.',
    bg: 'Тук линейният модел е поне толкова добър, колкото мрежата, а е по-прост: при малки таблици често е така.',
  },
  model: (file: string): Wording => ({
    en: `model: ${file}\nuse it: puregrad predict ${inShell(file)} --data FILE`,
    bg: `модел: ${file}\nупотреба: puregrad predict ${inShell(file)} --data FILE`,
  }),
  exported: (file: string): Wording => ({ en: `ONNX: ${file}`, bg: `ONNX: ${file}` }),
  checkpointExists: (file: string): Wording => ({
    en: `--checkpoint: ${file} exists; go on from it with --resume, or remove it`,
    bg: `--checkpoint: ${file} вече съществува; продължете от него с --resume или го изтрийте`,
  }),
} as const

/** The words of a line of progress. */
export const progressWords = {
  epoch: { en: 'epoch', bg: 'епоха' },
  train: { en: 'train', bg: 'обучаващ' },
  dev: { en: 'dev', bg: 'проверяващ' },
  rate: { en: 'rows/s', bg: 'реда/с' },
  left: (time: string): Wording => ({ en: `${time} left`, bg: `остават ${time}` }),
} as const

export const percentText = (share: number, language: Language): string =>
  `${decimalText(100 * share, 1, language)} %`

const places: Readonly<Record<NonFiniteOrigin['kind'], (path: string) => string>> = {
  input: () => 'сред входовете на партидата има',
  target: () => 'сред целите на партидата има',
  parameter: (path) => `още преди стъпката в ${path} има`,
  layer: (path) => `изходът на слоя „${path}“ е първият, в който има`,
  state: (path) => `в новото състояние на слоя ${path} има`,
  loss: () => 'изходите са крайни, а загубата от тях е',
  penalty: (path) => `загубата е крайна, а наказанието „${path}“ е`,
  gradient: (path) => `загубата е крайна, а по обратния път „${path}“ е първият, в чийто градиент има`,
  update: (path) => `градиентът е краен, а след обновяването в параметъра ${path} има`,
}

const helps = {
  data: 'вижте редовете на тази партида: попълнете или махнете липсващото преди обучението',
  steps: 'изберете по-малка скорост на обучение',
}

/** What was not finite and where, and what helps. */
export const problemText = ({
  step,
  epoch,
  batch,
  kind,
  path,
  value,
  message,
  advice,
}: NonFiniteLoss): {
  readonly what: Wording
  readonly advice: Readonly<Record<Language, readonly string[]>>
} => ({
  what: {
    en: message,
    bg: `стъпка ${step} (епоха ${epoch + 1}, партида ${batch + 1}): ${places[kind](path)} ${value}`,
  },
  advice: { en: advice, bg: [kind === 'input' || kind === 'target' ? helps.data : helps.steps] },
})
