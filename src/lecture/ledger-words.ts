import type { Wording } from 'puregrad/report'

/** What the ledger says around the texts of its claims, on a page and on a terminal. */
export const ledgerWords = {
  title: { en: 'The lecture, statement by statement', bg: 'Лекцията, твърдение по твърдение' },
  lines: { en: 'Lines', bg: 'Редове' },
  inTitle: { en: 'title', bg: 'заглавието' },
  absent: { en: 'absent', bg: 'липсва' },
  asWritten: { en: 'As written.', bg: 'Както е написано.' },
  corrected: { en: 'Corrected.', bg: 'Поправено.' },
  holdsIf: { en: 'Holds if', bg: 'Вярно, ако' },
  remark: { en: 'Remark.', bg: 'Бележка.' },
  counterExample: { en: 'Counter-example', bg: 'Контрапример' },
  settings: { en: 'Settings', bg: 'Настройки' },
  row: { en: 'row', bg: 'ред' },
  verdict: { en: 'verdict', bg: 'оценка' },
  statement: { en: 'statement', bg: 'твърдение' },
  measure: { en: 'measure', bg: 'величина' },
  askedBy: { en: 'asked by', bg: 'иска го' },
  ofCorrected: { en: 'corrected', bg: 'поправеното' },
  ofLiteral: { en: 'literal', bg: 'буквалното' },
  mark: { en: 'mark', bg: 'граница' },
  seeds: { en: 'seeds', bg: 'семена' },
  seed: { en: 'seed', bg: 'семе' },
  min: { en: 'min', bg: 'мин.' },
  median: { en: 'median', bg: 'медиана' },
  max: { en: 'max', bg: 'макс.' },
  deviation: { en: 'σ', bg: 'σ' },
  worstBy: { en: 'worst by', bg: 'най-лошо с' },
  relative: { en: '%', bg: '%' },
  deviations: { en: 'in σ', bg: 'в σ' },
  what: { en: 'what is measured', bg: 'какво се мери' },
  legend: { en: 'Legend', bg: 'Легенда' },
  worstOfSeeds: {
    en: 'the verdict of a row is the worst over its seeds, from the best to the worst in the order above',
    bg: 'оценката на един ред е най-лошата по неговите семена; горе те са подредени от най-добрата към най-лошата',
  },
  signs: {
    en: '✓ passes on every seed   ✗ fails on one or more   ! a seed within two standard deviations of where it would turn',
    bg: '✓ изпълнено за всяко семе   ✗ неизпълнено за някое   ! някое семе е на по-малко от две стандартни отклонения от обрата',
  },
  kinds: {
    en: 'corrected / literal: the mark is what the corrected statement asks, or what the words of the lecture ask, taken literally',
    bg: 'поправеното / буквалното: границата е според поправеното твърдение или според думите на лекцията, взети буквално',
  },
  distances: {
    en: 'worst by: how far inside its mark the worst seed is (below 0: outside), in the unit of the figure, in % of the bound and in standard deviations σ over the seeds; – where that has no meaning',
    bg: 'най-лошо с: колко навътре от границата си е най-лошото семе (под 0: навън), в единиците на величината, в % от границата и в стандартни отклонения σ по семената; – където това няма смисъл',
  },
  change: {
    en: 'change a mark or a setting: --mark ROW.MEASURE=0.2, --mark ROW.MEASURE.literal=0.2, --set ROW.SETTING=8; --list shows them all',
    bg: 'друга граница или настройка: --mark РЕД.ВЕЛИЧИНА=0,2, --mark РЕД.ВЕЛИЧИНА.literal=0,2, --set РЕД.НАСТРОЙКА=8; --list изброява всички',
  },
} as const satisfies Readonly<Record<string, Wording>>
